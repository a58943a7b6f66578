"""When SQLite makes its plan for a statement."""

from collections.abc import Iterator
from typing import Any

import apsw
import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, select

from rollbook.core.kernel.statements import Lookup, Statement

notes = Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("kind", String))
_of_kind = select(notes.c.id).where(notes.c.kind == bindparam("kind"))


@pytest.fixture
def connection() -> Iterator[apsw.Connection]:
    """A table of which SQLite has statistics."""
    with apsw.Connection(":memory:") as made:
        made.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, kind TEXT)")
        made.execute("CREATE INDEX ix_notes_kind ON notes (kind)")
        made.executemany("INSERT INTO notes (kind) VALUES (?)", [("rare" if n < 3 else "common",) for n in range(300)])
        made.execute("ANALYZE")
        yield made


def _is_planned_again(connection: apsw.Connection, statement: Statement[Any]) -> bool:
    """Whether a statement is planned anew for another value; SQLite asks the authorizer as it plans."""
    plan = statement.plan("sqlite")
    asked: list[int] = []

    def allow(*action: Any) -> int:
        asked.append(action[0])
        return apsw.SQLITE_OK

    connection.authorizer = allow
    assert len(connection.execute(plan.sql, plan.params({"kind": "rare"})).fetchall()) == 3
    asked.clear()
    assert len(connection.execute(plan.sql, plan.params({"kind": "common"})).fetchall()) == 297
    return bool(asked)


def test_a_lookup_is_planned_once_whatever_its_values(connection: apsw.Connection) -> None:
    assert not _is_planned_again(connection, Lookup(_of_kind))


def test_a_filter_is_planned_for_the_values_it_is_given(connection: apsw.Connection) -> None:
    assert _is_planned_again(connection, Statement(_of_kind))
