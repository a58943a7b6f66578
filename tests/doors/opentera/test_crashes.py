"""Where the vendor's own server breaks down on an unknown number or a missing key, ours says what is wrong."""

from typing import Any

import pytest

from tests.doors.opentera.conftest import Ways

UNKNOWN = 999
DELETED = (
    "sites", "projects", "groups", "participants", "devices", "devicetypes", "devicesubtypes", "users", "usergroups",
    "users/usergroups", "services", "services/roles", "services/access", "services/configs", "services/projects",
    "services/sites", "sessions", "sessions/events", "sessiontypes", "sessiontypes/projects", "sessiontypes/sites",
    "sessiontypes/services", "testtypes", "testtypes/projects", "testtypes/sites", "tests", "tests/invitations",
    "siteaccess", "projectaccess", "devices/participants", "devices/projects", "devices/sites",
)  # fmt: skip
WHO = ("admin", "siteadmin", "user", "user4")


@pytest.mark.parametrize("path", DELETED)
def test_deleting_what_there_is_not_is_refused_with_a_reason(tera: Ways, path: str) -> None:
    for name in WHO:
        answer = tera.user(name).delete(f"/user/{path}", id=UNKNOWN)
        assert answer.status_code in (400, 403, 404), (name, answer.text)
        assert isinstance(answer.json(), str)
        assert answer.json()


@pytest.mark.parametrize("path", DELETED)
@pytest.mark.parametrize("asked", [{}, {"id": "x"}, {"id": 2**70}, {"id": -1}, {"id": 0}])
def test_deleting_without_a_number_is_refused_with_a_reason(tera: Ways, path: str, asked: dict[str, Any]) -> None:
    answer = tera.user("admin").delete(f"/user/{path}", **asked)
    assert answer.status_code in (400, 403, 404), answer.text
    assert answer.json()


@pytest.mark.parametrize("path", ["projects", "groups", "roles", "serviceaccess", "usergroups"])
def test_a_service_that_deletes_what_there_is_not_is_told_why(tera: Ways, path: str) -> None:
    for asked in ({"id": UNKNOWN}, {"id": "x"}, {}):
        answer = tera.service(6).delete(f"/service/{path}", **asked)
        assert answer.status_code in (400, 403, 404), answer.text
        assert answer.json()


@pytest.mark.parametrize("path", ["assets", "tests", "testtypes"])
def test_a_service_names_what_it_deletes_by_uuid(tera: Ways, path: str) -> None:
    for asked in ({"uuid": "no uuid"}, {"uuid": "00000000-0000-4000-8000-000000000000"}, {}):
        answer = tera.service(6).delete(f"/service/{path}", **asked)
        assert answer.status_code in (400, 403, 404), answer.text
        assert answer.json()


@pytest.mark.parametrize("by", ["user", "service"])
@pytest.mark.parametrize(
    "body",
    [
        {"session_manage": {"id_session": 1}},
        {"session_manage": {"action": "start"}},
        {"session_manage": {"action": "start", "id_session_type": UNKNOWN}},
        {"session_manage": {"action": "stop", "session_uuid": 7}},
        {"session_manage": {"action": {"a": 1}, "id_session": 1}},
        {"session_manage": {"action": "start", "id_session_type": 1, "session_users": 7}},
        {"session_manage": {"action": "start", "id_session_type": 1, "session_devices": "all"}},
        {"session_manage": {"action": "start", "id_session_type": 1, "session_participants": [1]}},
        {"session_manage": []},
        {"session_manage": None},
        {},
        [],
    ],
)
def test_managing_a_session_without_saying_what_is_refused(tera: Ways, by: str, body: Any) -> None:
    who = tera.user("admin") if by == "user" else tera.service(6)
    answer = who.post(f"/{by}/sessions/manager", body)
    assert answer.status_code in (400, 403, 404, 501), answer.text
    assert answer.json()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sites", {"site": {"id_site": UNKNOWN, "site_name": "A"}}),
        ("projects", {"project": {"id_project": UNKNOWN, "project_name": "A"}}),
        ("groups", {"participant_group": {"id_participant_group": UNKNOWN, "id_project": 1}}),
        ("participants", {"participant": {"id_participant": UNKNOWN, "id_project": 1}}),
        ("devices", {"device": {"id_device": UNKNOWN, "device_name": "A"}}),
        ("users", {"user": {"id_user": UNKNOWN, "user_firstname": "A"}}),
        ("usergroups", {"user_group": {"id_user_group": UNKNOWN, "user_group_name": "A"}}),
        ("services", {"service": {"id_service": UNKNOWN, "service_name": "A"}}),
        ("sessions", {"session": {"id_session": UNKNOWN, "session_name": "A"}}),
        ("sessiontypes", {"session_type": {"id_session_type": UNKNOWN, "session_type_name": "A"}}),
        ("testtypes", {"test_type": {"id_test_type": UNKNOWN, "test_type_name": "A"}}),
        ("sessions/events", {"session_event": {"id_session_event": UNKNOWN, "id_session": 1}}),
    ],
)
def test_changing_what_there_is_not_is_refused_with_a_reason(tera: Ways, path: str, body: dict[str, Any]) -> None:
    answer = tera.user("admin").post(f"/user/{path}", body)
    assert answer.status_code in (400, 403, 404), answer.text
    assert answer.json()


@pytest.mark.parametrize("wrapped", [None, [], "text", 7, {}, {"id_x": 1}])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("sites", "site"), ("projects", "project"), ("groups", "participant_group"), ("participants", "participant"),
        ("devices", "device"), ("devicetypes", "device_type"), ("users", "user"), ("usergroups", "user_group"),
        ("services", "service"), ("services/roles", "service_role"), ("services/access", "service_access"),
        ("services/configs", "service_config"), ("sessions", "session"), ("sessiontypes", "session_type"),
        ("testtypes", "test_type"), ("sessions/events", "session_event"), ("users/preferences", "user_preference"),
    ],
)  # fmt: skip
def test_an_object_that_holds_nothing_is_refused_with_a_reason(tera: Ways, path: str, name: str, wrapped: Any) -> None:
    answer = tera.user("admin").post(f"/user/{path}", {name: wrapped})
    if (name, wrapped) == ("service_access", []):
        assert (answer.status_code, answer.json()) == (200, []), "a list of none is done at once"
        return
    assert answer.status_code in (400, 403, 404), answer.text
    assert answer.json()


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("devices", {"device": {"id_device": 1, "device_enabled": None}}, "is_enabled of the device"),
        ("projects", {"project": {"id_project": 1, "project_enabled": None}}, "is_enabled of the project"),
        (
            "testtypes",
            {"test_type": {"id_test_type": 1, "test_type_has_json_format": None}},
            "has_json_format of the test type",
        ),
    ],
)
def test_what_may_not_be_empty_is_named(tera: Ways, path: str, body: dict[str, Any], told: str) -> None:
    answer = tera.user("admin").post(f"/user/{path}", body)
    assert (answer.status_code, answer.json()) == (400, f"The {told} is required.")


@pytest.mark.parametrize("role", [{}, {"service_role_name": None}, {"service_role_name": ""}, {"id_service_role": 1}])
def test_a_new_role_of_a_service_has_a_name(tera: Ways, role: dict[str, Any]) -> None:
    admin = tera.user("admin")
    before = admin.get("/user/services/roles", id_service=3).json()
    refused = admin.post("/user/services", {"service": {"id_service": 3, "service_roles": [role]}})
    assert (refused.status_code, refused.json()) == (400, "service_roles: a new role needs a service_role_name.")
    assert admin.get("/user/services/roles", id_service=3).json() == before


def test_a_participant_in_no_group_is_in_a_project(tera: Ways) -> None:
    given = {"id_participant": 0, "id_participant_group": 0, "participant_name": "A"}
    refused = tera.user("admin").post("/user/participants", {"participant": given})
    assert (refused.status_code, refused.json()) == (400, "Missing id_project or id_participant_group")


def test_a_subtype_is_of_a_type_that_there_is(tera: Ways) -> None:
    given = {"id_device_subtype": 1, "id_device_type": UNKNOWN}
    refused = tera.user("admin").post("/user/devicesubtypes", {"device_subtype": given})
    assert (refused.status_code, refused.json()) == (500, "Database error: id_device_type must be a device type")


@pytest.mark.parametrize("password", ["x" * 5000, 5, ["secret"], {"a": 1}])
def test_a_password_is_text_that_is_not_too_long(tera: Ways, password: Any) -> None:
    given = {"id_participant": 1, "participant_password": password}
    for caller, path in ((tera.user("admin"), "/user"), (tera.service(6), "/service")):
        refused = caller.post(f"{path}/participants", {"participant": given})
        assert refused.status_code == 400
        assert "password must " in refused.json()
    refused = tera.user("admin").post("/user/users", {"user": {"id_user": 3, "user_password": password}})
    assert refused.status_code == 400
    assert refused.json()
