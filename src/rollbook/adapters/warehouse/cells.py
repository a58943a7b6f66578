"""Cells on their way in: from the JSON values of rows to typed columns that the store takes whole."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from math import isfinite
from operator import itemgetter
from typing import Any

import pyarrow as pa
from pyarrow import json as pj

from rollbook.core.kernel.warehouse import Column, Kind, WarehouseRefused

SMALLEST, LARGEST = -(2**63), 2**63 - 1
SHOWN = 100
"""How much of a bad value an error shows."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_FLAGS = {"true": True, "false": False}

ARROW: Mapping[Kind, pa.DataType] = {
    "int": pa.int64(),
    "float": pa.float64(),
    "str": pa.string(),
    "datetime": pa.timestamp("us"),
    "bool": pa.bool_(),
}

_AS_JSON: Mapping[Kind, pa.DataType] = {**ARROW, "datetime": pa.string()}
"""What cells are in JSON that fit a column as they are."""

_FOUND: Mapping[Kind, set[pa.DataType]] = {
    "int": {pa.int64(), pa.null()},
    "float": {pa.float64(), pa.int64(), pa.null()},
    "str": {pa.string(), pa.null()},
    "datetime": {pa.string(), pa.null()},
    "bool": {pa.bool_(), pa.null()},
}
"""What Arrow finds cells to be that fit a column as they are."""


def arrow_type(column: Column) -> pa.DataType:
    """How the column's cells travel."""
    return pa.date32() if column.is_date else ARROW[column.kind]


def filled(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows as the record has them, in the order of the columns: instants are microseconds, days text."""
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [_column_of(values, arrow_type(column)) for values, column in zip(cells, columns, strict=True)]
    return pa.Table.from_arrays(arrays, names=[column.name for column in columns])


def _column_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(values, pa.string()).cast(kind) if pa.types.is_date(kind) else pa.array(values, kind)


def kind_of(values: Sequence[Any]) -> Column:
    """The narrowest kind that holds some JSON values, as a column without a name; str when there are none."""
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if not present:
        return Column("", "str")
    if kinds == {bool}:
        return Column("", "bool")
    if kinds == {int} and all(SMALLEST <= value <= LARGEST for value in present):
        return Column("", "int")
    if kinds <= {int, float}:
        return Column("", "float")
    if kinds == {str} and all(_is_real(value, _DATE, date.fromisoformat) for value in present):
        return Column("", "datetime", is_date=True)
    if kinds == {str} and all(_is_real(value, _MOMENT, datetime.fromisoformat) for value in present):
        return Column("", "datetime")
    return Column("", "str")


def _is_real(text: str, form: re.Pattern[str], read: Callable[[str], Any]) -> bool:
    if not form.fullmatch(text):
        return False
    try:
        read(text)
    except ValueError:
        return False
    return True


def columns_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Column]:
    """Columns for rows that no table is there for yet."""
    found = ((name, kind_of([row.get(name) for row in rows])) for name in names)
    return [Column(name, column.kind, column.is_date) for name, column in found]


def as_they_are(texts: Sequence[bytes], columns: Sequence[Column]) -> pa.Table | None:
    """The cells of these columns in JSON objects, all of the columns' very kinds; None when any is of another."""
    names = [column.name for column in columns]
    schema = pa.schema([(column.name, _AS_JSON[column.kind]) for column in columns])
    parse = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore", newlines_in_values=True)
    try:
        read = pj.read_json(pa.BufferReader(b"\n".join(texts)), parse_options=parse)
        cells = [read[column.name].cast(arrow_type(column)) for column in columns]
    except (pa.ArrowException, ValueError):
        return None
    return pa.Table.from_arrays(cells, names=names) if read.num_rows == len(texts) else None


def as_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> pa.Table:
    """The rows' cells of these columns. Raises `WarehouseRefused` naming the first that does not fit."""
    arrays = [as_values(column, values_of(rows, column.name)) for column in columns]
    return pa.Table.from_arrays(arrays, names=[column.name for column in columns])


def values_of(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """What each row has of that name; None where it has nothing."""
    try:
        return list(map(itemgetter(name), rows))
    except KeyError:
        return [row.get(name) for row in rows]


def as_values(column: Column, given: Sequence[Any]) -> pa.Array:
    """Cells at once, as most are of the very kind; else one by one, which finds out what is wrong with which."""
    try:
        cells = pa.array(given)
        return cells.cast(arrow_type(column)) if cells.type in _FOUND[column.kind] else _read_one_by_one(column, given)
    except (pa.ArrowException, ValueError, OverflowError):
        return _read_one_by_one(column, given)


def _read_one_by_one(column: Column, values: Sequence[Any]) -> pa.Array:
    """Raises `WarehouseRefused` naming the first that does not fit."""
    read = _READERS["date" if column.is_date else column.kind]
    cells: list[Any] = []
    for number, value in enumerate(values, 1):
        try:
            cells.append(None if value is None else read(value))
        except (ValueError, TypeError, OverflowError):
            raise _unfit(column, value, number) from None
    return pa.array(cells, arrow_type(column))


def _unfit(column: Column, value: Any, number: int) -> WarehouseRefused:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
    return WarehouseRefused(
        f"invalid data {shown} was pushed and is incompatible with current table column types "
        f"(row {number}: the column {column.name!r} holds {column.kind})"
    )


def _int(value: Any) -> int:
    number = int(value) if isinstance(value, int | str) or (isinstance(value, float) and value.is_integer()) else None
    if number is None or not SMALLEST <= number <= LARGEST:
        raise ValueError
    return number


def _float(value: Any) -> float:
    if not isinstance(value, int | float | str):
        raise TypeError
    number = float(value)
    if not isfinite(number):
        raise ValueError
    return number


def _str(value: Any) -> str:
    """Text as it is; anything else as JSON writes it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text.encode()  # a lone surrogate is none
    return text


def _bool(value: Any) -> bool:
    if isinstance(value, str):
        value = _FLAGS.get(value.strip().lower())
    if value is True or value is False or value == 0 or value == 1:
        return bool(value)
    raise ValueError


def _moment(value: Any) -> datetime:
    """ISO 8601; a moment with a zone is told in UTC."""
    if not isinstance(value, str):
        raise TypeError
    moment = datetime.fromisoformat(value.strip())
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _day(value: Any) -> date:
    moment = _moment(value)
    if (moment.hour, moment.minute, moment.second, moment.microsecond) != (0, 0, 0, 0):
        raise ValueError
    return moment.date()


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "int": _int,
    "float": _float,
    "str": _str,
    "bool": _bool,
    "datetime": _moment,
    "date": _day,
}
