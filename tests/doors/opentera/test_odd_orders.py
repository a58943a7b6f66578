"""Sessions that are led in an order nobody would think of."""

from typing import Any

import pytest

from tests.doors.opentera.callers import Ways
from tests.doors.opentera.live import Live
from tests.doors.opentera.test_session_messages import everyone, manage, started

NOT_IN_PROGRESS = {"status": "error", "error_text": "That session is not in progress."}


def lead(tera: Ways, action: str, **more: Any) -> Any:
    """Lead a session as who may do everything."""
    return tera.user("admin").post("/user/sessions/manager", {"session_manage": {"action": action, **more}})


def participant(tera: Ways, participant_id: int = 1) -> Any:
    """One of the participants."""
    return tera.user("admin").get("/user/participants", id_participant=participant_id).json()[0]


def begun(tera: Ways, **more: Any) -> Any:
    """A session with the first participant that goes on."""
    who = [participant(tera)["participant_uuid"]]
    return lead(tera, "start", id_session_type=1, session_participants=who, **more).json()["session"]


@pytest.mark.parametrize("action", ["stop", "invite", "remove", "invite_reply"])
def test_a_session_that_is_over_is_led_no_more(tera: Ways, action: str) -> None:
    admin, session = tera.user("admin"), begun(tera)
    about = {"id_session": session["id_session"]}
    assert lead(tera, "stop", **about).json()["status"] == "stopped"
    before = admin.get("/user/sessions", **about).json(), admin.get("/user/sessions/events", **about).json()
    other = [participant(tera, 2)["participant_uuid"]]
    told = lead(tera, action, session_participants=other, parameters={"reply_code": "deny"}, **about)
    assert (told.status_code, told.json()) == (200, NOT_IN_PROGRESS)
    assert (admin.get("/user/sessions", **about).json(), admin.get("/user/sessions/events", **about).json()) == before
    assert participant(tera, 2)["participant_busy"] is False


@pytest.mark.parametrize("action", ["stop", "invite", "remove", "invite_reply"])
@pytest.mark.parametrize("by", ["user", "service"])
def test_only_a_start_makes_a_session(tera: Ways, by: str, action: str) -> None:
    who = tera.user("admin") if by == "user" else tera.service(6)
    answer = who.post(f"/{by}/sessions/manager", {"session_manage": {"action": action, "id_session_type": 1}})
    assert (answer.status_code, answer.json()) == (400, "Missing id_session or session_uuid")


def test_who_is_not_in_a_session_does_not_leave_it(tera: Ways) -> None:
    session = begun(tera)
    about = {"id_session": session["id_session"], "session_participants": [participant(tera, 2)["participant_uuid"]]}
    assert lead(tera, "remove", **about).json()["status"] == "removed"
    assert lead(tera, "invite_reply", parameters={"reply_code": "busy"}, **about).json()["status"] == "OK"
    events = tera.user("admin").get("/user/sessions/events", id_session=session["id_session"]).json()
    assert [one["id_session_event_type"] for one in events] == [3]


def test_who_came_and_went_is_noted_by_name(tera: Ways) -> None:
    session = begun(tera)
    user = tera.user("admin").get("/user/users", id_user=3).json()[0]["user_uuid"]
    device = tera.user("admin").get("/user/devices", id_device=1).json()[0]
    about = {"id_session": session["id_session"], "session_users": [user]}
    lead(tera, "invite", session_devices=[device["device_uuid"]], **about)
    lead(tera, "remove", **about)
    lead(tera, "invite_reply", **about | {"session_users": []}, parameters={"reply_code": "deny"},
         session_participants=[participant(tera)["participant_uuid"]])  # fmt: skip
    events = tera.user("admin").get("/user/sessions/events", id_session=session["id_session"]).json()
    assert [(one["id_session_event_type"], one["session_event_text"]) for one in events] == [
        (3, ""), (12, "Site User"), (12, device["device_name"]), (13, "Site User"), (14, "Participant #1"),
    ]  # fmt: skip


def test_who_went_on_to_another_session_stays_busy_when_the_first_one_ends(tera: Ways) -> None:
    first, second = begun(tera), begun(tera)
    lead(tera, "stop", id_session=first["id_session"])
    assert participant(tera)["participant_busy"] is True
    lead(tera, "stop", id_session=second["id_session"])
    assert participant(tera)["participant_busy"] is False


def test_nobody_is_busy_with_a_session_that_is_said_to_be_over(tera: Ways) -> None:
    session = begun(tera)
    change = {"id_session": session["id_session"], "session_status": 2}
    assert tera.user("admin").post("/user/sessions", {"session": change}).status_code == 200
    assert participant(tera)["participant_busy"] is False


def test_a_service_names_whose_session_it_is(tera: Ways) -> None:
    def start(**creator: int) -> Any:
        body = {"action": "start", "id_session_type": 1, "id_service": 6, **creator}
        return tera.service(6).post("/service/sessions/manager", {"session_manage": body})

    names = ("id_creator_user", "id_creator_participant", "id_creator_device", "id_creator_service")
    for name in names:
        made = start(**dict.fromkeys(names, 0) | {name: 2}).json()["session"]
        assert {one: made[one] for one in names} == dict.fromkeys(names) | {name: 2}
    assert start(id_creator_user=0).json()["session"]["id_creator_service"] == 6
    assert start(id_creator_user=4711).status_code == 403


def test_a_session_that_starts_again_takes_what_it_is_given(tera: Ways) -> None:
    session = begun(tera, parameters={"room": 1})
    about = {"id_session": session["id_session"]}
    assert lead(tera, "start", **about).json()["session"]["session_parameters"] == {"room": 1}
    assert lead(tera, "start", parameters={"room": 2}, **about).json()["session"]["session_parameters"] == {"room": 2}


def test_who_left_is_not_called_back_when_someone_else_is_invited(live: Live) -> None:
    user, participant_, device = everyone(live)
    session, who = started(live)
    about = {"id_session": session["id_session"]}
    manage(live, "remove", session_participants=who["session_participants"], **about)
    manage(live, "invite_reply", session_devices=who["session_devices"], parameters={"reply_code": "deny"}, **about)
    other = live.ways.user("admin").get("/user/users", id_user=2).json()[0]["user_uuid"]
    user.until_kind("JoinSessionEvent")
    manage(live, "invite", session_users=[other], **about)
    again = user.until_kind("JoinSessionEvent")[-1]
    assert (again["sessionParticipants"], again["sessionDevices"]) == ([], [])
    assert sorted(again["sessionUsers"]) == sorted([*who["session_users"], other])
    for ear, gone in ((participant_, {"id_participant": 1}), (device, {"id_device": 1})):
        live.ways.user("admin").get("/user/disconnect", **gone)
        assert [told["kind"] for told in ear.rest()].count("JoinSessionEvent") == 1
