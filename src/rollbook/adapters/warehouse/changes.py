"""Changes of tables within a transaction of DuckDB's: rows come as Arrow tables or from files, never one by one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from rollbook.adapters.warehouse import cells, statements
from rollbook.adapters.warehouse.statements import listed, quoted
from rollbook.core.kernel.warehouse import Column, DataFile, Delete, Operation, Shape, Upsert, WarehouseRefused

Cursor = duckdb.DuckDBPyConnection
LONGEST_NAME = 255
_ARRIVED = "arrived"


_DONE = "done_batches"


def keep_what_is_done(cursor: Cursor) -> None:
    """Make the table of what was done, and forget what is too long ago to be asked for again."""
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {_DONE} (name VARCHAR, done_at TIMESTAMPTZ)")
    cursor.execute(f"DELETE FROM {_DONE} WHERE done_at < now() - INTERVAL 7 DAYS")


def is_done(cursor: Cursor, name: str) -> bool:
    """Whether what has this name was done; from now on, it was."""
    if cursor.execute(f"SELECT count(*) FROM {_DONE} WHERE name = ?", [name]).fetchone() != (0,):
        return True
    cursor.execute(f"INSERT INTO {_DONE} (name, done_at) VALUES (?, now())", [name])
    return False


def described(cursor: Cursor, source: str, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The names and types of what a table function gives."""
    found = cursor.execute(f"DESCRIBE SELECT * FROM {source}", dict(parameters)).fetchall()
    return [(name, kind) for name, kind, *_ in found]


def create(cursor: Cursor, table: str, columns: Sequence[Column]) -> None:
    """An empty table in the place of what is there."""
    _refuse_unfit_names([column.name for column in columns])
    made = ", ".join(f"{quoted(column.name)} {statements.type_of(column)}" for column in columns)
    cursor.execute(f"CREATE OR REPLACE TABLE {quoted(table)} ({made})")


def _refuse_unfit_names(names: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        if not name.strip() or len(name) > LONGEST_NAME or "\x00" in name:
            raise WarehouseRefused(f"A column's name must have 1 to {LONGEST_NAME} characters.")
        if (other := seen.setdefault(name.casefold(), name)) != name:
            raise WarehouseRefused(f"The columns {other!r} and {name!r} differ in their case alone.")


def insert(cursor: Cursor, table: str, rows: pa.Table) -> None:
    """Add rows; columns that they have not are null."""
    if not rows.num_rows:
        return
    with_rows(cursor, rows, f"INSERT INTO {quoted(table)} BY NAME SELECT * FROM {_ARRIVED}")


def with_rows(cursor: Cursor, rows: pa.Table, statement: str) -> None:
    """Run a statement that reads rows by the name of ``arrived``."""
    cursor.register(_ARRIVED, rows)
    try:
        cursor.execute(statement)
    finally:
        cursor.unregister(_ARRIVED)


def apply(
    cursor: Cursor, table: str, columns: list[Column], operations: Iterable[Operation], *, adds_columns: bool
) -> int:
    """Do operations in their order; how many rows they gave."""
    given = 0
    for operation in operations:
        if isinstance(operation, Delete):
            _delete(cursor, table, columns, operation)
            continue
        columns = _made_ready(cursor, table, columns, operation.rows, adds_columns=adds_columns)
        if isinstance(operation, Upsert):
            _upsert(cursor, table, columns, operation)
        else:
            insert(cursor, table, cells.as_table(operation.rows, _given(operation.rows, columns)))
        given += len(operation.rows)
    return given


def _names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names in rows, in the order in which they come up."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _given(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[Column]:
    """The columns that the rows say something of."""
    names = set(_names(rows))
    found = [column for column in columns if column.name in names]
    if rows and not found:
        raise WarehouseRefused(
            "The rows have none of the columns: " + ", ".join(column.name for column in columns[:20])
        )
    return found


def _made_ready(
    cursor: Cursor, table: str, columns: list[Column], rows: Sequence[Mapping[str, Any]], *, adds_columns: bool
) -> list[Column]:
    """The table's columns, once there is a table and, where it is wanted, a column for all that the rows have."""
    names = _names(rows)
    if not columns:
        if not names:
            raise WarehouseRefused("There is no table yet, and no row to make one of.")
        columns = cells.columns_of(rows, names)
        create(cursor, table, columns)
    elif adds_columns:
        known = {column.name for column in columns}
        new = cells.columns_of(rows, [name for name in names if name not in known])
        _refuse_unfit_names([column.name for column in [*columns, *new]])
        for column in new:
            cursor.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(column.name)} {statements.type_of(column)}")
        columns = [*columns, *new]
    return columns


def _key(columns: Sequence[Column], name: str) -> Column:
    found = next((column for column in columns if column.name == name), None)
    if found is None:
        raise WarehouseRefused(f"There is no column {name!r} to be the primary key.")
    return found


def _upsert(cursor: Cursor, table: str, columns: Sequence[Column], operation: Upsert) -> None:
    key = _key(columns, operation.key)
    latest: dict[Any, Mapping[str, Any]] = {}
    for number, row in enumerate(operation.rows, 1):
        value = row.get(key.name)
        if value is None or isinstance(value, list | dict):
            raise WarehouseRefused(f"row {number} has no value in the primary key {key.name!r}")
        latest[value] = row
    rows = cells.as_table(list(latest.values()), _given(operation.rows, columns))
    name = quoted(key.name)
    with_rows(cursor, rows, f"DELETE FROM {quoted(table)} WHERE {name} IN (SELECT {name} FROM {_ARRIVED})")
    insert(cursor, table, rows)


def _delete(cursor: Cursor, table: str, columns: Sequence[Column], operation: Delete) -> None:
    values = cells.as_values(operation.values, _key(columns, operation.key))
    chosen = f"{quoted(operation.key)} IN (SELECT value FROM {_ARRIVED})"
    with_rows(cursor, values, f"DELETE FROM {quoted(table)} WHERE {chosen}")


def merge(cursor: Cursor, table: str, shape: Shape, file: DataFile, key: str) -> int:
    """Add a file's rows in the place of those with the same key; of two in the file, the later counts."""
    _key(shape.columns, key)
    known = {column.name: column for column in shape.columns}
    in_file = described(cursor, *statements.reading(file, {}, samples_all=False))
    read_as = {name: known[name] for name, _ in in_file if name in known}
    source, parameters = statements.reading(file, read_as, samples_all=False)
    found = [(name, kind) for name, kind in described(cursor, source, parameters) if name in known]
    if key not in {name for name, _ in found}:
        raise WarehouseRefused(f"The file has no column {key!r} to be the primary key.")
    names, name = listed([name for name, _ in found]), quoted(key)
    picked = statements.selected(found, known)
    staged = f"CREATE TEMP TABLE {_ARRIVED} AS SELECT {picked}, row_number() OVER () AS rollbook_line FROM {source}"
    cursor.execute(staged, parameters)
    counted = cursor.execute(f"SELECT count(*), count({name}) FROM {_ARRIVED}").fetchone() or (0, 0)
    if counted[0] != counted[1]:
        raise WarehouseRefused(f"{counted[0] - counted[1]} rows of the file have no value in the primary key {key!r}")
    cursor.execute(f"DELETE FROM {quoted(table)} WHERE {name} IN (SELECT {name} FROM {_ARRIVED})")
    latest = f"QUALIFY row_number() OVER (PARTITION BY {name} ORDER BY rollbook_line DESC) = 1"
    cursor.execute(f"INSERT INTO {quoted(table)} ({names}) SELECT {names} FROM {_ARRIVED} {latest}")
    cursor.execute(f"DROP TABLE {_ARRIVED}")
    return int(counted[0])
