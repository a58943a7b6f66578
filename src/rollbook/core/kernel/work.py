"""The unit of work: one transaction, the caller it is for, and what happened in it.

The dispatcher opens one per request and commits it when the handler succeeds; services never commit. Changes that
services record become event rows just before the commit; what must leave the machine leaves after it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

import msgspec

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.statements import Params, Statement, Store

T = TypeVar("T")


class Transaction(Protocol):
    """What a store gives: statements run in one transaction. Rows come back as the statement says."""

    store: Store

    def all(self, statement: Statement[T], params: Params) -> list[T]:
        """Every row."""

    def first(self, statement: Statement[T], params: Params) -> T | None:
        """The first row, or None."""

    def run(self, statement: Statement[Any], params: Params) -> int:
        """Run a statement that returns nothing; the number of rows it changed."""

    def run_many(self, statement: Statement[Any], rows: Sequence[Params]) -> None:
        """Run a statement once per row of parameters."""


class Change(msgspec.Struct, frozen=True):
    """Something that happened to one record; it becomes one event row.

    ``before`` and ``after`` hold the fields that changed (all of them for something made or deleted). ``person_id``
    is the person whom it concerns, so that a caller who may not see that person does not see the change.
    """

    kind: str
    entity: str
    entity_id: int
    entity_uuid: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    person_id: int | None = None


class Work:
    """One unit of work. Made by a :class:`Database`; handed to services by the dispatcher."""

    __slots__ = ("_caller", "_transaction", "after_commit", "at", "changes", "import_id", "store", "wakes")

    def __init__(self, transaction: Transaction, at: int | None = None) -> None:
        self._transaction = transaction
        self._caller: Principal | None = None
        self.store: Store = transaction.store
        self.at = at if at is not None else clock.now()
        self.changes: list[Change] = []
        self.after_commit: list[Callable[[], None]] = []
        self.import_id: int | None = None
        self.wakes: set[str] = set()
        """The workers that have something to do once this is committed: ``deliveries``, ``mails``."""

    @property
    def principal(self) -> Principal:
        """The caller. Faults: UNAUTHENTICATED before there is one."""
        if self._caller is None:
            raise Fault(FaultCode.UNAUTHENTICATED, "Sign in or send a valid credential.")
        return self._caller

    @property
    def has_principal(self) -> bool:
        """Whether the caller is known yet."""
        return self._caller is not None

    def act_as(self, principal: Principal) -> None:
        """From here on the work is done for this caller."""
        self._caller = principal

    def all(self, statement: Statement[T], **params: Any) -> list[T]:
        """Every row of a query."""
        return self._transaction.all(statement, params)

    def first(self, statement: Statement[T], **params: Any) -> T | None:
        """The first row of a query, or None."""
        return self._transaction.first(statement, params)

    def value(self, statement: Statement[tuple[Any, ...]], **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = self._transaction.first(statement, params)
        return row[0] if row else None

    def run(self, statement: Statement[Any], **params: Any) -> int:
        """Run a statement that returns no rows; how many rows it changed."""
        return self._transaction.run(statement, params)

    def run_many(self, statement: Statement[Any], rows: Sequence[Params]) -> None:
        """Run a statement once per row of parameters, in one call to the driver."""
        if len(rows) == 1:
            self._transaction.run(statement, rows[0])
        elif rows:
            self._transaction.run_many(statement, rows)

    def record(
        self,
        kind: str,
        entity: str,
        entity_id: int,
        entity_uuid: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        person_id: int | None = None,
    ) -> None:
        """Note a change; it is written as an event in this same transaction."""
        self.changes.append(Change(kind, entity, entity_id, entity_uuid, before, after, person_id))


class Database(Protocol):
    """A store that hands out units of work."""

    store: Store

    def reading(self) -> AbstractContextManager[Work]:
        """A unit of work that only reads, and never waits for a writer."""

    def writing(self) -> AbstractContextManager[Work]:
        """A unit of work that commits when the block ends well and rolls back when it raises."""

    def stream(self, statement: Statement[T], params: Params) -> Iterator[T]:
        """Rows one by one from a cursor of its own, outside any unit of work: for exports and backups."""

    def tune(self) -> None:
        """Bring the query planner's statistics up to date where the store does not do so by itself."""

    def close(self) -> None:
        """Close every connection."""
