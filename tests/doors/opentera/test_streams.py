"""The same events as a stream, from wherever a client left off."""

from itertools import islice

import pytest

from tests.doors.opentera.live import Live


def names(told: list[tuple[str, dict[str, str]]]) -> list[str]:
    """The kinds and types of events."""
    return [one.get("type", one["kind"]) for _, one in told]


def test_a_stream_goes_on_after_the_event_that_came_last(live: Live) -> None:
    admin = live.ways.user("admin")
    watching = live.user("siteadmin")
    live.participant().socket.close()
    watching.until_kind("PARTICIPANT_DISCONNECTED")
    everything = list(islice(live.stream(admin, "user", **{"last-event-id": "WzAsMF0"}), 3))
    assert names(everything)[-3:] == ["USER_CONNECTED", "PARTICIPANT_CONNECTED", "PARTICIPANT_DISCONNECTED"]
    assert len({key for key, _ in everything}) == 3
    after = list(islice(live.stream(admin, "user", **{"last-event-id": everything[0][0]}), 2))
    assert after == everything[1:]
    by_query = admin.get("/user/events", last_event_id="what")
    assert (by_query.status_code, "Last-Event-ID" in by_query.json()) == (400, True)


def test_an_event_comes_to_a_stream_as_it_happens(live: Live) -> None:
    admin = live.ways.user("admin")
    stream = live.stream(admin, "user", **{"last-event-id": "WzAsMF0"})
    live.device(1)
    seen = [told for _, told in islice(stream, 1)]
    assert seen[0]["type"] == "DEVICE_CONNECTED"
    live.ways.device(1).post("/device/status", {"status": {}, "timestamp": 1})
    assert next(stream)[1]["type"] == "DEVICE_STATUS_CHANGED"
    assert admin.get("/user/devices/online").json()[0]["device_online"] is True
    assert admin.get("/user/users/online").json() == [], "a stream makes nobody online"
    admin.get("/user/disconnect", id_device=1)
    assert next(stream)[1]["type"] == "DEVICE_DISCONNECTED"
    live.ways.user("admin").get("/user/logout")
    assert list(stream) == [], "signing out ends it"


@pytest.mark.parametrize("kind", ["participant", "device", "service", "stranger"])
def test_a_stream_tells_what_the_caller_may_see(live: Live, kind: str) -> None:
    ways = live.ways
    caller = {
        "participant": ways.participant(),
        "device": ways.device(1),
        "service": ways.service(6),
        "stranger": ways.user("user4"),
    }[kind]
    expected = {
        "participant": ["PARTICIPANT_CONNECTED", "DEVICE_CONNECTED", "JoinSessionEvent"],
        "device": ["PARTICIPANT_CONNECTED", "DEVICE_CONNECTED", "JoinSessionEvent"],
        "service": ["USER_CONNECTED", "PARTICIPANT_CONNECTED", "DEVICE_CONNECTED", "JoinSessionEvent"],
        "stranger": ["JoinSessionEvent"],
    }[kind]
    live.user("user")
    live.participant()
    live.device(1)
    admin = ways.user("admin")
    who = {
        "session_users": [admin.get("/user/users", id_user=6).json()[0]["user_uuid"]],
        "session_participants": [admin.get("/user/participants", id_participant=1).json()[0]["participant_uuid"]],
        "session_devices": [admin.get("/user/devices", id_device=1).json()[0]["device_uuid"]],
    }
    start = {"session_manage": {"action": "start", "id_session_type": 1, **who}}
    assert admin.post("/user/sessions/manager", start).json()["status"] == "started"
    path = "user" if kind == "stranger" else kind
    told = list(islice(live.stream(caller, path, **{"last-event-id": "WzAsMF0"}), len(expected)))
    assert names(told) == expected
    assert caller.get(f"/{path}/events", last_event_id="x").status_code == 400


def test_a_stream_wants_a_caller(live: Live) -> None:
    for kind in ("user", "participant", "device", "service"):
        assert live.client.get(f"/api/{kind}/events").status_code == 401
