"""Dashboards on pages: what the reader chose, and the widgets and files of a tab; in the console and embedded alike."""

from collections.abc import Mapping
from typing import Any

from rollbook.console import exports
from rollbook.core.analytics.viewing import drawing
from rollbook.core.analytics.viewing.drawing import View
from rollbook.core.analytics.viewing.widgets import DRILLED_ROWS, Tab, tabs_in
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.routes import Reply

MOST_OFFSET = 10**9


def chosen_in(fields: Mapping[str, Any]) -> dict[int, str]:
    """What the reader set filters to, by the number of the filter."""
    return {
        int(name[1:]): value
        for name, value in fields.items()
        if isinstance(value, str) and value
        and name[:1] == "f" and name[1:].isascii() and name[1:].isdecimal() and len(name) < 6
    }  # fmt: skip


def tab_of(view: View, number: int) -> Tab:
    """One tab. Faults: NOT_FOUND."""
    tabs = tabs_in(view.content)
    if not 0 < number <= len(tabs):
        raise Fault(FaultCode.NOT_FOUND, "The dashboard has no such page.")
    return tabs[number - 1]


def board(view: View, number: int) -> dict[str, Any]:
    """What the page of a tab shows; nothing where there is no such tab."""
    tabs = tabs_in(view.content)
    drawn = drawing.draw(view, tabs[number - 1]) if 0 < number <= len(tabs) else []
    return {
        "at": number,
        "tabs": [{"key": at, "label": tab.name} for at, tab in enumerate(tabs, 1)],
        "fields": [widget.field for widget in drawn if widget.field],
        "widgets": [widget for widget in drawn if widget.kind != "filter" or widget.problem],
    }


def rows_behind(view: View, number: int, at: int, place: str, offset: int) -> dict[str, Any]:
    """What the page of the rows behind a value shows. Faults: NOT_FOUND, INVALID."""
    tab, start = tab_of(view, number), max(0, min(offset, MOST_OFFSET))
    columns, answer = drawing.drill(view, tab, at, place, start)
    rows = drawing.lines(answer)
    return {
        "heading": next((widget.title for widget in tab.widgets if widget.number == at), ""),
        "columns": columns,
        "rows": rows,
        "place": place,
        "first": start + 1,
        "earlier": max(0, start - DRILLED_ROWS) if start else None,
        "later": start + DRILLED_ROWS if len(rows) == DRILLED_ROWS else None,
    }


def file(view: View, number: int, at: int, kind: str) -> Reply:
    """A widget's rows as a file. Faults: NOT_FOUND, INVALID."""
    head, answer = drawing.answer_of(view, tab_of(view, number), at)
    return exports.answer_file(kind, head, answer.columns, answer.rows)
