"""Telling an outside service what became of a session that it leads: by a call to its endpoint, after the commit.

A call is a row that waits for its worker, which claims it by lease. One that fails is tried again a few times; then the
session notes it, so that whoever leads it sees why the service does nothing.
"""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update

from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.statements import Statement, Store, for_one_taker
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import managing, messages
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.tables.presence import service_calls
from rollbook.core.sessions.tables.services import services
from rollbook.core.sessions.viewers import Kind, viewer_of

Rows = Statement[tuple[Any, ...]]
WORKER = "service_calls"
BACKOFF = (5 * SECOND, 30 * SECOND, 120 * SECOND)
"""The wait after each failed attempt; the attempt after the last wait is the last."""
LONGEST_REASON = 300
PATH = "/sessions/manager"
"""What a service answers under its endpoint, as this server does under its own."""
DOOR = "service calls"
"""What the audit trail calls changes that calling services makes."""


class Call(msgspec.Struct, frozen=True):
    """A call that was taken up. ``body`` is what is posted."""

    id: int
    organisation_id: int
    service_id: int
    session_id: int
    body: str
    attempts: int


class Target(msgspec.Struct, frozen=True):
    """Where a service is called, and as whom it knows itself."""

    uuid: str
    name: str
    url: str


_GIVEN = ("organisation_id", "service_id", "session_id", "body", "due_at", "created_at")
_ADD = Rows(insert(service_calls).values({name: bindparam(name) for name in _GIVEN}))
_NEXT_DUE = Rows(select(func.min(service_calls.c.due_at)))


def queue(work: Work, session: Record, body: str) -> None:
    """Have the service that leads a session called, unless it came with the server or is who acts."""
    service = messages.service_of(work, session)
    if service is None or service["is_system"] or not service["is_enabled"] or not service["hostname"]:
        return
    viewer = viewer_of(work.principal)
    if viewer.kind is Kind.SERVICE and viewer.id == service["id"]:
        return
    organisation_id = work.principal.organisation_id
    about = {"service_id": service["id"], "session_id": session["id"], "body": body}
    work.run(_ADD, organisation_id=organisation_id, due_at=work.at, created_at=work.at, **about)
    work.wakes.add(WORKER)


def next_due(work: Work) -> int | None:
    """When the next call is due."""
    found: int | None = work.value(_NEXT_DUE)
    return found


def _claim(store: Store) -> Any:
    waiting = service_calls.c
    picked = select(waiting.id).where(waiting.due_at <= bindparam("now")).order_by(waiting.due_at, waiting.id)
    picked = for_one_taker(store, picked.limit(bindparam("limit")))
    claimed = update(service_calls).where(waiting.id.in_(picked)).values(due_at=bindparam("until"))
    return claimed.returning(*(waiting[name] for name in Call.__struct_fields__))


_CLAIM = Statement(_claim, Call)
_END = Rows(delete(service_calls).where(service_calls.c.id == bindparam("call_id")))
_AGAIN = Rows(
    update(service_calls)
    .where(service_calls.c.id == bindparam("call_id"))
    .values(due_at=bindparam("due"), attempts=service_calls.c.attempts + 1)
)
_TARGET = Rows(
    select(services.c.uuid, services.c.name, services.c.hostname, services.c.port, services.c.endpoint).where(
        services.c.id == bindparam("service_id"), services.c.deleted_at.is_(None), services.c.is_enabled
    )
)


def claim(work: Work, limit: int, *, until: int) -> list[Call]:
    """Take up what is due under a lease: until it ends nobody else takes it up."""
    return sorted(work.all(_CLAIM, now=work.at, limit=limit, until=until), key=lambda call: call.id)


def target_of(work: Work, call: Call) -> Target | None:
    """Where a call goes; None where the service is gone or disabled."""
    found = work.first(_TARGET, service_id=call.service_id)
    if found is None:
        return None
    uuid, name, hostname, port, endpoint = found
    scheme = "https" if port == 443 else "http"
    return Target(uuid, name, f"{scheme}://{hostname}:{port}/{endpoint.strip('/')}".rstrip("/") + PATH)


def note_made(work: Work, call: Call) -> None:
    """The service answered that it took the call."""
    work.run(_END, call_id=call.id)


def note_failed(work: Work, call: Call, name: str, reason: str, *, is_permanent: bool) -> None:
    """The service did not take the call: it is made again by the schedule, or the session notes that it was not."""
    if not is_permanent and call.attempts < len(BACKOFF):
        work.run(_AGAIN, call_id=call.id, due=work.at + BACKOFF[call.attempts])
        return
    work.act_as(system_principal(call.organisation_id, DOOR))
    work.run(_END, call_id=call.id)
    text = f"{name} could not be told: {reason}".replace("\0", "\ufffd")[:LONGEST_REASON]
    managing.note(work, call.session_id, managing.GENERAL_ERROR, text)
