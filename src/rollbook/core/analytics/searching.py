"""Lists of what analysts make, narrowed by tests of their columns."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Table, bindparam, func

from rollbook.core.kernel.statements import among

Shape = tuple[tuple[str, str], ...]


class Test(msgspec.Struct, frozen=True):
    """A test of a column, ``kind`` for sources alone. ``in`` and ``not in`` have a list of values."""

    field: Literal["name", "uuid", "kind"]
    operator: Literal["==", "!=", "like", "ilike", "in", "not in"]
    value: Any


def shape_of(tests: Sequence[Test]) -> Shape:
    """What a statement is made for."""
    return tuple((test.field, test.operator) for test in tests)


def values_of(tests: Sequence[Test]) -> dict[str, Any]:
    """A statement's parameters."""
    return {f"value_{number}": test.value for number, test in enumerate(tests)}


def conditions(table: Table, shape: Shape) -> list[ColumnElement[bool]]:
    """The tests as conditions of a select from the table."""
    return [_condition(table.c[field], operator, f"value_{number}") for number, (field, operator) in enumerate(shape)]


def _condition(column: Any, operator: str, name: str) -> ColumnElement[bool]:
    value: Any = bindparam(name)
    match operator:
        case "==":
            return column == value  # type: ignore[no-any-return]
        case "!=":
            return column != value  # type: ignore[no-any-return]
        case "like":
            return column.like(value)  # type: ignore[no-any-return]
        case "ilike":
            return func.lower(column).like(func.lower(value))
        case "in":
            return among(column, name)
        case "not in":
            return ~among(column, name)
    raise ValueError(operator)
