"""The schema: its migrations on both stores, and the indexes that every table must have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, NullPool, Table, UniqueConstraint, create_engine, inspect

from rollbook.core.schema import metadata
from rollbook.migrations import engine_url, migrate
from tests.conftest import _as_url
from tests.environment import postgres_url, skip_or_fail

ALEMBIC = "alembic_version"
OF_NOBODY = {"attempts", "authorities", "ended_tokens"}
"""Tables with no organisation: failed sign-ins are counted before anyone knows whose they are; one certificate
authority signs for all."""
SEARCH = "search"
"""What is in the names of the full-text tables that only one store has."""


@pytest.fixture
def fresh_url(store: str, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own, empty."""
    if store == "sqlite":
        yield f"sqlite:///{tmp_path / 'fresh.db'}"
        return
    base = postgres_url()
    if base is None:
        skip_or_fail("postgres", "no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES")
    name = f"rollbook_{uuid4().hex}"
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    yield _as_url(psycopg.conninfo.make_conninfo(base, dbname=name))
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def connected(url: str) -> Connection:
    """A connection of SQLAlchemy's own; the caller closes it."""
    return create_engine(engine_url(url), poolclass=NullPool).connect()


def tables_in(url: str) -> set[str]:
    """The tables there are, but Alembic's own."""
    with connected(url) as connection:
        return set(inspect(connection).get_table_names()) - {ALEMBIC}


def test_migrations_go_up_and_down_and_up_again(fresh_url: str) -> None:
    migrate(fresh_url)
    first = tables_in(fresh_url)
    assert metadata.tables.keys() <= first
    migrate(fresh_url, "base")
    assert tables_in(fresh_url) == set()
    migrate(fresh_url)
    assert tables_in(fresh_url) == first


def is_ours(thing: Any, name: str | None, kind: str, is_reflected: bool, other: Any) -> bool:
    """Whether the comparison should look at it: not at full-text tables, which each store makes its own way."""
    return not (is_reflected and other is None and SEARCH in str(name) and kind in ("table", "index"))


def test_the_migrated_schema_is_the_one_in_the_code(fresh_url: str) -> None:
    migrate(fresh_url)
    with connected(fresh_url) as connection:
        options = {"include_object": is_ours, "compare_type": True, "compare_server_default": False}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def leading_columns(table: Table) -> set[str]:
    """The columns by which some index of the table can be searched."""
    indexed = [tuple(index.columns) for index in table.indexes]
    unique = [tuple(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    return {columns[0].name for columns in [*indexed, *unique, tuple(table.primary_key.columns)] if columns}


def test_every_foreign_key_is_indexed_first() -> None:
    """Else deleting what it points at reads the whole table."""
    bare = [
        f"{table.name}.{key.parent.name}"
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.parent.name not in leading_columns(table)
    ]
    assert sorted(bare) == []


def test_every_table_belongs_to_an_organisation_or_to_a_row_that_does() -> None:
    def belongs(table: Table, seen: frozenset[str] = frozenset()) -> bool:
        if table.name == "organisations" or "organisation_id" in table.c:
            return True
        parents = {key.column.table for key in table.foreign_keys} - {table}
        return any(belongs(parent, seen | {table.name}) for parent in parents if parent.name not in seen)

    assert [
        table.name for table in metadata.tables.values() if not belongs(table) and table.name not in OF_NOBODY
    ] == []
