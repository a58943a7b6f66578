"""ILT sessions: planned, found, changed, attended, completed and cancelled as the document says."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema
import pytest

from rollbook.core.kernel import clock
from rollbook.core.learning import contents, versions
from rollbook.core.learning.content_queries import get_content
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import NewContent
from rollbook.core.people import organisations
from tests.conftest import Caller, Organisation
from tests.doors.velpic.conftest import CONTRACT, add_user, answered

PATH = "/api/v2/ilt_session"
LISTED = {
    "id", "statusId", "instructorId", "instructorFirstName", "instructorLastName", "lessonId", "notes",
    "startDatetime", "endDatetime", "location", "createdDate", "modifiedDate",
}  # fmt: skip


def add_lesson(organisation: Organisation, title: str = "Working at height") -> int:
    """Publish a lesson."""
    with organisation.writing() as work:
        made = contents.create(work, NewContent(title=title))
        versions.publish(work, made, versions.draft(work, made, [Step(title="Read", text="Look first.")], None))
        return get_content(work, key="id", value=made.id).id


def in_hours(hours: float) -> str:
    """An instant from now, in UTC."""
    return clock.iso(clock.now() + int(hours * clock.HOUR))


@pytest.fixture
def lesson(organisation: Organisation) -> int:
    """A published lesson's id."""
    return add_lesson(organisation)


@pytest.fixture
def instructor(api: Caller) -> dict[str, Any]:
    """Someone who teaches."""
    return add_user(api, "Test", "Name", userName="teacher", roles=[8])


@pytest.fixture
def planned(api: Caller, lesson: int, instructor: dict[str, Any]) -> dict[str, Any]:
    """A session tomorrow with two places."""
    return add_session(api, lesson, instructor, numberOfPlaces=2)


def add_session(api: Caller, lesson: int | None, instructor: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Plan a session."""
    asked = {"startDatetime": in_hours(24), "endDatetime": in_hours(26), "location": "Here", "notes": "Test"} | given
    asked |= {"instructorId": instructor["id"], **({"lessonId": lesson} if lesson is not None else {})}
    made: dict[str, Any] = answered(api.post(PATH, json=asked))
    return made


def users(api: Caller, number: int) -> list[int]:
    """Register trainees; their ids."""
    return [
        add_user(api, f"T{at}", "Trainee", userName=f"t{at}", emailAddress=f"t{at}@example.org")["id"]
        for at in range(number)
    ]


def look(api: Caller, session: dict[str, Any]) -> dict[str, Any]:
    """The session as it is now."""
    found: dict[str, Any] = answered(api.get(f"{PATH}/{session['id']}"))
    return found


def act(api: Caller, session: dict[str, Any], verb: str, **body: Any) -> Any:
    """One of the session's verbs."""
    return api.post(f"{PATH}/{session['id']}/{verb}", json=body)


def attendees(api: Caller, session: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
    """Who has a seat."""
    rows: list[dict[str, Any]] = answered(api.get(f"{PATH}/{session['id']}/attendees", params=params))["results"]
    return rows


def test_a_session_is_planned_in_the_organisations_zone(
    organisation: Organisation, api: Caller, lesson: int, instructor: dict[str, Any]
) -> None:
    with organisation.writing() as work:
        organisations.change(work, name="Perth", language="en", time_zone="Australia/Perth")
    made = add_session(
        api, lesson, instructor, startDatetime="2031-05-19T01:00:06.000+0800", endDatetime="2031-05-19T03:00:06"
    )
    assert made.keys() == LISTED
    assert made["startDatetime"] == "2031-05-19T01:00:06.000+0800"
    assert made["endDatetime"] == "2031-05-19T03:00:06.000+0800"
    assert (made["statusId"], made["lessonId"], made["instructorId"]) == (1, lesson, instructor["id"])
    assert (made["instructorFirstName"], made["instructorLastName"]) == ("Test", "Name")
    shown = look(api, made)
    assert (shown["state"], shown["instructorLed"], shown["lessonName"]) == ("upcoming", True, "Working at height")
    assert (shown["numberOfAttendees"], shown["attendanceRate"], shown["passRate"]) == (0, 0, 0)
    assert shown["iltSessionCancellationTraineeNotificationEnabled"] is True


def test_only_what_the_document_requires_is_enough(api: Caller, instructor: dict[str, Any]) -> None:
    made = add_session(api, None, instructor)
    [person] = users(api, 1)
    assert act(api, made, "bulk_register", userIds=[person]).status_code == 200
    [attendee] = attendees(api, made)
    assert attendee["lessonScheduleId"] > 0


def test_sessions_are_found_by_state_status_instructor_and_schedule(
    api: Caller, lesson: int, instructor: dict[str, Any]
) -> None:
    other = add_user(api, "Other", "Teacher", userName="other")
    ahead = add_session(api, lesson, instructor)
    running = add_session(api, lesson, other, startDatetime=in_hours(-1), endDatetime=in_hours(1))
    past = add_session(api, lesson, instructor, startDatetime=in_hours(-3), endDatetime=in_hours(-2))
    [person] = users(api, 1)
    act(api, running, "bulk_register", userIds=[person])
    [attendee] = attendees(api, running)
    assert act(api, past, "complete").status_code == 200
    assert act(api, ahead, "cancel_session", **silent()).status_code == 200

    def found(**params: Any) -> list[int]:
        listed = answered(api.get(PATH, params=params))
        assert listed["meta"]["totalResultCount"] >= len(listed["results"])
        return [row["id"] for row in listed["results"]]

    assert found() == [past["id"], running["id"], ahead["id"]]
    assert [found(state=1), found(state=2), found(state=3)] == [[ahead["id"]], [running["id"]], [past["id"]]]
    assert [found(status=1), found(status=2), found(status=3)] == [[running["id"]], [past["id"]], [ahead["id"]]]
    assert found(instructorId=other["id"]) == [running["id"]]
    assert found(lessonScheduleId=attendee["lessonScheduleId"]) == [running["id"]]
    assert found(startIndex=1, maxResults=1) == [running["id"]]
    assert answered(api.get(PATH, params={"startIndex": 1, "maxResults": 1}))["meta"] == {
        "totalResultCount": 3, "startIndex": 1, "endIndex": 2,
    }  # fmt: skip


def silent() -> dict[str, bool]:
    """A cancellation that nobody is told of."""
    return {
        "iltSessionCancellationTraineeNotificationEnabled": False,
        "iltSessionCancellationInstructorNotificationEnabled": False,
    }


def test_a_session_is_changed_and_places_never_fall_below_the_seats_taken(api: Caller, planned: dict[str, Any]) -> None:
    act(api, planned, "bulk_register", userIds=users(api, 3))
    change = {"instructorId": planned["instructorId"], "location": "There", "numberOfPlaces": 3}
    changed = answered(api.patch(f"{PATH}/{planned['id']}", json=change))
    assert (changed["location"], changed["numberOfPlaces"], changed["numberOfAttendees"]) == ("There", 3, 3)
    refused = answered(api.patch(f"{PATH}/{planned['id']}", json={"numberOfPlaces": 1}), 400)
    assert "numberOfPlaces" in refused["errors"]
    assert look(api, planned)["numberOfPlaces"] == 3


def test_a_status_that_is_written_completes_or_cancels(api: Caller, lesson: int, instructor: dict[str, Any]) -> None:
    done, gone = add_session(api, lesson, instructor), add_session(api, lesson, instructor)
    assert answered(api.patch(f"{PATH}/{done['id']}", json={"statusId": 1}))["statusId"] == 1
    completed = answered(api.patch(f"{PATH}/{done['id']}", json={"statusId": 2}))
    assert (completed["statusId"], completed["state"]) == (2, "past")
    assert answered(api.patch(f"{PATH}/{gone['id']}", json={"statusId": 3}))["statusId"] == 3
    assert api.patch(f"{PATH}/{gone['id']}", json={"statusId": 1}).status_code == 400
    assert api.patch(f"{PATH}/{gone['id']}", json={"statusId": 9}).status_code == 400


def test_attendance_is_saved_and_completing_completes_the_schedules_of_those_who_passed(
    organisation: Organisation, api: Caller, planned: dict[str, Any]
) -> None:
    people = users(api, 3)
    assert answered(act(api, planned, "bulk_register", userIds=people)) is None
    passed, failed = attendees(api, planned)
    assert [passed["userId"], failed["userId"]] == people[:2]
    assert (passed["attended"], passed["passed"], passed["sessionId"]) == (False, False, planned["id"])
    marks = [{"id": passed["id"], "passed": True, "attended": True}, {"id": failed["id"], "attended": True}]
    assert answered(act(api, planned, "save_progress", attendees=marks)) is None
    assert answered(act(api, planned, "complete")) is None
    shown = look(api, planned)
    assert (shown["statusId"], shown["attendanceRate"], shown["passRate"]) == (2, 100, 50)
    tasks = organisation.native().get("/v1/assignments").json()["assignments"]
    assert sorted(task["status"] for task in tasks) == ["completed", "due", "due"]
    assert act(api, planned, "complete").status_code == 400
    assert act(api, planned, "bulk_register", userIds=people).status_code == 400


def test_marks_that_cannot_be_change_nothing_and_name_their_position(api: Caller, planned: dict[str, Any]) -> None:
    act(api, planned, "bulk_register", userIds=users(api, 2))
    one, two = attendees(api, planned)
    for bad, status in (
        ({"id": two["id"], "passed": True, "attended": False}, 400),
        ({"id": 10**9, "passed": True}, 404),
        ({"passed": True}, 400),
        ({"id": "x"}, 400),
    ):
        marks = [{"id": one["id"], "passed": True}, bad]
        refused = answered(act(api, planned, "save_progress", attendees=marks), status)
        assert any("attendees[1]" in field for field in refused["errors"]), refused
    assert [row["passed"] for row in attendees(api, planned)] == [False, False]


def test_whoever_is_taken_out_lets_the_next_one_in(api: Caller, planned: dict[str, Any]) -> None:
    people = users(api, 3)
    act(api, planned, "bulk_register", userIds=people)
    assert answered(act(api, planned, "bulk_deregister", userIds=people[:1])) is None
    assert [row["userId"] for row in attendees(api, planned)] == people[1:]
    assert [row["userId"] for row in attendees(api, planned, startIndex=1, maxResults=1)] == people[2:]


def test_two_hundred_clients_at_once_fill_exactly_twenty_seats(
    organisation: Organisation, api: Caller, lesson: int, instructor: dict[str, Any]
) -> None:
    session = add_session(api, lesson, instructor, numberOfPlaces=20)
    rows = [{"firstName": "T", "lastName": f"No {at}", "employeeNumber": f"e{at}"} for at in range(200)]
    made = answered(api.post("/api/v2/bulkUserImport", json={"users": rows, "mergeType": "none"}))
    people = [user["id"] for user in made]
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda id_: act(api, session, "bulk_register", userIds=[id_]).status_code, people))
    assert set(statuses) == {200}
    assert look(api, session)["numberOfAttendees"] == 20
    assert len(attendees(api, session, maxResults=500)) == 20


@pytest.mark.parametrize(
    ("change", "field", "status"),
    [
        ({"startDatetime": "tomorrow"}, "startDatetime", 400),
        ({"startDatetime": "1850-01-01T00:00:00Z"}, "startDatetime", 400),
        ({"endDatetime": "2018-05-19T01:00:06.000+0800"}, "endDatetime", 400),
        ({"location": ""}, "location", 400),
        ({"location": "x" * 10_000}, "location", 400),
        ({"instructorId": 10**9}, "instructorId", 404),
        ({"instructorId": "x"}, "instructorId", 400),
        ({"lessonId": 10**9}, "lessonId", 404),
        ({"numberOfPlaces": -1}, "numberOfPlaces", 400),
        ({"numberOfPlaces": 10**12}, "numberOfPlaces", 400),
        ({"notes": 5}, "notes", 400),
    ],
)
def test_each_field_that_is_wrong_is_named_and_nothing_is_planned(
    api: Caller, lesson: int, instructor: dict[str, Any], change: dict[str, Any], field: str, status: int
) -> None:
    good = {
        "lessonId": lesson, "instructorId": instructor["id"], "startDatetime": in_hours(1), "endDatetime": in_hours(2),
        "location": "Here",
    }  # fmt: skip
    refused = answered(api.post(PATH, json=good | change), status)
    assert field in refused["errors"]
    assert answered(api.get(PATH))["results"] == []
    for name in ("startDatetime", "endDatetime", "location", "instructorId"):
        without = {key: value for key, value in good.items() if key != name}
        assert name in answered(api.post(PATH, json=without), 400)["errors"]


def test_another_organisations_sessions_people_and_lessons_are_not_there(
    api: Caller, planned: dict[str, Any], other_organisation: Organisation
) -> None:
    stranger = other_organisation.velpic()
    for answer in (
        stranger.get(f"{PATH}/{planned['id']}"),
        stranger.patch(f"{PATH}/{planned['id']}", json={"location": "Mine"}),
        act(stranger, planned, "complete"),
        act(stranger, planned, "bulk_register", userIds=[]),
        stranger.get(f"{PATH}/{planned['id']}/attendees"),
    ):
        assert answer.status_code == 404, answer.text
    theirs = add_user(stranger, "Their", "User")
    assert act(api, planned, "bulk_register", userIds=[theirs["id"]]).status_code == 404
    foreign = {"lessonId": planned["lessonId"], "instructorId": theirs["id"], "location": "Here"}
    times = {"startDatetime": in_hours(1), "endDatetime": in_hours(2)}
    assert stranger.post(PATH, json=foreign | times).status_code == 404
    assert answered(stranger.get(PATH))["results"] == []


def test_a_wrong_query_is_refused(api: Caller) -> None:
    for params in ({"state": 4}, {"status": 0}, {"state": "soon"}, {"startIndex": -1}, {"maxResults": 10**6}):
        assert api.get(PATH, params=params).status_code == 400


def schema_of(method: str, path: str) -> dict[str, Any]:
    """The document's schema of an answer."""
    [one] = [one for one in CONTRACT["endpoints"] if (one["method"], one["path"]) == (method, path)]
    schema: dict[str, Any] = one["responses"][0]["schema"]
    return schema


def test_each_answer_is_as_the_document_describes_it_and_has_all_its_fields(
    api: Caller, planned: dict[str, Any]
) -> None:
    act(api, planned, "bulk_register", userIds=users(api, 1))
    one = f"{PATH}/{{iltSessionId}}"
    answers = {
        ("GET", PATH): answered(api.get(PATH)),
        ("POST", PATH): planned,
        ("GET", one): look(api, planned),
        ("PATCH", one): answered(api.patch(f"{PATH}/{planned['id']}", json={"location": "There"})),
        ("GET", f"{one}/attendees"): answered(api.get(f"{PATH}/{planned['id']}/attendees")),
    }
    for (method, path), answer in answers.items():
        jsonschema.validate(answer, schema_of(method, path), cls=jsonschema.Draft4Validator)
        [documented] = [e for e in CONTRACT["endpoints"] if (e["method"], e["path"]) == (method, path)]
        example = documented["responses"][0]["example"]
        shown, wanted = (body["results"][0] if "results" in body else body for body in (answer, example))
        missing = wanted.keys() - shown.keys()
        assert missing <= {"registeringUserId", "registeringUserFirstName", "registeringUserLastName"}, (method, path)


def test_a_bad_key_is_told_so_as_the_document_has_it(api: Caller, planned: dict[str, Any]) -> None:
    stranger = Caller(api.client, {"AccessKey": "not-a-key"})
    for answer in (stranger.get(PATH), act(stranger, planned, "complete")):
        assert answer.status_code == 403
        assert answer.json()["internalCode"] == 806


def test_the_contract_has_no_session_endpoint_that_is_not_tested_here() -> None:
    documented = {(one["method"], one["path"]) for one in CONTRACT["endpoints"] if "ilt_session" in one["path"]}
    one = f"{PATH}/{{iltSessionId}}"
    assert documented == {
        ("GET", PATH), ("POST", PATH), ("GET", one), ("PATCH", one), ("POST", f"{one}/complete"),
        ("POST", f"{one}/cancel_session"), ("POST", f"{one}/bulk_register"), ("POST", f"{one}/bulk_deregister"),
        ("GET", f"{one}/attendees"), ("POST", f"{one}/save_progress"),
    }  # fmt: skip
