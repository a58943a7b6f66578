"""ILT sessions and attendees to and from classes."""

from typing import Any

from msgspec import UNSET

from rollbook.core.classes.records import (
    ACTIVE,
    CANCELLED,
    COMPLETED,
    Attendee,
    ClassSession,
    Mark,
    NewSession,
    SessionChanges,
    SessionFilter,
    State,
)
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.doors.velpic.translate import times
from rollbook.doors.velpic.wire.ilt_sessions import (
    AttendeeMark,
    AttendeeOut,
    SessionChange,
    SessionIn,
    SessionListed,
    SessionOut,
    SessionQuery,
)

NOBODY = 0
"""The ``instructorId`` of a session that nobody leads: the document requires a number."""
STATUSES = {1: ACTIVE, 2: COMPLETED, 3: CANCELLED}
STATES = {1: State.UPCOMING, 2: State.IN_PROGRESS, 3: State.PAST}
STATE_WORDS = {State.UPCOMING: "upcoming", State.IN_PROGRESS: "inprogress", State.PAST: "past"}
_STATUS_CODES = {outcome: code for code, outcome in STATUSES.items()}


def to_core_filter(query: SessionQuery) -> SessionFilter:
    """Which sessions. Faults: INVALID naming ``state`` or ``status``."""
    if query.state is not None and query.state not in STATES:
        raise field_fault(FaultCode.INVALID, "state", "state must be 1 (upcoming), 2 (inprogress) or 3 (past)")
    return SessionFilter(
        assignment_id=query.lesson_schedule_id,
        instructor_id=query.instructor_id,
        state=STATES[query.state] if query.state is not None else None,
        outcome=to_core_outcome(query.status, "status") if query.status is not None else None,
    )


def to_core_outcome(code: int, field: str) -> str:
    """Faults: INVALID naming the field."""
    if code not in STATUSES:
        raise field_fault(FaultCode.INVALID, field, f"{field} must be 1 (active), 2 (completed) or 3 (cancelled)")
    return STATUSES[code]


def to_core_new_session(given: SessionIn, time_zone: str) -> NewSession:
    """Faults: INVALID naming the time."""
    return NewSession(
        content_id=given.lesson_id,
        starts_at=times.to_core_instant(given.start_datetime, "startDatetime", time_zone),
        ends_at=times.to_core_instant(given.end_datetime, "endDatetime", time_zone),
        location=given.location,
        instructor_id=given.instructor_id,
        notes=given.notes,
        places=given.number_of_places,
    )


def to_core_changes(given: SessionChange, time_zone: str) -> SessionChanges:
    """Only what was given. Faults: INVALID naming the time."""
    changes = SessionChanges(location=given.location, notes=given.notes, places=given.number_of_places)
    if given.instructor_id is not UNSET:
        changes.instructor_id = given.instructor_id if given.instructor_id != NOBODY else None
    if given.start_datetime is not UNSET:
        changes.starts_at = times.to_core_instant(given.start_datetime, "startDatetime", time_zone)
    if given.end_datetime is not UNSET:
        changes.ends_at = times.to_core_instant(given.end_datetime, "endDatetime", time_zone)
    return changes


def to_core_mark(given: AttendeeMark) -> Mark:
    """What is said of an attendee."""
    return Mark(attendee_id=given.id, has_attended=given.attended, has_passed=given.passed)


def _shared(session: ClassSession, time_zone: str) -> dict[str, Any]:
    """What a session has in lists and by itself."""
    return {
        "id": session.id,
        "status_id": _STATUS_CODES[session.outcome],
        "instructor_id": session.instructor_id or NOBODY,
        "lesson_id": session.content_id,
        "notes": session.notes or "",
        "number_of_places": session.places if session.places is not None else UNSET,
        "start_datetime": times.local(session.starts_at, time_zone),
        "end_datetime": times.local(session.ends_at, time_zone),
        "location": session.location,
        "created_date": times.local(session.created_at, time_zone),
        "modified_date": times.local(session.updated_at, time_zone),
    }


def from_core_listed(session: ClassSession, time_zone: str) -> SessionListed:
    """A session as lists, and the answer of making one, have it."""
    return SessionListed(
        instructor_first_name=session.instructor_first_name or "",
        instructor_last_name=session.instructor_last_name or "",
        **_shared(session, time_zone),
    )


def from_core_session(session: ClassSession, time_zone: str, now: int) -> SessionOut:
    """A session by itself."""
    return SessionOut(
        lesson_name=session.content_title,
        instructor_led=True,
        number_of_attendees=session.seats_taken,
        state=STATE_WORDS[session.state_at(now)],
        attendance_rate=session.attendance_rate,
        pass_rate=session.pass_rate,
        ilt_session_cancellation_trainee_notification_enabled=session.tells_trainees,
        ilt_session_cancellation_instructor_notification_enabled=session.tells_instructor,
        **_shared(session, time_zone),
    )


def from_core_attendee(found: Attendee, time_zone: str) -> AttendeeOut:
    """An attendee."""
    has_registrar = found.registrar_id is not None
    return AttendeeOut(
        id=found.id,
        user_id=found.person_id,
        session_id=found.session_id,
        lesson_schedule_id=found.assignment_id if found.assignment_id is not None else UNSET,
        user_name=found.person_username,
        first_name=found.person_first_name,
        last_name=found.person_last_name,
        registering_user_id=found.registrar_id if found.registrar_id is not None else UNSET,
        registering_user_first_name=found.registrar_first_name or "" if has_registrar else UNSET,
        registering_user_last_name=found.registrar_last_name or "" if has_registrar else UNSET,
        passed=bool(found.has_passed),
        attended=bool(found.has_attended),
        created_date=times.local(found.created_at, time_zone),
        modified_date=times.local(found.updated_at, time_zone),
    )
