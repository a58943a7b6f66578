"""A dashboard's widgets as the page draws them: numbers, tables, and charts in Vega-Lite."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from rollbook.console.visits import Visit
from rollbook.core.analytics import reading
from rollbook.core.analytics.queries import get_source
from rollbook.core.analytics.reading import Answer
from rollbook.core.analytics.widgets import Asked, Tab, Widget, choices_of, filters_on, question_of
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.warehouse import Column

MOST_SLICES = 6
"""A pie of more is drawn as bars, which can be compared."""
STEP = 26
"""How high one bar is with the space around it, in pixels."""
_MARKS = {"bar": "bar", "line": {"type": "line", "point": True}, "area": "area", "pie": "arc", "heat": "rect"}
_FORMATS = {"year": "%Y", "quarter": "%b %Y", "month": "%b %Y", "week": "%-d %b %Y", "day": "%-d %b %Y"}


class Drawn(msgspec.Struct, kw_only=True):
    """A widget with what is in it. ``problem`` says why there is nothing."""

    number: int
    kind: str
    title: str
    size: str
    text: str = ""
    problem: str = ""
    columns: list[str] = []
    rows: list[list[str]] = []
    spec: dict[str, Any] | None = None
    field: dict[str, Any] | None = None


def draw(visit: Visit, tab: Tab, variables: Mapping[str, Any]) -> list[Drawn]:
    """The widgets of a tab, each answered with what the caller may see. One that cannot be drawn says why."""
    chosen = _chosen(visit)
    return [_drawn(visit, tab, widget, chosen, variables) for widget in tab.widgets]


def _chosen(visit: Visit) -> dict[int, str]:
    """What the reader set filters to, by the number of the filter."""
    return {
        int(name[1:]): value
        for name, value in visit.query.items()
        if value and name[:1] == "f" and name[1:].isascii() and name[1:].isdecimal() and len(name) < 6
    }


def answer_of(visit: Visit, tab: Tab, number: int, variables: Mapping[str, Any]) -> tuple[list[str], Answer]:
    """What columns of a widget are called, and its rows as the filters narrow them. Faults: NOT_FOUND, INVALID."""
    widget = next((one for one in tab.widgets if one.number == number and one.kind != "filter"), None)
    if widget is None or widget.asked is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such widget with data.")
    asked = widget.asked
    answer = _answer(visit, asked, question_of(asked, filters_on(tab, asked, _chosen(visit)), variables))
    return _labels(asked, answer), answer


def _labels(asked: Asked, answer: Answer) -> list[str]:
    return [field.shown for field in (*asked.groups, *asked.values)] or [column.name for column in answer.columns]


def _drawn(visit: Visit, tab: Tab, widget: Widget, chosen: Mapping[int, str], variables: Mapping[str, Any]) -> Drawn:
    drawn = Drawn(number=widget.number, kind=widget.kind, title=widget.title, size=widget.size, text=widget.text)
    asked = widget.asked
    if asked is None:
        return drawn
    try:
        if widget.kind == "filter":
            drawn.field = _field(visit, widget, asked)
        else:
            question = question_of(asked, filters_on(tab, asked, chosen), variables)
            _fill(drawn, asked, _answer(visit, asked, question))
    except Fault as fault:
        drawn.problem = fault.message
    return drawn


def _answer(visit: Visit, asked: Asked, question: Any) -> Answer:
    source = get_source(visit.work, asked.source_uuid)
    prepared = reading.prepare(visit.work, visit.services.snapshots, source, question)
    return reading.answer(visit.services.snapshots.warehouse, prepared)


def _field(visit: Visit, widget: Widget, asked: Asked) -> dict[str, Any] | None:
    if not asked.groups:
        return None
    answer = _answer(visit, asked, choices_of(asked))
    options = [(str(row[0]), str(row[0])) for row in answer.rows if row[0] is not None]
    name = f"f{widget.number}"
    label = widget.title or asked.groups[0].shown
    return {"name": name, "label": label, "options": options, "value": visit.query.get(name, "")}


def _fill(drawn: Drawn, asked: Asked, answer: Answer) -> None:
    fields = (*asked.groups, *asked.values)
    grains = [field.grain for field in fields] or [None] * len(answer.columns)
    drawn.columns = _labels(asked, answer)
    drawn.rows = [
        [said(value, column, grain) for value, column, grain in zip(row, answer.columns, grains, strict=True)]
        for row in answer.rows
    ]
    if drawn.kind not in _MARKS:
        return
    if not asked.groups or not asked.values:
        drawn.problem = "A chart needs something to group by and a value."
    elif answer.rows:
        kind = "bar" if drawn.kind == "pie" and len(answer.rows) > MOST_SLICES else drawn.kind
        drawn.spec = _spec(kind, asked, answer, drawn.rows)


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
    if column.kind == "datetime":
        moment = value if isinstance(value, date) else datetime.fromisoformat(str(value))
        pattern = _FORMATS.get(grain or "", "%-d %b %Y" if column.is_date else "%-d %b %Y %H:%M")
        return moment.strftime(pattern)
    return str(value)


def _spec(kind: str, asked: Asked, answer: Answer, shown: list[list[str]]) -> dict[str, Any]:
    """The chart: the first group along an axis, a second one as colours (as rows of a heat map), the first value."""
    at_value, first = len(asked.groups), answer.columns[0]
    is_dated = first.kind == "datetime" and kind != "pie"
    values = []
    for row, cells in zip(answer.rows, shown, strict=True):
        one = {"x": _plain(row[0]) if is_dated else cells[0], "y": row[at_value], "said": cells[0]}
        values.append(one | ({"series": cells[1]} if at_value > 1 else {}))
    title, total = asked.groups[0].shown, asked.values[0].shown
    along: dict[str, Any] = {"field": "x", "type": "temporal" if is_dated else "nominal", "title": title, "sort": None}
    if is_dated:
        axis = {"grid": False, "format": _FORMATS.get(asked.groups[0].grain or "", "%-d %b %Y")}
        along |= {"scale": {"type": "utc"}, "axis": axis}
    height = {"field": "y", "type": "quantitative", "title": total}
    tooltip: list[dict[str, Any]] = [
        {"field": "said", "title": title},
        {"field": "y", "title": total, "format": ",.4~f"},
    ]
    series = {"field": "series", "type": "nominal", "title": asked.groups[1].shown} if at_value > 1 else None
    encoding: dict[str, Any] = {"tooltip": tooltip}
    if kind == "pie":
        encoding |= {"theta": height | {"stack": True}, "color": along}
    elif kind == "heat":
        encoding |= {"x": along, "y": series or {"datum": ""}, "color": height}
    elif kind == "bar" and not is_dated:
        encoding |= {"y": along, "x": height} | ({"color": series} if series else {})
    else:
        encoding |= {"x": along, "y": height} | ({"color": series} if series else {})
    spec: dict[str, Any] = {"data": {"values": values}, "mark": _MARKS[kind], "encoding": encoding}
    if (kind == "bar" and not is_dated) or (kind == "heat" and series):
        spec["height"] = {"step": STEP}
    return spec


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
