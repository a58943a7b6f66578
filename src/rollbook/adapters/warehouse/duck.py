"""DuckDB as the warehouse: one file, owned by this process; readers beside a writer, each change one transaction.

The connection can read and write files in the staging folder alone, and loads no extension.
"""

import os
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from rollbook.adapters.warehouse import changes, statements
from rollbook.adapters.warehouse.cache import AnswerCache
from rollbook.adapters.warehouse.cells import filled
from rollbook.adapters.warehouse.following import Following, following
from rollbook.adapters.warehouse.statements import column_of, quoted, text_of, written
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.warehouse import (
    Column,
    DataFile,
    Delete,
    Format,
    Operation,
    Result,
    Shape,
    WarehouseRefused,
    Watch,
)

MOST_COLUMNS = 2_000
FILLED_AT_ONCE = 5_000
"""Rows that are handed over in one piece: with more, the collector of garbage looks at them again and again."""
LONGEST_QUERY_S = 60.0
_MISTAKES = (duckdb.InternalException, duckdb.FatalException, duckdb.PermissionException)
"""What DuckDB says when it is us who went wrong."""
_CHANGING = "NOW("
"""In a query whose answer is another one each time."""
_TABLE = re.compile(r"[a-z][a-z0-9_]*")
_TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"

Version = tuple[int, ...]
Job = Callable[[duckdb.DuckDBPyConnection, Following], int]


class DuckWarehouse:
    """A warehouse in a folder; see the port for what each method does."""

    FILE = "warehouse.duckdb"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._writing: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._versions: defaultdict[str, int] = defaultdict(int)
        self._shapes: dict[str, tuple[Version, Shape | None]] = {}
        self._answers = AnswerCache()
        self._changed: set[str] = set()
        self._guard = threading.Lock()
        self._opening = threading.Lock()

    @property
    def staging(self) -> Path:
        """Where files are put that are loaded or made."""
        _ = self._connection
        return self._folder / "staging"

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """Opened when it is first needed. Faults: UNAVAILABLE while another process has the file."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> duckdb.DuckDBPyConnection:
        staging = self._folder / "staging"
        staging.mkdir(parents=True, exist_ok=True)
        config: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "temp_directory": str(self._folder / "spilled"),
            "memory_limit": f"{_half_of_memory()}B",
            "allowed_configs": ["enable_progress_bar", "enable_progress_bar_print"],
        }
        try:
            opened = duckdb.connect(str(self._folder / self.FILE), config=config)
        except duckdb.IOException:
            message = "The warehouse is in use by another process of this machine."
            raise Fault(FaultCode.UNAVAILABLE, message) from None
        try:
            allowed = ", ".join(text_of(folder) for folder in (f"{staging}/", *self._attach(opened)))
            opened.execute(f"SET allowed_directories = [{allowed}]")
            opened.execute("SET enable_external_access = false")
            opened.execute("SET lock_configuration = true")
            self._face(opened)
            self._keep_what_is_done(opened)
            # Whether the last process that had the tables copied all that it changed is not known.
            self.put_back_changed(row[0] for row in opened.execute(_TABLES).fetchall())
        except BaseException:
            opened.close()
            raise
        for left in staging.iterdir():  # by a server that was killed
            left.unlink(missing_ok=True)
        return opened

    def _attach(self, opened: duckdb.DuckDBPyConnection) -> Sequence[str]:
        """Open what else there is; the folders that may be read and written for it."""
        return ()

    def _face(self, cursor: duckdb.DuckDBPyConnection, table: str | None = None) -> None:
        """Let a name alone mean the warehouse's table, and what is made for the table lie where its place is."""

    def _keep_what_is_done(self, opened: duckdb.DuckDBPyConnection) -> None:
        changes.keep_what_is_done(opened)

    def tidy(self) -> None:
        """DuckDB does so by itself."""

    def close(self) -> None:
        """Let go of the file."""
        with self._opening:
            if self._opened is not None:
                self._opened.close()

    # --- Reading

    def shape(self, table: str) -> Shape | None:
        """The table's columns; None when there is no such table."""
        version = self._versions_of([table])[0]
        with self._guard:
            known = self._shapes.get(table)
        if known is not None and known[0] == version:
            return known[1]
        with self._cursor() as cursor:
            columns = _columns_of(cursor, table)
        shape = Shape(columns, version) if columns else None
        with self._guard:
            self._shapes[table] = (version, shape)
        return shape

    def query(self, query: exp.Query) -> Result:
        """The answer to a query."""
        text = written(query)
        key = (text, *self._versions_of([table.name for table in query.find_all(exp.Table)]))
        found = self._answers.find(key)
        if found is None:
            with self._answering(text) as cursor:
                found = Result(_columns(cursor), cursor.fetchall())
            if _CHANGING not in text.upper():
                self._answers.keep(key, found)
        return found

    def _versions_of(self, tables: Sequence[str]) -> list[Version]:
        """What is another one after every change of a table, for each of them."""
        with self._guard:
            return [(self._versions[table],) for table in tables]

    def forget(self, table: str) -> None:
        """Let no answer that was given about the table be given again."""
        with self._guard:
            self._versions[table] += 1

    def stream(self, query: exp.Query, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The answer to a query in pieces of so many rows."""
        with self._answering(written(query)) as cursor:
            while rows := cursor.fetchmany(size):
                yield rows

    @contextmanager
    def _answering(self, text: str) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._cursor() as cursor:
            timer = threading.Timer(LONGEST_QUERY_S, cursor.interrupt)
            timer.daemon = True
            timer.start()
            try:
                yield cursor.execute(text)
            except duckdb.InterruptException:
                raise WarehouseRefused(f"The query took more than {LONGEST_QUERY_S:.0f} seconds; narrow it.") from None
            finally:
                timer.cancel()

    def export(self, query: exp.Query, path: Path, format: Format, *, separator: str = ",", quotes: bool) -> None:
        """Write the answer to a query to a file in the staging folder."""
        options = "FORMAT parquet, COMPRESSION zstd"
        if format != "parquet":
            zipped = "gzip" if format == "csv.gz" else "none"
            forced = ", FORCE_QUOTE *" if quotes else ""
            options = f"FORMAT csv, HEADER true, DELIMITER {text_of(separator)}, COMPRESSION {zipped}{forced}"
        with self._cursor() as cursor:
            cursor.execute(f"COPY ({written(query)}) TO {text_of(str(path))} ({options})")

    def take_changed(self) -> list[str]:
        """The tables that were changed since this was asked last."""
        with self._guard:
            taken, self._changed = sorted(self._changed), set()
        return taken

    def put_back_changed(self, tables: Iterable[str]) -> None:
        """Let tables be given as changed again."""
        with self._guard:
            self._changed.update(tables)

    # --- Writing

    def load(self, table: str, file: DataFile, *, watch: Watch | None = None) -> int:
        """Put a file's rows in the place of the table."""
        try:
            return self._change(table, lambda cursor, _: _load(cursor, table, file, samples_all=False), watch)
        except WarehouseRefused as refused:
            if not isinstance(refused.__cause__, duckdb.ConversionException | duckdb.InvalidInputException):
                raise
        # The kinds were taken from the file's beginning, and a later line did not fit: now from the whole of it.
        return self._change(table, lambda cursor, _: _load(cursor, table, file, samples_all=True), watch)

    def fill(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        """Put rows in the place of the table."""

        def fill(cursor: duckdb.DuckDBPyConnection, _: Following) -> int:
            changes.create(cursor, table, columns)
            total, given = 0, iter(rows)
            while piece := list(islice(given, FILLED_AT_ONCE)):
                changes.insert(cursor, table, filled(columns, piece))
                total += len(piece)
            return total

        return self._change(table, fill)

    def replace(
        self, table: str, columns: Sequence[Column], key: str, values: Sequence[int], rows: Sequence[Sequence[Any]]
    ) -> int:
        """Put rows in the place of some."""

        def replace(cursor: duckdb.DuckDBPyConnection, _: Following) -> int:
            changes.delete(cursor, table, key, pa.array(values, pa.int64()))
            changes.insert(cursor, table, filled(columns, rows))
            return len(rows)

        return self._change(table, replace)

    def merge(self, table: str, file: DataFile, key: str, *, watch: Watch | None = None) -> int:
        """Add a file's rows in the place of those with the same key."""
        shape = self.shape(table)
        if shape is None:
            return self.load(table, file, watch=watch)

        def merge(cursor: duckdb.DuckDBPyConnection, _: Following) -> int:
            return changes.merge(cursor, table, shape, file, key)

        return self._change(table, merge, watch)

    def apply(
        self,
        table: str,
        operations: Sequence[Operation],
        *,
        adds_columns: bool = False,
        once: str | None = None,
        watch: Watch | None = None,
    ) -> int:
        """Do operations in their order, and those that are named but once."""

        def apply(cursor: duckdb.DuckDBPyConnection, followed: Following) -> int:
            if once is not None and changes.is_done(cursor, once):
                return sum(len(operation.rows) for operation in operations if not isinstance(operation, Delete))
            columns = list(_columns_of(cursor, table))
            watched = followed.each(operations, _size)
            return changes.apply(cursor, table, columns, watched, adds_columns=adds_columns)

        return self._change(table, apply, watch)

    def drop(self, table: str) -> None:
        """Take the table away."""

        def drop(cursor: duckdb.DuckDBPyConnection, _: Following) -> int:
            cursor.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
            return 0

        self._change(table, drop)

    def _change(self, table: str, job: Job, watch: Watch | None = None) -> int:
        """One transaction on a table, of which there is one at a time."""
        if not _TABLE.fullmatch(table):
            raise ValueError(table)
        with self._guard:
            turn = self._writing[table]
        with turn:
            try:
                return self._transaction(table, job, watch)
            finally:
                self.forget(table)
                self.put_back_changed([table])

    def _transaction(self, table: str, job: Job, watch: Watch | None) -> int:
        with self._cursor(table) as cursor:
            cursor.execute("BEGIN")
            try:
                with following(cursor, watch) as followed:
                    done = job(cursor, followed)
                    followed.require_may_commit()
                cursor.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.TransactionException):  # a commit that failed has ended it
                    cursor.rollback()
                raise
        return done

    @contextmanager
    def _cursor(self, table: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own to the same tables, which lives as long as the block; for changing one of them."""
        cursor = self._connection.cursor()
        try:
            self._face(cursor, table)
            yield cursor
        except _MISTAKES:
            raise
        except duckdb.Error as problem:
            raise WarehouseRefused(said(problem, self.staging)) from problem
        except pa.ArrowInvalid as problem:
            raise WarehouseRefused(str(problem)) from problem
        finally:
            cursor.close()


def _size(operation: Operation) -> int:
    return len(operation.values) if isinstance(operation, Delete) else len(operation.rows)


def _half_of_memory() -> int:
    """Bytes; what is beyond is spilled to the disk."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


_TOO_LARGE = re.compile(r"Type INT128 with value|^Out of Range Error: Overflow in \w+ of INT")


def said(problem: duckdb.Error, staging: Path) -> str:
    """What DuckDB says is wrong, without our paths and its hints about options that nobody here can set."""
    if _TOO_LARGE.search(str(problem)):
        return "A whole number became larger than 64 bits hold; multiply by 1.0 to have a float instead."
    told = re.sub(rf"""["']?{re.escape(str(staging))}/[^\s"']*["']?""", "the file", str(problem))
    told = told.partition("\n\nLINE ")[0]
    told = told.partition("Possible Solution")[0].partition("Possible fixes")[0].partition("file = ")[0]
    return " ".join(told.split()).removeprefix("Invalid Input Error: ")


def _columns(cursor: duckdb.DuckDBPyConnection) -> tuple[Column, ...]:
    return tuple(column_of(entry[0], str(entry[1])) for entry in cursor.description or ())


def _columns_of(cursor: duckdb.DuckDBPyConnection, table: str) -> tuple[Column, ...]:
    """The table's columns; none when there is no such table."""
    try:
        return _columns(cursor.execute(f"SELECT * FROM {quoted(table)} LIMIT 0"))
    except duckdb.CatalogException:
        return ()


def _load(cursor: duckdb.DuckDBPyConnection, table: str, file: DataFile, *, samples_all: bool) -> int:
    if not file.path.stat().st_size:
        raise WarehouseRefused("The file is empty.")
    found = changes.described(cursor, *statements.reading(file, {}, samples_all=samples_all))
    if len(found) > MOST_COLUMNS:
        raise WarehouseRefused(f"The file has {len(found):,} columns; there may be {MOST_COLUMNS:,}.")
    changes.refuse_unfit_names([name for name, _ in found])
    wanted = {name: Column(name, kind) for name, kind in file.kinds.items()}
    if missing := sorted(wanted.keys() - {name for name, _ in found}):
        raise WarehouseRefused(f"The file has no column {missing[0]!r}, for which a type is given.")
    source, parameters = statements.reading(file, wanted, samples_all=samples_all)
    if wanted:
        found = changes.described(cursor, source, parameters)
    made = f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT {statements.selected(found, wanted)} FROM {source}"
    row = cursor.execute(made, parameters).fetchone()
    changes.empty_what_is_no_number(cursor, table)
    return int(row[0]) if row else 0
