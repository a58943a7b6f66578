"""Functions of many rows: totals of a group, and a row's place among the others."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from rollbook.core.analytics.formulas.catalogue import function
from rollbook.core.analytics.formulas.syntax import formula_fault
from rollbook.core.analytics.formulas.terms import Term, Type, call, cast

Terms = Sequence[Term]
Total = Callable[[Term], Term]
MOST_PARTS = 10_000


def _aggregated(term: Term, sql: Any, type_: Type | None = None) -> Term:
    return Term(sql, type_ or term.type, "aggregate", term.is_date and type_ is None)


def summed(term: Term) -> Term:
    """The sum. Faults: INVALID for what is no number."""
    if not term.is_number:
        raise formula_fault("sum wants numbers.")
    if term.type == "int":  # a total that no client could read is refused
        return _aggregated(term, cast(call("sum", term.sql), "BIGINT"))
    return _aggregated(term, call("sum", term.sql), "float")


def averaged(term: Term) -> Term:
    """The mean. Faults: INVALID for what is no number."""
    if not term.is_number:
        raise formula_fault("avg wants numbers.")
    return _aggregated(term, call("avg", cast(term.sql, "DOUBLE")), "float")


def halved(term: Term) -> Term:
    """The median. Faults: INVALID for what is no number."""
    if not term.is_number:
        raise formula_fault("median wants numbers.")
    return _aggregated(term, call("median", cast(term.sql, "DOUBLE")), "float")


def least(term: Term) -> Term:
    """The least value."""
    return _aggregated(term, call("min", term.sql))


def greatest(term: Term) -> Term:
    """The greatest value."""
    return _aggregated(term, call("max", term.sql))


def counted(term: Term) -> Term:
    """How many values there are."""
    return _aggregated(term, call("count", term.sql), "int")


def counted_distinct(term: Term) -> Term:
    """How many different values there are."""
    return _aggregated(term, exp.Count(this=exp.Distinct(expressions=[term.sql])), "int")


TOTALS: dict[str, tuple[str, Total]] = {
    "sum": ("The sum of numbers.", summed),
    "avg": ("The mean of numbers.", averaged),
    "min": ("The least value.", least),
    "max": ("The greatest value.", greatest),
    "count": ("How many values there are.", counted),
    "dcount": ("How many different values there are.", counted_distinct),
}
"""The totals that formulas and queries have by the same names."""


def _enter(name: str, meaning: str, total: Total) -> None:
    @function(name, "any", meaning, level="aggregate")
    def _of_all(arguments: Terms) -> Term:
        return total(arguments[0])

    @function(f"{name}_if", "any truth", f"{meaning} Of the rows where something is true.", level="aggregate")
    def _of_some(arguments: Terms) -> Term:
        return _filtered(total(arguments[0]), arguments[1])


for _name, (_meaning, _total) in TOTALS.items():
    _enter(_name, _meaning, _total)


def _filtered(total: Term, condition: Term) -> Term:
    where = exp.Where(this=condition.sql)
    if isinstance(total.sql, exp.Cast):
        inner = exp.Filter(this=total.sql.this, expression=where)
        return Term(exp.Cast(this=inner, to=total.sql.to), total.type, total.level, total.is_date)
    kept = exp.Filter(this=total.sql, expression=where)
    return Term(kept, total.type, total.level, total.is_date)


@function(
    "quantile", "number number", "The value below which such a share (0 to 1) of the numbers lies.", level="aggregate"
)
def _quantile(arguments: Terms) -> Term:
    share = arguments[1].constant
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise formula_fault("quantile wants a share from 0 to 1 that is written out.")
    value = cast(arguments[0].sql, "DOUBLE")
    return _aggregated(arguments[0], call("quantile_cont", value, arguments[1].sql), "float")


def _last(arguments: Terms) -> Term:
    return _aggregated(arguments[0], call("arg_max", arguments[0].sql, arguments[1].sql))


@function("last_value", "any any", "The value in the row where the second is greatest.", level="aggregate")
def _last_value(arguments: Terms) -> Term:
    return _last(arguments)


@function("last_value_if", "any any truth", "As last_value, of the rows where something is true.", level="aggregate")
def _last_value_if(arguments: Terms) -> Term:
    return _filtered(_last(arguments), arguments[2])


def _placed(name: str, order: Term, parts: Terms, *given: Any, is_falling: bool) -> Any:
    ordered = exp.Ordered(this=order.sql, desc=is_falling, nulls_first=False)
    return exp.Window(
        this=call(name, *given),
        partition_by=[part.sql for part in parts],
        order=exp.Order(expressions=[ordered]),
    )


@function("rank", "any any*", "A row's place by a value, greatest first; among rows alike in the rest.", level="window")
def _rank(arguments: Terms) -> Term:
    return Term(_placed("rank", arguments[0], arguments[1:], is_falling=True), "int", "window")


@function("dense_rank", "any any*", "As rank, no place left out after equals.", level="window")
def _dense_rank(arguments: Terms) -> Term:
    return Term(_placed("dense_rank", arguments[0], arguments[1:], is_falling=True), "int", "window")


@function("ntile", "count any any*", "Which of n equal parts a row is in by a value, least first.", level="window")
def _ntile(arguments: Terms) -> Term:
    parts = int(arguments[0].constant or 0)
    if not 1 <= parts <= MOST_PARTS:
        raise formula_fault(f"ntile makes 1 to {MOST_PARTS:,} parts.")
    return Term(_placed("ntile", arguments[1], arguments[2:], arguments[0].sql, is_falling=False), "int", "window")


@function(
    "is_first", "any any*", "Whether a row is the first by a value; among rows alike in the rest.", level="window"
)
def _is_first(arguments: Terms) -> Term:
    place = _placed("row_number", arguments[0], arguments[1:], is_falling=False)
    return Term(exp.EQ(this=place, expression=exp.Literal.number(1)), "bool", "window")
