"""What is kept can be shown again, and what cannot be kept is refused by both stores alike, with what to change."""

from typing import Any

import pytest

from tests.doors.opentera.callers import Ways, basic

LONG = "".join(f"{number:x}" for number in range(200))
NULL = "A text holds a null character, which cannot be stored."


def nested(levels: int) -> str:
    """Lists within one another, as JSON."""
    return "[" * levels + "]" * levels


def post(tera: Ways, path: str, body: str, who: str = "admin") -> Any:
    """POST of JSON as it is written."""
    caller = tera.user(who) if who == "admin" else tera.device(1)
    headers = caller.headers | {"content-type": "application/json"}
    return caller.client.post(f"/api{path}", content=body, headers=headers)


@pytest.mark.parametrize("levels", [90, 150, 900, 975, 5000])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/user/sessions", '{"session": {"id_session": 1, "session_parameters": %s}}'),
        (
            "/user/sessions/manager",
            '{"session_manage": {"action": "start", "id_session_type": 1, "parameters": {"a": %s}}}',
        ),
        (
            "/user/services/configs",
            '{"service_config": {"id_service_config": 0, "id_service": 2, "service_config_config": {"a": %s}}}',
        ),
        ("/user/tests/invitations", '{"tests_invitations": {"a": %s}}'),
    ],
)
def test_lists_in_lists_are_taken_as_deep_as_they_can_be_shown(tera: Ways, path: str, body: str, levels: int) -> None:
    answer = post(tera, path, body % nested(levels))
    assert answer.status_code == (200 if levels == 90 and "invitations" not in path else 400), answer.text
    assert answer.status_code == 200 or answer.json()
    assert tera.user("admin").get("/user/sessions", id_user=1).status_code == 200
    assert tera.user("admin").get("/user/services/configs", id_service=2).status_code == 200


@pytest.mark.parametrize("text", [nested(5000), nested(500), '"\\ud800"', "1e999", "NaN", "{"])
def test_parameters_that_are_no_object_to_show_are_shown_as_text(tera: Ways, text: str) -> None:
    admin = tera.user("admin")
    changed = admin.post("/user/sessions", {"session": {"id_session": 1, "session_parameters": text}})
    assert (changed.status_code, changed.json()[0]["session_parameters"]) == (200, text)
    assert admin.get("/user/sessions", id_session=1).json()[0]["session_parameters"] == text


@pytest.mark.parametrize("text", ['{"a": "\\ud800"}', '{"a": NaN}', '{"a": 1e999}', f'{{"a": {nested(200)}}}', "[]"])
def test_a_config_that_could_not_be_shown_is_refused(tera: Ways, text: str) -> None:
    admin = tera.user("admin")
    given = {"id_service_config": 0, "id_service": 2, "id_user": 1, "service_config_config": text}
    for more in ({}, {"service_config_specific_id": "here"}):
        refused = admin.post("/user/services/configs", {"service_config": given | more})
        assert refused.status_code == 400
        assert refused.json()
    assert admin.get("/user/services/configs", id_service=2, id_user=1).json() == []


@pytest.mark.parametrize(
    ("path", "name", "values"),
    [
        ("/user/devices", "device", {"id_device": 1, "device_config": "a\0"}),
        ("/user/usergroups", "user_group", {"id_user_group": 1, "user_group_name": "a\0"}),
        ("/user/sessions/manager", "session_manage", {"action": "start", "session_uuid": "\0"}),
        ("/user/sessions/manager", "session_manage", {"action": "start", "session_participants": ["\0"]}),
        ("/user/sessions/manager", "session_manage", {"action": "start", "id_session_type": 1, "parameters": "\0"}),
    ],
)
def test_null_characters_are_refused(tera: Ways, path: str, name: str, values: dict[str, Any]) -> None:
    refused = tera.user("admin").post(path, {name: values})
    assert (refused.status_code, refused.json()) == (400, NULL)


def test_a_device_cannot_keep_a_null_character(tera: Ways) -> None:
    refused = post(tera, "/device/devices", '{"device": {"device_config": "a\\u0000"}}', "device")
    assert (refused.status_code, refused.json()) == (400, NULL)


def test_the_code_of_a_null_character_is_text_like_any_other(tera: Ways) -> None:
    answer = post(tera, "/device/devices", '{"device": {"device_config": "a\\\\u0000"}}', "device")
    assert (answer.status_code, answer.json()[0]["device_config"]) == (200, "a\\u0000")


@pytest.mark.parametrize(("path", "name"), [("projects", "name"), ("devicetypes", "device_type_key")])
def test_nothing_is_looked_for_by_a_null_character(tera: Ways, path: str, name: str) -> None:
    refused = tera.user("admin").get(f"/user/{path}", **{name: "a\0"})
    assert refused.status_code == 400
    assert refused.json()["errors"][name].endswith("holds a null character")


@pytest.mark.parametrize("pair", [("admin\0", "admin"), ("admin", "admin\0"), ("\0", "\0")])
def test_nobody_signs_in_with_a_null_character(tera: Ways, pair: tuple[str, str]) -> None:
    for path in ("/api/user/login", "/api/participant/login", "/api/user/users"):
        assert tera.client.get(path, headers=basic(*pair)).status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        (
            "/user/devicetypes",
            {"device_type": {"id_device_type": 1, "device_type_name": LONG}},
            "The name of the device type may have at most 255 characters.",
        ),
        (
            "/user/participants",
            {"participant": {"id_participant": 1, "participant_username": "ß" * 200}},
            "The username_key of the participant may have at most 255 characters.",
        ),
        (
            "/user/sessions",
            {"session": {"id_session": 1, "session_name": LONG}},
            "The name of the session may have at most 255 characters.",
        ),
        (
            "/user/sessions",
            {"session": {"id_session": 1, "session_duration": 2**31}},
            "The duration_s of the session must lie between -2147483648 and 2147483647.",
        ),
        (
            "/user/sessions/events",
            {"session_event": {"id_session_event": 0, "id_session": 1, "id_session_event_type": -(2**31) - 1}},
            "The kind of the session event must lie between -2147483648 and 2147483647.",
        ),
        (
            "/user/services",
            {"service": {"id_service": 3, "service_name": None}},
            "The name of the service is required.",
        ),
        (
            "/user/projects",
            {"project": {"id_project": 1, "project_enabled": None}},
            "The is_enabled of the project is required.",
        ),
    ],
)
def test_what_a_column_cannot_hold_is_refused_by_name(tera: Ways, path: str, body: Any, told: str) -> None:
    refused = tera.user("admin").post(path, body)
    assert (refused.status_code, refused.json()) == (400, told)


@pytest.mark.parametrize("flag", ["enabled", "superadmin", "2fa_enabled", "2fa_email_enabled", "force_password_change"])
def test_a_flag_of_a_user_is_true_or_false(tera: Ways, flag: str) -> None:
    admin = tera.user("admin")
    before = admin.get("/user/users", id_user=1).json()
    refused = admin.post("/user/users", {"user": {"id_user": 1, f"user_{flag}": None}})
    assert refused.status_code == 400
    assert refused.json().endswith("must be true or false.")
    assert admin.get("/user/users", id_user=1).json() == before


@pytest.mark.parametrize("asked", [{"limit": -1}, {"offset": -1}, {"status": 2**40}])
@pytest.mark.parametrize("api", ["user", "service"])
def test_a_list_is_cut_where_it_can_be(tera: Ways, api: str, asked: dict[str, int]) -> None:
    who = tera.user("admin") if api == "user" else tera.service(6)
    refused = who.get(f"/{api}/sessions", id_participant=1, **asked)
    assert refused.status_code == 400
    assert next(iter(asked)) in refused.json()


MOMENTS = ["0001-01-01T00:00:00+14:00", "1899-12-31T23:59:59", "9999-12-31T23:59:59", "9999-12-31T23:59:59-12:00"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_happens_outside_the_calendar(tera: Ways, moment: str) -> None:
    event = {"id_session_event": 0, "id_session": 1, "id_session_event_type": 1, "session_event_datetime": moment}
    session = {"id_session": 1, "session_start_datetime": moment}
    for path, name, given in (("sessions/events", "session_event", event), ("sessions", "session", session)):
        refused = tera.user("admin").post(f"/user/{path}", {name: given})
        assert refused.status_code == 400
        assert (
            refused.json().endswith("_datetime must lie between the years 1900 and 9998") or "ISO 8601" in refused.text
        )


def test_a_moment_with_an_offset_comes_back_in_utc(tera: Ways) -> None:
    given = {"id_session": 1, "session_start_datetime": "2026-03-01T09:30:00+05:30"}
    changed = tera.user("admin").post("/user/sessions", {"session": given}).json()[0]
    assert changed["session_start_datetime"] == "2026-03-01T04:00:00+00:00"


def test_what_may_be_empty_is_emptied(tera: Ways) -> None:
    admin, device = tera.user("admin"), tera.device(1)
    texts = {"session_event_text": None, "session_event_context": None}
    event = {"id_session_event": 1, "id_session": 1}
    changed = admin.post("/user/sessions/events", {"session_event": event | texts | {"id_session_event_type": None}})
    shown = changed.json()[0]
    assert {name: shown[name] for name in texts} == texts
    assert shown["id_session_event_type"] is not None
    given = {"id_session": 0, "id_session_type": 2, "session_name": "A", "session_comments": "B"}
    made = device.post("/device/sessions", {"session": given}).json()
    given = {"id_session": made["id_session"], "session_comments": None, "session_name": None}
    changed = device.post("/device/sessions", {"session": given})
    assert (changed.json()["session_comments"], changed.json()["session_name"]) == (None, "A")


def test_an_invitation_goes_to_another(tera: Ways) -> None:
    def save(**given: Any) -> Any:
        return tera.user("admin").post("/user/tests/invitations", {"tests_invitations": [given]})

    made = save(id_test_invitation=0, id_test_type=1, id_participant=1, test_invitation_message="Come").json()[0]
    about = {"id_test_invitation": made["id_test_invitation"]}
    nobody = save(**about, id_participant=None)
    assert (nobody.status_code, nobody.json()) == (400, "Name a user, a participant or a device.")
    changed = save(**about, id_participant=None, id_user=2, test_invitation_message=None, id_test_type=None).json()[0]
    told = [changed[name] for name in ("id_participant", "id_user", "test_invitation_message", "id_test_type")]
    assert told == [None, 2, None, 1]
