"""Assigning to many, the dates each person gets, and what a changed or deleted course means for them."""

import pytest

from rollbook.core.kernel.clock import DAY, iso, parse_instant
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments, course_queries, courses, queries, versions
from rollbook.core.learning.content_queries import find_content, get_content
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import AssignmentFilter, CourseChanges, NewAssignments
from tests.core.learning.conftest import NOON, School


def test_who_is_on_a_course_already_is_left_alone_unless_cancelled(school: School) -> None:
    course, people = school.course(), [school.person() for _ in range(3)]
    first = school.enrol(people[0], course)
    ids = [person.id for person in people]

    def assign(work: Work) -> tuple[list[int], list[int]]:
        done = assignments.assign(work, NewAssignments(person_ids=[*ids, ids[1]], course=course))
        return done.person_ids, done.already_ids

    assert school.run(assign) == (ids[1:], ids[:1])
    assert school.run(assign) == ([], ids)
    school.run(lambda work: assignments.cancel(work, first))
    assert school.run(assign) == (ids[:1], ids[1:])


def test_a_content_is_assigned_anew_once_the_last_is_over(school: School) -> None:
    person, content = school.person(), school.content()
    first = school.enrol(person, content_id=content.id)
    again = school.run(lambda work: assignments.assign(work, _of(person.id, content.id)))
    assert (again.assignment_ids, again.already_ids) == ([], [person.id])
    school.run(lambda work: assignments.complete(work, first))
    assert school.run(lambda work: assignments.assign(work, _of(person.id, content.id))).person_ids == [person.id]


def _of(person_id: int, content_id: int) -> NewAssignments:
    return NewAssignments(person_ids=[person_id], content_id=content_id)


def test_a_due_date_ends_with_the_persons_own_day(school: School) -> None:
    course = school.course(start_date="2026-03-05", end_date="2026-03-28")
    zones = {
        "Australia/Perth": "2026-03-28T15:59:59",
        "America/New_York": "2026-03-29T03:59:59",
        None: "2026-03-28T23:59:59",
    }
    for zone, ends in zones.items():
        made = school.enrol(school.person(time_zone=zone), course)
        assert made.due_at is not None
        assert iso(made.due_at)[:19] == ends
    perth = school.enrol(
        school.person(time_zone="Australia/Perth"), content_id=school.content().id, due_date="2026-03-28"
    )
    assert perth.due_at == parse_instant("2026-03-28T15:59:59Z", "due")
    assert (made.start_at, made.status) == (parse_instant("2026-03-05", "start"), "scheduled")


def test_a_day_on_which_clocks_change_ends_where_people_say(school: School) -> None:
    made = school.enrol(school.person(time_zone="Europe/Ljubljana"), school.course(end_date="2026-03-29"))
    assert made.due_at == parse_instant("2026-03-29T21:59:59Z", "due")


def test_open_assignments_follow_a_changed_course(school: School) -> None:
    old, new = school.content(title="Old"), school.content(title="New")
    course = school.course(content_id=old.id, end_date="2026-04-01")
    waiting, begun, done = (school.enrol(school.person(), course) for _ in range(3))
    school.run(lambda work: assignments.start(work, begun))
    school.run(lambda work: assignments.complete(work, done))
    changes = CourseChanges(content_id=new.id, end_date="2026-05-01", access_days=20)
    school.run(lambda work: courses.change(work, course, changes))
    due = parse_instant("2026-05-01T23:59:59Z", "due")
    found = [school.look(made) for made in (waiting, begun, done)]
    assert [made.content_title for made in found] == ["New", "Old", "Old"]
    assert [made.due_at for made in found] == [due, due, done.due_at]
    assert [made.access_ends_at for made in found] == [NOON + 20 * DAY, NOON + 20 * DAY, None]
    assert school.kinds(waiting)[-1] == "assignment.updated"
    assert school.kinds(done)[-1] == "assignment.completed"


def test_a_change_that_changes_nothing_writes_nothing(school: School) -> None:
    course = school.course(end_date="2026-04-01")
    made = school.enrol(school.person(), course)
    school.time.pass_days(1)
    same = CourseChanges(title=course.title, end_date="2026-04-01", kind="online")
    assert school.run(lambda work: courses.change(work, course, same)) == course
    assert school.kinds(made) == ["assignment.created"]


def test_deleting_a_course_takes_what_is_open_and_keeps_what_was_finished(school: School) -> None:
    course = school.course(issues_certificate=True)
    opened, done, cancelled = (school.enrol(school.person(), course) for _ in range(3))
    school.run(lambda work: assignments.complete(work, done))
    school.run(lambda work: assignments.cancel(work, cancelled))
    school.run(lambda work: courses.remove(work, course_queries.get_course(work, key="id", value=course.id)))
    left = school.run(lambda work: queries.list_assignments(work, AssignmentFilter(), limit=10)).rows
    assert [(task.id, task.course_id, task.title) for task in left] == [
        (done.id, None, "Ladders"),
        (cancelled.id, None, "Ladders"),
    ]
    assert left[0].stage == "certified"
    assert school.kinds(opened)[-1] == "assignment.removed"
    assert school.kinds(done)[-1] == "assignment.updated"


def test_an_outline_goes_with_its_course_when_nothing_else_needs_it(school: School) -> None:
    course = school.course()
    school.enrol(school.person(), course)
    school.run(lambda work: courses.remove(work, course))
    assert school.run(lambda work: find_content(work, key="id", value=course.content_id)) is None


def test_people_taken_off_keep_what_they_finished(school: School) -> None:
    course, people = school.course(), [school.person() for _ in range(3)]
    opened, done = (school.enrol(person, course) for person in people[:2])
    school.run(lambda work: assignments.complete(work, done))
    ids = [person.id for person in people]
    assert school.run(lambda work: assignments.unassign(work, course, ids)) == ids[:2]
    assert school.look(done).course_id is None
    with pytest.raises(Fault) as caught:
        school.look(opened)
    assert caught.value.code is FaultCode.NOT_FOUND


def test_a_new_version_reaches_those_who_have_not_begun(school: School) -> None:
    content = school.content()
    course = school.course(content_id=content.id)
    waiting, begun = (school.enrol(school.person(), course) for _ in range(2))
    school.run(lambda work: assignments.start(work, begun))

    def publish(work: Work) -> int:
        now = get_content(work, key="id", value=content.id)
        return versions.publish(work, now, versions.draft(work, now, [Step(title="Better")])).id

    newer = school.run(publish)
    school.run(lambda work: assignments.start(work, waiting))
    assert [school.look(made).content_version_id for made in (waiting, begun)] == [newer, content.version_id]


def test_a_version_that_was_never_published_cannot_be_assigned(school: School) -> None:
    content, other = school.content(), school.content(title="Other")

    def drafted(work: Work) -> int:
        return versions.draft(work, get_content(work, key="id", value=content.id), [Step(title="Draft")]).id

    person = school.person()
    for version_id in (school.run(drafted), other.version_id, 10**12):
        new = NewAssignments(person_ids=[person.id], content_id=content.id, version_id=version_id)
        with pytest.raises(Fault) as caught, school.organisation.writing() as work:
            assignments.assign(work, new)
        assert list(caught.value.fields) == ["version_id"]


def test_too_many_at_once_are_refused(school: School) -> None:
    course = school.course()
    with pytest.raises(Fault) as caught:
        school.run(lambda work: assignments.assign(work, NewAssignments(person_ids=[1] * 50_001, course=course)))
    assert list(caught.value.fields) == ["person_ids"]
