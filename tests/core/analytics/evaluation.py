"""Formulas reckoned in Python, row by row, from what each sign and function is documented to mean."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rollbook.core.analytics.formulas.syntax import (
    Binary,
    Call,
    Constant,
    Membership,
    Node,
    Reference,
    Unary,
    Variable,
)

Row = Mapping[str, Any]


def evaluated(node: Node, row: Row) -> Any:
    """The value of a formula in a row; None is null."""
    match node:
        case Constant():
            return node.value
        case Reference() | Variable():
            return row[node.name]
        case Unary():
            value = evaluated(node.operand, row)
            return None if value is None else (not value if node.operator == "not" else -value)
        case Binary():
            return _binary(node.operator, evaluated(node.left, row), evaluated(node.right, row))
        case Membership():
            found = _among(evaluated(node.tested, row), [evaluated(item, row) for item in node.items])
            return None if found is None else found != node.is_negated
        case Call():
            return _called(node.name, [evaluated(argument, row) for argument in node.arguments])


def _among(value: Any, items: Sequence[Any]) -> bool | None:
    if value is None:
        return None
    return True if value in [item for item in items if item is not None] else (None if None in items else False)


def _binary(operator: str, left: Any, right: Any) -> Any:
    if operator == "and":
        return False if left is False or right is False else (None if left is None or right is None else True)
    if operator == "or":
        return True if left is True or right is True else (None if left is None or right is None else False)
    if left is None or right is None or (operator == "/" and right == 0):
        return None
    return _SIGNS[operator](left, right)


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _called(name: str, arguments: list[Any]) -> Any:
    if name == "is_defined":
        return arguments[0] is not None
    if name == "is_empty":
        return arguments[0] is None or arguments[0] == ""
    if name == "if":
        return arguments[1] if arguments[0] is True else arguments[2]
    return None if None in arguments else _FUNCTIONS[name](*arguments)


def _rounded(value: float, digits: int = 0) -> float:
    """Halves go away from zero."""
    scaled = abs(value) * 10**digits
    return math.copysign(math.floor(scaled + 0.5) / 10**digits, value)


def _padded(text: str, width: int, filler: str, *, is_left: bool) -> str:
    missing = max(0, width - len(text))
    filling = (filler * missing)[:missing]
    return (filling + text if is_left else text + filling)[:width]


_PARTS: dict[str, Callable[[datetime], int]] = {
    "year": lambda d: d.year,
    "quarter": lambda d: (d.month + 2) // 3,
    "month": lambda d: d.month,
    "week": lambda d: d.isocalendar().week,
    "day": lambda d: d.day,
    "day_of_week": lambda d: d.isoweekday(),
    "day_of_year": lambda d: d.timetuple().tm_yday,
    "hour": lambda d: d.hour,
    "minute": lambda d: d.minute,
    "second": lambda d: d.second,
}


def _day(moment: datetime) -> int:
    return moment.date().toordinal()


_BORDERS: dict[str, Callable[[datetime], int]] = {
    "year": lambda d: d.year,
    "quarter": lambda d: d.year * 4 + (d.month - 1) // 3,
    "month": lambda d: d.year * 12 + d.month,
    "day": _day,
    "hour": lambda d: _day(d) * 24 + d.hour,
    "minute": lambda d: (_day(d) * 24 + d.hour) * 60 + d.minute,
}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "contains": lambda text, part: part in text,
    "icontains": lambda text, part: part.lower() in text.lower(),
    "left": lambda text, n: text[: max(n, 0)],
    "right": lambda text, n: text[-n:] if n > 0 else "",
    "str_len": len,
    "lower_case": str.lower,
    "upper_case": str.upper,
    "lpad": lambda text, n, filler=" ": _padded(text, n, filler, is_left=True),
    "rpad": lambda text, n, filler=" ": _padded(text, n, filler, is_left=False),
    "split": lambda text, mark, n: (text.split(mark)[n - 1 : n] or [""])[0],
    "substring": lambda text, start, n=10**9: text[max(start, 1) - 1 :][: max(n, 0)],
    "replace": str.replace,
    "float": float,
    "to_int": math.trunc,
    "round": _rounded,
    "extract_date_part": lambda part, moment: _PARTS[part](moment),
    "date_diff": lambda part, first, last: _BORDERS[part](last) - _BORDERS[part](first),
    "date": lambda moment: date(moment.year, moment.month, moment.day),
}
