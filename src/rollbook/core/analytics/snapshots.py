"""The record's own tables in the warehouse: copied anew when somebody asks and something has changed since.

What tells that something changed is the newest event of the organisation; on PostgreSQL also that a transaction which
was open then has ended, and for what changes without an event, or by the clock alone, the time.
"""

import threading
from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, cast, func, literal_column, select

from rollbook.core.analytics.recorded.listing import RECORD_SOURCES
from rollbook.core.analytics.recorded.shown import RecordSource
from rollbook.core.events.tables import events
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.statements import Statement, Store
from rollbook.core.kernel.warehouse import COPIES, Warehouse
from rollbook.core.kernel.work import Database, Work

Rows = Statement[tuple[Any, ...]]
STALE_AFTER = SECOND // 2
"""How old a copy may be when there may be changes that no event has told of yet."""


def _newest(store: Store) -> Any:
    """The organisation's newest event, and which transactions have ended."""
    newest = (
        select(events.c.id)
        .where(events.c.organisation_id == bindparam("organisation_id"))
        .order_by(events.c.transaction_id.desc(), events.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    ended: Any = literal_column("0")
    if store == "postgresql":
        ended = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text()), BigInteger())
    return select(newest, ended)


_NEWEST = Rows(_newest)


class _Mark(msgspec.Struct, frozen=True):
    """When and at which state of the record a copy was made. ``turns_at``: when it changes by itself."""

    event: int | None
    ended: int
    at: int
    turns_at: int | None

    def holds(self, event: int | None, ended: int, now: int, *, is_quiet: bool) -> bool:
        if event != self.event or (self.turns_at is not None and now >= self.turns_at):
            return False
        may_have_changed = is_quiet or ended != self.ended
        return not may_have_changed or 0 <= now - self.at < STALE_AFTER


class Snapshots:
    """The copies of one server. ``warehouse`` is where they, and everything else that is asked about, lie."""

    def __init__(self, database: Database, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self._database = database
        self._marks: dict[str, _Mark] = {}
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()

    def table_of(self, work: Work, key: str) -> str:
        """The warehouse's table with the caller's organisation's rows of a record source, made current. Blocks."""
        source, organisation_id = RECORD_SOURCES[key], work.principal.organisation_id
        table = f"{COPIES}{organisation_id}_{key}"
        with self._guard:
            turn = self._turns[table]
        with turn:
            event, ended = work.first(_NEWEST, organisation_id=organisation_id) or (None, 0)
            mark = self._marks.get(table)
            if mark is None or not mark.holds(event, ended, work.at, is_quiet=source.is_quiet):
                self._copy(work, source, table)
                self._marks[table] = _Mark(event, ended, work.at, self._turns_at(work, source))
        return table

    def _copy(self, work: Work, source: RecordSource, table: str) -> None:
        params = {"organisation_id": work.principal.organisation_id, "now": work.at}
        rows = self._database.stream(source.rows, params)
        self.warehouse.fill(table, source.columns, rows)

    @staticmethod
    def _turns_at(work: Work, source: RecordSource) -> int | None:
        if source.next_turn is None:
            return None
        found = work.value(source.next_turn, organisation_id=work.principal.organisation_id, now=work.at)
        return int(found) if found is not None else None
