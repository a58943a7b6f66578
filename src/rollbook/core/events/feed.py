"""The change feed: everything that happens, in an order that whoever follows it can rely on.

Events are read in the order of their transactions' numbers, and only those of transactions before which nothing can
appear any more; so a reader who goes on from the last cursor meets every event exactly once.
"""

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
    true,
    tuple_,
)

from rollbook.core.events.outbox import LIFE
from rollbook.core.events.queries import Event, scope_params, visible_to
from rollbook.core.events.tables import events
from rollbook.core.kernel.paging import decode_cursor, encode_cursor
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Statement, Store, shapes
from rollbook.core.kernel.work import Work

_FARTHEST = 2**62

_others = table("pg_stat_activity", column("backend_xid"), column("datname"))


def _as_number(transaction: Any) -> ColumnElement[int]:
    """One of PostgreSQL's transaction ids as a number, which it becomes only by way of text."""
    return cast(cast(transaction, Text()), BigInteger())


def horizon() -> Any:
    """The lowest number among open transactions, else the next one to be given; PostgreSQL only.

    The server's other databases share its numbers, and a long transaction there must not hold up our feed; where we may
    not see whose a transaction is, it counts as ours. Read in the same snapshot as the events, it can only be too low,
    which delays and never skips.
    """
    snapshot = func.pg_current_snapshot()
    running = func.pg_snapshot_xip(snapshot).table_valued(column("number")).render_derived(name="running")
    elsewhere = exists().where(
        _others.c.backend_xid == func.xid(running.c.number), _others.c.datname != func.current_database()
    )
    lowest = func.coalesce(func.min(_as_number(running.c.number)), _as_number(func.pg_snapshot_xmax(snapshot)))
    return select(lowest).select_from(running).where(~elsewhere).scalar_subquery()


class Changes(msgspec.Struct, frozen=True):
    """Some changes, the cursor to go on from, and whether there are more already."""

    events: list[Event]
    next: str
    more: bool


@shapes
def _feed(scope: PeopleScope) -> Statement[Event]:
    def build(store: Store) -> Select[Any]:
        position = tuple_(events.c.transaction_id, events.c.id)
        return (
            select(events)
            .where(
                visible_to(scope),
                true() if store == "sqlite" else events.c.transaction_id < horizon(),
                position > tuple_(bindparam("after_number"), bindparam("after_id")),
            )
            .order_by(events.c.transaction_id, events.c.id)
            .limit(bindparam("limit"))
        )

    return Statement(build, Event)


_OLDEST = Statement[tuple[Any, ...]](
    select(events.c.transaction_id)
    .where(events.c.organisation_id == bindparam("organisation_id"))
    .order_by(events.c.transaction_id)
    .limit(literal_column("1"))
)


def list_changes(work: Work, since: str | None, limit: int) -> Changes:
    """The next changes that the caller may see after a cursor, oldest first.

    Following the cursor meets every change exactly once, whatever else is being committed meanwhile, and across a
    restore. Faults: INVALID for a cursor that is none of ours.
    """
    lives = _lives(work)
    number, last_id = -_FARTHEST, 0
    if since:
        born, number, last_id = map(int, decode_cursor(since, int, int, int, field="since"))
        number -= (lives - born) * LIFE
    found = work.all(
        _feed(work.principal.people_scope),
        after_number=min(max(number, -_FARTHEST), _FARTHEST),
        after_id=last_id,
        limit=limit + 1,
        **scope_params(work),
    )
    shown = found[:limit]
    if shown:
        number, last_id = shown[-1].transaction_id, shown[-1].id
    return Changes(shown, encode_cursor(lives, number, last_id), len(found) > limit)


def _lives(work: Work) -> int:
    """How many databases the organisation's events have lived in before this one."""
    oldest: int | None = work.value(_OLDEST, organisation_id=work.principal.organisation_id)
    return 0 if oldest is None or oldest >= 0 else -(oldest // LIFE)
