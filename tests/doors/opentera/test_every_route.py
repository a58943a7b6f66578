"""Every route and every kind of caller: who is answered with something, or may do what is asked."""

from collections.abc import Mapping
from typing import Any

import pytest

from rollbook.doors.opentera.routes import DOORS
from tests.doors.opentera.conftest import USERS, Tera, Ways

TABLE: dict[str, tuple[Any, str]] = {
    "GET /user/assets": ({"id_session": 2}, "ASUVW"),
    "GET /user/assets/archive": ({"id_session": 2}, "ASUVW"),
    "GET /user/devices": ({"id_device": 3}, "A"),
    "GET /user/devices/online": ({}, ""),
    "GET /user/devices/participants": ({"id_device": 1}, "ASUVW"),
    "GET /user/devices/projects": ({"id_project": 1}, "ASUVW"),
    "GET /user/devices/sites": ({"id_site": 2}, "A"),
    "GET /user/devicesubtypes": ({}, "ASUVWN"),
    "GET /user/devicetypes": ({}, "ASUVWN"),
    "GET /user/forms": ({"type": "site"}, "ASUVWN"),
    "GET /user/groups": ({"id_project": 1}, "ASUVW"),
    "GET /user/participants": ({"id_project": 1}, "ASUVW"),
    "GET /user/participants/online": ({}, ""),
    "GET /user/projectaccess": ({"id_project": 1}, "ASUVW"),
    "GET /user/projects": ({"id_project": 3}, "A"),
    "GET /user/server/settings": ({"uuid": 1}, "ASUVWN"),
    "GET /user/services": ({"id_service": 2}, "A"),
    "GET /user/services/access": ({"id_user_group": 3}, "ASUVW"),
    "GET /user/services/configs": ({"id_user": 2}, ""),
    "GET /user/services/projects": ({"id_project": 3}, "A"),
    "GET /user/services/roles": ({"id_service": 6}, "ASUVW"),
    "GET /user/services/sites": ({"id_site": 1}, "ASUVW"),
    "GET /user/sessions": ({"id_session": 2}, "ASUVW"),
    "GET /user/sessions/events": ({"id_session": 1}, "ASUVW"),
    "GET /user/sessiontypes": ({"id_session_type": 1}, "ASUVW"),
    "GET /user/sessiontypes/projects": ({"id_project": 1}, "ASUVW"),
    "GET /user/sessiontypes/services": ({"id_service": 3}, "ASUVW"),
    "GET /user/sessiontypes/sites": ({"id_site": 2}, "A"),
    "GET /user/siteaccess": ({"id_site": 1}, "ASUVW"),
    "GET /user/sites": ({"id_site": 2}, "A"),
    "GET /user/stats": ({"id_project": 1}, "ASUVW"),
    "GET /user/tests": ({"id_session": 2}, "ASUVW"),
    "GET /user/tests/invitations": ({"id_project": 1}, ""),
    "GET /user/testtypes": ({}, "ASUVW"),
    "GET /user/testtypes/projects": ({"id_project": 1}, "ASUVW"),
    "GET /user/testtypes/sites": ({"id_site": 1}, "ASUVW"),
    "GET /user/usergroups": ({"id_user_group": 1}, "ASUVW"),
    "GET /user/users": ({"id_user": 5}, "ASUVW"),
    "GET /user/users/online": ({}, ""),
    "GET /user/users/preferences": ({"id_user": 2}, "AS"),
    "GET /user/users/usergroups": ({"id_user": 3}, "ASUVW"),
    "GET /user/versions": ({}, "ASUVWN"),
    "POST /user/assets": ({}, ""),
    "POST /user/devices": ({"device": {"id_device": 0, "id_device_type": 3, "device_name": "New"}}, "A"),
    "POST /user/devices/participants": ({"device_participant": {"id_device": 1, "id_participant": 1}}, "ASVW"),
    "POST /user/devices/projects": ({"device_project": {"id_device": 1, "id_project": 1}}, "ASVW"),
    "POST /user/devices/sites": ({"device_site": {"id_device": 3, "id_site": 1}}, "A"),
    "POST /user/devicesubtypes": (
        {"device_subtype": {"id_device_subtype": 0, "id_device_type": 1, "device_subtype_name": "New"}},
        "A",
    ),
    "POST /user/devicetypes": (
        {"device_type": {"id_device_type": 0, "device_type_name": "New", "device_type_key": "new"}},
        "A",
    ),
    "POST /user/groups": (
        {"participant_group": {"id_participant_group": 0, "id_project": 1, "participant_group_name": "New"}},
        "ASVW",
    ),
    "POST /user/participants": (
        {"participant": {"id_participant": 0, "id_project": 2, "participant_name": "New"}},
        "ASUV",
    ),
    "POST /user/projectaccess": (
        {"project_access": {"id_user_group": 5, "id_project": 1, "project_access_role": "user"}},
        "ASVW",
    ),
    "POST /user/projects": ({"project": {"id_project": 0, "id_site": 1, "project_name": "New"}}, "ASV"),
    "POST /user/services": (
        {
            "service": {
                "id_service": 0,
                "service_name": "New",
                "service_key": "new",
                "service_hostname": "localhost",
                "service_port": 1,
                "service_endpoint": "/",
                "service_clientendpoint": "/",
            }
        },
        "A",
    ),
    "POST /user/services/access": (
        {"service_access": {"id_service_access": 0, "id_user_group": 5, "id_service_role": 1}},
        "A",
    ),
    "POST /user/services/configs": (
        {"service_config": {"id_service_config": 0, "id_service": 3, "id_user": 4, "service_config_config": {}}},
        "ASVW",
    ),
    "POST /user/services/projects": ({"service_project": {"id_project": 1, "id_service": 2}}, "ASV"),
    "POST /user/services/roles": (
        {"service_role": {"id_service_role": 0, "id_service": 6, "service_role_name": "New"}},
        "A",
    ),
    "POST /user/services/sites": ({"service_site": {"id_service": 2, "id_site": 1}}, "A"),
    "POST /user/sessions": (
        {
            "session": {
                "id_session": 0,
                "id_session_type": 1,
                "session_name": "New",
                "session_start_datetime": "2026-03-01T10:00:00Z",
                "session_status": 0,
                "session_participants_ids": [1],
                "session_users_ids": [],
            }
        },
        "ASUVW",
    ),
    "POST /user/sessions/events": (
        {
            "session_event": {
                "id_session_event": 0,
                "id_session": 1,
                "id_session_event_type": 1,
                "session_event_datetime": "2026-03-01T10:00:00Z",
            }
        },
        "ASUVW",
    ),
    "POST /user/sessions/manager": (
        {
            "session_manage": {
                "id_service": 3,
                "id_session": 0,
                "action": "start",
                "id_session_type": 1,
                "session_participants": [],
                "session_users": [],
                "session_devices": [],
            }
        },
        "ASUVW",
    ),
    "POST /user/sessiontypes": ({"session_type": {"id_session_type": 1, "session_type_name": "New"}}, "ASV"),
    "POST /user/sessiontypes/projects": ({"session_type_project": {"id_session_type": 1, "id_project": 1}}, "ASVW"),
    "POST /user/sessiontypes/services": ({"session_type_service": {"id_session_type": 1, "id_service": 3}}, "ASV"),
    "POST /user/sessiontypes/sites": ({"session_type_site": {"id_session_type": 1, "id_site": 1}}, "ASV"),
    "POST /user/siteaccess": ({"site_access": {"id_user_group": 5, "id_site": 1, "site_access_role": "admin"}}, "ASV"),
    "POST /user/sites": ({"site": {"id_site": 1, "site_name": "New"}}, "ASV"),
    "POST /user/tests": ({}, ""),
    "POST /user/tests/invitations": (
        {
            "tests_invitations": [
                {
                    "id_test_invitation": 0,
                    "id_test_type": 1,
                    "id_participant": 1,
                    "id_project": 1,
                    "test_invitation_expiration_date": "2099-01-01T00:00:00",
                }
            ]
        },
        "ASUVW",
    ),
    "POST /user/testtypes": ({"test_type": {"id_test_type": 1, "test_type_name": "New"}}, "ASUVW"),
    "POST /user/testtypes/projects": ({"test_type_project": {"id_test_type": 1, "id_project": 1}}, "ASVW"),
    "POST /user/testtypes/sites": ({"test_type_site": {"id_test_type": 1, "id_site": 1}}, "ASV"),
    "POST /user/usergroups": ({"user_group": {"id_user_group": 1, "user_group_name": "New"}}, "ASVW"),
    "POST /user/users": ({"user": {"id_user": 4, "user_notes": "New"}}, "ASVW"),
    "POST /user/users/preferences": (
        {"user_preference": {"id_user": 4, "user_preference_app_tag": "app", "user_preference_preference": "{}"}},
        "ASVW",
    ),
    "POST /user/users/usergroups": ({"user_user_group": {"id_user": 6, "id_user_group": 1}}, "A"),
    "POST /user/versions": (
        {"ClientVersions": {"client_name": "C", "client_description": "d", "client_version": "2.1.0"}},
        "A",
    ),
    "DELETE /user/assets": ({"id": 1}, ""),
    "DELETE /user/devices": ({"id": 3}, "A"),
    "DELETE /user/devices/participants": ({"id": 2}, "ASVW"),
    "DELETE /user/devices/projects": ({"id": 2}, ""),
    "DELETE /user/devices/sites": ({"id": 3}, "A"),
    "DELETE /user/devicesubtypes": ({"id": 2}, "A"),
    "DELETE /user/devicetypes": ({"id": 5}, ""),
    "DELETE /user/groups": ({"id": 2}, "ASV"),
    "DELETE /user/participants": ({"id": 4}, "A"),
    "DELETE /user/projectaccess": ({"id": 5}, "ASVW"),
    "DELETE /user/projects": ({"id": 3}, "A"),
    "DELETE /user/services": ({"id": 5}, "A"),
    "DELETE /user/services/access": ({"id": 6}, "AV"),
    "DELETE /user/services/configs": ({"id": 2}, "ASVW"),
    "DELETE /user/services/projects": ({"id": 4}, "A"),
    "DELETE /user/services/roles": ({"id": 9}, "A"),
    "DELETE /user/services/sites": ({"id": 3}, "A"),
    "DELETE /user/sessions": ({"id": 2}, "A"),
    "DELETE /user/sessions/events": ({"id": 1}, "ASUVW"),
    "DELETE /user/sessiontypes": ({"id": 3}, ""),
    "DELETE /user/sessiontypes/projects": ({"id": 4}, "ASVW"),
    "DELETE /user/sessiontypes/services": ({"id": 1}, "ASV"),
    "DELETE /user/sessiontypes/sites": ({"id": 2}, ""),
    "DELETE /user/siteaccess": ({"id": 3}, "ASV"),
    "DELETE /user/sites": ({"id": 2}, "A"),
    "DELETE /user/tests": ({"id": 1}, "ASUVW"),
    "DELETE /user/tests/invitations": ({"id": 1}, ""),
    "DELETE /user/testtypes": ({"id": 3}, "ASUVW"),
    "DELETE /user/testtypes/projects": ({"id": 2}, ""),
    "DELETE /user/testtypes/sites": ({"id": 2}, ""),
    "DELETE /user/usergroups": ({"id": 5}, "A"),
    "DELETE /user/users": ({"id": 6}, "A"),
    "DELETE /user/users/usergroups": ({"id": 4}, "ASVW"),
}
"""What each route of users is asked with, and who gets it, by the letters of :data:`LETTERS`."""
LETTERS = "ASUVWN"
"""Of the users in :data:`USERS`; P is a participant, D a device, X a service and - nobody."""
APART = {
    "/login",
    "/logout",
    "/refresh_token",
    "/disconnect",
    "/login/2fa",
    "/login/setup_2fa",
    "/login/change_password",
    "/events",
}
"""Routes of signing in and out, and a stream without end; each is tested with what it is about."""


def callers(tera: Ways) -> Mapping[str, Tera]:
    """One of each kind, by the letter that the tables have for it."""
    token = tera.participant().get("/participant/login").json()["participant_token"]
    found = {letter: tera.user(name) for letter, name in zip(LETTERS, USERS, strict=True)}
    return found | {"P": tera.by_token(token), "D": tera.device(1), "X": tera.service(6), "-": Tera(tera.client, {})}


def let(caller: Tera, method: str, path: str, given: Any) -> bool:
    """Whether a caller gets what is asked for; whoever does not is told why, or that there is nothing.

    The document names a 5xx for some refusals."""
    if method == "POST":
        answer = caller.post(path, given)
    else:
        answer = (caller.get if method == "GET" else caller.delete)(path, **given)
    assert answer.status_code < 500 or answer.text.startswith('"'), (method, path, answer.text)
    return answer.status_code == 200 and answer.text.strip() not in ("", "null", "[]", "{}")


def test_each_route_of_users_answers_those_whom_roles_let(tera: Ways) -> None:
    by, found = callers(tera), {}
    for route, (given, _) in TABLE.items():
        method, path = route.split(" ")
        found[route] = ""
        for letter, caller in by.items():
            if let(caller, method, path, given):
                found[route] += letter
                if method != "GET":
                    assert tera.client.get("/api/test/database/reset").status_code == 200
                    by = callers(tera)
    assert found == {route: letters for route, (_, letters) in TABLE.items()}


def test_every_route_of_users_is_in_the_table() -> None:
    rows = {
        f"{row.method} {row.path.removeprefix('/api')}" for row in DOORS[0].rows if row.path.startswith("/api/user")
    }
    assert {route for route in rows if route.split(" /user")[1] not in APART} == set(TABLE)


OWN = {"user": "A", "participant": "P", "device": "D", "service": "X"}


@pytest.mark.parametrize("api", OWN)
def test_an_api_is_for_its_own_kind_of_caller_alone(tera: Ways, api: str) -> None:
    rows = [row for door in DOORS for row in door.rows if row.path.startswith(f"/api/{api}/") and not row.is_public]
    strangers = {letter: caller for letter, caller in callers(tera).items() if letter in "APDX-" and letter != OWN[api]}
    opened = [
        (row.method, row.path, letter)
        for row in rows
        for letter, caller in strangers.items()
        if caller.client.request(row.method, row.path, headers=caller.headers, json={}).status_code not in (401, 403)
    ]
    assert opened == []
