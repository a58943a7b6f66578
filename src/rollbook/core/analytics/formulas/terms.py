"""Typed parts of a query: a tree of sqlglot's with what it gives and on which level it stands."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlglot import exp

from rollbook.core.analytics.formulas.syntax import formula_fault
from rollbook.core.kernel.warehouse import Kind

Type = Kind | Literal["null", "interval"]
Level = Literal["constant", "row", "window", "aggregate"]
"""What a term is one value of: nothing but itself, each row, each row among others, or all rows of a group."""
_RANK: dict[Level, int] = {"constant": 0, "row": 1, "window": 2, "aggregate": 3}
SQL_TYPES: dict[str, str] = {
    "int": "BIGINT",
    "float": "DOUBLE",
    "str": "VARCHAR",
    "datetime": "TIMESTAMP",
    "bool": "BOOLEAN",
}
NAMES: dict[str, str] = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "datetime": "a date",
    "bool": "true or false",
    "interval": "a span of time",
    "null": "nothing",
}


class Term(msgspec.Struct, frozen=True):
    """Something that has a value. ``constant`` is the value where it is written out."""

    sql: Any
    type: Type
    level: Level = "row"
    is_date: bool = False
    constant: int | float | str | bool | None = None

    @property
    def is_number(self) -> bool:
        """Whether it can be reckoned with; null can."""
        return self.type in ("int", "float", "null")

    @property
    def kind(self) -> Kind:
        """The kind of a column that holds it."""
        return "str" if self.type in ("null", "interval") else self.type  # type: ignore[return-value]


def call(name: str, *arguments: Any) -> exp.Anonymous:
    """A function by its own name."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def bracketed(sql: Any) -> Any:
    """A tree that stays whole within another."""
    is_whole = isinstance(sql, exp.Literal | exp.Column | exp.Anonymous | exp.Paren | exp.Cast | exp.Null | exp.Boolean)
    return sql if is_whole else exp.Paren(this=sql)


def cast(sql: Any, type_name: str, *, tries: bool = False) -> Any:
    """Converted; with ``tries`` null where it cannot be."""
    kind = exp.DataType.build(type_name, dialect="duckdb")
    return exp.TryCast(this=sql, to=kind) if tries else exp.Cast(this=sql, to=kind)


def wide(term: Term) -> Any:
    """A whole number with as many bits as those in columns have, also one that is written out, or chosen of such."""
    return cast(term.sql, "BIGINT") if term.type == "int" and not isinstance(term.sql, exp.Column) else term.sql


def highest(terms: Sequence[Term]) -> Level:
    """The level of what is made of terms. Faults: INVALID where rows and groups of them meet."""
    levels = {term.level for term in terms}
    if "aggregate" in levels and levels & {"row", "window"}:
        raise formula_fault(
            "A formula cannot mix a column's value with a total over rows; put the column in a total too."
        )
    return max(levels, key=_RANK.__getitem__, default="constant")


def number(value: float) -> Any:
    """A number written out."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        raise formula_fault("A number may not be infinite.")
    written = exp.Literal.number(repr(abs(value)))
    typed = cast(written, "DOUBLE") if isinstance(value, float) else written
    return exp.Paren(this=exp.Neg(this=typed)) if value < 0 else typed


def text(value: str) -> Any:
    """A text written out. Faults: INVALID for what no store can hold."""
    if "\x00" in value:
        raise formula_fault("A text may not hold the character NUL.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise formula_fault("A text may not hold half of a character.") from None
    return exp.Literal.string(value)


def constant(value: int | float | str | bool | None) -> Term:
    """A value written out."""
    if value is None:
        return Term(exp.Null(), "null", "constant")
    if isinstance(value, bool):
        return Term(exp.Boolean(this=value), "bool", "constant", constant=value)
    if isinstance(value, str):
        return Term(text(value), "str", "constant", constant=value)
    if isinstance(value, int) and abs(value) >= 2**63:
        value = float(value)
    return Term(number(value), "int" if isinstance(value, int) else "float", "constant", constant=value)
