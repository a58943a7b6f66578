"""Who is in a class: seats, and the waiting list that moves up. Callers hold the class before its seats change."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, Insert, Integer, Update, bindparam, cast, delete, func, insert, or_, select, update

from rollbook.core.classes import invitations, policy
from rollbook.core.classes.holding import hold_active, note
from rollbook.core.classes.records import REGISTERED, WAITING, ClassSession, Seating
from rollbook.core.classes.tables import attendees, class_sessions
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement, Store, among, given_rows, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning import enrolment
from rollbook.core.learning.course_queries import get_course
from rollbook.core.learning.records import OPEN, NewAssignments
from rollbook.core.learning.tables import assignments
from rollbook.core.learning.tenancy import beside

Rows = Statement[tuple[Any, ...]]

_OF_PEOPLE = Rows(
    select(attendees.c.person_id, attendees.c.state).where(
        attendees.c.session_id == bindparam("session_id"), among(attendees.c.person_id, "ids")
    )
)
_GIVEN = [attendees.c[name] for name in ("uuid", "person_id", "assignment_id")]
_SHARED = [
    attendees.c[name]
    for name in ("organisation_id", "session_id", "registered_by_id", "state", "created_at", "updated_at")
]


def _insert(store: Store) -> Insert:
    given = given_rows(store, "rows", *_GIVEN, Column("position", Integer()))
    shared = [cast(bindparam(c.name, type_=c.type), c.type) for c in _SHARED]
    chosen = select(*(given.c[c.name] for c in _GIVEN), *shared).order_by(given.c.position)
    return insert(attendees).from_select([c.name for c in (*_GIVEN, *_SHARED)], chosen)


_INSERT = Rows(_insert)
_CLAIM = Rows(
    update(class_sessions)
    .where(
        class_sessions.c.id == bindparam("id"),
        or_(
            class_sessions.c.places.is_(None),
            class_sessions.c.seats_taken + bindparam("wanted") <= class_sessions.c.places,
        ),
    )
    .values(seats_taken=class_sessions.c.seats_taken + bindparam("wanted"), updated_at=bindparam("at"))
)
_FREE = Rows(
    update(class_sessions)
    .where(class_sessions.c.id == bindparam("id"))
    .values(
        seats_taken=class_sessions.c.seats_taken - bindparam("freed"),
        sequence=class_sessions.c.sequence + 1,
        updated_at=bindparam("at"),
    )
)
_SEATS = Rows(
    select(class_sessions.c.places, class_sessions.c.seats_taken, func.count(attendees.c.id))
    .select_from(
        class_sessions.outerjoin(
            attendees, (attendees.c.session_id == class_sessions.c.id) & (attendees.c.state == WAITING)
        )
    )
    .where(class_sessions.c.id == bindparam("id"))
    .group_by(class_sessions.c.id, class_sessions.c.places, class_sessions.c.seats_taken)
)


def _seat(store: Store) -> Update:
    first = (
        select(attendees.c.id)
        .where(attendees.c.session_id == bindparam("session_id"), attendees.c.state == WAITING)
        .order_by(attendees.c.id)
        .limit(bindparam("wanted"))
    )
    return (
        update(attendees)
        .where(attendees.c.id.in_(first))
        .values(state=REGISTERED, updated_at=bindparam("at"))
        .returning(attendees.c.id, attendees.c.person_id)
    )


_SEAT = Rows(_seat)
_LEAVE = Rows(
    delete(attendees)
    .where(attendees.c.session_id == bindparam("session_id"), among(attendees.c.person_id, "ids"))
    .returning(attendees.c.person_id, attendees.c.state)
)


@shapes
def _tasks(has_course: bool) -> Rows:
    own = assignments.c
    taught = (
        own.course_id == bindparam("course_id") if has_course else beside(own.content_id) == bindparam("content_id")
    )
    query = select(own.person_id, func.max(own.id)).where(among(own.person_id, "ids"), taught, own.outcome == OPEN)
    return Statement(query.group_by(own.person_id))


def register(work: Work, session: ClassSession, person_ids: Sequence[int]) -> Seating:
    """Put people in a class, each for their open assignment of what it teaches, which is made where there is none.

    Seats go in the order given, behind whoever waits already; the rest wait. Who is in the class is left alone.
    Faults: FORBIDDEN; CONFLICT when the class is over, or naming someone inactive; UNKNOWN_REFERENCE naming
    ``person_ids[3]`` by position; INVALID for too many.
    """
    policy.require_may_run(work.principal, session)
    current = hold_active(work, session)
    found = enrolment.require_active_people(work, person_ids)
    inside = {row[0] for row in work.all(_OF_PEOPLE, session_id=session.id, ids=list(found))}
    coming = [id_ for id_ in found if id_ not in inside]
    if not coming:
        return Seating([], [], list(found))
    _put_in(work, current, coming)
    seated = set(seat_waiting(work, current, coming=frozenset(coming)))
    got_seat = [id_ for id_ in coming if id_ in seated]
    waiting = [id_ for id_ in coming if id_ not in seated]
    for person_id in waiting:
        note(work, "class.waitlisted", current, after={"person_id": person_id}, person_id=person_id)
    invitations.send(work, current, invitations.WAITING, waiting)
    return Seating(got_seat, waiting, [id_ for id_ in found if id_ in inside])


def _put_in(work: Work, session: ClassSession, person_ids: list[int]) -> None:
    """At the end of the waiting list, from which whoever finds a seat moves on at once."""
    tasks = _assignments_of(work, session, person_ids)
    rows = [
        {"uuid": new_uuid(), "person_id": id_, "assignment_id": tasks.get(id_), "position": position}
        for position, id_ in enumerate(person_ids)
    ]
    work.run(
        _INSERT,
        rows=msgspec.json.encode(rows).decode(),
        organisation_id=work.principal.organisation_id,
        session_id=session.id,
        registered_by_id=work.principal.person_id,
        state=WAITING,
        created_at=work.at,
        updated_at=work.at,
    )


def _assignments_of(work: Work, session: ClassSession, person_ids: list[int]) -> dict[int, int]:
    """The open assignments of what a class teaches, by person; made for those who have none.

    Someone who has finished the class's course already comes without one.
    """
    taught = {"content_id": session.content_id} if session.course_id is None else {"course_id": session.course_id}
    found: dict[int, int] = dict(work.all(_tasks(session.course_id is not None), ids=person_ids, **taught))
    missing = [id_ for id_ in person_ids if id_ not in found]
    if missing:
        course = get_course(work, key="id", value=session.course_id) if session.course_id is not None else None
        new = NewAssignments(person_ids=missing, course=course, content_id=None if course else session.content_id)
        made = enrolment.assign_unasked(work, new)
        found |= dict(zip(made.person_ids, made.assignment_ids, strict=True))
    return found


def seat_waiting(work: Work, session: ClassSession, *, coming: frozenset[int] = frozenset()) -> list[int]:
    """Give the seats that are free to the first who wait; the people, in their order. The class is held.

    ``coming`` are those who were put in just now, and so did not wait.
    """
    places, taken, waiting = work.all(_SEATS, id=session.id)[0]
    wanted = waiting if places is None else min(waiting, places - taken)
    if wanted <= 0:
        return []
    if not work.run(_CLAIM, id=session.id, wanted=wanted, at=work.at):
        raise Fault(FaultCode.CONFLICT, "The seats were taken in the meantime; try again.")
    seated = [person_id for _, person_id in sorted(work.all(_SEAT, session_id=session.id, wanted=wanted, at=work.at))]
    for person_id in seated:
        kind = "class.registered" if person_id in coming else "class.moved_up"
        note(work, kind, session, after={"person_id": person_id}, person_id=person_id)
    invitations.send(work, session, invitations.INVITATION, seated)
    return seated


def deregister(work: Work, session: ClassSession, person_ids: Sequence[int]) -> list[int]:
    """Take people out of a class or its waiting list, which moves up; those who were in it. Assignments stay open.

    Faults: FORBIDDEN; CONFLICT when the class is over; UNKNOWN_REFERENCE naming ``person_ids[3]``; INVALID.
    """
    policy.require_may_run(work.principal, session)
    current = hold_active(work, session)
    enrolment.require_people(work, person_ids)
    return take_out(work, current, person_ids)


def take_out(work: Work, session: ClassSession, person_ids: Sequence[int]) -> list[int]:
    """Take people out of a class that is held, for callers who have decided that they go."""
    gone: dict[int, str] = dict(work.all(_LEAVE, session_id=session.id, ids=list(person_ids)))
    if not gone:
        return []
    seated = [person_id for person_id, state in gone.items() if state == REGISTERED]
    work.run(_FREE, id=session.id, freed=len(seated), at=work.at)
    for person_id in gone:
        note(work, "class.deregistered", session, before={"person_id": person_id}, person_id=person_id)
    invitations.send(work, session, invitations.WITHDRAWN, seated)
    seat_waiting(work, session)
    return list(gone)
