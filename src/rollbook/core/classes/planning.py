"""Planning classes: making, changing and cancelling them."""

from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import bindparam, insert, select

from rollbook.core.classes import invitations, policy, seating
from rollbook.core.classes.holding import hold, hold_active, note, write
from rollbook.core.classes.queries import get_session
from rollbook.core.classes.records import ACTIVE, CANCELLED, REGISTERED, ClassSession, NewSession, SessionChanges
from rollbook.core.classes.tables import attendees, class_sessions
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.learning import checks, contents
from rollbook.core.learning.content_queries import find_content
from rollbook.core.learning.course_queries import find_course
from rollbook.core.people.queries import find_person

Rows = Statement[tuple[Any, ...]]

MOST_PLACES = 100_000
TOLD = frozenset({"starts_at", "ends_at", "location", "instructor_id"})
"""What invitations say: a change of it is told to everyone who has one."""

_COLUMNS = [c.name for c in class_sessions.c if c.name != "id"]
_INSERT = Rows(
    insert(class_sessions).values({name: bindparam(name) for name in _COLUMNS}).returning(class_sessions.c.id)
)
_PEOPLE = Rows(
    select(attendees.c.person_id, attendees.c.state)
    .where(attendees.c.session_id == bindparam("session_id"))
    .order_by(attendees.c.id)
)


def create(work: Work, new: NewSession) -> ClassSession:
    """Plan a class, and invite its instructor.

    Faults: FORBIDDEN; MISSING, INVALID, UNKNOWN_REFERENCE or CONFLICT (an archived course) naming the field.
    """
    policy.require_may_plan(work.principal)
    values = _checked(work, msgspec.structs.asdict(new))
    _refuse_reversed(values["starts_at"], values["ends_at"])
    values["content_id"] = _content_id(work, new, values["location"])
    row = dict.fromkeys(_COLUMNS) | values
    row |= {"uuid": new_uuid(), "organisation_id": work.principal.organisation_id, "outcome": ACTIVE}
    row |= {"seats_taken": 0, "sequence": 0, "created_at": work.at, "updated_at": work.at}
    made = get_session(work, key="id", value=int(work.value(_INSERT, **row)))
    note(work, "class.created", made, after={name: value for name, value in values.items() if value is not None})
    if made.instructor_id is not None:
        invitations.send(work, made, invitations.INVITATION, [made.instructor_id])
    return made


def _content_id(work: Work, new: NewSession, location: str) -> int:
    """What the class teaches. Faults: UNKNOWN_REFERENCE, CONFLICT naming the field."""
    if new.course_id is not None:
        course = find_course(work, key="id", value=new.course_id)
        if course is None:
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, "course_id", "There is no course with this id.")
        if course.is_archived:
            raise field_fault(FaultCode.CONFLICT, "course_id", "This course is archived; no class is planned for it.")
        return course.content_id
    if new.content_id is None:
        return contents.add_outline(work, f"Class at {location}"[:255])
    content = find_content(work, key="id", value=new.content_id)
    if content is None or content.archived_at is not None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "content_id", "There is no content with this id.")
    return content.id


def change(work: Work, session: ClassSession, changes: SessionChanges) -> ClassSession:
    """Change a class; nothing is written when nothing changed. More places move the waiting list up.

    A new time, place or instructor is told to everyone who has a seat.
    Faults: FORBIDDEN; MISSING, INVALID or UNKNOWN_REFERENCE naming the field; CONFLICT when the class is over, or for
    fewer places than seats are taken.
    """
    policy.require_may_plan(work.principal)
    current = hold(work, session)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    after = {name: value for name, value in _checked(work, given).items() if value != getattr(current, name)}
    if not after:
        return current
    _refuse(current, after)
    is_told = bool(after.keys() & TOLD)
    write(work, current, **after, **({"sequence": current.sequence + 1} if is_told else {}))
    note(work, "class.updated", current, before={name: getattr(current, name) for name in after}, after=after)
    changed = get_session(work, key="id", value=current.id)
    if is_told:
        _tell_of_change(work, current, changed)
    if "places" in after and seating.seat_waiting(work, changed):
        return get_session(work, key="id", value=current.id)
    return changed


def _refuse(current: ClassSession, after: dict[str, Any]) -> None:
    """Faults: CONFLICT, INVALID."""
    if current.outcome != ACTIVE:
        raise Fault(FaultCode.CONFLICT, f"This class is {current.outcome}; it cannot be changed any more.")
    _refuse_reversed(after.get("starts_at", current.starts_at), after.get("ends_at", current.ends_at))
    places = after.get("places")
    if places is not None and places < current.seats_taken:
        message = f"{current.seats_taken} seats are taken; places cannot be fewer."
        raise field_fault(FaultCode.CONFLICT, "places", message)


def _tell_of_change(work: Work, before: ClassSession, after: ClassSession) -> None:
    """Everyone with a seat learns of it; an instructor who was replaced is let off, the new one invited."""
    replaced = before.instructor_id if before.instructor_id != after.instructor_id else None
    if replaced is not None:
        invitations.send(work, after, invitations.WITHDRAWN, [replaced])
    seated, _ = _people_in(work, after)
    invitations.send(work, after, invitations.CHANGED, seated)
    if after.instructor_id is not None:
        is_new = after.instructor_id != before.instructor_id
        invitations.send(work, after, invitations.INVITATION if is_new else invitations.CHANGED, [after.instructor_id])


def cancel(
    work: Work, session: ClassSession, *, tells_trainees: bool | None = None, tells_instructor: bool | None = None
) -> ClassSession:
    """Call a class off. It and who was in it stay in the record, their assignments stay open.

    Whom it is told by mail is as the class says, unless said here. Faults: FORBIDDEN; CONFLICT when it is over.
    """
    policy.require_may_plan(work.principal)
    current = hold_active(work, session)
    told = {
        "tells_trainees": current.tells_trainees if tells_trainees is None else tells_trainees,
        "tells_instructor": current.tells_instructor if tells_instructor is None else tells_instructor,
    }
    changes = {"outcome": CANCELLED, "cancelled_at": work.at, **told}
    write(work, current, **changes, sequence=current.sequence + 1)
    note(work, "class.cancelled", current, before={"outcome": ACTIVE}, after=changes)
    gone = get_session(work, key="id", value=current.id)
    if gone.tells_trainees:
        seated, waiting = _people_in(work, gone)
        invitations.send(work, gone, invitations.CANCELLATION, seated + waiting)
    if gone.tells_instructor and gone.instructor_id is not None:
        invitations.send(work, gone, invitations.CANCELLATION, [gone.instructor_id])
    return gone


def _people_in(work: Work, session: ClassSession) -> tuple[list[int], list[int]]:
    """Who has a seat, and who waits."""
    found = work.all(_PEOPLE, session_id=session.id)
    seated = [person_id for person_id, state in found if state == REGISTERED]
    return seated, [person_id for person_id, state in found if state != REGISTERED]


def _checked(work: Work, given: dict[str, Any]) -> dict[str, Any]:
    """Faults: MISSING, INVALID or UNKNOWN_REFERENCE naming the field."""
    rules: dict[str, Any] = {
        "starts_at": lambda v: checks.instant(v, "starts_at"),
        "ends_at": lambda v: checks.instant(v, "ends_at"),
        "location": lambda v: required_line(v, "location"),
        "notes": lambda v: checks.prose(v, "notes"),
        "places": lambda v: checks.whole_number(v, "places", least=1, most=MOST_PLACES),
        "instructor_id": lambda v: _instructor_id(work, v),
    }
    return {name: rules[name](value) if name in rules else value for name, value in given.items()}


def _instructor_id(work: Work, person_id: int | None) -> int | None:
    if person_id is None:
        return None
    found = find_person(work, key="id", value=person_id)
    if found is None or not found.is_active:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "instructor_id", "There is no active person with this id.")
    return found.id


def _refuse_reversed(starts_at: int, ends_at: int) -> None:
    if ends_at <= starts_at:
        checks.refuse("ends_at", "ends_at must lie after starts_at")
