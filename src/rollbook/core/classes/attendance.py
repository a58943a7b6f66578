"""Taking attendance, and completing a class: those who passed have completed what it teaches."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Update, bindparam, false, func, select, true, update

from rollbook.core.classes import policy
from rollbook.core.classes.holding import hold_active, note, write
from rollbook.core.classes.queries import get_session
from rollbook.core.classes.records import ACTIVE, COMPLETED, REGISTERED, ClassSession, Mark
from rollbook.core.classes.tables import attendees
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.statements import Statement, Store, given_rows
from rollbook.core.kernel.work import Work
from rollbook.core.learning import facts, finishing
from rollbook.core.learning import records as learning
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.tables import assignments

Rows = Statement[tuple[Any, ...]]

MOST_MARKS = 50_000


class _Seated(msgspec.Struct, frozen=True):
    id: int
    person_id: int
    assignment_id: int | None
    has_attended: bool | None
    has_passed: bool | None


_SEATED = Statement(
    select(*(attendees.c[name] for name in _Seated.__struct_fields__)).where(
        attendees.c.session_id == bindparam("session_id"), attendees.c.state == REGISTERED
    ),
    _Seated,
)


def _mark(store: Store) -> Update:
    own = attendees.c
    given = given_rows(store, "rows", own.id, own.has_attended, own.has_passed)
    marks = {name: given.c[name] for name in ("has_attended", "has_passed")}
    at = bindparam("at", type_=own.updated_at.type)
    return update(attendees).where(own.id == given.c.id).values(**marks, updated_at=at)


_MARK = Rows(_mark)
_CLOSE = Rows(
    update(attendees)
    .where(attendees.c.session_id == bindparam("session_id"), attendees.c.state == REGISTERED)
    .values(
        has_attended=func.coalesce(attendees.c.has_attended, false()),
        has_passed=func.coalesce(attendees.c.has_passed, false()),
        updated_at=bindparam("at"),
    )
)
_PASSED = Rows(
    select(assignments.c.id, assignments.c.created_at)
    .join(attendees, attendees.c.assignment_id == assignments.c.id)
    .where(
        attendees.c.session_id == bindparam("session_id"),
        attendees.c.state == REGISTERED,
        attendees.c.has_passed.is_(true()),
        assignments.c.outcome == learning.OPEN,
    )
    .order_by(assignments.c.id)
    .with_for_update(of=assignments)
)


def save(work: Work, session: ClassSession, marks: Sequence[Mark]) -> int:
    """Say who attended and who passed, all or none; how many it changed. Who passed has attended.

    Faults: FORBIDDEN; CONFLICT when the class is over; UNKNOWN_REFERENCE naming ``attendees[3]`` for someone who has no
    seat in it; INVALID naming it for someone who passed without attending.
    """
    policy.require_may_run(work.principal, session)
    if len(marks) > MOST_MARKS:
        raise field_fault(FaultCode.INVALID, "attendees", f"attendees may be at most {MOST_MARKS} in one call")
    current = hold_active(work, session)
    seated = {one.id: one for one in work.all(_SEATED, session_id=session.id)}
    wanted: dict[int, _Seated] = {}
    for position, mark in enumerate(marks):
        field = f"attendees[{position}]"
        before = wanted.get(mark.attendee_id) or seated.get(mark.attendee_id)
        if before is None:
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field} is nobody who has a seat in this class")
        wanted[before.id] = _marked(before, mark, field)
    changed = [one for one in wanted.values() if one != seated[one.id]]
    if changed:
        _write_marks(work, current, seated, changed)
    return len(changed)


def _marked(before: _Seated, mark: Mark, field: str) -> _Seated:
    """What an attendee's marks become. Faults: INVALID."""
    attended = before.has_attended if mark.has_attended is UNSET else mark.has_attended
    passed = before.has_passed if mark.has_passed is UNSET else mark.has_passed
    if mark.has_passed is True:
        if mark.has_attended is False:
            raise field_fault(FaultCode.INVALID, field, f"{field} cannot have passed without attending")
        attended = True
    elif passed and not attended:
        passed = False
    return msgspec.structs.replace(before, has_attended=attended, has_passed=passed)


def _write_marks(work: Work, session: ClassSession, seated: dict[int, _Seated], changed: list[_Seated]) -> None:
    rows = [{"id": o.id, "has_attended": o.has_attended, "has_passed": o.has_passed} for o in changed]
    work.run(_MARK, rows=msgspec.json.encode(rows).decode(), at=work.at)
    for one in changed:
        before, after = (
            {"person_id": o.person_id, "has_attended": o.has_attended, "has_passed": o.has_passed}
            for o in (seated[one.id], one)
        )
        note(work, "class.attendance_saved", session, before=before, after=after, person_id=one.person_id)


def complete(work: Work, session: ClassSession) -> ClassSession:
    """Complete a class: the open assignments of those who passed are completed, the others stay as they are.

    Of whom nobody has said anything did not attend. Faults: FORBIDDEN; CONFLICT when the class is over already.
    """
    policy.require_may_run(work.principal, session)
    current = hold_active(work, session)
    work.run(_CLOSE, session_id=session.id, at=work.at)
    write(work, current, outcome=COMPLETED, completed_at=work.at)
    passed: dict[int, int] = dict(work.all(_PASSED, session_id=session.id))
    after = {"outcome": COMPLETED, "completed_at": work.at, "completed_assignments": len(passed)}
    note(work, "class.completed", current, before={"outcome": ACTIVE}, after=after)
    if passed:
        taught_at = min(current.ends_at, work.at)
        before = load_assignments(work, list(passed))
        moments = {id_: max(taught_at, created_at) for id_, created_at in passed.items()}
        finishing.finish(work, moments, learning.COMPLETED, via=learning.CLASS)
        facts.record_moved(work, f"assignment.{learning.COMPLETED}", before.values())
    return get_session(work, key="id", value=session.id)
