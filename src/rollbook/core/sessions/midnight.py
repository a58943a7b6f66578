"""Closing at midnight the sessions of the days before: those that never began are cancelled, those that go on end.

Midnight is that of the organisation's time zone (OpenTera: the server's).
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, or_, update

from rollbook.core.kernel.clock import from_datetime, to_datetime
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_organisation
from rollbook.core.sessions import busy
from rollbook.core.sessions.live import CANCELLED, IN_PROGRESS, PLANNED, TERMINATED
from rollbook.core.sessions.reach import is_live
from rollbook.core.sessions.tables.sessions import sessions

Rows = Statement[tuple[Any, ...]]
_BEFORE = {CANCELLED: PLANNED, TERMINATED: IN_PROGRESS}
_CLOSE = Rows(
    update(sessions)
    .where(
        sessions.c.organisation_id == bindparam("of_organisation"),
        is_live(sessions),
        or_(sessions.c.status == PLANNED, sessions.c.status == IN_PROGRESS),
        sessions.c.started_at < bindparam("midnight"),
    )
    .values(status=case((sessions.c.status == PLANNED, CANCELLED), else_=TERMINATED))
    .returning(sessions.c.id, sessions.c.uuid, sessions.c.status)
)


def around(at: int, zone: str) -> tuple[int, int]:
    """The midnight at or before an instant in a time zone, and the one after it."""
    local = to_datetime(at).astimezone(ZoneInfo(zone))
    began = datetime.combine(local.date(), datetime.min.time(), local.tzinfo)
    ends = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), local.tzinfo)
    return from_datetime(began), from_datetime(ends)


def close_past(work: Work) -> int:
    """Close what began before today and is not over; the next midnight."""
    began, ends = around(work.at, get_organisation(work).time_zone)
    closed = work.all(_CLOSE, of_organisation=work.principal.organisation_id, midnight=began)
    for session_id, uuid, status in closed:
        before, after = {"status": _BEFORE[status]}, {"status": status}
        work.record("session.updated", "session", session_id, uuid, before=before, after=after)
        busy.end_all(work, session_id)
    return ends
