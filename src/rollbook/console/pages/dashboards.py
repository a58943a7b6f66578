"""Dashboards: the list, and one dashboard with its widgets drawn."""

from typing import Any, cast
from urllib.parse import urlencode

from rollbook.console import exports, widgets
from rollbook.console.listing import crumbs
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.analytics import dashboards
from rollbook.core.analytics.dashboards import Dashboard
from rollbook.core.analytics.widgets import Tab, tabs_in
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.routes import Reply

HOME = "/console/dashboards"
ROWS = 50


def index(visit: Visit) -> Reply:
    """The dashboards that the caller sees, by name."""
    number = max(1, min(visit.asked_number("page") or 1, 2**20))
    found = dashboards.list_dashboards(visit.work, limit=ROWS, offset=(number - 1) * ROWS)
    total = found.total or 0
    return visit.render(
        "rooms/dashboards/index.html",
        title="Dashboards",
        room="dashboards",
        breadcrumbs=crumbs("Dashboards"),
        rows=[_row(one) for one in found.rows],
        earlier=number - 1 if number > 1 else None,
        later=number + 1 if number * ROWS < total else None,
    )


def _row(one: Dashboard) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": {"label": one.name, "href": f"{HOME}/{one.uuid}"},
        "changed": iso(one.updated_at),
    }


def show(visit: Visit) -> Reply:
    """One dashboard: a tab of it, its widgets as the reader's filters want them. Faults: NOT_FOUND."""
    one = dashboards.get_dashboard(visit.work, str(visit.call.path["uuid"]))
    tabs = tabs_in(one.kept)
    at = visit.asked_number("tab") or 1
    tab = _at(tabs, at)
    drawn = widgets.draw(visit, tab, one.values) if tab else []
    return visit.render(
        "rooms/dashboards/show.html",
        title=one.name,
        room="dashboards",
        breadcrumbs=crumbs(("Dashboards", HOME), one.name),
        name=one.name,
        is_changeable=dashboards.may_change(visit.principal, one),
        href=f"{HOME}/{one.uuid}",
        tabs=[{"key": n, "label": tab.name, "href": f"{HOME}/{one.uuid}?tab={n}"} for n, tab in enumerate(tabs, 1)],
        at=at,
        files=f"{HOME}/{one.uuid}/tabs/{at}/widgets",
        asked=f"?{urlencode(visit.query_pairs)}" if visit.query_pairs else "",
        fields=[widget.field for widget in drawn if widget.field],
        widgets=[widget for widget in drawn if widget.kind != "filter" or widget.problem],
    )


def _at(tabs: list[Tab], number: int) -> Tab | None:
    return tabs[number - 1] if 0 < number <= len(tabs) else None


def save(visit: Visit) -> Reply:
    """A widget's rows as a file, narrowed by the filters that the page had. Faults: NOT_FOUND, INVALID."""
    path = visit.call.path
    one = dashboards.get_dashboard(visit.work, str(path["uuid"]))
    tab, kind = _at(tabs_in(one.kept), path["number"]), str(path["kind"])
    if tab is None or kind not in exports.MEDIA_TYPES:
        raise Fault(FaultCode.NOT_FOUND, "There is no such file: csv, xlsx and parquet can be had of a widget.")
    head, answer = widgets.answer_of(visit, tab, path["at"], one.values)
    return exports.answer_file(cast("exports.FileKind", kind), head, answer.columns, answer.rows)
