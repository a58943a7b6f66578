"""Filters: a term compared with values as they came, which are read as the term's type wants them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from rollbook.core.analytics.formulas import operators, terms
from rollbook.core.analytics.formulas.terms import NAMES, Term, bracketed, call
from rollbook.core.analytics.pipeline.requests import (
    ALL,
    DEEPEST_TEST,
    MOST_VALUES,
    Compared,
    Joined,
    Pick,
    Test,
    query_fault,
)

_SAME = {"=": "==", "eq": "==", "<>": "!=", "neq": "!=", "ne": "!=", "gt": ">", "gte": ">=", "ge": ">=", "lt": "<",
         "lte": "<=", "le": "<=", "not_in": "not in", "not_like": "not like", "is_null": "is null",
         "is_not_null": "is not null", "is empty": "is null", "is not empty": "is not null"}  # fmt: skip
_COMPARISONS = frozenset({"==", "!=", ">", ">=", "<", "<="})
_TEXTS: dict[str, Callable[[Any, Any], Any]] = {
    "like": lambda left, right: exp.Like(this=left, expression=right),
    "ilike": lambda left, right: exp.ILike(this=left, expression=right),
    "contains": lambda left, right: call("contains", left, right),
    "icontains": lambda left, right: call("contains", call("lower", left), call("lower", right)),
    "starts with": lambda left, right: call("starts_with", left, right),
    "ends with": lambda left, right: call("ends_with", left, right),
}
OPERATORS = (
    *sorted(_COMPARISONS),
    "in",
    "not in",
    *_TEXTS,
    *(f"not {name}" for name in _TEXTS),
    "is null",
    "is not null",
)
_FLAGS = {"true": True, "false": False, "1": True, "0": False}

Resolve = Callable[[Pick], Term]


def all_of(tests: Sequence[Test], resolve: Resolve) -> Any | None:
    """Tests that must all hold as one tree; None when there are none. Faults: INVALID."""
    made = [made for test in tests if (made := holding(test, resolve)) is not None]
    return exp.and_(*map(bracketed, made), copy=False) if made else None


def holding(test: Test, resolve: Resolve, depth: int = 0) -> Any | None:
    """A test as a tree; None for one that always holds. Faults: INVALID."""
    if depth > DEEPEST_TEST:
        raise query_fault(f"Filters may lie at most {DEEPEST_TEST} deep within one another.")
    if isinstance(test, Compared):
        return _compared(test, resolve(test.pick))
    return _joined(test, [holding(part, resolve, depth + 1) for part in test.tests])


def _joined(test: Joined, parts: list[Any | None]) -> Any | None:
    kept = [bracketed(part) for part in parts if part is not None]
    if test.word == "or":
        return None if len(kept) < len(parts) or not kept else exp.Paren(this=exp.or_(*kept, copy=False))
    together = exp.Paren(this=exp.and_(*kept, copy=False)) if kept else None
    if test.word == "not":
        return exp.Not(this=together) if together is not None else exp.false()
    return together


def _compared(test: Compared, term: Term) -> Any | None:
    name = " ".join(test.operator.strip().lower().split())
    operator = _SAME.get(name, name)
    is_negated = operator.startswith("not ")
    plain = operator.removeprefix("not ")
    if operator in ("is null", "is not null") or (test.value is None and operator in ("==", "!=")):
        missing = exp.Is(this=bracketed(term.sql), expression=exp.Null())
        return missing if operator in ("is null", "==") else exp.Not(this=missing)
    if plain == "in":
        return _among(test, term, is_negated=is_negated)
    if plain in _TEXTS:
        made = _TEXTS[plain](bracketed(_as_text(term)), terms.text(_text(test.value)))
        return exp.Not(this=exp.Paren(this=made)) if is_negated else made
    if operator not in _COMPARISONS:
        raise query_fault(f"{test.operator!r} is no operator of a filter; there are {', '.join(OPERATORS)}.")
    return operators.binary(operator, term, read(test, term, test.value)).sql


def _as_text(term: Term) -> Any:
    return term.sql if term.type == "str" else terms.cast(term.sql, "VARCHAR")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise query_fault("The value of a text filter must be text.")
    return str(value)


def _among(test: Compared, term: Term, *, is_negated: bool) -> Any | None:
    values = test.value if isinstance(test.value, list) else [test.value]
    if len(values) > MOST_VALUES:
        raise query_fault(f"A filter may list at most {MOST_VALUES:,} values.")
    if ALL in values:
        return None
    present = [value for value in values if value is not None]
    found: Any = exp.false()
    if present:
        found = operators.member(term, [read(test, term, value) for value in present], is_negated=False).sql
    if len(present) < len(values):
        found = exp.Paren(this=exp.or_(found, exp.Is(this=bracketed(term.sql), expression=exp.Null()), copy=False))
    return exp.Not(this=exp.Paren(this=found)) if is_negated else found


def read(test: Compared, term: Term, value: Any) -> Term:
    """A value as the term's type wants it: text for a number or date is read. Faults: INVALID naming the filter."""
    try:
        match term.type:
            case "int" | "float" if not isinstance(value, bool):
                return terms.constant(_number(value))
            case "bool":
                return terms.constant(_FLAGS[str(value).strip().lower()])
            case "datetime" if isinstance(value, str):
                return operators.as_moment(terms.constant(value))
            case "str" | "null":
                return terms.constant(_text(value))
    except (ValueError, KeyError, TypeError):
        pass
    shown = repr(value)[:60]
    raise query_fault(f"The filter of {test.pick.name!r} compares with {shown}, which is not {NAMES[term.type]}.")


def _number(value: Any) -> int | float:
    """A number, or one in a text. Raises `ValueError` or `TypeError`."""
    if isinstance(value, str):
        text = value.strip()
        return int(text) if text.lstrip("+-").isdecimal() and len(text) < 20 else float(text)
    if not isinstance(value, int | float):
        raise TypeError
    return value
