"""Questions to core, and answers from it."""

from collections.abc import Iterable
from typing import Any

from rollbook.core.analytics.pipeline.requests import (
    DEEPEST_TEST,
    Compared,
    Joined,
    Order,
    Pick,
    Question,
    Step,
    Test,
    query_fault,
)
from rollbook.core.analytics.reading import Answer
from rollbook.core.kernel.warehouse import Column
from rollbook.doors.serenytics.wire.questions import (
    AnswerOut,
    ColumnOut,
    HeadersOut,
    OrderIn,
    PickIn,
    QuestionIn,
    StepIn,
)

DAY_FORMAT, MOMENT_FORMAT = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"
_WORDS = ("and", "or", "not")


def to_core_question(asked: QuestionIn) -> Question:
    """Faults: INVALID, saying what to change."""
    steps = asked.data_processing_pipeline or []
    return Question(steps=tuple(map(_step, steps)), variables=asked.dashboard_variables or {})


def _step(step: StepIn) -> Step:
    return Step(
        picks=tuple(map(_pick, step.select or [])),
        groups=tuple(map(_pick, step.group_by or [])),
        where=tuple(_test(one) for one in step.where or []),
        having=tuple(_test(one) for one in step.having or []),
        orders=tuple(map(_order, step.order_by or [])),
        limit=step.limit,
        offset=step.offset,
    )


def _pick(given: str | PickIn) -> Pick:
    if isinstance(given, str):
        return Pick(given)
    return Pick(given.name, given.measure_uuid, given.agg_function, given.date_group)


def _order(given: str | OrderIn) -> Order:
    return Order(_pick(given), is_falling=isinstance(given, OrderIn) and given.order == "desc")


def _test(given: Any, depth: int = 0) -> Test:
    if depth > DEEPEST_TEST:
        raise query_fault(f"Filters may lie at most {DEEPEST_TEST} deep within one another.")
    if not isinstance(given, dict):
        raise query_fault("A filter must be an object with name, op and value.")
    for word in _WORDS:
        if word in given:
            parts = given[word] if isinstance(given[word], list) else [given[word]]
            return Joined(word, tuple(_test(part, depth + 1) for part in parts))
    name, operator = given.get("name"), given.get("op", "==")
    optional = [given.get(key) for key in ("measureUuid", "agg_function", "date_group")]
    if (
        not isinstance(name, str)
        or not isinstance(operator, str)
        or any(not isinstance(v, str | None) for v in optional)
    ):
        raise query_fault("A filter must be an object with name, op and value.")
    return Compared(Pick(name, *optional), operator, given.get("value"))


def from_core_columns(columns: Iterable[Column]) -> list[ColumnOut]:
    """Columns with the format of their dates."""
    return [ColumnOut(column.name, column.kind, _format(column)) for column in columns]


def _format(column: Column) -> str | None:
    if column.kind != "datetime":
        return None
    return DAY_FORMAT if column.is_date else MOMENT_FORMAT


def from_core_headers(columns: Iterable[Column]) -> HeadersOut:
    """A source's columns."""
    return HeadersOut(from_core_columns(columns))


def from_core_answer(answer: Answer, asked: QuestionIn) -> AnswerOut:
    """An answer's rows, or its columns one by one."""
    rows: list[Any] = answer.rows
    if asked.order != "row_by_row":
        rows = [[row[number] for row in rows] for number in range(len(answer.columns))]
    return AnswerOut(from_core_columns(answer.columns), rows, answer.is_truncated, answer.total)
