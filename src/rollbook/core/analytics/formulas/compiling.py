"""From a formula's tree to a typed tree of a query, over the columns and formulas of one source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlglot import exp

from rollbook.core.analytics.formulas import operators, row_functions, set_functions, terms
from rollbook.core.analytics.formulas.catalogue import FUNCTIONS, fitted
from rollbook.core.analytics.formulas.parsing import parse
from rollbook.core.analytics.formulas.syntax import (
    Binary,
    Call,
    Constant,
    Membership,
    Node,
    Reference,
    Unary,
    Variable,
    formula_fault,
)
from rollbook.core.analytics.formulas.terms import Term
from rollbook.core.kernel.warehouse import Column

__all__ = ["FUNCTIONS", "Choice", "Measure", "Scope", "row_functions", "set_functions"]

DEEPEST_REFERENCE = 30
"""How many formulas may lie one within another."""
LARGEST = 5_000
"""How many parts a formula may have when the formulas in it are put in."""


class Choice(msgspec.Struct, frozen=True):
    """One way of a conditional column: the value where a condition holds, both formulas."""

    condition: str
    value: str


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A formula of a source. With ``choices`` it is a conditional column, and ``formula`` its value elsewhere."""

    uuid: str
    name: str
    formula: str
    choices: tuple[Choice, ...] = ()


@dataclass(slots=True)
class Scope:
    """What formulas can refer to. ``column_sql`` gives a column's tree by its name."""

    columns: Mapping[str, Column]
    measures: Mapping[str, Measure]
    """By uuid."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    sqls: Mapping[str, Any] = field(default_factory=dict)
    """Trees of columns whose names are not those they have here."""
    _made: dict[str, Term] = field(default_factory=dict)
    _under_way: list[str] = field(default_factory=list)
    _parts: int = 0

    def column(self, column: Column) -> Term:
        """A column as a term."""
        sql = self.sqls[column.name] if column.name in self.sqls else exp.column(column.name, quoted=True)
        return Term(sql.copy(), column.kind, "row", column.is_date)

    def named(self, name: str) -> Term:
        """A column, or else a formula, by its name. Faults: INVALID when there is none."""
        if (column := self.columns.get(name)) is not None:
            return self.column(column)
        found = next((measure for measure in self.measures.values() if measure.name == name), None)
        if found is None:
            raise formula_fault(f"There is no column and no formula named {name!r}.")
        return self.measure(found.uuid)

    def measure(self, uuid: str) -> Term:
        """A formula of the source's as a term. Faults: INVALID, also when it leads back to itself."""
        measure = self.measures.get(uuid)
        if measure is None:
            raise formula_fault(f"There is no formula with the id {uuid!r}.")
        if uuid in self._under_way:
            raise formula_fault(f"The formula {measure.name!r} leads back to itself.")
        if len(self._under_way) >= DEEPEST_REFERENCE:
            raise formula_fault(f"Formulas may lie at most {DEEPEST_REFERENCE} deep within one another.")
        if uuid not in self._made:
            self._under_way.append(uuid)
            try:
                self._made[uuid] = self._compiled(measure)
            finally:
                self._under_way.pop()
        made = self._made[uuid]
        self._count(sum(1 for _ in made.sql.walk()))
        return Term(made.sql.copy(), made.type, made.level, made.is_date, made.constant)

    def _count(self, parts: int) -> None:
        self._parts += parts
        if self._parts > LARGEST:
            raise formula_fault("The formulas of this query are too large together.")

    def _compiled(self, measure: Measure) -> Term:
        if not measure.choices:
            return self.formula(measure.formula)
        found = self.formula(measure.formula) if measure.formula.strip() else terms.constant(None)
        for choice in reversed(measure.choices):
            found = self._called("if", [self.formula(choice.condition), self.formula(choice.value), found])
        return found

    def formula(self, text: str) -> Term:
        """A formula's text as a term. Faults: INVALID."""
        return self._term(parse(text))

    def _term(self, node: Node) -> Term:
        self._count(1)
        match node:
            case Constant():
                return terms.constant(node.value)
            case Reference():
                return self.named(node.name)
            case Variable():
                return self._variable(node.name)
            case Unary():
                return operators.unary(node.operator, self._term(node.operand))
            case Binary():
                return operators.binary(node.operator, self._term(node.left), self._term(node.right))
            case Membership():
                items = self._terms(node.items)
                return operators.member(self._term(node.tested), items, is_negated=node.is_negated)
            case Call():
                return self._called(node.name, self._terms(node.arguments))

    def _terms(self, nodes: Sequence[Node]) -> list[Term]:
        return [self._term(node) for node in nodes]

    def _called(self, name: str, arguments: Sequence[Term]) -> Term:
        function = FUNCTIONS.get(name)
        if function is None:
            raise formula_fault(f"There is no function {name!r}; there are {', '.join(sorted(FUNCTIONS))}.")
        if function.level is not None and any(term.level in ("aggregate", "window") for term in arguments):
            raise formula_fault(f"{name} cannot take what is itself a total or a place among rows.")
        return function.build(fitted(function, arguments))

    def _variable(self, name: str) -> Term:
        value = self.variables.get(name, self.variables.get(name.strip("_")))
        if value is None or isinstance(value, list | dict):
            raise formula_fault(f"The variable {name!r} has no value.")
        return terms.constant(value)
