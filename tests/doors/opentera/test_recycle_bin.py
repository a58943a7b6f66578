"""What the API deletes comes back from the console's recycle bin, whole, for who administers it."""

import re
from typing import Any

import pytest
from litestar.testing import TestClient

from rollbook.core.access.policy import principal_for
from rollbook.core.kernel.clock import now
from rollbook.core.kernel.principal import Role
from rollbook.core.sessions import asset_files, deleted
from rollbook.core.sessions.deleted import Deleted
from tests.console.signed_in import Visitor
from tests.doors.opentera.conftest import Tera, Ways
from tests.doors.opentera.test_files import FILM, fetch, one_key, stored, uploaded

BIN = "/console/recycle-bin"


def at_console(tera: Ways, name: str) -> Visitor:
    """A user of the reference data at the console."""
    made: TestClient[Any] = TestClient(tera.client.app, raise_server_exceptions=False)
    made.blocking_portal = tera.client.blocking_portal
    visitor = Visitor(made)
    answer = visitor.post("/console/sign-in", {"username": name, "password": name}, page="/console/sign-in")
    assert answer.status_code == 303, answer.text
    return visitor


def binned(visitor: Visitor, **asked: str) -> list[tuple[str, int]]:
    """What is in the bin: kinds and numbers, in the order shown."""
    answer = visitor.get(BIN, params=asked)
    assert answer.status_code == 200, answer.text
    found = re.findall(rf'action="{BIN}/(\w+)/(\d+)/restore"', answer.text)
    return [(kind, int(number)) for kind, number in found]


def back(visitor: Visitor, kind: str, number: int, verb: str = "restore") -> str:
    """What the page says after something was had back, or deleted for good."""
    answer = visitor.post(f"{BIN}/{kind}/{number}/{verb}")
    assert answer.status_code == 303, answer.text
    page = visitor.get(BIN)
    return page.text if page.status_code == 200 else ""


def made(admin: Tera, path: str, wrapper: str, **fields: Any) -> dict[str, Any]:
    """Something new."""
    answer = admin.post(f"/user/{path}", {wrapper: fields})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()[0])


@pytest.fixture
def place(tera: Ways) -> dict[str, int]:
    """A site with a project of two participants, whom the users of a group follow, and a device."""
    admin = tera.user("admin")
    site = made(admin, "sites", "site", id_site=0, site_name="Maribor")["id_site"]
    project = made(admin, "projects", "project", id_project=0, id_site=site, project_name="Knees")["id_project"]
    group = made(admin, "groups", "participant_group", id_participant_group=0, id_project=project,
                 participant_group_name="Morning")["id_participant_group"]  # fmt: skip
    ana, bor = (
        made(admin, "participants", "participant", id_participant=0, id_project=project, id_participant_group=group,
             participant_name=name)["id_participant"]
        for name in ("Ana", "Bor")
    )  # fmt: skip
    role = {"project_access": {"id_project": project, "id_user_group": 1, "project_access_role": "user"}}
    assert admin.post("/user/projectaccess", role).status_code == 200
    use = {"device_site": {"id_device": 1, "id_site": site}}
    assert admin.post("/user/devices/sites", use).status_code == 200
    return {"site": site, "project": project, "participant_group": group, "ana": ana, "bor": bor}


def names(who: Tera, path: str, field: str, **asked: Any) -> set[str]:
    """The names in a list."""
    return {one[field] for one in who.get(f"/user/{path}", **asked).json()}


def test_a_deleted_site_comes_back_with_everything_that_went_with_it(tera: Ways, place: dict[str, int]) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    sites = admin.get("/user/devices/sites", id_device=1).json()
    roles = admin.get("/user/projectaccess", id_project=place["project"]).json()
    assert admin.delete("/user/sites", id=place["site"]).status_code == 200
    assert "Maribor" not in names(admin, "sites", "site_name")
    assert set(binned(console)) == {
        ("site", place["site"]),
        ("project", place["project"]),
        ("participant_group", place["participant_group"]),
        ("participant", place["ana"]),
        ("participant", place["bor"]),
    }
    assert "Site “Maribor” is back" in back(console, "site", place["site"])
    assert binned(console) == []
    assert names(admin, "participants", "participant_name", id_project=place["project"]) == {"Ana", "Bor"}
    assert admin.get("/user/devices/sites", id_device=1).json() == sites
    assert admin.get("/user/projectaccess", id_project=place["project"]).json() == roles


def test_a_part_brings_what_it_cannot_be_without_and_no_more(tera: Ways, place: dict[str, int]) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    roles = admin.get("/user/projectaccess", id_project=place["project"]).json()
    admin.delete("/user/sites", id=place["site"])
    back(console, "participant", place["ana"])
    assert binned(console) == [("participant", place["bor"])]
    assert names(admin, "participants", "participant_name", id_project=place["project"]) == {"Ana"}
    assert names(admin, "groups", "participant_group_name", id_project=place["project"]) == {"Morning"}
    assert admin.get("/user/projectaccess", id_project=place["project"]).json() == roles


def test_what_was_deleted_before_stays_deleted(tera: Ways, place: dict[str, int]) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    admin.delete("/user/participants", id=place["bor"])
    admin.delete("/user/sites", id=place["site"])
    back(console, "site", place["site"])
    assert binned(console) == [("participant", place["bor"])]


def test_a_use_of_something_else_that_is_gone_does_not_come_back(tera: Ways, place: dict[str, int]) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    fields = {"id_device": 0, "id_device_type": 1, "device_name": "Scale", "device_enabled": True}
    device = made(admin, "devices", "device", **fields)["id_device"]
    use = {"device_site": {"id_device": device, "id_site": place["site"]}}
    assert admin.post("/user/devices/sites", use).status_code == 200
    admin.delete("/user/sites", id=place["site"])
    admin.delete("/user/devices", id=device)
    back(console, "site", place["site"])
    assert admin.get("/user/devices/sites", id_site=place["site"]).json()[0]["id_device"] == 1
    back(console, "device", device)
    assert names(admin, "devices", "device_name", id_device=device) == {"Scale"}


def test_the_bin_is_searched_and_filtered_and_paged(tera: Ways, place: dict[str, int]) -> None:
    console = at_console(tera, "admin")
    tera.user("admin").delete("/user/sites", id=place["site"])
    assert binned(console, q="ANA") == [("participant", place["ana"])]
    assert binned(console, kind="project") == [("project", place["project"])]
    assert len(binned(console, kind="nonsense")) == 5
    assert binned(console, q="%") == []
    assert "Nothing deleted is like that" in console.get(BIN, params={"q": "zzz"}).text


def test_the_pages_of_the_bin_make_up_the_whole_in_one_order(tera: Ways, place: dict[str, int]) -> None:
    admin, system = tera.user("admin"), tera.system
    admin.delete("/user/participants", id=place["bor"])
    admin.delete("/user/sites", id=place["site"])
    owner = principal_for(system.organisation_id, "console", frozenset({Role.OWNER}), person_id=1)
    pages: list[Deleted] = []
    with tera.database.reading() as work:
        work.act_as(owner)
        whole = deleted.list_deleted(work, limit=50)
        while page := deleted.list_deleted(work, after=_place(pages[-1]) if pages else None, limit=2):
            pages += page
    assert pages == whole
    kinds = [one.kind for one in whole]
    assert kinds == ["site", "project", "participant_group", "participant", "participant"], "larger things first"
    assert whole[-1].id == place["bor"], "what was deleted before comes after"


def _place(one: Deleted) -> tuple[int, str, int]:
    return one.deleted_at, one.kind, one.id


def test_who_administers_a_site_has_back_what_is_theirs_alone(tera: Ways, place: dict[str, int]) -> None:
    admin = tera.user("admin")
    own = made(admin, "projects", "project", id_project=0, id_site=1, project_name="Hips")["id_project"]
    person = made(admin, "participants", "participant", id_participant=0, id_project=own, participant_name="Cene")
    admin.delete("/user/projects", id=own)
    admin.delete("/user/sites", id=place["site"])
    console = at_console(tera, "siteadmin")
    assert set(binned(console)) == {("project", own), ("participant", person["id_participant"])}
    refused = console.post(f"{BIN}/site/{place['site']}/restore")
    assert (refused.status_code, "Maribor" in names(admin, "sites", "site_name")) == (404, False)
    back(console, "project", own, "purge")
    assert ("project", own) in binned(console), "only who may do everything deletes for good"
    back(console, "project", own)
    assert binned(console) == []
    assert at_console(tera, "user4").get(BIN).status_code == 403
    assert at_console(tera, "user4").post(f"{BIN}/project/{own}/restore").status_code in (303, 403)


def test_a_session_comes_back_with_its_files_and_events(tera: Ways) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    asset = uploaded(admin)
    before = [admin.get(path, id_session=2).json() for path in ("/user/sessions/events", "/user/tests", "/user/assets")]
    assert admin.delete("/user/sessions", id=2).status_code == 200
    assert fetch(tera, asset).status_code == 404
    assert ("asset", asset["id_asset"]) in binned(console)
    back(console, "asset", asset["id_asset"])
    assert fetch(tera, asset).content == FILM, "with its session"
    assert [one["id_asset"] for one in admin.get("/user/assets", id_session=2).json()] == [asset["id_asset"]]
    admin.delete("/user/sessions", id=2)
    for kind, number in [one for one in binned(console) if one[0] != "session"]:
        back(console, kind, number)
    after = [admin.get(path, id_session=2).json() for path in ("/user/sessions/events", "/user/tests", "/user/assets")]
    assert after == before
    admin.delete("/user/sessions", id=2)
    back(console, "session", 2)
    assert admin.get("/user/sessions/events", id_session=2).json() == before[0]
    assert binned(console) == []


def test_a_session_that_is_deleted_for_good_leaves_no_bytes(tera: Ways) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    key = one_key(tera, uploaded(admin))
    admin.delete("/user/sessions", id=2)
    assert "is deleted for good" in back(console, "session", 2, "purge")
    assert not any(kind in ("session", "asset") for kind, _ in binned(console))
    asset_files.sweep(tera.database, tera.files, before=now() - asset_files.LONGEST_UPLOAD)
    assert key not in stored(tera)


def test_what_the_record_depends_on_is_not_deleted_for_good(tera: Ways) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    fields: dict[str, Any] = {"id_participant": 0, "id_project": 1, "participant_name": "Ana"}
    ana = made(admin, "participants", "participant", **fields)["id_participant"]
    new: dict[str, Any] = {"id_session": 0, "id_session_type": 2, "session_name": "A", "session_status": 2}
    more = {"session_participants_ids": [ana], "session_start_datetime": "2026-03-01T09:00:00"}
    session = made(admin, "sessions", "session", **new, **more)["id_session"]
    refused = admin.delete("/user/participants", id=ana)
    assert (refused.status_code, "related sessions" in refused.text) == (500, True)
    assert admin.delete("/user/sessions", id=session).status_code == 200
    assert admin.delete("/user/participants", id=ana).status_code == 200, "nothing that is there depends on them now"
    assert "still depend on it" in back(console, "participant", ana, "purge")
    back(console, "session", session, "purge")
    assert "deleted for good" in back(console, "participant", ana, "purge")
    assert binned(console) == []


def test_a_name_that_is_taken_by_now_stops_it(tera: Ways) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    fields = {"service_key": "Scale", "service_name": "A", "service_hostname": "h", "service_port": 1,
              "service_endpoint": "/", "service_clientendpoint": "/a", "id_service": 0}  # fmt: skip
    first = made(admin, "services", "service", **fields)["id_service"]
    assert admin.delete("/user/services", id=first).status_code == 200
    second = made(admin, "services", "service", **fields)["id_service"]
    assert "in use by another service by now" in back(console, "service", first)
    assert admin.delete("/user/services", id=second).status_code == 200
    assert "is back" in back(console, "service", first)


def test_a_user_and_a_group_come_back(tera: Ways) -> None:
    admin, console = tera.user("admin"), at_console(tera, "admin")
    new: dict[str, Any] = {
        "id_user": 0, "user_username": "zoe", "user_password": "Twofac123!x", "user_firstname": "Zoe",
        "user_lastname": "K", "user_enabled": True, "user_profile": "",
    }  # fmt: skip
    user = made(admin, "users", "user", **new)["id_user"]
    group = made(admin, "usergroups", "user_group", id_user_group=0, user_group_name="Night")["id_user_group"]
    assert admin.delete("/user/users", id=user).status_code == 200
    assert admin.delete("/user/usergroups", id=group).status_code == 200
    assert tera.client.get("/api/user/login", auth=("zoe", "Twofac123!x")).status_code == 401
    assert set(binned(console)) == {("user", user), ("user_group", group)}
    assert "on their own pages" in back(console, "user", user, "purge")
    back(console, "user", user)
    back(console, "user_group", group)
    assert binned(console) == []
    assert tera.client.get("/api/user/login", auth=("zoe", "Twofac123!x")).status_code == 200
    assert "Night" in names(admin, "usergroups", "user_group_name")


@pytest.mark.parametrize("what", ["site/999", "nonsense/1", "site/1", "user/1", f"site/{2**63}"])
def test_what_is_not_in_the_bin_is_not_had_back(tera: Ways, what: str) -> None:
    answer = at_console(tera, "admin").post(f"{BIN}/{what}/restore")
    assert answer.status_code in (303, 404), answer.text
    assert tera.user("admin").get("/user/sites", id_site=1).json()[0]["site_name"] == "Default Site"
