"""Dashboards as PDF: every widget as one reader sees it, charts as vector graphics."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rollbook.core.analytics.dashboards import Dashboard, get_dashboard
from rollbook.core.analytics.snapshots import Snapshots
from rollbook.core.analytics.viewing.drawing import Drawn, View, draw
from rollbook.core.analytics.viewing.variables import for_reader
from rollbook.core.analytics.viewing.widgets import Tab, tabs_in
from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ports import Printer, PrintFailed
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.queries import get_organisation

log = logging.getLogger("rollbook.prints")
SPANS = {"small": 3, "medium": 6, "wide": 12}
"""How many columns a widget takes."""
COLUMNS = 12
_COLUMN = 60
"""How wide one column is for a chart, in pixels."""
_HEIGHT = 180
MOST_TABLE_ROWS = 200
"""How many rows of a table are printed."""


class Made(msgspec.Struct, frozen=True):
    """A document, and what it is called."""

    name: str
    content: bytes


class Printed(msgspec.Struct, frozen=True):
    """A page that is to be printed: a tab as one reader looks at it."""

    tab: Tab
    view: View


class Wanted(msgspec.Struct, frozen=True):
    """What is to be printed of a dashboard: tabs by their id or number, each with choices in its filters."""

    payload: Mapping[str, Any]
    tabs: tuple[tuple[str, Mapping[int, list[str]]], ...] = ()
    """None of them are all, as they are first seen."""


def make(
    database: Database, snapshots: Snapshots, printer: Printer, caller: Principal, uuid: str, wanted: Wanted
) -> Made:
    """A dashboard as the caller sees it. Blocks. Faults: NOT_FOUND, INVALID, UNAVAILABLE."""
    with database.reading() as work:
        work.act_as(caller)
        one = get_dashboard(work, uuid)
        data, charts = data_of(one.name, _pages(work, snapshots, one, wanted))
    return Made(one.name, pdf(printer, data, charts))


def _pages(work: Work, snapshots: Snapshots, one: Dashboard, wanted: Wanted) -> list[Printed]:
    tabs, values = tabs_in(one.kept), for_reader(work, one.values, wanted.payload)
    asked = wanted.tabs or tuple((str(at), {}) for at in range(1, len(tabs) + 1))
    return [Printed(_found(tabs, key), View(work, snapshots, one.kept, values, chosen)) for key, chosen in asked]


def _found(tabs: list[Tab], key: str) -> Tab:
    for at, tab in enumerate(tabs, 1):
        if key in (tab.id, str(at)):
            return tab
    raise Fault(FaultCode.INVALID, f"The dashboard has no tab {key[:60]!r}; a tab is named by its id or its number.")


def data_of(name: str, pages: Sequence[Printed]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What is to be set, and the charts in it in Vega-Lite: all that the record has to say. Faults: INVALID."""
    charts: list[dict[str, Any]] = []
    tabs = [_tab(page, charts) for page in pages]
    work = pages[0].view.work if pages else None
    if work is None:
        raise Fault(FaultCode.INVALID, "The dashboard has no page that could be printed.")
    organisation = get_organisation(work)
    made = f"{clock.to_datetime(work.at):%-d %b %Y %H:%M} UTC"
    about = {"title": name, "organisation": organisation.name, "language": organisation.language, "made": made}
    return about | {"nothing": "There is nothing to show.", "tabs": tabs}, charts


def _tab(page: Printed, charts: list[dict[str, Any]]) -> dict[str, Any]:
    drawn = draw(page.view, page.tab)
    filters = [f"{one.field.label}: {one.field.value}" for one in drawn if one.field and one.field.value]
    kept = [one for one in drawn if one.kind != "filter" or one.problem]
    return {"name": page.tab.name, "filters": filters, "lines": _lines([_widget(one, charts) for one in kept])}


def _lines(widgets: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Widgets side by side as long as they fit."""
    lines: list[list[dict[str, Any]]] = []
    left = 0
    for widget in widgets:
        if widget["span"] > left:
            lines.append([])
            left = COLUMNS
        lines[-1].append(widget)
        left -= widget["span"]
    return lines


def _widget(one: Drawn, charts: list[dict[str, Any]]) -> dict[str, Any]:
    chart, span = "", SPANS.get(one.size, 6)
    if one.spec is not None:
        chart = f"chart{len(charts)}"
        charts.append({"width": span * _COLUMN, "height": _HEIGHT} | one.spec)
    shown = {name: getattr(one, name) for name in ("kind", "title", "text", "problem", "columns")}
    return shown | {"span": span, "chart": chart, "rows": one.rows[:MOST_TABLE_ROWS]}


def pdf(printer: Printer, data: dict[str, Any], charts: list[dict[str, Any]]) -> bytes:
    """Set it. Blocks for a second or two, and touches no database. Faults: UNAVAILABLE."""
    try:
        pictures = {f"chart{at}": svg for at, svg in enumerate(printer.charts(charts))}
        return printer.pdf("dashboard", data, pictures)
    except PrintFailed as failed:
        log.error("a dashboard could not be printed: %s", failed)
        raise Fault(FaultCode.UNAVAILABLE, "The PDF could not be made; the server's log says why.") from None
