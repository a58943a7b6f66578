"""Who sees and may do what: one table of callers, by roles at sites and in projects."""

from typing import Any

import pytest

from tests.doors.opentera.conftest import USERS, Ways

SEEN: dict[str, dict[str, list[int]]] = {
    "/user/sites": {"admin": [1, 2], "siteadmin": [1], "user": [1], "user2": [1], "user3": [1], "user4": []},
    "/user/projects": {
        "admin": [1, 2, 3],
        "siteadmin": [1, 2],
        "user": [1, 2],
        "user2": [1, 2],
        "user3": [1],
        "user4": [],
    },
    "/user/devices": {
        "admin": [1, 2, 3],
        "siteadmin": [1, 2],
        "user": [1, 2],
        "user2": [1, 2],
        "user3": [1, 2],
        "user4": [],
    },
    "/user/users": {
        "admin": [1, 2, 3, 4, 5, 6],
        "siteadmin": [2, 3, 4, 5],
        "user": [3, 4, 5],
        "user2": [3, 4, 5],
        "user3": [3, 4, 5],
        "user4": [6],
    },
    "/user/usergroups": {
        "admin": [1, 2, 3, 4, 5],
        "siteadmin": [1, 2, 3, 4],
        "user": [1, 2, 3, 4],
        "user2": [1, 2, 3, 4],
        "user3": [1, 2, 3, 4],
        "user4": [],
    },
    "/user/sessiontypes": {
        "admin": [1, 2, 3, 4, 5],
        "siteadmin": [1, 2, 3, 4, 5],
        "user": [1, 2, 3, 4, 5],
        "user2": [1, 2, 3, 4, 5],
        "user3": [1, 2, 3, 4, 5],
        "user4": [],
    },
}
ID = {
    "/user/sites": "id_site",
    "/user/projects": "id_project",
    "/user/devices": "id_device",
    "/user/users": "id_user",
    "/user/usergroups": "id_user_group",
    "/user/sessiontypes": "id_session_type",
}
WRITES: dict[str, tuple[str, Any, set[str]]] = {
    "a new site": ("/user/sites", {"site": {"id_site": 0, "site_name": "New"}}, {"admin"}),
    "a site's name": ("/user/sites", {"site": {"id_site": 1, "site_name": "New"}}, {"admin", "siteadmin", "user2"}),
    "a new project": (
        "/user/projects",
        {"project": {"id_project": 0, "id_site": 1, "project_name": "New"}},
        {"admin", "siteadmin", "user2"},
    ),
    "a project's name": (
        "/user/projects",
        {"project": {"id_project": 1, "project_name": "New"}},
        {"admin", "siteadmin", "user2", "user3"},
    ),
    "a project elsewhere": ("/user/projects", {"project": {"id_project": 3, "project_name": "New"}}, {"admin"}),
    "a new participant": (
        "/user/participants",
        {"participant": {"id_participant": 0, "id_project": 1, "participant_name": "New"}},
        {"admin", "siteadmin", "user", "user2", "user3"},
    ),
    "a device's notes": (
        "/user/devices",
        {"device": {"id_device": 1, "device_notes": "New"}},
        {"admin", "siteadmin", "user2"},
    ),
    "a device at a site": ("/user/devices/sites", {"device_site": {"id_device": 3, "id_site": 1}}, {"admin"}),
    "a role at a site": (
        "/user/siteaccess",
        {"site_access": {"id_user_group": 5, "id_site": 1, "site_access_role": "admin"}},
        {"admin", "siteadmin", "user2"},
    ),
    "a role in a project": (
        "/user/projectaccess",
        {"project_access": {"id_user_group": 5, "id_project": 1, "project_access_role": "user"}},
        {"admin", "siteadmin", "user2", "user3"},
    ),
    "a new service": ("/user/services", {"service": {"id_service": 0, "service_name": "New"}}, {"admin"}),
    "a new type of devices": (
        "/user/devicetypes",
        {"device_type": {"id_device_type": 0, "device_type_name": "New", "device_type_key": "new"}},
        {"admin"},
    ),
}


@pytest.mark.parametrize("path", SEEN)
def test_each_user_sees_what_their_roles_reach(tera: Ways, path: str) -> None:
    shown = {name: sorted(one[ID[path]] for one in tera.user(name).get(path).json()) for name in USERS}
    assert shown == SEEN[path]


@pytest.mark.parametrize("name", WRITES)
def test_each_user_changes_what_they_administer(tera: Ways, name: str) -> None:
    path, body, may = WRITES[name]
    refused = {user for user in USERS if tera.user(user).post(path, body).status_code == 403}
    assert set(USERS) - refused == may


def test_participants_devices_and_services_see_their_own(tera: Ways) -> None:
    device, participant = tera.device(2), tera.participant()
    given = device.get("/device/participants").json()["participants_info"]
    assert [one["id_participant"] for one in given] == [2]
    assert [one["id_device"] for one in participant.get("/participant/devices").json()] == [1]
    service = tera.service(6)
    assert [site["id_site"] for site in service.get("/service/sites").json()] == [1]
    assert service.get("/service/projects", id_project=3).status_code == 403
    assert service.get("/service/participants", id_participant=4).status_code == 403


@pytest.mark.parametrize("path", ["/user/sites", "/device/devices", "/participant/participants", "/service/sites"])
def test_a_credential_opens_no_other_api(tera: Ways, path: str) -> None:
    callers = {
        "user": tera.by_token(tera.user("admin").get("/user/login").json()["user_token"]),
        "device": tera.device(1),
        "participant": tera.by_token(tera.participant().get("/participant/login").json()["participant_token"]),
        "service": tera.service(6),
    }
    opened = {name for name, caller in callers.items() if caller.get(path).status_code == 200}
    assert opened == ({path.split("/")[1]} if path != "/service/sites" else {"service"})


def test_what_a_role_gives_ends_with_it(tera: Ways) -> None:
    admin, user = tera.user("admin"), tera.user("user3")
    assert len(user.get("/user/projects").json()) == 1
    mine = admin.get("/user/services/access", id_user_group=2).json()
    role = next(one for one in mine if one.get("id_project") == 1)
    assert admin.delete("/user/projectaccess", id=role["id_service_access"]).status_code == 200
    assert user.get("/user/projects").json() == []
    assert user.get("/user/participants", id_project=1).json() is None


@pytest.mark.parametrize("name", ["siteadmin", "user2", "user"])
@pytest.mark.parametrize(("thing", "wanted"), [("session_type", [1, 2]), ("test_type", [1, 2])])
def test_a_type_goes_where_its_caller_administers_alone(tera: Ways, thing: str, wanted: list[int], name: str) -> None:
    path = f"/user/{thing.replace('_', '')}s"
    places = {"site": wanted, "project": [1, 3]}
    for place, ids in places.items():
        given = {f"id_{thing}": 1, f"{thing}_{place}s": [{f"id_{place}": one} for one in ids]}
        before = tera.user("admin").get(f"{path}/{place}s", **{f"id_{thing}": 1}).json()
        assert tera.user(name).post(path, {thing: given}).status_code == 403
        assert tera.user("admin").get(f"{path}/{place}s", **{f"id_{thing}": 1}).json() == before


@pytest.mark.parametrize("place", ["site", "project"])
def test_a_type_is_put_where_its_caller_administers(tera: Ways, place: str) -> None:
    given = {"id_session_type": 1, f"session_type_{place}s": [{f"id_{place}": 1}]}
    assert tera.user("siteadmin").post("/user/sessiontypes", {"session_type": given}).status_code == 200


@pytest.mark.parametrize("place", ["id_site", "id_project"])
def test_a_role_of_a_service_is_at_a_place_that_there_is(tera: Ways, place: str) -> None:
    given = {"id_service_role": 0, "id_service": 3, "service_role_name": "guest", place: 999}
    refused = tera.user("admin").post("/user/services/roles", {"service_role": given})
    assert (refused.status_code, refused.json()) == (404, f"There is no such {place.removeprefix('id_')}.")


def test_a_role_is_held_by_one_whoever_changes_it(tera: Ways) -> None:
    admin, service = tera.user("admin"), tera.service(6)
    given = {"id_service_access": 0, "id_service_role": 9, "id_device": 1}
    held = admin.post("/user/services/access", {"service_access": given}).json()[0]
    change = {"id_service_access": held["id_service_access"], "id_service_role": 10}
    told = "Name one group of users, one group of participants or one device."
    both = service.post("/service/serviceaccess", {"service_access": change | {"id_participant_group": 1}})
    assert (both.status_code, both.json()) == (400, told)
    assert service.post("/service/serviceaccess", {"service_access": change}).status_code == 200


def test_a_role_of_a_service_is_changed_in_all_that_it_is_of(tera: Ways) -> None:
    admin = tera.user("admin")
    given = {"id_service_role": 0, "id_service": 3, "service_role_name": "guest", "id_project": 1}
    role = admin.post("/user/services/roles", {"service_role": given}).json()
    id_ = {"id_service_role": role["id_service_role"]}
    for changed in ({"service_role_name": "visitor"}, {"id_project": None, "id_site": 1}, {"id_service": 2}):
        answer = admin.post("/user/services/roles", {"service_role": id_ | changed})
        assert answer.status_code == 200, answer.text
        (kept,) = [
            one
            for service in (2, 3)
            for one in admin.get("/user/services/roles", id_service=service).json()
            if one["id_service_role"] == role["id_service_role"]
        ]
        assert {name: kept.get(name) for name in changed} == changed
    assert admin.post("/user/services/roles", {"service_role": id_ | {"id_site": 999}}).status_code == 404


def test_the_roles_of_a_site_stay_as_they_are(tera: Ways) -> None:
    admin = tera.user("admin")
    role = next(one for one in admin.get("/user/services/roles", id_service=1).json() if one["id_site"] == 1)
    id_ = role["id_service_role"]
    for changed in ({"id_site": 2}, {"service_role_name": "chief"}):
        refused = admin.post("/user/services/roles", {"service_role": {"id_service_role": id_} | changed})
        assert (refused.status_code, "stay as they are" in refused.json()) == (400, True)
    assert admin.delete("/user/services/roles", id=id_).status_code == 400
    assert role in admin.get("/user/services/roles", id_service=1).json()
