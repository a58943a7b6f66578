"""SQLite by apsw: write-ahead log, ``synchronous=FULL``, one writer at a time, a reader per thread."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import apsw

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.matching import LOWERED
from rollbook.core.kernel.statements import Params, Statement, Store
from rollbook.core.kernel.work import Work

T = TypeVar("T")

MAPPED_BYTES = 2**33
"""How much of the file readers see through the operating system's own cache, so that no page is copied: 8 GiB."""
ANY_TABLE = 0x10002
"""For ``PRAGMA optimize``: analyse whatever wants it, not only what this connection has queried."""
_REFUSALS = (apsw.ConstraintError, apsw.TooBigError, OverflowError)
BUSY_TIMEOUT_MS = 20_000
"""How long a writer waits for another process's transaction, such as a command beside the server."""


class SqliteTransaction:
    """Statements on one apsw connection."""

    store: Store = "sqlite"
    __slots__ = ("_connection", "_execute")

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._execute: Callable[[str, Any], apsw.Cursor] = connection.execute

    def all(self, statement: Statement[T], params: Params) -> list[T]:
        """Every row."""
        plan = statement.plan("sqlite")
        make = plan.make_row
        return [make(*row) for row in self._execute(plan.sql, plan.params(params))]

    def first(self, statement: Statement[T], params: Params) -> T | None:
        """The first row, or None."""
        plan = statement.plan("sqlite")
        cursor = self._execute(plan.sql, plan.params(params))
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else plan.make_row(*row)

    def run(self, statement: Statement[Any], params: Params) -> int:
        """Run it; rows changed."""
        plan = statement.plan("sqlite")
        before = self._connection.total_changes()
        self._execute(plan.sql, plan.params(params)).fetchall()
        return self._connection.changes() if self._connection.total_changes() != before else 0

    def run_many(self, statement: Statement[Any], rows: Sequence[Params]) -> None:
        """Run it per row."""
        plan = statement.plan("sqlite")
        self._connection.executemany(plan.sql, [plan.params(row) for row in rows])


class SqliteReading(SqliteTransaction):
    """Statements that see one state of the database, which the first of them chooses; without any there is none."""

    __slots__ = ()

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(connection)
        self._execute = self._first

    def _first(self, sql: str, params: Any) -> apsw.Cursor:
        self._connection.execute("BEGIN")
        self._execute = self._connection.execute
        return self._execute(sql, params)

    def end(self) -> None:
        """Let go of that state."""
        self._execute = self._connection.execute
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


READER_CACHE_KB, WRITER_CACHE_KB = 8_000, 16_000
"""Readers are many and the file is mapped; the writer is one, and what it changes is in its cache alone."""


def _lowered(*texts: Any) -> str | None:
    (text,) = texts
    return None if text is None else str(text).lower()


class SqliteDatabase:
    """One database file. Readers never wait for the writer; writers take turns."""

    store: Store = "sqlite"

    def __init__(self, path: str, before_commit: Callable[[Work], None]) -> None:
        self._path = path
        self._before_commit = before_commit
        self._turn = threading.Lock()
        self._local = threading.local()
        self._open: list[apsw.Connection] = []
        self._opening = threading.Lock()
        self._writer = self._connect()

    def _connect(self, *, read_only: bool = False) -> apsw.Connection:
        if self._path != ":memory:":
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        connection = apsw.Connection(self._path, statementcachesize=400)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size=-{READER_CACHE_KB if read_only else WRITER_CACHE_KB}",
            f"mmap_size={MAPPED_BYTES}",
            "temp_store=MEMORY",
        ):
            connection.pragma(*pragma.split("="))
        connection.create_scalar_function(LOWERED, _lowered, 1, deterministic=True)
        if read_only:
            connection.pragma("query_only", 1)
        with self._opening:
            self._open.append(connection)
        return connection

    def _reader(self) -> apsw.Connection:
        found: apsw.Connection | None = getattr(self._local, "reader", None)
        if found is None:
            found = self._local.reader = self._connect(read_only=True)
        return found

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A consistent snapshot, never waiting."""
        transaction = SqliteReading(self._reader())
        try:
            yield Work(transaction)
        except _REFUSALS as problem:
            raise _fault_of(problem) from problem
        finally:
            transaction.end()

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """One writing transaction. Faults: UNAVAILABLE when another process holds the file too long."""
        with self._turn:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except apsw.BusyError:
                raise Fault(FaultCode.UNAVAILABLE, "The database is busy with another process; try again.") from None
            work = Work(SqliteTransaction(self._writer))
            try:
                yield work
                self._before_commit(work)
                self._writer.execute("COMMIT")
            except _REFUSALS as problem:
                self._roll_back()
                raise _fault_of(problem) from problem
            except BaseException:
                self._roll_back()
                raise
        for leave in work.after_commit:
            leave()

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def stream(self, statement: Statement[T], params: Params) -> Iterator[T]:
        """Rows from a connection of their own."""
        plan = statement.plan("sqlite")
        connection = self._connect(read_only=True)
        try:
            for row in connection.execute(plan.sql, plan.params(params)):
                yield plan.make_row(*row)
        finally:
            self._release(connection)

    def _release(self, connection: apsw.Connection) -> None:
        with self._opening:
            self._open.remove(connection)
        connection.close()

    def tune(self) -> None:
        """Look again at tables that have grown or shrunk a lot; a sample of each index is enough."""
        with self._turn:
            self._writer.pragma("optimize", ANY_TABLE)

    def close(self) -> None:
        """Close every connection; the log is folded into the file."""
        with self._opening:
            for connection in self._open:
                connection.close()
            self._open.clear()


def _fault_of(problem: Exception) -> Fault:
    """What the database itself refused, as a fault."""
    if not isinstance(problem, apsw.ConstraintError):
        return Fault(FaultCode.INVALID, "A value is too large to be stored.")
    if "UNIQUE" in str(problem):
        return Fault(FaultCode.DUPLICATE, "A record with the same identifying value exists already.")
    if "NOT NULL" in str(problem):
        return Fault(FaultCode.CONFLICT, "Something that every record of this kind has is missing.")
    return Fault(FaultCode.CONFLICT, "Other records depend on this one.")
