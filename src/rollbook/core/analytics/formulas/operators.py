"""What signs and words between terms mean: reckoning, comparing, deciding."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlglot import exp

from rollbook.core.analytics.formulas import terms
from rollbook.core.analytics.formulas.syntax import formula_fault
from rollbook.core.analytics.formulas.terms import NAMES, Term, bracketed, call, highest

_COMPARISONS: Mapping[str, type[exp.Binary]] = {
    "==": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_RECKONING: Mapping[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def unary(operator: str, operand: Term) -> Term:
    """``-`` or ``not``. Faults: INVALID for a type that it does not take."""
    if operator == "not":
        return Term(exp.Not(this=bracketed(truth(operand, "not").sql)), "bool", operand.level)
    if operand.constant is not None and operand.type in ("int", "float"):
        return terms.constant(-float(operand.constant) if operand.type == "float" else -int(operand.constant))
    if not operand.is_number:
        raise formula_fault(f"- wants a number, not {NAMES[operand.type]}.")
    return Term(exp.Neg(this=bracketed(operand.sql)), operand.type, operand.level)


def truth(term: Term, wanted_by: str) -> Term:
    """A term that is true or false. Faults: INVALID."""
    if term.type not in ("bool", "null"):
        raise formula_fault(f"{wanted_by} wants true or false, not {NAMES[term.type]}.")
    return term


def binary(operator: str, left: Term, right: Term) -> Term:
    """Two terms with an operator between. Faults: INVALID for types that do not go together."""
    if operator in ("and", "or"):
        made: type[exp.Expression] = exp.And if operator == "and" else exp.Or
        sides = [bracketed(truth(side, operator).sql) for side in (left, right)]
        return Term(made(this=sides[0], expression=sides[1]), "bool", highest([left, right]))
    if operator in _COMPARISONS:
        left, right = matched(left, right, operator)
        sql = _COMPARISONS[operator](this=bracketed(left.sql), expression=bracketed(right.sql))
        return Term(sql, "bool", highest([left, right]))
    return _reckoned(operator, left, right)


def _reckoned(operator: str, left: Term, right: Term) -> Term:
    level, sides = highest([left, right]), {left.type, right.type}
    if operator == "+" and sides <= {"str", "null"} and "str" in sides:
        return Term(exp.DPipe(this=bracketed(left.sql), expression=bracketed(right.sql)), "str", level)
    if "interval" in sides:
        return _moved(operator, left, right)
    if not (left.is_number and right.is_number):
        raise formula_fault(f"{operator} does not go between {NAMES[left.type]} and {NAMES[right.type]}.")
    if operator == "/":
        divisor = call("nullif", right.sql, exp.Literal.number(0))
        dividend = bracketed(terms.cast(left.sql, "DOUBLE"))
        return Term(exp.Div(this=dividend, expression=divisor), "float", level)
    sql = _RECKONING[operator](this=bracketed(terms.wide(left)), expression=bracketed(terms.wide(right)))
    return Term(sql, "float" if "float" in sides else "int", level)


def _moved(operator: str, left: Term, right: Term) -> Term:
    """A date with a span of time added or taken away."""
    if operator == "+" and left.type == "interval":
        left, right = right, left
    if left.type != "datetime" or right.type != "interval" or operator not in ("+", "-"):
        raise formula_fault(f"A span of time is added to a date or taken from it, not {operator} {NAMES[left.type]}.")
    moment = bracketed(terms.cast(left.sql, "TIMESTAMP"))
    return Term(_RECKONING[operator](this=moment, expression=bracketed(right.sql)), "datetime", highest([left, right]))


def matched(left: Term, right: Term, operator: str) -> tuple[Term, Term]:
    """Two terms that can be compared; a text that is written out is read as a date where the other is one.

    Faults: INVALID.
    """
    if left.type == "datetime" and right.type == "str":
        return left, as_moment(right)
    if left.type == "str" and right.type == "datetime":
        return as_moment(left), right
    if left.type == right.type or "null" in (left.type, right.type) or (left.is_number and right.is_number):
        return left, right
    raise formula_fault(f"{operator} does not go between {NAMES[left.type]} and {NAMES[right.type]}.")


def as_moment(term: Term) -> Term:
    """A text as a moment; null where it is none, and refused where it is written out. Faults: INVALID."""
    if isinstance(term.constant, str):
        return Term(terms.cast(terms.text(checked_moment(term.constant)), "TIMESTAMP"), "datetime", "constant")
    return Term(terms.cast(term.sql, "TIMESTAMP", tries=True), "datetime", term.level)


def checked_moment(written: str) -> str:
    """An ISO 8601 date or moment as the store reads it, in UTC. Faults: INVALID."""
    try:
        moment = datetime.fromisoformat(written.strip())
        moment = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise formula_fault(f"{written[:40]!r} is no date such as 2026-03-01 or 2026-03-01T09:30:00.") from None
    return moment.isoformat(" ")


def member(tested: Term, items: Sequence[Term], *, is_negated: bool) -> Term:
    """Whether a term is one of some. Faults: INVALID."""
    pairs = [matched(tested, item, "in") for item in items]
    sql: Any = exp.In(this=bracketed(pairs[0][0].sql), expressions=[bracketed(item.sql) for _, item in pairs])
    if is_negated:
        sql = exp.Not(this=exp.Paren(this=sql))
    return Term(sql, "bool", highest([tested, *items]))
