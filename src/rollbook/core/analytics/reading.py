"""Answers to questions about a source: which rows a caller may see, joined where the source is a join."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlglot import exp

from rollbook.core.analytics import policy
from rollbook.core.analytics.formulas import terms
from rollbook.core.analytics.formulas.compiling import Measure
from rollbook.core.analytics.pipeline import conditions
from rollbook.core.analytics.pipeline.building import Relation, built
from rollbook.core.analytics.pipeline.requests import Compared, Pick, Question, query_fault
from rollbook.core.analytics.queries import get_joined_source, metadata_of
from rollbook.core.analytics.recorded.listing import RECORD_SOURCES
from rollbook.core.analytics.recorded.seeing import subjects_seen
from rollbook.core.analytics.recorded.shown import SUBJECT
from rollbook.core.analytics.records import Join, RowPolicy, Source
from rollbook.core.analytics.snapshots import Snapshots
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.warehouse import Column, Warehouse, WarehouseRefused
from rollbook.core.kernel.work import Work

MOST_ROWS = 20_000
"""How many rows an answer has at most."""
DEEPEST_JOIN = 5
EMPTY = "Storage source is empty"


class Prepared(msgspec.Struct, frozen=True):
    """A question made a query, with all that the record had to say of it."""

    query: Any
    columns: tuple[Column, ...]


class Answer(msgspec.Struct, frozen=True):
    """Rows, and whether there are more: ``total`` is how many there would be in all."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    total: int
    is_truncated: bool


def columns_of(work: Work, snapshots: Snapshots, source: Source) -> tuple[Column, ...]:
    """The source's own columns, without its formulas. Faults: INVALID while it is empty."""
    return _relation(work, snapshots, source, 0).columns


def prepare(work: Work, snapshots: Snapshots, source: Source, question: Question) -> Prepared:
    """Make a query of a question about a source that the caller sees. Faults: INVALID, saying what to change."""
    relation = _relation(work, snapshots, source, 0)
    query, columns = built(relation, _measures(source), question)
    return Prepared(query, columns)


def answer(warehouse: Warehouse, prepared: Prepared, *, in_seconds: bool = False) -> Answer:
    """Run a query, which may take long; ``in_seconds`` leaves the parts of a second out of moments.

    Faults: INVALID when the data does not bear it.
    """
    told = _in_seconds(prepared) if in_seconds else ["*"]
    try:
        capped = exp.select(*told).from_(prepared.query.subquery("asked", copy=False)).limit(MOST_ROWS + 1)
        rows = warehouse.query(capped).rows
        if len(rows) <= MOST_ROWS:
            return Answer(prepared.columns, rows, len(rows), is_truncated=False)
        counting = exp.select(exp.Count(this=exp.Star())).from_(prepared.query.subquery("asked"))
        total = int(warehouse.query(counting).rows[0][0])
        return Answer(prepared.columns, rows[:MOST_ROWS], total, is_truncated=True)
    except WarehouseRefused as refused:
        raise query_fault(refused.reason) from None


def _in_seconds(prepared: Prepared) -> list[Any]:
    sqls = [exp.column(alias, quoted=True) for alias in prepared.query.named_selects]
    return [
        exp.alias_(terms.call("date_trunc", terms.text("second"), sql), sql.name, quoted=True)
        if column.kind == "datetime" and not column.is_date
        else sql
        for sql, column in zip(sqls, prepared.columns, strict=True)
    ]


def named(prepared: Prepared) -> Any:
    """The query with its columns called by their names, for a file. Faults: INVALID when two have the same."""
    names = [column.name for column in prepared.columns]
    if len({name.casefold() for name in names}) < len(names):
        raise query_fault("Two columns have the same name.")
    aliases = prepared.query.named_selects
    picked = (exp.alias_(exp.column(a, quoted=True), n, quoted=True) for a, n in zip(aliases, names, strict=True))
    return exp.select(*picked).from_(prepared.query.subquery("asked", copy=False))


def _measures(source: Source) -> Mapping[str, Measure]:
    return {measure.uuid: measure for measure in source.defined.measures}


def _relation(work: Work, snapshots: Snapshots, source: Source, depth: int) -> Relation:
    if depth > DEEPEST_JOIN:
        raise query_fault(f"Joins may lie at most {DEEPEST_JOIN} deep within one another.")
    if source.kind == "record":
        return _recorded(work, snapshots, source.record_key)
    if source.kind == "join":
        relation = _joined(work, snapshots, source, depth)
    else:
        shape = snapshots.warehouse.shape(source.table)
        if shape is None:
            raise Fault(FaultCode.INVALID, EMPTY)
        relation = Relation(exp.to_table(source.table), shape.columns)
    return _secured(work, source, relation)


def _recorded(work: Work, snapshots: Snapshots, key: str) -> Relation:
    """The rows of the record that the caller may see: all, or those about what they see elsewhere."""
    source = RECORD_SOURCES[key]
    columns = tuple(shown.column for shown in source.shown)
    query = exp.select(*(exp.column(column.name, quoted=True) for column in columns))
    query.from_(exp.to_table(snapshots.table_of(work, key)), copy=False)
    seen = subjects_seen(work, source.about)
    if seen is not None:
        # One piece of text: a node for each of a hundred thousand takes seconds to write out.
        numbers = exp.Var(this=", ".join(map(str, seen)))
        kept: Any = exp.In(this=exp.column(SUBJECT, quoted=True), expressions=[numbers]) if seen else exp.false()
        query.where(kept, copy=False)
    return Relation(query.subquery("record", copy=False), columns)


def _secured(work: Work, source: Source, relation: Relation) -> Relation:
    """The rows that the caller may see. Who has no value for a policy sees none."""
    policies = source.defined.policies
    if not policies or policy.sees_all_rows(work.principal, source):
        return relation
    values, columns = work.principal.row_values, {c.name: c for c in relation.columns}
    metadata = metadata_of(work, work.principal.person_id) if values is None else values
    kept: list[Any] = [_allowed(rule, columns, metadata) for rule in policies]
    bound = [test for test in kept if test is not None]
    if not bound:
        return relation
    query = exp.select("*").from_(relation.source).where(*bound)
    return Relation(query.subquery("secured", copy=False), relation.columns)


def _allowed(rule: RowPolicy, columns: Mapping[str, Column], metadata: Mapping[str, Any]) -> Any | None:
    """A row policy as a test; None when it lets everything through."""
    column, value = columns.get(rule.column), metadata.get(rule.key)
    if column is None or value is None:
        return exp.false()
    term = terms.Term(exp.column(column.name, quoted=True), column.kind, "row", column.is_date)
    values = value if isinstance(value, list) else [value]
    present = [one for one in values if one is not None]
    try:
        return conditions.holding(Compared(Pick(column.name), "in", present), lambda _: term)
    except Fault:
        return exp.false()  # a value that is none of the column's kind allows nothing


def _joined(work: Work, snapshots: Snapshots, source: Source, depth: int) -> Relation:
    """The rows of sources side by side, each source's columns under its prefix."""
    joins = source.defined.joins
    if not joins:
        raise query_fault("A join needs a data source at least.")
    columns: list[Column] = []
    left: dict[str, terms.Term] = {}
    query = exp.select()
    for number, join in enumerate(joins):
        child = _relation(work, snapshots, get_joined_source(work, join.source), depth + 1)
        side = f"j{number}"
        inner = exp.select("*").from_(child.source).subquery(side, copy=False)
        own = {c.name: _on(side, c) for c in child.columns}
        if number == 0:
            query.from_(inner, copy=False)
        else:
            query.join(inner, on=_matching(join, left, own), join_type="left" if join.is_left else "inner", copy=False)
        for column in child.columns:
            name = f"{join.prefix}.{column.name}" if join.prefix else column.name
            left.setdefault(name, own[column.name])
            columns.append(Column(name, column.kind, column.is_date))
    if len({name.casefold() for name in left}) < len(columns):  # the store tells no case from the other
        raise query_fault("Two columns of the join have the same name; give each data source a prefix of its own.")
    query.select(*(exp.alias_(left[c.name].sql.copy(), c.name, quoted=True) for c in columns), copy=False)
    return Relation(query.subquery("joined", copy=False), tuple(columns))


def _on(side: str, column: Column) -> terms.Term:
    return terms.Term(exp.column(column.name, table=side, quoted=True), column.kind, "row", column.is_date)


def _matching(join: Join, left: Mapping[str, terms.Term], right: Mapping[str, terms.Term]) -> Any:
    """Two columns' values being the same; as text where they are not of one kind, for no text need be a number."""
    if join.left_column not in left or join.column not in right:
        raise query_fault(f"The join has no columns {join.left_column!r} and {join.column!r} to match.")
    sides = left[join.left_column], right[join.column]
    is_alike = sides[0].type == sides[1].type or all(side.is_number for side in sides)
    one, other = (side.sql.copy() if is_alike else terms.cast(side.sql.copy(), "VARCHAR") for side in sides)
    return exp.EQ(this=one, expression=other)
