"""Sessions led by an instructor (Velpic, "ILT Session")."""

from typing import Any

from rollbook.core.classes import attendance, planning, queries, seating
from rollbook.core.classes.records import ACTIVE, CANCELLED, COMPLETED, REGISTERED, ClassSession
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_organisation
from rollbook.doors.velpic import paging
from rollbook.doors.velpic.translate.ilt_sessions import (
    from_core_attendee,
    from_core_listed,
    from_core_session,
    to_core_changes,
    to_core_filter,
    to_core_mark,
    to_core_new_session,
    to_core_outcome,
)
from rollbook.doors.velpic.wire.groups import UsersIn
from rollbook.doors.velpic.wire.ilt_sessions import (
    AttendeePage,
    Cancellation,
    Progress,
    SessionChange,
    SessionIn,
    SessionListed,
    SessionOut,
    SessionPage,
    SessionQuery,
)
from rollbook.web.routes import Call


def index(call: Call[None, SessionQuery]) -> SessionPage:
    """Sessions in the order they begin ("List ILT Sessions")."""
    offset, limit = paging.window(call.query)
    wanted = to_core_filter(call.query)
    found = queries.list_sessions(call.work, wanted, limit=limit, offset=offset, with_total=True)
    zone = _zone(call.work)
    return SessionPage([from_core_listed(row, zone) for row in found.rows], paging.meta(found, call.query))


def create(call: Call[SessionIn, None]) -> SessionListed:
    """Plan a session ("Create ILT Session")."""
    zone = _zone(call.work)
    new = to_core_new_session(call.body, zone)
    return from_core_listed(planning.create(call.work, new), zone)


def show(call: Call[None, None]) -> SessionOut:
    """One session ("Get ILT Session")."""
    return from_core_session(_session(call), _zone(call.work), call.work.at)


def update(call: Call[SessionChange, None]) -> SessionOut:
    """Change a session ("Update ILT Session")."""
    zone = _zone(call.work)
    changed = planning.change(call.work, _session(call), to_core_changes(call.body, zone))
    if isinstance(call.body.status_id, int):
        changed = _brought(call.work, changed, to_core_outcome(call.body.status_id, "statusId"))
    return from_core_session(changed, zone, call.work.at)


def _brought(work: Work, session: ClassSession, outcome: str) -> ClassSession:
    """The session with the status that was asked for. Faults: CONFLICT for one that is over."""
    match outcome:
        case session.outcome:
            return session
        case _ if outcome == COMPLETED:
            return attendance.complete(work, session)
        case _ if outcome == CANCELLED:
            return planning.cancel(work, session)
    message = f"statusId cannot go back to 1 ({ACTIVE}): the session is {session.outcome}."
    raise field_fault(FaultCode.CONFLICT, "statusId", message)


def complete(call: Call[None, None]) -> None:
    """Complete a session and the lesson schedules of those who passed ("Complete ILT Session")."""
    attendance.complete(call.work, _session(call))


def cancel(call: Call[Cancellation, None]) -> None:
    """Cancel a session, and mail whom it is asked to ("Cancel ILT Session")."""
    told = call.body
    planning.cancel(
        call.work,
        _session(call),
        tells_trainees=told.ilt_session_cancellation_trainee_notification_enabled,
        tells_instructor=told.ilt_session_cancellation_instructor_notification_enabled,
    )


def register(call: Call[UsersIn, None]) -> None:
    """Register users; whoever finds no seat waits for one ("Bulk Register ILT Session")."""
    seating.register(call.work, _session(call), call.body.user_ids)


def deregister(call: Call[UsersIn, None]) -> None:
    """Take users out, which lets those who wait move up ("Bulk Deregister ILT Session")."""
    seating.deregister(call.work, _session(call), call.body.user_ids)


def list_attendees(call: Call[None, paging.PageQuery]) -> AttendeePage:
    """Who has a seat in a session ("List ILT Session Attendees")."""
    offset, limit = paging.window(call.query)
    session, zone = _session(call), _zone(call.work)
    found = queries.list_attendees(call.work, session, state=REGISTERED, limit=limit, offset=offset, with_total=True)
    return AttendeePage([from_core_attendee(row, zone) for row in found.rows], paging.meta(found, call.query))


def save_progress(call: Call[Progress, None]) -> None:
    """Say who attended and who passed, all or none ("Save Attendees Progress")."""
    attendance.save(call.work, _session(call), [to_core_mark(mark) for mark in call.body.attendees])


def _session(call: Call[Any, Any]) -> ClassSession:
    """Faults: NOT_FOUND."""
    return queries.get_session(call.work, key="id", value=call.path["iltSessionId"])


def _zone(work: Work) -> str:
    return get_organisation(work).time_zone
