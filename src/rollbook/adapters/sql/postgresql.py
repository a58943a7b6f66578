"""PostgreSQL by psycopg 3, with a connection pool; every statement prepared on first use."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Params, Plan, Statement, Store
from rollbook.core.kernel.work import Work

log = logging.getLogger("rollbook.postgresql")
T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]


class PostgresTransaction:
    """Statements on one psycopg connection."""

    store: Store = "postgresql"
    __slots__ = ("_cursor",)

    def __init__(self, connection: Connection) -> None:
        self._cursor = connection.cursor()

    def all(self, statement: Statement[T], params: Params) -> list[T]:
        """Every row."""
        plan = statement.plan("postgresql")
        make = plan.make_row
        return [make(*row) for row in self._execute(plan, params).fetchall()]

    def first(self, statement: Statement[T], params: Params) -> T | None:
        """The first row, or None."""
        plan = statement.plan("postgresql")
        row = self._execute(plan, params).fetchone()
        return None if row is None else plan.make_row(*row)

    def run(self, statement: Statement[Any], params: Params) -> int:
        """Run it; rows changed."""
        return self._execute(statement.plan("postgresql"), params).rowcount

    def run_many(self, statement: Statement[Any], rows: Sequence[Params]) -> None:
        """Run it per row, pipelined."""
        plan = statement.plan("postgresql")
        self._cursor.executemany(plan.sql, [plan.params(row) for row in rows])

    def _execute(self, plan: Plan[Any], params: Params) -> psycopg.Cursor[tuple[Any, ...]]:
        return self._cursor.execute(plan.sql, plan.params(params), prepare=None if plan.is_kept else False)


class PostgresReading(PostgresTransaction):
    """Queries outside a transaction; writing is a mistake."""

    __slots__ = ()

    def run(self, statement: Statement[Any], params: Params) -> int:
        """Refused."""
        raise RuntimeError("a unit of work that only reads cannot write")

    def run_many(self, statement: Statement[Any], rows: Sequence[Params]) -> None:
        """Refused."""
        raise RuntimeError("a unit of work that only reads cannot write")


class PostgresDatabase:
    """One PostgreSQL database; any number of servers may share it."""

    store: Store = "postgresql"

    def __init__(self, url: str, before_commit: Callable[[Work], None], *, pool_size: int = 10) -> None:
        self._url = url
        self._before_commit = before_commit
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            min_size=1,
            max_size=pool_size,
            timeout=20,
            kwargs={"autocommit": True, "prepare_threshold": 2},
            open=True,
        )

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except PoolTimeout:
            raise Fault(FaultCode.UNAVAILABLE, "The database does not answer; try again.") from None

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """Each statement sees what was committed when it began; opening a transaction would double the round trips."""
        with self._connection() as connection:
            try:
                yield Work(PostgresReading(connection))
            except psycopg.Error as problem:
                raise _fault_of(problem) from problem

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """One writing transaction."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                work = Work(PostgresTransaction(connection))
                yield work
                self._before_commit(work)
                connection.commit()
            except psycopg.Error as problem:
                with suppress(psycopg.Error):  # the connection itself may be gone; the pool replaces it
                    connection.rollback()
                raise _fault_of(problem) from problem
            except BaseException:
                connection.rollback()
                raise
        for leave in work.after_commit:
            leave()

    def stream(self, statement: Statement[T], params: Params) -> Iterator[T]:
        """Rows by a server-side cursor, a thousand at a time."""
        plan = statement.plan("postgresql")
        with psycopg.connect(self._url) as connection, connection.cursor(name=f"stream_{uuid4().hex}") as cursor:
            cursor.itersize = 1000
            for row in cursor.execute(plan.sql, plan.params(params)):
                yield plan.make_row(*row)

    def tune(self) -> None:
        """Nothing: PostgreSQL's own autovacuum does."""

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()


def _fault_of(problem: psycopg.Error) -> Fault:
    """What the database itself refused, or failed at, as a fault."""
    match problem:
        case psycopg.errors.UniqueViolation():
            return Fault(FaultCode.DUPLICATE, "A record with the same identifying value exists already.")
        case psycopg.errors.NotNullViolation():
            return Fault(FaultCode.CONFLICT, "Something that every record of this kind has is missing.")
        case psycopg.errors.IntegrityError():
            return Fault(FaultCode.CONFLICT, "Other records depend on this one.")
        case psycopg.errors.DataError():
            return Fault(FaultCode.INVALID, "A value is too large, or holds a character that cannot be stored.")
        case psycopg.errors.DeadlockDetected() | psycopg.errors.SerializationFailure():
            return Fault(FaultCode.UNAVAILABLE, "Another change was in the way; try again.")
        case psycopg.OperationalError():
            log.error("the database failed: %s", problem)
            return Fault(FaultCode.UNAVAILABLE, "The database does not answer; try again.")
        case _:
            log.error("a statement failed: %s", problem)
            return Fault(FaultCode.INTERNAL, "Something went wrong here; the server's log has the details.")
