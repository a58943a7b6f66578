"""From a question's steps to one query: each step is a select over the step before, with names of our own between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from rollbook.core.analytics.formulas import set_functions, terms
from rollbook.core.analytics.formulas.compiling import Measure, Scope
from rollbook.core.analytics.formulas.terms import Term, call
from rollbook.core.analytics.pipeline import conditions
from rollbook.core.analytics.pipeline.requests import MOST_PICKS, MOST_STEPS, ROWS, Pick, Question, Step, query_fault
from rollbook.core.kernel.warehouse import Column

GRAINS = ("year", "quarter", "month", "week", "day", "hour")
"""What dates can be cut to."""
_HOURLY = "hour"
TOTALS = {**{name: total for name, (_, total) in set_functions.TOTALS.items()}, "median": set_functions.halved}
_SAME_TOTALS = {
    "average": "avg",
    "mean": "avg",
    "count_distinct": "dcount",
    "countdistinct": "dcount",
    "distinct": "dcount",
}
LARGEST_LIMIT = 10**9
TOO_DEEP = "A formula has too many parts in a row, or too many formulas lie within one another."


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows to ask about: where they come from, their columns, and how each is written there, if not by its name."""

    source: Any
    columns: tuple[Column, ...]
    sqls: Sequence[Any] = ()


def built(
    relation: Relation, measures: Mapping[str, Measure], question: Question
) -> tuple[exp.Select, tuple[Column, ...]]:
    """The query of a question, and the columns of its answer. Faults: INVALID, saying what to change."""
    if len(question.steps) > MOST_STEPS:
        raise query_fault(f"A question may have at most {MOST_STEPS} steps.")
    try:
        return _built(relation, measures, question)
    except RecursionError:
        raise query_fault(TOO_DEEP) from None


def _built(
    relation: Relation, measures: Mapping[str, Measure], question: Question
) -> tuple[exp.Select, tuple[Column, ...]]:
    query, columns = None, relation.columns
    for step in question.steps or (Step(),):
        builder = _Builder(relation, measures, question.variables)
        query, columns, sqls = builder.select(step)
        relation = Relation(query.subquery("step", copy=False), columns, sqls)
    assert query is not None  # there is at least one step
    return query, columns


class _Builder:
    """One step over a relation."""

    def __init__(self, relation: Relation, measures: Mapping[str, Measure], variables: Mapping[str, Any]) -> None:
        self._relation = relation
        # Of two columns with one name the first is meant.
        columns = {column.name: column for column in reversed(relation.columns)}
        sqls = {column.name: sql for column, sql in reversed([*zip(relation.columns, relation.sqls, strict=False)])}
        self._scope = Scope(columns, measures, variables, sqls)
        self._taken = {column.name.casefold() for column in relation.columns}
        self._places: list[Any] = []

    def select(self, step: Step) -> tuple[exp.Select, tuple[Column, ...], list[Any]]:
        """The step's query, its columns, and how the next step names them."""
        picks = step.picks or tuple(Pick(column.name) for column in self._relation.columns)
        if len(picks) + len(step.groups) > MOST_PICKS:
            raise query_fault(f"A step may have at most {MOST_PICKS} columns.")
        groups = {_key(group): self._row(group) for group in step.groups}
        found = [self._picked(pick, groups) for pick in step.picks] or self._all(groups)
        is_grouped = bool(groups) or any(term.level == "aggregate" for term in found)
        if is_grouped:
            self._refuse_loose(picks, found, groups)
        aliases = [self._alias(f"c{number}") for number in range(len(picks))]
        query = exp.select(
            *(exp.alias_(_held(term), name, quoted=True) for term, name in zip(found, aliases, strict=True))
        )
        named = reversed([*zip(picks, found, aliases, strict=True)])
        picked = {_key(pick): (term, alias) for pick, term, alias in named}
        self._filter(query, step, picked, groups, is_grouped=is_grouped)
        self._order(query, step, picked, groups, is_grouped=is_grouped)
        query.from_(self._from(), copy=False)
        columns = tuple(Column(pick.name, term.kind, term.is_date) for pick, term in zip(picks, found, strict=True))
        return query, columns, [exp.column(name, quoted=True) for name in aliases]

    def _alias(self, wanted: str) -> str:
        """A name that no column of the relation has."""
        while wanted in self._taken:
            wanted += "_"
        return wanted

    def _from(self) -> Any:
        """The relation, with each row's places among the others where some are asked for."""
        if not self._places:
            return self._relation.source
        placed = exp.select("*", *self._places).from_(self._relation.source)
        return placed.subquery("placed", copy=False)

    def _row(self, pick: Pick) -> Term:
        """A pick as a value of each row. Faults: INVALID for a total."""
        term = self._scope.measure(pick.measure) if pick.measure is not None else self._scope.named(pick.name)
        if term.level == "aggregate":
            raise query_fault(f"{pick.name!r} is a total over rows; it can be selected, ordered by, or used in having.")
        return _cut(self._placed(term), pick)

    def _placed(self, term: Term) -> Term:
        """A place among rows is taken before rows are filtered, so that filters and groups can use it."""
        if term.level != "window":
            return term
        name = self._alias(f"w{len(self._places)}")
        self._places.append(exp.alias_(term.sql, name, quoted=True))
        return Term(exp.column(name, quoted=True), term.type, "row", term.is_date)

    def _all(self, groups: Mapping[Any, Term]) -> list[Term]:
        """Every column of the relation, as it is grouped by; also the second of two with one name."""
        made: dict[str, Term] = {}
        found = []
        for number, column in enumerate(self._relation.columns):
            if column.name not in made:
                made[column.name] = _grouped(Pick(column.name), groups) or self._scope.column(column)
                found.append(made[column.name])
            else:
                found.append(Term(self._relation.sqls[number].copy(), column.kind, "row", column.is_date))
        return found

    def _picked(self, pick: Pick, groups: Mapping[Any, Term]) -> Term:
        """A pick as a column of the answer."""
        if pick.name == ROWS and pick.measure is None:
            return Term(exp.Count(this=exp.Star()), "int", "aggregate")
        if pick.total is None:
            if (group := _grouped(pick, groups)) is not None:
                return group
            term = self._scope.measure(pick.measure) if pick.measure is not None else self._scope.named(pick.name)
            return term if term.level == "aggregate" else _cut(self._placed(term), pick)
        return self._total(pick)

    def _total(self, pick: Pick) -> Term:
        name = (pick.total or "").strip().lower()
        total = TOTALS.get(_SAME_TOTALS.get(name, name))
        if total is None:
            raise query_fault(
                f"{pick.total!r} is no way to make one value of many; there are {', '.join(sorted(TOTALS))}."
            )
        term = self._scope.measure(pick.measure) if pick.measure is not None else self._scope.named(pick.name)
        if term.level == "aggregate":
            return term  # it says itself how its rows become one value
        if name in ("sum", "avg", "average", "mean", "median") and not term.is_number:
            raise query_fault(f"{pick.name!r} holds {terms.NAMES[term.type]}, of which there is no {name}.")
        return total(_cut(self._placed(term), pick))

    def _refuse_loose(self, picks: Sequence[Pick], found: Sequence[Term], groups: Mapping[Any, Term]) -> None:
        grouped = {group.sql.sql(dialect="duckdb") for group in groups.values()}
        for pick, term in zip(picks, found, strict=True):
            if term.level in ("row", "window") and term.sql.sql(dialect="duckdb") not in grouped:
                raise query_fault(f"{pick.name!r} is neither in group_by nor made one value by an agg_function.")

    def _filter(
        self,
        query: exp.Select,
        step: Step,
        picked: Mapping[Any, tuple[Term, str]],
        groups: Mapping[Any, Term],
        *,
        is_grouped: bool,
    ) -> None:
        where = conditions.all_of(step.where, self._row)
        if where is not None:
            query.where(where, copy=False)
        for group in groups.values():
            if group.level != "constant":
                query.group_by(group.sql.copy(), copy=False)
        if step.having:
            if not is_grouped:
                raise query_fault("having filters groups; without group_by or a total use where.")
            having = conditions.all_of(step.having, lambda pick: self._of_group(pick, picked, groups))
            if having is not None:
                query.having(having, copy=False)

    def _of_group(self, pick: Pick, picked: Mapping[Any, tuple[Term, str]], groups: Mapping[Any, Term]) -> Term:
        """A value of each group: one that is selected, by its name alone too, or another. Faults: INVALID."""
        term, _ = picked.get(_key(pick)) or self._by_name(pick, picked) or (self._picked(pick, groups), "")
        self._refuse_loose([pick], [term], groups)
        return Term(term.sql.copy(), term.type, term.level, term.is_date)

    def _order(
        self,
        query: exp.Select,
        step: Step,
        picked: Mapping[Any, tuple[Term, str]],
        groups: Mapping[Any, Term],
        *,
        is_grouped: bool,
    ) -> None:
        for order in step.orders:
            term, name = picked.get(_key(order.pick)) or self._by_name(order.pick, picked) or (None, "")
            if term is None:
                term = self._picked(order.pick, groups)
                if is_grouped:
                    self._refuse_loose([order.pick], [term], groups)
                elif term.level == "aggregate":
                    raise query_fault(f"{order.pick.name!r} is a total over rows, and the rows are not grouped.")
            if term.level == "constant":
                continue
            by = exp.column(name, quoted=True) if name else term.sql
            query.order_by(exp.Ordered(this=by, desc=order.is_falling, nulls_first=False), copy=False)
        for clause, count in (("limit", step.limit), ("offset", step.offset)):
            if count is not None:
                if not 0 <= count <= LARGEST_LIMIT:
                    raise query_fault(f"{clause} must lie between 0 and {LARGEST_LIMIT:,}.")
                getattr(query, clause)(count, copy=False)

    @staticmethod
    def _by_name(pick: Pick, picked: Mapping[Any, tuple[Term, str]]) -> tuple[Term, str] | None:
        """What is selected under the name alone, when one thing is."""
        if pick.total is not None or pick.grain is not None:
            return None
        found = [made for key, made in picked.items() if key[0] == pick.name]
        return found[0] if len(found) == 1 else None


def _key(pick: Pick) -> tuple[str, str | None, str | None, str | None]:
    return pick.name, pick.measure, pick.grain, pick.total


def _grouped(pick: Pick, groups: Mapping[Any, Term]) -> Term | None:
    """What rows are grouped by under the pick's name, where it is not cut itself."""
    group = groups.get(_key(pick)) or next((groups[key] for key in groups if key[:2] == _key(pick)[:2]), None)
    if group is None or pick.grain is not None:
        return None
    return Term(group.sql.copy(), group.type, group.level, group.is_date)


def _held(term: Term) -> Any:
    """A term as the next step's columns hold it, which are of the five kinds."""
    return terms.cast(term.sql, "VARCHAR") if term.type in ("null", "interval") else terms.wide(term)


def _cut(term: Term, pick: Pick) -> Term:
    """A date cut to the pick's grain. Faults: INVALID."""
    if pick.grain is None:
        return term
    if pick.grain not in GRAINS:
        raise query_fault(f"{pick.grain!r} is nothing that dates are grouped by; there are {', '.join(GRAINS)}.")
    if term.type != "datetime":
        raise query_fault(f"{pick.name!r} holds {terms.NAMES[term.type]}, and cannot be grouped by {pick.grain}.")
    moment = terms.cast(term.sql, "TIMESTAMP")
    cut = call("date_trunc", terms.text(pick.grain), moment)
    if pick.grain == _HOURLY:
        return Term(cut, "datetime", term.level)
    return Term(terms.cast(cut, "DATE"), "datetime", term.level, is_date=True)
