"""The record's own tables in the warehouse: made current when somebody asks and something has changed since.

What tells that something changed is the newest event of the organisation; on PostgreSQL also that a transaction which
was open then has ended, and for what changes without an event, or by the clock alone, the time. The events since tell
which rows to read again; where they reach too far, all are copied (docs/decisions/0033).
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, cast, func, select
from sqlglot import exp

from rollbook.core.analytics.recorded.listing import RECORD_SOURCES
from rollbook.core.analytics.recorded.shown import ROW, Followed, RecordSource
from rollbook.core.analytics.recorded.touched import FAR_REACHING, TOUCHED
from rollbook.core.events.tables import events
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.statements import Statement, Store
from rollbook.core.kernel.warehouse import COPIES, Warehouse
from rollbook.core.kernel.work import Database, Work

Rows = Statement[tuple[Any, ...]]
STALE_AFTER = SECOND // 2
"""How old a copy may be when there may be changes that no event has told of yet."""
MOST_RENEWED = 10_000
"""Rows, or events, of which more make a copy anew."""


def _newest(store: Store) -> Any:
    """The organisation's newest event, and the transaction before which all have ended."""
    newest = (
        select(events.c.id, events.c.transaction_id)
        .where(events.c.organisation_id == bindparam("organisation_id"))
        .order_by(events.c.transaction_id.desc(), events.c.id.desc())
        .limit(1)
        .subquery()
    )
    if store == "sqlite":
        return select(newest.c.id, newest.c.transaction_id + 1)
    ended = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text()), BigInteger())
    return select(select(newest.c.id).scalar_subquery(), ended)


_NEWEST = Rows(_newest)


_SINCE = Rows(
    select(events.c.id, events.c.entity, events.c.entity_id, events.c.kind)
    .where(events.c.organisation_id == bindparam("organisation_id"), events.c.transaction_id >= bindparam("ended"))
    .limit(bindparam("limit"))
)
_IS_THERE = Rows(
    select(events.c.id).where(
        events.c.organisation_id == bindparam("organisation_id"), events.c.id == bindparam("event")
    )
)


class _Mark(msgspec.Struct, frozen=True):
    """When and at which state of the record a copy was made. ``turns_at``: when it changes by itself.

    ``event`` was the newest; of the transactions from ``ended`` on, the events in ``seen`` had been told already.
    """

    event: int | None
    ended: int
    seen: frozenset[int]
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
            if mark is not None and work.store == "sqlite" and (event or 0) < (mark.event or 0):
                return table  # the caller's view of the record is older than the copy
            if mark is None or not mark.holds(event, ended, work.at, is_quiet=source.is_quiet):
                seen = frozenset(row[0] for row in _told(work, ended))
                changed = self._changed(work, source, table, mark) if mark is not None else None
                if changed is None:
                    self._copy(work, source, table)
                elif changed:
                    rows = work.all(source.rows_of, **_of(work), ids=changed)
                    self.warehouse.replace(table, source.columns, ROW, changed, rows)
                self._marks[table] = _Mark(event, ended, seen, work.at, self._turns_at(work, source))
        return table

    def forget(self) -> None:
        """Copy everything anew: the record was changed past all events."""
        with self._guard:
            self._marks.clear()

    def _copy(self, work: Work, source: RecordSource, table: str) -> None:
        rows: Iterator[tuple[Any, ...]] = self._database.stream(source.rows, _of(work))
        self.warehouse.fill(table, source.columns, rows)

    def _changed(self, work: Work, source: RecordSource, table: str, mark: _Mark) -> list[int] | None:
        """The ids of the rows that may differ from the copy since a mark; None where it is better made anew."""
        if source.is_quiet or (mark.event and work.first(_IS_THERE, **_of(work), event=mark.event) is None):
            return None  # events were forgotten meanwhile
        told = _told(work, mark.ended)
        if len(told) > MOST_RENEWED:
            return None
        ids: defaultdict[str, set[int]] = defaultdict(set)
        for event, entity, entity_id, kind in told:
            if event in mark.seen:
                continue
            if kind in FAR_REACHING or entity not in TOUCHED:
                return None
            if TOUCHED[entity] & source.tables:
                ids[entity].add(entity_id)
        if not all(entity == source.entity or entity in source.follows for entity in ids):
            return None
        changed = ids.get(source.entity or "", set()) | self._turned(work, source, mark)
        for entity, those in ids.items():
            for followed in source.follows.get(entity, ()):
                changed |= self._showing(work, table, followed, sorted(those))
        return sorted(changed) if len(changed) <= MOST_RENEWED else None

    def _showing(self, work: Work, table: str, followed: Followed, ids: list[int]) -> set[int]:
        """The rows that show one of the ids, in the record as in the copy."""
        held = exp.In(
            this=exp.column(followed.column, quoted=True), expressions=[exp.Var(this=", ".join(map(str, ids)))]
        )
        query = exp.select(exp.column(ROW, quoted=True)).from_(exp.to_table(table)).where(held)
        now = work.all(followed.rows, **_of(work), ids=ids)
        return {row[0] for row in [*now, *self.warehouse.query(query).rows]}

    @staticmethod
    def _turned(work: Work, source: RecordSource, mark: _Mark) -> set[int]:
        if source.turned is None or mark.turns_at is None or work.at < mark.turns_at:
            return set()
        return {row[0] for row in work.all(source.turned, **_of(work), since=mark.at)}

    @staticmethod
    def _turns_at(work: Work, source: RecordSource) -> int | None:
        if source.next_turn is None:
            return None
        found = work.value(source.next_turn, **_of(work))
        return int(found) if found is not None else None


def _told(work: Work, ended: int) -> list[tuple[Any, ...]]:
    """What the organisation's events tell of, in transactions from one on."""
    return work.all(_SINCE, **_of(work), ended=ended, limit=MOST_RENEWED + 1)


def _of(work: Work) -> dict[str, int]:
    return {"organisation_id": work.principal.organisation_id, "now": work.at}
