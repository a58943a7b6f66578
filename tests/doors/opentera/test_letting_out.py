"""Who may come in no more, or has another secret by now, is let out at once."""

from typing import Any

import pytest

from tests.doors.opentera.callers import basic
from tests.doors.opentera.live import Ear, Live

DISCONNECTED = (4000, "CMD_CLIENT_DISCONNECT")
PASSWORD = "Anders-als-zuvor-1"


def _changed(live: Live, path: str, name: str, **fields: Any) -> None:
    answer = live.ways.user("admin").post(path, {name: fields})
    assert answer.status_code == 200, answer.text


def test_another_password_lets_a_user_out(live: Live) -> None:
    changed, other = live.user("user3"), live.user("user2")
    _changed(live, "/user/users", "user", id_user=5, user_password=PASSWORD)
    assert changed.close_code() == DISCONNECTED
    assert "USER_DISCONNECTED" in [told["type"] for told in other.until_kind("USER_DISCONNECTED")]
    assert other.socket.close_code is None
    stream = live.client.get("/api/user/events", headers=basic("user3", "user3"))
    assert stream.status_code == 401, "the old password opens nothing"


def test_being_made_to_choose_a_password_lets_a_user_out(live: Live) -> None:
    ear = live.user("user3")
    _changed(live, "/user/users", "user", id_user=5, user_force_password_change=True)
    assert ear.close_code() == DISCONNECTED


@pytest.mark.parametrize(
    "fields",
    [
        {"participant_password": "another one"},
        {"participant_token_enabled": False},
        {"participant_enabled": False},
        {"participant_login_enabled": False},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_a_participant_comes_in_by_lets_them_out_when_it_is_replaced_or_taken(
    live: Live, fields: dict[str, Any]
) -> None:
    ear = live.participant()
    _changed(live, "/user/participants", "participant", id_participant=1, **fields)
    assert ear.close_code() == DISCONNECTED


def test_another_name_lets_nobody_out(live: Live) -> None:
    participant, device = live.participant(), live.device(1)
    _changed(live, "/user/participants", "participant", id_participant=1, participant_name="Somebody")
    _changed(live, "/user/devices", "device", id_device=1, device_name="Something")
    live.ways.user("admin").get("/user/disconnect", id_participant=1)
    assert "PARTICIPANT_DISCONNECTED" in [told["type"] for told in device.until_kind("PARTICIPANT_DISCONNECTED")]
    assert participant.close_code() == DISCONNECTED
    assert device.socket.close_code is None


@pytest.mark.parametrize("fields", [{"device_token": "another one"}, {"device_enabled": False}])
def test_what_a_device_comes_in_by_lets_it_out_when_it_is_replaced_or_taken(live: Live, fields: dict[str, Any]) -> None:
    ear = live.device(1)
    _changed(live, "/user/devices", "device", id_device=1, **fields)
    assert ear.close_code() == DISCONNECTED


def _participant_of(live: Live) -> tuple[int, Ear]:
    """A project of its own, and the socket of someone in it."""
    admin = live.ways.user("admin")
    (project,) = admin.post("/user/projects", {"project": {"id_project": 0, "id_site": 1, "project_name": "P"}}).json()
    fields = {
        "id_participant": 0,
        "id_project": project["id_project"],
        "participant_name": "Somebody",
        "participant_login_enabled": True,
        "participant_username": "somebody",
        "participant_password": PASSWORD,
    }
    assert admin.post("/user/participants", {"participant": fields}).status_code == 200
    entry = live.client.get("/api/participant/login", headers=basic("somebody", PASSWORD)).json()
    ear = live.socket(entry["websocket_url"])
    ear.until_kind("PARTICIPANT_CONNECTED")
    return int(project["id_project"]), ear


@pytest.mark.parametrize("way", ["disabled", "deleted"])
def test_a_participant_goes_with_their_project(live: Live, way: str) -> None:
    project_id, ear = _participant_of(live)
    if way == "disabled":
        _changed(live, "/user/projects", "project", id_project=project_id, project_enabled=False)
    else:
        assert live.ways.user("admin").delete("/user/projects", id=project_id).status_code == 200
    assert ear.close_code() == DISCONNECTED
    assert live.ways.user("admin").get("/user/participants/online").json() == []
