"""The life of an assignment: what moves it, what may not, and what finishing brings."""

from collections.abc import Callable

import pytest

from rollbook.core.access.policy import principal_for
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments, certificate_queries, certificates, course_queries, courses
from rollbook.core.learning.records import Assignment, Course, CourseChanges, Progress
from rollbook.core.people import queries as people
from rollbook.core.people import registration
from rollbook.core.people.records import PersonChanges
from rollbook.core.people.structure import QUALIFICATIONS, find_entry
from tests.core.learning.conftest import NOON, School

Move = Callable[[Work, Assignment], Assignment]
MOVES: dict[str, Move] = {
    "start": assignments.start,
    "progress": lambda work, task: assignments.record_progress(work, task, Progress(progress=10)),
    "complete": assignments.complete,
    "credit": assignments.credit,
    "cancel": assignments.cancel,
}


def refused(school: School, job: Callable[[Work], object]) -> Fault:
    """The fault that a job ends in."""
    with pytest.raises(Fault) as caught:
        school.run(job)
    return caught.value


def test_an_assignment_is_started_progressed_and_completed(school: School) -> None:
    made = school.enrol(school.person(), school.course())
    assert (made.status, made.stage) == ("due", "not_started")
    school.run(lambda work: assignments.start(work, made))
    assert school.look(made).stage == "started"
    school.run(lambda work: assignments.record_progress(work, made, Progress(progress=40, time_s=60)))
    done = school.run(lambda work: assignments.record_progress(work, made, Progress(progress=100, time_s=30)))
    assert (done.status, done.stage, done.time_s, done.progress) == ("completed", "finished", 90, 100)
    kinds = ("created", "started", "progressed", "progressed", "completed")
    assert school.kinds(made) == [f"assignment.{kind}" for kind in kinds]


@pytest.mark.parametrize("end", ["complete", "credit", "cancel"])
@pytest.mark.parametrize("move", list(MOVES))
def test_what_is_over_moves_no_more(school: School, end: str, move: str) -> None:
    made = school.enrol(school.person(), school.course())
    school.run(lambda work: MOVES[end](work, made))
    over = school.look(made)
    fault = refused(school, lambda work: MOVES[move](work, made))
    assert fault.code is FaultCode.CONFLICT
    assert school.look(made) == over


def test_starting_twice_changes_nothing(school: School) -> None:
    made = school.enrol(school.person(), school.course())
    first = school.run(lambda work: assignments.start(work, made))
    school.time.pass_days(1)
    assert school.run(lambda work: assignments.start(work, made)).started_at == first.started_at
    assert school.kinds(made) == ["assignment.created", "assignment.started"]


def test_an_event_tells_all_that_a_webhook_needs_and_no_name(school: School) -> None:
    made = school.enrol(school.person(email="zoe@example.org", first_name="Zoe"), school.course(external_id="k-1"))
    created = school.events(made)[0]
    assert created.person_id == made.person_id
    for wanted in ("person_uuid", "content_uuid", "course_external_id", "status", "score", "progress", "due_at"):
        assert f'"{wanted}"' in created.after
    assert "Zoe" not in created.after
    assert "zoe@" not in created.after
    school.run(lambda work: assignments.start(work, made))
    started = school.events(made)[1]
    assert created.after.count('":') == started.after.count('":')
    assert '"stage":"not_started"' in started.before


def test_nobody_begins_too_early_too_late_or_in_an_archived_course(school: School) -> None:
    person = school.person()
    course = school.course(start_date="2026-03-05", access_days=10)
    made = school.enrol(person, course)
    assert made.status == "scheduled"
    assert "not begun" in refused(school, lambda work: assignments.start(work, made)).message
    school.time.pass_days(3)
    school.run(lambda work: courses.archive(work, course))
    assert "archived" in refused(school, lambda work: assignments.start(work, made)).message
    school.run(lambda work: courses.change(work, course_now(work, course.id), CourseChanges(is_archived=False)))
    school.run(lambda work: assignments.start(work, made))
    school.time.pass_days(8)
    late = refused(school, lambda work: assignments.record_progress(work, made, Progress(progress=50)))
    assert "Access" in late.message


def course_now(work: Work, course_id: int) -> Course:
    """A course as it is now."""
    return course_queries.get_course(work, key="id", value=course_id)


def test_a_prerequisite_comes_first(school: School) -> None:
    person, basics = school.person(), school.content(title="Basics")
    made = school.enrol(person, school.course(prerequisite_content_id=basics.id))
    fault = refused(school, lambda work: assignments.start(work, made))
    assert (fault.code, fault.details["prerequisite_content_id"]) == (FaultCode.CONFLICT, basics.uuid)
    before = school.enrol(person, content_id=basics.id)
    school.run(lambda work: assignments.credit(work, before))
    assert school.run(lambda work: assignments.start(work, made)).stage == "started"


def test_a_lesson_without_a_published_version_cannot_be_begun(school: School) -> None:
    content = school.content(is_published=False)
    made = school.enrol(school.person(), school.course(content_id=content.id))
    assert "published" in refused(school, lambda work: assignments.start(work, made)).message


def test_the_final_assessment_has_to_be_passed_within_its_attempts(school: School) -> None:
    content = school.content(pass_percent=80)
    course = school.course(content_id=content.id, has_final_assessment=True, attempts_allowed=2)
    made = school.enrol(school.person(), course)

    def add(progress: Progress) -> Assignment:
        moved: Assignment = school.run(lambda work: assignments.record_progress(work, made, progress))
        return moved

    assert add(Progress(progress=100)).stage == "started"
    failed = add(Progress(score=60))
    assert (failed.stage, failed.score, failed.attempts) == ("started", 60, 1)
    worse = add(Progress(score=50))
    assert (worse.score, worse.attempts) == (60, 2)
    fault = refused(school, lambda work: assignments.record_progress(work, made, Progress(score=90)))
    assert "attempts" in fault.message
    other = school.enrol(school.person(), course)
    school.run(lambda work: assignments.record_progress(work, other, Progress(progress=100)))
    passed = school.run(lambda work: assignments.record_progress(work, other, Progress(score=80)))
    assert (passed.stage, passed.score) == ("finished", 80)


def test_the_time_that_must_be_spent_is_spent(school: School) -> None:
    made = school.enrol(school.person(), school.course(mandatory_min=2))
    early = school.run(lambda work: assignments.record_progress(work, made, Progress(progress=100, time_s=60)))
    assert early.stage == "started"
    assert school.run(lambda work: assignments.record_progress(work, made, Progress(time_s=60))).stage == "finished"


@pytest.mark.parametrize(
    ("progress", "field"),
    [
        (Progress(progress=101), "progress"),
        (Progress(progress=float("nan")), "progress"),
        (Progress(score=-1), "score"),
        (Progress(time_s=-5), "time_s"),
        (Progress(time_s=10**12), "time_s"),
    ],
)
def test_progress_that_cannot_be_is_named(school: School, progress: Progress, field: str) -> None:
    made = school.enrol(school.person(), school.course())
    fault = refused(school, lambda work: assignments.record_progress(work, made, progress))
    assert (fault.code, list(fault.fields)) == (FaultCode.INVALID, [field])
    assert school.look(made) == made


def test_progress_never_goes_back(school: School) -> None:
    made = school.enrol(school.person(), school.course())
    school.run(lambda work: assignments.record_progress(work, made, Progress(progress=60)))
    moved = school.run(lambda work: assignments.record_progress(work, made, Progress(progress=20)))
    assert moved.progress == 60
    assert school.kinds(made).count("assignment.progressed") == 1


def test_completion_may_lie_in_the_past_but_not_ahead(school: School) -> None:
    made = school.enrol(school.person(), school.course())
    fault = refused(school, lambda work: assignments.complete(work, made, at=NOON + 1))
    assert list(fault.fields) == ["completed_at"]
    done = school.run(lambda work: assignments.complete(work, made, at=NOON - 1000, score=75))
    assert (done.completed_at, done.started_at, done.score) == (NOON - 1000, NOON - 1000, 75)


def test_finishing_grants_the_qualification_and_a_certificate(school: School) -> None:
    root = school.run(lambda work: find_entry(work, QUALIFICATIONS, key="external_id", value="root"))
    course = school.course(qualification_id=root.id, issues_certificate=True)
    person = school.person()
    made = school.enrol(person, course)
    done = school.run(lambda work: assignments.complete(work, made))
    assert (done.stage, done.certificate_issued_at) == ("certified", NOON)
    shown = school.run(lambda work: certificate_queries.find(work, done.certificate_number.lower()))
    assert (shown.first_name, shown.title, shown.revoked_at) == ("Person", "Ladders", None)
    held = school.run(lambda work: qualifications_of(work, person.id))
    assert held == [(root.id, NOON)]
    recognised = school.enrol(school.person(), course)
    credited = school.run(lambda work: assignments.credit(work, recognised))
    assert (credited.stage, credited.certificate_number) == ("conditions_met", None)
    assert '"stage":"certified"' in school.events(made)[-1].after


def qualifications_of(work: Work, person_id: int) -> list[tuple[int, int]]:
    """What someone holds, and since when."""
    from sqlalchemy import bindparam, select

    from rollbook.core.kernel.statements import Statement
    from rollbook.core.people.tables import person_qualifications as held

    asked: Statement[tuple[int, int]] = Statement(
        select(held.c.qualification_id, held.c.granted_at).where(held.c.person_id == bindparam("person_id"))
    )
    return work.all(asked, person_id=person_id)


def test_revoking_a_certificate_leaves_the_assignment_finished(school: School) -> None:
    made = school.enrol(school.person(), school.course(issues_certificate=True))
    number = school.run(lambda work: assignments.complete(work, made)).certificate_number
    school.time.pass_days(1)
    school.run(lambda work: certificates.revoke(work, certificate_queries.get(work, number)))
    found = school.look(made)
    assert (found.stage, found.status_changed_at) == ("finished", school.time.now)
    assert refused(school, lambda work: certificates.revoke(work, certificate_queries.get(work, number))).code is (
        FaultCode.CONFLICT
    )


def test_learners_move_their_own_assignments_and_nobody_elses(school: School) -> None:
    person, other = school.person(), school.person()
    made, theirs = school.enrol(person, school.course()), school.enrol(other, school.course(title="Other"))

    def as_learner(job: Callable[[Work], object]) -> Callable[[Work], object]:
        def run(work: Work) -> object:
            work.act_as(principal_for(school.organisation.id, "test", frozenset({Role.LEARNER}), person_id=person.id))
            return job(work)

        return run

    school.run(as_learner(lambda work: assignments.record_progress(work, made, Progress(progress=30))))
    for job in (
        lambda work: assignments.start(work, theirs),
        lambda work: assignments.complete(work, made),
        lambda work: assignments.credit(work, made),
        lambda work: assignments.cancel(work, made),
        lambda work: assignments.remove(work, made),
        lambda work: assignments.record_progress(work, made, Progress(score=100)),
    ):
        assert refused(school, as_learner(job)).code is FaultCode.FORBIDDEN
    assert school.look(made).progress == 30


def test_inactivating_a_person_cancels_what_is_open_and_keeps_what_is_done(school: School) -> None:
    person = school.person()
    opened, done = school.enrol(person, school.course()), school.enrol(person, school.course(title="Done"))
    school.run(lambda work: assignments.complete(work, done))

    def inactivate(work: Work) -> None:
        registration.change(work, people.get_person(work, person.id), PersonChanges(is_active=False))

    school.run(inactivate)
    found = school.look(opened)
    assert (found.status, found.cancel_reason, found.cancelled_at) == ("cancelled", "person_inactivated", NOON)
    assert school.look(done).status == "completed"
    assert school.kinds(opened)[-1] == "assignment.cancelled"


def test_an_open_assignment_is_removed_and_a_finished_one_stays(school: School) -> None:
    person = school.person()
    made = school.enrol(person, school.course())
    school.run(lambda work: assignments.remove(work, made))
    assert refused(school, lambda work: assignments.start(work, made)).code is FaultCode.NOT_FOUND
    assert school.kinds(made) == ["assignment.created", "assignment.removed"]
    done = school.enrol(person, school.course(title="Done"))
    school.run(lambda work: assignments.complete(work, done))
    assert refused(school, lambda work: assignments.remove(work, done)).code is FaultCode.CONFLICT
