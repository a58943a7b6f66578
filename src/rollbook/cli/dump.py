"""Reading every row of the record from one consistent snapshot, while the server goes on writing."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec
from sqlalchemy import Boolean, Table

from rollbook.cli.archive import TableFacts
from rollbook.core.schema import metadata

PART_BYTES = 8_000_000
AT_ONCE = 2000


class Source(Protocol):
    """One snapshot."""

    def count(self, table: str) -> int:
        """About how many rows a table has, for the progress."""

    def rows(self, table: str, columns: list[str], order: list[str]) -> Iterator[tuple[Any, ...]]:
        """Every row of a table."""

    def last_id(self, table: str) -> int | None:
        """The last id that a table gave; None when it gives none."""


def tables() -> list[Table]:
    """Every table, those that others point at first."""
    return list(metadata.sorted_tables)


def parts_of(source: Source, table: Table) -> Iterator[tuple[int, bytes]]:
    """A table's rows in parts: how many rows, and their JSON lines."""
    columns = [column.name for column in table.c]
    flags = [at for at, column in enumerate(table.c) if isinstance(column.type, Boolean)]
    encoder, part, count = msgspec.json.Encoder(), bytearray(), 0
    for row in source.rows(table.name, columns, [column.name for column in table.primary_key.columns]):
        if flags:
            cells = list(row)
            for at in flags:
                cells[at] = None if cells[at] is None else bool(cells[at])
            part += encoder.encode(cells)
        else:
            part += encoder.encode(row)
        part += b"\n"
        count += 1
        if len(part) >= PART_BYTES:
            yield count, bytes(part)
            part, count = bytearray(), 0
    if count:
        yield count, bytes(part)


def facts_of(source: Source, table: Table, rows: int) -> TableFacts:
    """What the manifest says of a table."""
    own = [str(key.parent.name) for key in table.foreign_keys if key.column.table is table]
    # SQLAlchemy's names are a kind of text of their own.
    columns = [str(column.name) for column in table.c]
    return TableFacts(str(table.name), columns, sorted(own), rows, source.last_id(table.name))


@contextmanager
def snapshot(database_url: str) -> Iterator[Source]:
    """A consistent snapshot of a database."""
    if database_url.startswith("sqlite:///"):
        with _sqlite(Path(database_url.removeprefix("sqlite:///"))) as source:
            yield source
        return
    with _postgresql(database_url) as source:
        yield source


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


class _Sqlite:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def count(self, table: str) -> int:
        return int(self._connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608

    def rows(self, table: str, columns: list[str], order: list[str]) -> Iterator[tuple[Any, ...]]:
        query = f'SELECT {_quoted(columns)} FROM "{table}" ORDER BY {_quoted(order)}'  # noqa: S608 - names of ours
        yield from self._connection.execute(query)

    def last_id(self, table: str) -> int | None:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return int(row[0]) if row else None


@contextmanager
def _sqlite(path: Path) -> Iterator[Source]:
    """One reading transaction: the write-ahead log keeps its rows while others write on."""
    import apsw

    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
        connection.set_busy_timeout(20_000)
        connection.pragma("query_only", 1)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM organisations").fetchall()
        yield _Sqlite(connection)


class _Postgresql:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def count(self, table: str) -> int:
        return int(self._connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608

    def rows(self, table: str, columns: list[str], order: list[str]) -> Iterator[tuple[Any, ...]]:
        with self._connection.cursor(name=f"dump_{table}") as cursor:
            cursor.itersize = AT_ONCE
            query = f'SELECT {_quoted(columns)} FROM "{table}" ORDER BY {_quoted(order)}'  # noqa: S608 - names of ours
            yield from cursor.execute(query)

    def last_id(self, table: str) -> int | None:
        found = self._connection.execute(
            "SELECT pg_get_serial_sequence(%s, 'id') FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s AND column_name = 'id'",
            (table, table),
        ).fetchone()
        if found is None or found[0] is None:
            return None
        last, was_used = self._connection.execute(f"SELECT last_value, is_called FROM {found[0]}").fetchone()  # noqa: S608
        return int(last) if was_used else None


@contextmanager
def _postgresql(url: str) -> Iterator[Source]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield _Postgresql(connection)
        connection.execute("ROLLBACK")
