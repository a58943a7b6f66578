"""Nobody rises above themselves: not by a group, nor by the account of someone who may do more."""

from typing import Any

import pytest

from tests.doors.opentera.conftest import Tera, Ways

OF_PROJECTS, OF_PROJECT_1, OF_SITE = 1, 2, 3
"""Groups: users of projects 1 and 2; administrators of project 1; administrators of the site around them."""
PASSWORD = "Anders-als-zuvor-1"
NEW = {
    "id_user": 0,
    "user_enabled": True,
    "user_firstname": "New",
    "user_lastname": "User",
    "user_profile": "",
    "user_password": PASSWORD,
    "user_username": "new",
}


def _save(caller: Tera, **user: Any) -> int:
    return int(caller.post("/user/users", {"user": user}).status_code)


@pytest.mark.parametrize(("group", "status"), [(OF_PROJECTS, 403), (OF_PROJECT_1, 200), (OF_SITE, 403)])
def test_who_administers_a_project_adds_users_to_groups_that_reach_no_further(
    tera: Ways, group: int, status: int
) -> None:
    of_project = tera.user("user3")
    assert _save(of_project, **NEW, user_user_groups=[{"id_user_group": group}]) == status
    link = {"user_user_group": {"id_user": 4, "id_user_group": group}}
    assert of_project.post("/user/users/usergroups", link).status_code == status
    assert tera.user("siteadmin").post("/user/users/usergroups", link).status_code == 200


def test_who_administers_a_project_does_not_put_themselves_over_its_site(tera: Ways) -> None:
    of_project = tera.user("user3")
    groups = [{"id_user_group": OF_PROJECT_1}, {"id_user_group": OF_SITE}]
    assert _save(of_project, id_user=5, user_user_groups=groups) == 403
    assert _save(of_project, id_user=5, user_user_groups=groups[:1], user_firstname="Same") == 200
    (own,) = of_project.get("/user/sites", id_site=1).json()
    assert own["site_role"] == "user"


@pytest.mark.parametrize(
    "change", [{"user_password": PASSWORD}, {"user_email": "mine@example.org"}, {"user_enabled": False}]
)
def test_an_account_that_may_do_more_is_not_taken_over(tera: Ways, change: dict[str, Any]) -> None:
    """User 4 is a user of project 1, and administers the site by another group."""
    assert _save(tera.user("user3"), id_user=4, **change) == 403
    assert _save(tera.user("user3"), id_user=4, user_notes="was here") == 200
    assert _save(tera.user("siteadmin"), id_user=4, **change) == 200


def test_who_sees_everything_is_changed_by_their_like_alone(tera: Ways) -> None:
    admin = tera.user("admin")
    assert _save(admin, **NEW, user_user_groups=[{"id_user_group": OF_PROJECT_1}]) == 200
    (made,) = admin.get("/user/users", username="new").json()
    change = {"id_user": made["id_user"], "user_password": PASSWORD + "2"}
    assert _save(admin, id_user=made["id_user"], user_superadmin=True) == 200
    assert _save(tera.user("siteadmin"), **change) == 403
    assert _save(admin, **change) == 200


def test_a_device_that_sends_no_configuration_keeps_what_it_has(tera: Ways) -> None:
    device = tera.device(1)
    assert device.post("/device/devices", {"device": {"device_config": "kept"}}).json()[0]["device_config"] == "kept"
    shown = device.post("/device/devices", {"device": {"id_device": 1, "device_name": "Mine"}}).json()
    assert (shown[0]["device_config"], shown[0]["device_name"]) == ("kept", "Apple Watch #W05P1")
    assert device.post("/device/devices", {"device": {"device_config": None}}).json()[0]["device_config"] is None


def _access(caller: Tera, **access: Any) -> int:
    api = "service/serviceaccess" if "OpenTera" in caller.headers["authorization"] else "user/services/access"
    return int(caller.post(f"/{api}", {"service_access": access}).status_code)


def test_a_role_that_one_could_not_take_away_is_not_changed_into_another(tera: Ways) -> None:
    """Access 3 is that of the site's administrators; role 17 administers project 1; 9 is one of service 6 itself."""
    own = {"id_service_access": 3, "id_user_group": OF_PROJECT_1}
    assert _access(tera.user("user3"), **own, id_service_role=17) == 403
    for service in (tera.service(6), tera.service(2)):
        assert _access(service, id_service_access=3, id_service_role=9) == 403
        assert _access(service, id_service_access=999, id_service_role=9) == 403
    (kept,) = tera.user("admin").get("/user/services/access", id_user_group=OF_SITE).json()
    assert (kept["id_service_access"], kept["service_role_name"], kept["id_site"]) == (3, "admin", 1)
    assert _access(tera.user("siteadmin"), **own, id_service_role=17) == 200


SESSION = {"id_session": 0, "id_session_type": 1, "session_name": "S", "session_start_datetime": "2026-03-02T09:30:00"}


def test_nobody_makes_a_session_in_the_name_of_someone_they_do_not_see(tera: Ways) -> None:
    user, lists = tera.user("user"), {"session_participants_ids": [1], "session_users_ids": []}
    for creator in ({"id_creator_user": 1}, {"id_creator_participant": 4}, {"id_creator_device": 3}):
        assert user.post("/user/sessions", {"session": SESSION | lists | creator}).status_code == 403
    (made,) = user.post("/user/sessions", {"session": SESSION | lists | {"id_creator_user": 3}}).json()
    changed = {"id_session": made["id_session"], "id_creator_user": 1}
    assert user.post("/user/sessions", {"session": changed}).status_code == 403
    assert user.post("/user/sessions", {"session": made | {"session_comments": "as it was"}}).status_code == 200


@pytest.mark.parametrize("who", ["device", "participant"])
def test_devices_and_participants_make_sessions_in_their_own_name_alone(tera: Ways, who: str) -> None:
    caller = tera.device(1) if who == "device" else tera.participant()
    uuid = tera.user("admin").get("/user/participants", id_participant=1).json()[0]["participant_uuid"]
    given = SESSION | {"session_participants": [uuid], "id_creator_user": 1}
    made = caller.post(f"/{who}/sessions", {"session": given}).json()
    assert (made[f"id_creator_{who}"], made["id_creator_user"]) == (1, None)
    wrong = {"id_session": made["id_session"], "session_status": 9, "session_participants": [uuid]}
    assert caller.post(f"/{who}/sessions", {"session": wrong}).status_code == 400
    wrong = {"id_session": made["id_session"], "id_creator_user": 1, "session_participants": [uuid]}
    assert caller.post(f"/{who}/sessions", {"session": wrong}).json()["id_creator_user"] is None
