"""What a dashboard's widgets show one reader: numbers, tables and charts, each answered with what they may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from rollbook.core.analytics import reading
from rollbook.core.analytics.pipeline.requests import Compared, Question, query_fault
from rollbook.core.analytics.queries import get_source
from rollbook.core.analytics.reading import Answer
from rollbook.core.analytics.snapshots import Snapshots
from rollbook.core.analytics.viewing import charts
from rollbook.core.analytics.viewing.variables import in_text
from rollbook.core.analytics.viewing.widgets import (
    Asked,
    Tab,
    Widget,
    choices_of,
    question_of,
    rows_behind,
    statics_in,
    tests_on,
)
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.warehouse import Column
from rollbook.core.kernel.work import Work

MOST_ACROSS = 50
"""How many columns a pivot has at most."""


@dataclass(frozen=True, slots=True)
class View:
    """A dashboard's content as one reader looks at it.

    ``variables`` are values for the variables, ``chosen`` what the reader set filters to, by the number of the filter.
    ``is_embedded`` shows no rows behind values but in the columns that a widget names.
    """

    work: Work
    snapshots: Snapshots
    content: Mapping[str, Any]
    variables: Mapping[str, Any]
    chosen: Mapping[int, str | list[str]] = field(default_factory=dict)
    is_embedded: bool = False

    def tests(self, tab: Tab, asked: Asked, *, is_choosing: bool = False) -> tuple[Compared, ...]:
        """What rows pass that a widget counts. Faults: INVALID."""
        chosen = {} if is_choosing else self.chosen
        return tests_on(tab, asked, chosen, statics_in(self.content), self.variables)

    def answer(self, asked: Asked, question: Question) -> Answer:
        """Ask a source, as the reader. Faults: NOT_FOUND, INVALID."""
        source = get_source(self.work, asked.source_uuid)
        return reading.answer(self.snapshots.warehouse, reading.prepare(self.work, self.snapshots, source, question))


class Choice(msgspec.Struct, frozen=True):
    """A filter to choose in."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    """Each as its value and what it is called."""
    value: str


class Drawn(msgspec.Struct, kw_only=True):
    """A widget with what is in it. ``problem`` says why there is nothing.

    ``places`` are where each row's values come from, as JSON for :func:`drill`: empty where no rows can be shown.
    ``heads`` is how many columns say whose values a row holds; the others hold these.
    """

    number: int
    kind: str
    title: str
    size: str
    text: str = ""
    problem: str = ""
    columns: list[str] = []
    rows: list[list[str]] = []
    heads: int = 0
    places: list[str] = []
    spec: dict[str, Any] | None = None
    field: Choice | None = None


def draw(view: View, tab: Tab) -> list[Drawn]:
    """The widgets of a tab. One that cannot be drawn says why."""
    return [_drawn(view, tab, widget) for widget in tab.widgets]


def answer_of(view: View, tab: Tab, number: int) -> tuple[list[str], Answer]:
    """What columns of a widget are called, and its rows as the filters narrow them. Faults: NOT_FOUND, INVALID."""
    asked = _asked(tab, number)
    answer = view.answer(asked, question_of(asked, view.tests(tab, asked), view.variables))
    return _labels(asked, answer), answer


def drill(view: View, tab: Tab, number: int, place: str, offset: int) -> tuple[list[str], Answer]:
    """The rows that a widget's value was made of, one page. Faults: NOT_FOUND, INVALID."""
    asked = _asked(tab, number)
    if not _is_drilled(view, asked):
        raise Fault(FaultCode.NOT_FOUND, "The rows behind this are not shown.")
    try:
        values = msgspec.json.decode(place, type=list[str | int | float | bool | None])
    except (msgspec.MsgspecError, RecursionError):
        raise query_fault("This is no place in a widget.") from None
    question = rows_behind(asked, view.tests(tab, asked), values, view.variables, offset)
    answer = view.answer(asked, question)
    return [one.shown for one in asked.detail] or [column.name for column in answer.columns], answer


def lines(answer: Answer) -> list[list[str]]:
    """Rows as they stand on a page."""
    return [[said(value, column) for value, column in zip(row, answer.columns, strict=True)] for row in answer.rows]


def _asked(tab: Tab, number: int) -> Asked:
    widget = next((one for one in tab.widgets if one.number == number and one.kind != "filter"), None)
    if widget is None or widget.asked is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such widget with data.")
    return widget.asked


def _is_drilled(view: View, asked: Asked) -> bool:
    return bool(asked.values) and (bool(asked.detail) or not view.is_embedded)


def _labels(asked: Asked, answer: Answer) -> list[str]:
    return [one.shown for one in (*asked.groups, *asked.values)] or [column.name for column in answer.columns]


def _drawn(view: View, tab: Tab, widget: Widget) -> Drawn:
    title, text = in_text(widget.title, view.variables), in_text(widget.text, view.variables)
    drawn = Drawn(number=widget.number, kind=widget.kind, title=title, size=widget.size, text=text)
    asked = widget.asked
    if asked is None:
        return drawn
    try:
        if widget.kind == "filter":
            drawn.field = _field(view, tab, widget, asked)
        else:
            _fill(drawn, view, asked, view.answer(asked, question_of(asked, view.tests(tab, asked), view.variables)))
    except Fault as fault:
        drawn.problem = fault.message
    return drawn


def _field(view: View, tab: Tab, widget: Widget, asked: Asked) -> Choice | None:
    if not asked.groups:
        return None
    answer = view.answer(asked, choices_of(asked, view.tests(tab, asked, is_choosing=True), view.variables))
    options = [(str(row[0]), str(row[0])) for row in answer.rows if row[0] is not None]
    label = in_text(widget.title, view.variables) or asked.groups[0].shown
    chosen = view.chosen.get(widget.number, "")
    shown = ", ".join(chosen) if isinstance(chosen, list) else chosen
    return Choice(f"f{widget.number}", label, options, shown)


def _fill(drawn: Drawn, view: View, asked: Asked, answer: Answer) -> None:
    fields = (*asked.groups, *asked.values)
    grains = [one.grain for one in fields] or [None] * len(answer.columns)
    drawn.columns = _labels(asked, answer)
    drawn.rows = [
        [said(value, column, grain) for value, column, grain in zip(row, answer.columns, grains, strict=True)]
        for row in answer.rows
    ]
    groups = len(asked.groups)
    drawn.heads = groups if fields else len(drawn.columns)
    places: list[Sequence[Any]] = [row[:groups] for row in answer.rows]
    if drawn.kind == "pivot":
        places = _pivot(drawn, asked, answer)
    elif drawn.kind in charts.MARKS and (not asked.groups or not asked.values):
        drawn.problem = "A chart needs something to group by and a value."
    elif drawn.kind in charts.MARKS and answer.columns[groups].kind not in ("int", "float"):
        drawn.problem = "The value of a chart must be a number; a table shows dates and texts too."
    elif drawn.kind in charts.MARKS and answer.rows:
        drawn.spec = charts.spec(drawn.kind, asked, answer, drawn.rows)
    if _is_drilled(view, asked):
        drawn.places = [msgspec.json.encode(place).decode() for place in places]


def _pivot(drawn: Drawn, asked: Asked, answer: Answer) -> list[Sequence[Any]]:
    """Turn rows so that the last group goes across; the places of the new rows."""
    if len(asked.groups) < 2 or not asked.values:
        drawn.problem = "A pivot needs two groups at least, of which the last goes across, and a value."
        return []
    at = len(asked.groups) - 1
    across = {row[at]: cells[at] for row, cells in zip(answer.rows, drawn.rows, strict=True)}
    ordered = sorted(across, key=lambda value: (value is None, isinstance(value, str), value))[:MOST_ACROSS]
    heads: dict[Sequence[Any], list[str]] = {}
    held: dict[tuple[Sequence[Any], Any], list[str]] = {}
    for row, cells in zip(answer.rows, drawn.rows, strict=True):
        heads.setdefault(row[:at], cells[:at])
        held[row[:at], row[at]] = cells[at + 1 :]
    none = [""] * len(asked.values)
    drawn.rows = [
        [*cells, *(cell for value in ordered for cell in held.get((place, value), none))]
        for place, cells in heads.items()
    ]
    drawn.heads = at
    names = [one.shown for one in asked.values]
    drawn.columns = [one.shown for one in asked.groups[:at]] + [
        across[value] if len(names) == 1 else f"{across[value]}: {name}" for value in ordered for name in names
    ]
    return list(heads)


def said(value: Any, column: Column, grain: str | None = None) -> str:
    """A value as it stands on a page."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, date):
        pattern = charts.DATES.get(grain or "", "%-d %b %Y" if column.is_date else "%-d %b %Y %H:%M")
        return value.strftime(pattern)
    return str(value)  # also a date before the year 1 or after 9999, which comes as text
