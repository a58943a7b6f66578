"""Attendance, and what completing or cancelling a class brings."""

from typing import Any

import pytest

from rollbook.core.classes import attendance, planning, queries
from rollbook.core.classes.records import ClassSession, Mark, SessionChanges, SessionFilter, State
from rollbook.core.kernel.clock import DAY, HOUR, MINUTE
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.learning import assignments
from tests.core.classes.conftest import ClassSchool


def save(school: ClassSchool, session: ClassSession, *marks: Mark) -> Any:
    return school.run(lambda work: attendance.save(work, session, marks))


def complete(school: ClassSchool, session: ClassSession) -> ClassSession:
    done: ClassSession = school.run(lambda work: attendance.complete(work, session))
    return done


def test_completing_completes_what_those_who_passed_had_to_learn(school: ClassSchool) -> None:
    session, people = school.session(places=3), school.trainees(4)
    school.register(session, *people)
    passed, failed, unmarked = school.attendees(session, "registered")
    save(
        school,
        session,
        Mark(attendee_id=passed.id, has_passed=True),
        Mark(attendee_id=failed.id, has_attended=True, has_passed=False),
    )
    school.time.pass_days(3)
    done = complete(school, session)
    assert (done.outcome, done.state_at(school.time.now)) == ("completed", State.PAST)
    assert (done.attendance_rate, done.pass_rate) == (66.67, 33.33)
    outcomes = [school.look(one.assignment_id or 0) for one in school.attendees(session)]
    assert [one.outcome for one in outcomes] == ["completed", "open", "open", "open"]
    assert outcomes[0].completed_at == session.ends_at
    assert school.kinds(outcomes[0])[-1] == "assignment.completed"
    marks = [(one.has_attended, one.has_passed) for one in school.attendees(session)]
    assert marks == [(True, True), (True, False), (False, False), (None, None)]
    assert unmarked.has_attended is None


def test_what_was_completed_otherwise_is_not_completed_again(school: ClassSchool) -> None:
    session, (person,) = school.session(), school.trainees(1)
    school.register(session, person)
    [attendee] = school.attendees(session)
    made = school.look(attendee.assignment_id or 0)
    finished = school.run(lambda work: assignments.complete(work, made))
    save(school, session, Mark(attendee_id=attendee.id, has_passed=True))
    school.time.pass_days(2)
    complete(school, session)
    assert school.look(made).completed_at == finished.completed_at
    assert school.kinds(made).count("assignment.completed") == 1


def test_a_class_is_over_once(school: ClassSchool) -> None:
    done, gone, people = school.session(), school.session(), school.trainees(1)
    school.register(done, *people)
    [attendee] = school.attendees(done)
    complete(school, done)
    school.run(lambda work: planning.cancel(work, gone))
    for session in (done, gone):
        for job in (
            lambda work, s=session: attendance.complete(work, s),
            lambda work, s=session: planning.cancel(work, s),
            lambda work, s=session: planning.change(work, s, SessionChanges(location="Elsewhere")),
            lambda work, s=session: attendance.save(work, s, [Mark(attendee_id=attendee.id, has_passed=True)]),
        ):
            with pytest.raises(Fault) as refused:
                school.run(job)
            assert refused.value.code is FaultCode.CONFLICT


def test_marks_stay_sensible_and_are_saved_all_or_none(school: ClassSchool) -> None:
    session, people = school.session(places=1), school.trainees(2)
    school.register(session, *people)
    seated, waiting = school.attendees(session)
    for marks, code in (
        ([Mark(attendee_id=seated.id, has_attended=False, has_passed=True)], FaultCode.INVALID),
        ([Mark(attendee_id=seated.id, has_attended=True), Mark(attendee_id=waiting.id)], FaultCode.UNKNOWN_REFERENCE),
    ):
        with pytest.raises(Fault) as refused:
            save(school, session, *marks)
        assert (refused.value.code, list(refused.value.fields)) == (code, [f"attendees[{len(marks) - 1}]"])
    assert school.attendees(session)[0].has_attended is None
    assert save(school, session, Mark(attendee_id=seated.id, has_passed=True)) == 1
    assert save(school, session, Mark(attendee_id=seated.id, has_passed=True)) == 0
    save(school, session, Mark(attendee_id=seated.id, has_attended=False))
    [marked, _] = school.attendees(session)
    assert (marked.has_attended, marked.has_passed) == (False, False)
    save(school, session, Mark(attendee_id=seated.id, has_attended=None, has_passed=None))
    [marked, _] = school.attendees(session)
    assert (marked.has_attended, marked.has_passed) == (None, None)


def test_classes_are_found_by_when_they_are_and_what_became_of_them(school: ClassSchool) -> None:
    now = school.time.now
    content = school.content()
    spans = {"ahead": (DAY, DAY + HOUR), "now": (-HOUR, HOUR), "past": (-2 * DAY, -DAY), "done": (2 * DAY, 3 * DAY)}
    made = {
        name: school.session(content_id=content.id, starts_at=now + begins, ends_at=now + ends)
        for name, (begins, ends) in spans.items()
    }
    complete(school, made["done"])

    def found(**wanted: Any) -> set[str]:
        page = school.run(lambda work: queries.list_sessions(work, SessionFilter(**wanted), limit=9, with_total=True))
        assert page.total == len(page.rows)
        ids = {session.id for session in page.rows}
        if (state := wanted.get("state")) is not None:
            assert {session.state_at(now) for session in page.rows} == {state}
        return {name for name, session in made.items() if session.id in ids}

    assert found(state=State.UPCOMING) == {"ahead"}
    assert found(state=State.IN_PROGRESS) == {"now"}
    assert found(state=State.PAST) == {"past", "done"}
    assert found(outcome="active") == {"ahead", "now", "past"}
    assert found(content_id=content.id, starts_before=now + MINUTE, ends_after=now) == {"now"}
    assert found(instructor_id=10**9) == set()


def test_a_class_without_a_lesson_is_itself_what_is_assigned(school: ClassSchool) -> None:
    session, (person,) = school.session(content_id=None), school.trainees(1)
    assert (session.content_kind, session.title) == ("outline", "Class at Workshop 2")
    school.register(session, person)
    [attendee] = school.attendees(session)
    save(school, session, Mark(attendee_id=attendee.id, has_passed=True))
    complete(school, session)
    assert school.look(attendee.assignment_id or 0).outcome == "completed"


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"location": " "}, "location", FaultCode.MISSING),
        ({"location": "a\nb"}, "location", FaultCode.INVALID),
        ({"places": 0}, "places", FaultCode.INVALID),
        ({"starts_at": -(2**62)}, "starts_at", FaultCode.INVALID),
        ({"ends_at": 0}, "ends_at", FaultCode.INVALID),
        ({"instructor_id": 10**9}, "instructor_id", FaultCode.UNKNOWN_REFERENCE),
        ({"content_id": 10**9}, "content_id", FaultCode.UNKNOWN_REFERENCE),
        ({"course_id": 10**9}, "course_id", FaultCode.UNKNOWN_REFERENCE),
        ({"notes": "x" * 100_001}, "notes", FaultCode.INVALID),
    ],
)
def test_a_class_that_cannot_be_is_refused_with_the_field_named(
    school: ClassSchool, given: dict[str, Any], field: str, code: FaultCode
) -> None:
    with pytest.raises(Fault) as refused:
        school.session(**given)
    assert (refused.value.code, list(refused.value.fields)) == (code, [field])
