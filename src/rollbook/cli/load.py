"""Writing a backup's rows into an empty database, in one transaction, whichever store it is."""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from rollbook.cli.archive import TableFacts
from rollbook.cli.refusals import Refusal

Row = list[Any]

_NOT_OURS = re.compile(r"sqlite_|pg_|alembic_|people_search")
"""Tables that the stores, the migrations and the search index keep for themselves."""


class Target(Protocol):
    """One transaction that fills a database."""

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a table; none when there is no such table."""

    def clear(self, table: str) -> None:
        """Delete the rows that triggers made there of the rows of other tables."""

    def insert(self, facts: TableFacts, rows: Iterable[Row]) -> None:
        """Add rows."""

    def point(self, table: str, column: str, pairs: Iterable[tuple[int, int]]) -> None:
        """Set a column of rows, by their ids."""

    def set_last_id(self, table: str, last_id: int) -> None:
        """Let the next id be a later one."""


class Loader:
    """Loads parts table by table; rows that point into their own table get there when all of them are in."""

    def __init__(self, target: Target, tables: list[TableFacts]) -> None:
        self._target = target
        self._facts = {facts.name: facts for facts in tables}
        self._pointing: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._rows = dict.fromkeys(self._facts, 0)
        for facts in tables:
            own = frozenset[str]() if _NOT_OURS.match(facts.name) else target.columns(facts.name)
            unknown = set(facts.columns) - own
            if unknown:
                raise Refusal(f"The backup has columns that {facts.name} has not: {', '.join(sorted(unknown))}.")

    def load(self, table: str, rows: list[Row]) -> None:
        """A part of a table. Refuses rows that are not of its shape."""
        facts = self._facts.get(table)
        if facts is None or any(len(row) != len(facts.columns) for row in rows):
            raise Refusal(f"The backup's rows of {table} do not fit its own manifest.")
        for column in facts.self_references:
            at, id_at = facts.columns.index(column), facts.columns.index("id")
            pairs = self._pointing.setdefault((table, column), [])
            for row in rows:
                if row[at] is not None:
                    pairs.append((row[id_at], row[at]))
                    row[at] = None
        if not self._rows[table]:
            self._target.clear(table)
        self._target.insert(facts, rows)
        self._rows[table] += len(rows)

    def finish(self) -> None:
        """Set what was put off, check the counts, and move the ids on."""
        for (table, column), pairs in self._pointing.items():
            self._target.point(table, column, pairs)
        for facts in self._facts.values():
            if self._rows[facts.name] != facts.rows:
                raise Refusal(f"The backup has {self._rows[facts.name]} rows of {facts.name} and says {facts.rows}.")
            if facts.last_id is not None:
                self._target.set_last_id(facts.name, facts.last_id)


@contextmanager
def filling(database_url: str) -> Iterator[Target]:
    """A transaction that fills a database; all of it or nothing."""
    if database_url.startswith("sqlite:///"):
        with _sqlite(Path(database_url.removeprefix("sqlite:///"))) as target:
            yield target
        return
    with _postgresql(database_url) as target:
        yield target


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


class _Sqlite:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def columns(self, table: str) -> frozenset[str]:
        return frozenset(row[0] for row in self._connection.execute("SELECT name FROM pragma_table_info(?)", (table,)))

    def clear(self, table: str) -> None:
        self._connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - one of the manifest's own tables

    def insert(self, facts: TableFacts, rows: Iterable[Row]) -> None:
        marks = ", ".join("?" * len(facts.columns))
        # The names were compared with the table's own.
        insert = f'INSERT INTO "{facts.name}" ({_quoted(facts.columns)}) VALUES ({marks})'  # noqa: S608
        self._connection.executemany(insert, rows)

    def point(self, table: str, column: str, pairs: Iterable[tuple[int, int]]) -> None:
        update = f'UPDATE "{table}" SET "{column}" = ?2 WHERE id = ?1'  # noqa: S608
        self._connection.executemany(update, pairs)

    def set_last_id(self, table: str, last_id: int) -> None:
        self._connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        self._connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last_id))


@contextmanager
def _sqlite(path: Path) -> Iterator[Target]:
    import apsw

    with closing(apsw.Connection(str(path))) as connection:
        for pragma, value in (("journal_mode", "WAL"), ("synchronous", "FULL"), ("foreign_keys", 1)):
            connection.pragma(pragma, value)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield _Sqlite(connection)
            connection.execute("COMMIT")
        except apsw.Error as problem:
            raise Refusal(f"The database refused the backup's rows: {problem}.", "Nothing was restored.") from problem


class _Postgresql:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def columns(self, table: str) -> frozenset[str]:
        found = self._connection.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s",
            (table,),
        )
        return frozenset(row[0] for row in found)

    def clear(self, table: str) -> None:
        self._connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - one of the manifest's own tables

    def insert(self, facts: TableFacts, rows: Iterable[Row]) -> None:
        copy = f'COPY "{facts.name}" ({_quoted(facts.columns)}) FROM STDIN'
        with self._connection.cursor() as cursor, cursor.copy(copy) as stream:
            for row in rows:
                stream.write_row(row)

    def point(self, table: str, column: str, pairs: Iterable[tuple[int, int]]) -> None:
        update = f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s'  # noqa: S608
        with self._connection.cursor() as cursor:
            cursor.executemany(update, [(value, row_id) for row_id, value in pairs])

    def set_last_id(self, table: str, last_id: int) -> None:
        setting = "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, %s)"
        self._connection.execute(setting, (table, max(last_id, 1), last_id > 0))


@contextmanager
def _postgresql(url: str) -> Iterator[Target]:
    import psycopg

    try:
        with psycopg.connect(url) as connection:
            yield _Postgresql(connection)
    except psycopg.Error as problem:
        told = str(problem).strip().splitlines()[0]
        raise Refusal(f"The database refused the backup's rows: {told}.", "Nothing was restored.") from problem
