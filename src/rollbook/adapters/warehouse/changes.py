"""Changes of tables within a transaction of DuckDB's: rows come as Arrow tables or from files, never one by one."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from rollbook.adapters.warehouse import cells, statements
from rollbook.adapters.warehouse.statements import listed, quoted
from rollbook.core.kernel.warehouse import (
    Column,
    DataFile,
    Delete,
    Insert,
    JsonRows,
    Operation,
    Shape,
    Upsert,
    WarehouseRefused,
)

Cursor = duckdb.DuckDBPyConnection
LONGEST_NAME = 255
_ARRIVED = "arrived"
_NO_KEYS = {list, dict, type(None)}

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
    refuse_unfit_names([column.name for column in columns])
    made = ", ".join(f"{quoted(column.name)} {statements.type_of(column)}" for column in columns)
    cursor.execute(f"CREATE OR REPLACE TABLE {quoted(table)} ({made})")


def refuse_unfit_names(names: Sequence[str]) -> None:
    """Raises `WarehouseRefused` for names that no table can have."""
    seen: dict[str, str] = {}
    for name in names:
        if not name.strip() or len(name) > LONGEST_NAME or "\x00" in name:
            raise WarehouseRefused(f"A column's name must have 1 to {LONGEST_NAME} characters, none of them null.")
        if (other := seen.setdefault(name.casefold(), name)) != name:
            raise WarehouseRefused(f"The columns {other!r} and {name!r} differ in their case alone.")


def empty_what_is_no_number(cursor: Cursor, table: str) -> None:
    """Make nothing of NaN and infinities, which files may hold: JSON cannot show them, and a total of them is none."""
    floats = [quoted(name) for name, kind in described(cursor, quoted(table), {}) if kind == statements.TYPES["float"]]
    odd = " OR ".join(f"NOT isfinite({name})" for name in floats)
    if floats and cursor.execute(f"SELECT 1 FROM {quoted(table)} WHERE {odd} LIMIT 1").fetchone():
        kept = ", ".join(f"{name} = CASE WHEN isfinite({name}) THEN {name} END" for name in floats)
        cursor.execute(f"UPDATE {quoted(table)} SET {kept} WHERE {odd}")


def insert(cursor: Cursor, table: str, rows: pa.Table) -> None:
    """Add rows; columns that they have not are null."""
    if not rows.num_rows:
        return
    with registered(cursor, rows):
        cursor.execute(f"INSERT INTO {quoted(table)} BY NAME SELECT * FROM {_ARRIVED}")


def delete(cursor: Cursor, table: str, key: str, values: pa.Array) -> None:
    """Take the rows away in which the key has one of the values."""
    with registered(cursor, pa.Table.from_arrays([values], names=["value"])):
        cursor.execute(f"DELETE FROM {quoted(table)} WHERE {quoted(key)} IN (SELECT value FROM {_ARRIVED})")


@contextmanager
def registered(cursor: Cursor, rows: pa.Table) -> Iterator[None]:
    """Within it, statements read the rows by the name of ``arrived``."""
    cursor.register(_ARRIVED, rows)
    try:
        yield
    finally:
        cursor.unregister(_ARRIVED)


def apply(
    cursor: Cursor, table: str, columns: list[Column], operations: Iterable[Operation], *, adds_columns: bool
) -> int:
    """Do operations in their order; how many rows they gave."""
    total = 0
    for operation in operations:
        if isinstance(operation, Delete):
            delete(cursor, table, operation.key, cells.as_values(_key(columns, operation.key), operation.values))
            continue
        came = None if adds_columns else _as_they_are(operation, columns)
        if came is None:
            columns, came = _read(cursor, table, columns, operation, adds_columns=adds_columns)
        if isinstance(operation, Upsert) and came.num_rows:
            latest = _latest(came, operation.key)
            with registered(cursor, latest):
                _put(cursor, table, columns, latest.column_names, operation.key, latest.num_rows)
        else:
            insert(cursor, table, came)
        total += len(operation.rows)
    return total


def _as_they_are(operation: Insert | Upsert, columns: Sequence[Column]) -> pa.Table | None:
    """The rows' cells where nothing about them has to be looked at closer, which is most of the time."""
    if not columns or not isinstance(operation.rows, JsonRows):
        return None
    came = cells.as_they_are(operation.rows.texts, columns)
    if came is None or not any(came[column.name].null_count < len(operation.rows) for column in columns):
        return None  # also where the rows may have none of the columns
    if isinstance(operation, Upsert) and (operation.key not in came.column_names or came[operation.key].null_count):
        return None
    return came


def _read(
    cursor: Cursor, table: str, columns: list[Column], operation: Insert | Upsert, *, adds_columns: bool
) -> tuple[list[Column], pa.Table]:
    """The table's columns, made ready for the rows, and the rows' cells. Raises `WarehouseRefused` saying why not."""
    rows = operation.rows.decoded() if isinstance(operation.rows, JsonRows) else operation.rows
    names = _names(rows)
    columns = _made_ready(cursor, table, columns, rows, names, adds_columns=adds_columns)
    given = _given(names, columns)
    if isinstance(operation, Upsert):
        _require_keys(rows, _key(columns, operation.key).name)
    return columns, cells.as_table(rows, given)


def _names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names in rows, in the order in which they come up."""
    first = list(rows[0]) if rows else []
    every = set().union(*rows)
    return first if len(first) == len(every) else list(dict.fromkeys(chain.from_iterable(rows)))


def _given(names: Sequence[str], columns: Sequence[Column]) -> list[Column]:
    """The columns that rows with these names say something of."""
    found = [column for column in columns if column.name in names]
    if names and not found:
        raise WarehouseRefused(
            "The rows have none of the columns: " + ", ".join(column.name for column in columns[:20])
        )
    return found


def _made_ready(
    cursor: Cursor,
    table: str,
    columns: list[Column],
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    *,
    adds_columns: bool,
) -> list[Column]:
    """The table's columns, once there is a table and, where it is wanted, a column for all that the rows have."""
    if not columns:
        if not names:
            raise WarehouseRefused("There is no table yet, and no row to make one of.")
        columns = cells.columns_of(rows, names)
        create(cursor, table, columns)
    elif adds_columns:
        known = {column.name for column in columns}
        new = cells.columns_of(rows, [name for name in names if name not in known])
        refuse_unfit_names([column.name for column in [*columns, *new]])
        for column in new:
            cursor.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(column.name)} {statements.type_of(column)}")
        columns = [*columns, *new]
    return columns


def _key(columns: Sequence[Column], name: str) -> Column:
    found = next((column for column in columns if column.name == name), None)
    if found is None:
        raise WarehouseRefused(f"There is no column {name!r} to be the primary key.")
    return found


def _require_keys(rows: Sequence[Mapping[str, Any]], key: str) -> None:
    values = cells.values_of(rows, key)
    if _NO_KEYS.isdisjoint(map(type, values)):
        return
    number = next(number for number, value in enumerate(values, 1) if type(value) in _NO_KEYS)
    raise WarehouseRefused(f"row {number} has no value in the primary key {key!r}")


def _latest(rows: pa.Table, key: str) -> pa.Table:
    """Of rows with the same key, the last."""
    if len(pc.unique(rows[key])) == rows.num_rows:
        return rows
    lines = {value: line for line, value in enumerate(rows[key].to_pylist())}
    return rows.take(list(lines.values()))


def _put(cursor: Cursor, table: str, columns: Sequence[Column], given: Collection[str], key: str, count: int) -> None:
    """Put what arrived, so many rows no two of which have the same key, in the place of the rows with their keys.

    DuckLake loses rows that one transaction merged twice and then deletes beside: there, all are deleted and inserted.
    """
    name, names = quoted(key), [column.name for column in columns if column.name in given]
    others = [column.name for column in columns if column.name != key]
    if others and not _is_in_lake(cursor):
        new = ", ".join(
            f"{quoted(other)} = {f'came.{quoted(other)}' if other in given else 'NULL'}" for other in others
        )
        came = ", ".join(f"came.{quoted(given)}" for given in names)
        merged = cursor.execute(
            f"MERGE INTO {quoted(table)} AS held USING {_ARRIVED} AS came ON held.{name} = came.{name}"
            f" WHEN MATCHED THEN UPDATE SET {new} WHEN NOT MATCHED THEN INSERT ({listed(names)}) VALUES ({came})"
        ).fetchone()
        if merged == (count,):
            return
    # Also where the table had a key in more than one row, as one may that was loaded whole: one row is to be left.
    cursor.execute(f"DELETE FROM {quoted(table)} WHERE {name} IN (SELECT {name} FROM {_ARRIVED})")
    cursor.execute(f"INSERT INTO {quoted(table)} ({listed(names)}) SELECT {listed(names)} FROM {_ARRIVED}")


def _is_in_lake(cursor: Cursor) -> bool:
    found = "SELECT type = 'ducklake' FROM duckdb_databases() WHERE database_name = current_database()"
    return cursor.execute(found).fetchone() == (True,)


def merge(cursor: Cursor, table: str, shape: Shape, file: DataFile, key: str) -> int:
    """Add a file's rows in the place of those with the same key; of two in the file, the later counts."""
    _key(shape.columns, key)
    _stage(cursor, file, {column.name: column for column in shape.columns})
    empty_what_is_no_number(cursor, _ARRIVED)
    cursor.execute(f"SELECT * FROM {_ARRIVED} LIMIT 0")
    given, name = [entry[0] for entry in cursor.description or ()], quoted(key)
    if key not in given:
        raise WarehouseRefused(f"The file has no column {key!r} to be the primary key.")
    counted = cursor.execute(f"SELECT count(*), count({name}), count(DISTINCT {name}) FROM {_ARRIVED}").fetchone()
    total, keyed, distinct = counted or (0, 0, 0)
    if total != keyed:
        raise WarehouseRefused(f"{total - keyed} rows of the file have no value in the primary key {key!r}")
    if keyed != distinct:
        latest = f"SELECT max(rowid) FROM {_ARRIVED} GROUP BY {name}"
        cursor.execute(f"DELETE FROM {_ARRIVED} WHERE rowid NOT IN ({latest})")
    _put(cursor, table, shape.columns, given, key, distinct)
    cursor.execute(f"DROP TABLE {_ARRIVED}")
    return int(total)


def _stage(cursor: Cursor, file: DataFile, known: Mapping[str, Column]) -> None:
    """Read the file's columns that are known into a table of what arrived.

    DuckDB looks at the beginning of a CSV file whenever it is named in a statement, which takes a third as long as all
    the rest; so it is named once where the file has all of the columns.
    """
    staged = f"CREATE TEMP TABLE {_ARRIVED} AS SELECT {{}} FROM {{}}"
    if file.format != "parquet":
        source, parameters = statements.reading(file, known, samples_all=False)
        with suppress(duckdb.BinderException):  # it has not
            cursor.execute(staged.format(listed(list(known)), source), parameters)
            return
    in_file = described(cursor, *statements.reading(file, {}, samples_all=False))
    read_as = {name: known[name] for name, _ in in_file if name in known}
    source, parameters = statements.reading(file, read_as, samples_all=False)
    found = [(name, kind) for name, kind in described(cursor, source, parameters) if name in known]
    if not found:
        raise WarehouseRefused("The file has none of the columns: " + ", ".join(list(known)[:20]))
    cursor.execute(staged.format(statements.selected(found, known), source), parameters)
