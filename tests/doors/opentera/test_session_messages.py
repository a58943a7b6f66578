"""What leading a session tells those it concerns, and makes of them."""

from typing import Any

import pytest

from tests.doors.opentera.live import Ear, Live, Told


def uuids(live: Live) -> dict[str, Any]:
    """Who takes part: a user, a participant and a device."""
    admin = live.ways.user("admin")
    return {
        "session_users": [admin.get("/user/users", id_user=3).json()[0]["user_uuid"]],
        "session_participants": [admin.get("/user/participants", id_participant=1).json()[0]["participant_uuid"]],
        "session_devices": [admin.get("/user/devices", id_device=1).json()[0]["device_uuid"]],
    }


def manage(live: Live, action: str, *, by: str = "admin", **more: Any) -> Any:
    """Lead a session."""
    answer = live.ways.user(by).post("/user/sessions/manager", {"session_manage": {"action": action, **more}})
    assert answer.status_code == 200, answer.text
    return answer.json()


def started(live: Live, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A session that goes on, and who takes part."""
    who = uuids(live)
    told = manage(live, "start", id_session_type=1, session_name="S", **who, **more)
    assert told["status"] == "started"
    return told["session"], who


def of_sessions(heard: list[Told]) -> list[Told]:
    """What was said of sessions."""
    return [told for told in heard if "Session" in told["kind"] or "SESSION" in told.get("type", "")]


def everyone(live: Live) -> tuple[Ear, Ear, Ear]:
    """The sockets of those who take part."""
    return live.user("user"), live.participant(), live.device(1)


def test_who_is_in_a_session_is_told_to_join_and_is_busy(live: Live) -> None:
    user, participant, device = everyone(live)
    stranger, seeing = live.user("user4"), live.user("siteadmin")
    session, who = started(live, parameters={"room": 1})
    join = user.until_kind("JoinSessionEvent")[-1]
    assert join == {
        "kind": "JoinSessionEvent",
        "topic": f"websocket.user.{who['session_users'][0]}.events",
        "sessionUrl": join["sessionUrl"],
        "sessionCreatorName": "Super Admin",
        "sessionUuid": session["session_uuid"],
        "sessionParticipants": who["session_participants"],
        "sessionUsers": who["session_users"],
        "sessionDevices": who["session_devices"],
        "joinMsg": "",
        "sessionParameters": '{"room":1}',
        "serviceUuid": join["serviceUuid"],
    }
    assert join["sessionUrl"].startswith(live.base_url)
    assert session["session_uuid"] in join["sessionUrl"]
    assert len(session["session_key"]) == 64
    assert join["sessionUrl"].endswith(f"&key={session['session_key']}"), "those who are invited come in by it"
    assert session["session_url_users"].endswith(join["sessionUrl"].partition("//")[2].partition("/")[2])
    for ear in (participant, device):
        assert ear.until_kind("JoinSessionEvent")[-1]["sessionUuid"] == session["session_uuid"]
    joined = of_sessions(seeing.until_kind("DEVICE_JOINED_SESSION"))
    assert sorted(told["type"] for told in joined) == [
        "DEVICE_JOINED_SESSION",
        "PARTICIPANT_JOINED_SESSION",
        "USER_JOINED_SESSION",
    ]
    admin = live.ways.user("admin")
    assert admin.get("/user/participants", id_participant=1).json()[0]["participant_busy"] is True
    assert admin.get("/user/devices", id_device=1, with_status=True).json()[0]["device_busy"] is True
    shown = {one["id_user"]: one["user_busy"] for one in admin.get("/user/users/online").json()}
    assert shown == {2: False, 3: True, 6: False}
    participant.socket.close()
    seeing.until_kind("PARTICIPANT_DISCONNECTED")
    offline = admin.get("/user/participants/online").json()[0]
    assert (offline["participant_online"], offline["participant_busy"]) == (False, True), "busy until it ends"
    admin.get("/user/disconnect", id_user=6)
    assert stranger.rest() == []


def test_a_session_that_ends_frees_everyone(live: Live) -> None:
    ears = everyone(live)
    session, _ = started(live)
    seeing = live.user("siteadmin")
    told = manage(live, "stop", id_session=session["id_session"])
    assert (told["status"], told["session"]["session_status"]) == ("stopped", 2)
    for ear in ears:
        stop = ear.until_kind("StopSessionEvent")[-1]
        assert stop["sessionUuid"] == session["session_uuid"]
        assert stop["serviceUuid"]
    left = of_sessions(seeing.until_kind("DEVICE_LEFT_SESSION"))
    assert {one["type"] for one in left} == {"USER_LEFT_SESSION", "PARTICIPANT_LEFT_SESSION", "DEVICE_LEFT_SESSION"}
    assert live.ways.user("admin").get("/user/participants", id_participant=1).json()[0]["participant_busy"] is False


def test_who_leaves_is_free_and_all_are_told(live: Live) -> None:
    ears = everyone(live)
    session, who = started(live)
    manage(live, "remove", id_session=session["id_session"], session_participants=who["session_participants"])
    for ear in ears:
        leave = ear.until_kind("LeaveSessionEvent")[-1]
        assert leave["leavingParticipants"] == who["session_participants"]
        assert (leave["leavingUsers"], leave["leavingDevices"]) == ([], [])
    admin = live.ways.user("admin")
    assert admin.get("/user/participants", id_participant=1).json()[0]["participant_busy"] is False
    assert admin.get("/user/devices", id_device=1, with_status=True).json()[0]["device_busy"] is True


def test_who_is_invited_later_joins_with_the_others(live: Live) -> None:
    user, participant, device = everyone(live)
    who = uuids(live)
    session = manage(live, "start", id_session_type=1, session_users=who["session_users"])["session"]
    user.until_kind("JoinSessionEvent")
    manage(live, "invite", id_session=session["id_session"], session_devices=who["session_devices"])
    again = user.until_kind("JoinSessionEvent")[-1]
    assert (again["sessionDevices"], again["sessionParticipants"]) == (who["session_devices"], [])
    assert device.until_kind("JoinSessionEvent")[-1]["sessionUsers"] == who["session_users"]
    live.ways.user("admin").get("/user/disconnect", id_participant=1)
    assert {told["kind"] for told in of_sessions(participant.rest())} == {"DeviceEvent"}, "that its device is busy"


@pytest.mark.parametrize(("code", "shown"), [("accept", "REPLY_ACCEPTED"), (2, "REPLY_DENIED"), ("busy", "REPLY_BUSY")])
def test_the_others_are_told_what_someone_answered(live: Live, code: Any, shown: str) -> None:
    user, participant, device = everyone(live)
    session, who = started(live)
    participants = {"session_participants": who["session_participants"]}
    parameters = {"reply_code": code, "reply_msg": "soon"}
    told = manage(live, "invite_reply", id_session=session["id_session"], parameters=parameters, **participants)
    assert told["status"] == "OK"
    reply = user.until_kind("JoinSessionReplyEvent")[-1]
    assert {name: reply[name] for name in ("sessionUuid", "userUuid", "participantUuid", "deviceUuid")} == {
        "sessionUuid": session["session_uuid"],
        "userUuid": "",
        "participantUuid": who["session_participants"][0],
        "deviceUuid": "",
    }
    assert (reply["joinReply"], reply["replyMsg"]) == (shown, "soon")
    device.until_kind("JoinSessionReplyEvent")
    admin = live.ways.user("admin")
    busy = admin.get("/user/participants", id_participant=1).json()[0]["participant_busy"]
    assert busy is (shown == "REPLY_ACCEPTED")
    assert admin.get("/user/devices", id_device=1, with_status=True).json()[0]["device_busy"] is True
    admin.get("/user/disconnect", id_participant=1)
    assert "JoinSessionReplyEvent" not in {told["kind"] for told in participant.rest()}


def test_a_session_ends_when_who_made_it_does_not_come(live: Live) -> None:
    user = live.user("user")
    who = uuids(live)
    session = manage(live, "start", by="user", id_session_type=1, session_users=who["session_users"])["session"]
    user.until_kind("JoinSessionEvent")
    told = manage(live, "invite_reply", by="user", id_session=session["id_session"], parameters={"reply_code": "deny"})
    assert told["session"]["session_status"] == 2
    user.until_kind("StopSessionEvent")
