"""Seats and the waiting list."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from rollbook.core.access.policy import principal_for
from rollbook.core.classes import planning, seating
from rollbook.core.classes.records import SessionChanges
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Role
from rollbook.core.learning import assignments, queries
from rollbook.core.learning.records import AssignmentFilter, NewAssignments
from rollbook.core.people import registration
from rollbook.core.people.inactivation import inactivate_many
from tests.core.classes.conftest import ClassSchool


def test_seats_go_in_the_order_given_and_the_rest_wait(school: ClassSchool) -> None:
    session, people = school.session(places=2), school.trainees(4)
    ids = [person.id for person in people]
    done = school.register(session, *people[::-1])
    assert (done.registered, done.waiting, done.already) == (ids[:1:-1], ids[1::-1], [])
    again = school.register(session, *people)
    assert (again.registered, again.waiting, again.already) == ([], [], ids)
    assert (school.seated(session), school.waiting(session)) == (ids[:1:-1], ids[1::-1])
    assert school.of(session).seats_taken == 2
    assert sorted(school.happened(session)[1:]) == ["class.registered"] * 2 + ["class.waitlisted"] * 2


def test_two_hundred_at_once_for_twenty_seats_fill_exactly_twenty(school: ClassSchool) -> None:
    session, people = school.session(places=20), [school.person() for _ in range(200)]
    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda person: school.register(session, person), people))
    assert sum(len(one.registered) for one in done) == 20
    assert sum(len(one.waiting) for one in done) == 180
    current = school.of(session)
    assert (current.seats_taken, current.waiting_count) == (20, 180)
    assert (len(school.seated(session)), len(school.waiting(session))) == (20, 180)
    made = school.run(lambda work: queries.list_assignments(work, AssignmentFilter(), limit=1, with_total=True))
    assert made.total == 200


def test_whoever_leaves_makes_room_for_the_first_who_waits(school: ClassSchool) -> None:
    session, people = school.session(places=2), school.trainees(5)
    ids = [person.id for person in people]
    school.register(session, *people)
    gone = school.run(lambda work: seating.deregister(work, session, [ids[0], ids[3]]))
    assert sorted(gone) == [ids[0], ids[3]]
    assert (school.seated(session), school.waiting(session)) == ([ids[1], ids[2]], [ids[4]])
    assert school.of(session).seats_taken == 2
    assert school.happened(session)[-1] == "class.moved_up"
    assert school.run(lambda work: seating.deregister(work, session, [ids[0]])) == []


def test_more_places_move_the_list_up_and_fewer_than_are_taken_are_refused(school: ClassSchool) -> None:
    session, people = school.session(places=1), school.trainees(4)
    ids = [person.id for person in people]
    school.register(session, *people)
    changed = school.run(lambda work: planning.change(work, session, SessionChanges(places=3)))
    assert (changed.seats_taken, changed.waiting_count) == (3, 1)
    assert (school.seated(session), school.waiting(session)) == (ids[:3], ids[3:])
    with pytest.raises(Fault) as refused:
        school.run(lambda work: planning.change(work, session, SessionChanges(places=2)))
    assert (refused.value.code, list(refused.value.fields)) == (FaultCode.CONFLICT, ["places"])
    assert school.run(lambda work: planning.change(work, session, SessionChanges(places=None))).seats_taken == 4


def test_nobody_overtakes_those_who_wait(school: ClassSchool) -> None:
    session, people = school.session(places=1), school.trainees(3)
    school.register(session, *people[:2])
    school.run(lambda work: planning.change(work, session, SessionChanges(places=2)))
    school.register(session, people[2])
    assert school.waiting(session) == [people[2].id]


def test_registering_takes_the_open_assignment_or_makes_one(school: ClassSchool) -> None:
    content, (known, new) = school.content(), school.trainees(2)
    open_one = school.enrol(known, content_id=content.id)
    session = school.session(content_id=content.id)
    school.register(session, known, new)
    first, second = school.attendees(session)
    assert first.assignment_id == open_one.id
    assert second.assignment_id is not None
    made = school.look(second.assignment_id)
    assert (made.person_id, made.content_id, made.outcome) == (new.id, content.id, "open")


def test_a_class_of_a_course_counts_for_the_course(school: ClassSchool) -> None:
    course, person, (finisher,) = school.course(), school.person(), school.trainees(1)
    done = school.enrol(finisher, course)
    school.run(lambda work: assignments.complete(work, done))
    session = school.session(course_id=course.id)
    school.register(session, person, finisher)
    new, old = school.attendees(session)
    assert new.assignment_id is not None
    assert school.look(new.assignment_id).course_id == course.id
    assert old.assignment_id is None


def test_someone_who_is_inactivated_or_erased_frees_their_seat(school: ClassSchool) -> None:
    session, people = school.session(places=2), school.trainees(4)
    ids = [person.id for person in people]
    school.register(session, *people)
    school.run(lambda work: inactivate_many(work, [people[0].id]))
    assert (school.seated(session), school.waiting(session)) == (ids[1:3], ids[3:])
    school.run(lambda work: registration.erase(work, people[1]))
    assert (school.seated(session), school.waiting(session)) == (ids[2:], [])
    assert school.of(session).seats_taken == 2


def test_a_class_that_is_over_keeps_who_was_in_it(school: ClassSchool) -> None:
    session, (person,) = school.session(), school.trainees(1)
    school.register(session, person)
    school.time.pass_days(2)
    school.run(lambda work: inactivate_many(work, [person.id]))
    assert school.seated(session) == [person.id]


def test_an_unknown_or_inactive_person_is_refused_by_position_and_nobody_gets_in(school: ClassSchool) -> None:
    session, (known, gone) = school.session(), school.trainees(2)
    school.run(lambda work: inactivate_many(work, [gone.id]))
    for second, code in ((10**9, FaultCode.UNKNOWN_REFERENCE), (gone.id, FaultCode.CONFLICT)):
        with pytest.raises(Fault) as refused:
            school.run(partial(seating.register, session=session, person_ids=[known.id, second]))
        assert (refused.value.code, list(refused.value.fields)) == (code, ["person_ids[1]"])
    assert school.attendees(session) == []


def test_an_instructor_runs_their_own_classes_and_no_others(school: ClassSchool) -> None:
    teacher = school.person(roles=frozenset({Role.INSTRUCTOR}))
    own, other = school.session(instructor_id=teacher.id), school.session()
    teaching = principal_for(school.organisation.id, "test", teacher.role_set, person_id=teacher.id)

    def take_in(work: object, session: object) -> object:
        work.act_as(teaching)  # type: ignore[attr-defined]
        return seating.register(work, session, [teacher.id])  # type: ignore[arg-type]

    assert school.run(lambda work: take_in(work, own)).registered == [teacher.id]
    with pytest.raises(Fault) as refused:
        school.run(lambda work: take_in(work, other))
    assert refused.value.code is FaultCode.FORBIDDEN


def test_an_open_assignment_elsewhere_is_not_doubled(school: ClassSchool) -> None:
    content, (person,) = school.content(), school.trainees(1)
    course = school.course(content_id=content.id)
    of_course = school.enrol(person, course)
    session = school.session(content_id=content.id)
    school.register(session, person)
    assert [one.assignment_id for one in school.attendees(session)] == [of_course.id]
    alone = school.run(
        lambda work: assignments.assign(work, NewAssignments(person_ids=[person.id], content_id=content.id))
    )
    assert len(alone.assignment_ids) == 1
