"""Widgets as charts in Vega-Lite, without title, width or theme."""

from math import isfinite
from typing import Any

from rollbook.core.analytics.reading import Answer
from rollbook.core.analytics.viewing.widgets import Asked

MOST_SLICES = 6
"""A pie of more is drawn as bars, which can be compared."""
STEP = 26
"""How high one bar is with the space around it, in pixels."""
MARKS = {"bar": "bar", "line": {"type": "line", "point": True}, "area": "area", "pie": "arc", "heat": "rect"}
MOST_TILTED = 30
"""Up to how many columns of a heat map have all their names below them, tilted."""
DATES = {"year": "%Y", "quarter": "%b %Y", "month": "%b %Y", "week": "%-d %b %Y", "day": "%-d %b %Y"}
"""How dates of a grain are written."""
_TICKS = {"year": ("year", 1), "quarter": ("month", 3), "month": ("month", 1), "week": ("week", 1), "day": ("day", 1)}


def spec(kind: str, asked: Asked, answer: Answer, shown: list[list[str]]) -> dict[str, Any]:
    """A chart: the first group along an axis, a second one as colours (as rows of a heat map), the first value.

    ``shown`` are the rows as texts. A mark's ``at`` is the place of its row.
    """
    kind = "bar" if kind == "pie" and len(answer.rows) > MOST_SLICES else kind
    at_value, first = len(asked.groups), answer.columns[0]
    is_dated = first.kind == "datetime" and kind != "pie"
    values = []
    for at, (row, cells) in enumerate(zip(answer.rows, shown, strict=True)):
        one = {"at": at, "x": str(row[0]) if is_dated else cells[0], "y": _height(row[at_value]), "said": cells[0]}
        values.append(one | ({"series": cells[1]} if at_value > 1 else {}))
    title, total = asked.groups[0].shown, asked.values[0].shown
    along: dict[str, Any] = {"field": "x", "type": "temporal" if is_dated else "nominal", "title": title, "sort": None}
    if is_dated:
        grain = asked.groups[0].grain or ""
        axis: dict[str, Any] = {"grid": False, "format": DATES.get(grain, "%-d %b %Y")}
        if grain in _TICKS:
            interval, step = _TICKS[grain]
            axis["tickCount"] = {"interval": interval, "step": step}
        along |= {"scale": {"type": "utc"}, "axis": axis}
    elif kind == "heat" and len({one["x"] for one in values}) <= MOST_TILTED:
        along["axis"] = {"labelAngle": -45, "labelLimit": 110, "labelOverlap": False}
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
    made: dict[str, Any] = {"data": {"values": values}, "mark": MARKS[kind], "encoding": encoding}
    if (kind == "bar" and not is_dated) or (kind == "heat" and series):
        made["height"] = {"step": STEP}
    return made


def _height(value: float | None) -> float | None:
    """A value as JSON has it, which knows nothing infinite."""
    return value if value is not None and isfinite(value) else None
