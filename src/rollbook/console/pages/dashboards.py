"""Dashboards: the list, and one dashboard with its widgets drawn."""

from functools import partial
from typing import Any

from rollbook.console import boards
from rollbook.console.listing import crumbs, forward
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.analytics import dashboards
from rollbook.core.analytics.dashboards import Dashboard
from rollbook.core.analytics.viewing import variables
from rollbook.core.analytics.viewing.drawing import View
from rollbook.web.routes import Reply

HOME = "/console/dashboards"
PAYLOAD = "embeddedPayload"
"""The field of an address that gives variables their values, as in the vendor's addresses."""


def index(visit: Visit) -> Reply:
    """The dashboards that the caller sees, by name."""
    read = partial(dashboards.list_after, visit.work)
    found = forward(visit, read, lambda one: (one.name, one.id), str, int)
    return visit.render(
        "rooms/dashboards/index.html",
        title="Dashboards",
        room="dashboards",
        breadcrumbs=crumbs("Dashboards"),
        rows=[_row(one) for one in found.rows],
        slice=found,
    )


def _row(one: Dashboard) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": {"label": one.name, "href": f"{HOME}/{one.uuid}"},
        "changed": iso(one.updated_at),
    }


def found(visit: Visit) -> Dashboard:
    """The dashboard in the address. Faults: NOT_FOUND."""
    return dashboards.get_dashboard(visit.work, str(visit.call.path["uuid"]))


def view_of(visit: Visit, content: dict[str, Any], values: dict[str, Any]) -> View:
    """A dashboard's content, and its variables, as the visitor's address wants it. Faults: INVALID."""
    payload = variables.payload_in(visit.query.get(PAYLOAD))
    return View(
        visit.work,
        visit.services.snapshots,
        content,
        variables.for_reader(visit.work, values, payload),
        boards.chosen_in(visit.query),
    )


def show(visit: Visit) -> Reply:
    """One dashboard: a tab of it, its widgets as the reader's filters want them. Faults: NOT_FOUND, INVALID."""
    one = found(visit)
    at = visit.asked_number("tab") or 1
    return visit.render(
        "rooms/dashboards/show.html",
        title=one.name,
        room="dashboards",
        breadcrumbs=crumbs(("Dashboards", HOME), one.name),
        name=one.name,
        is_changeable=dashboards.may_change(visit.principal, one),
        href=f"{HOME}/{one.uuid}",
        payload=visit.query.get(PAYLOAD, ""),
        **boards.board(view_of(visit, one.kept, one.values), at),
    )


def rows(visit: Visit) -> Reply:
    """The rows that a value in a widget was made of, a page of them. Faults: NOT_FOUND, INVALID."""
    one, path = found(visit), visit.call.path
    place, offset = visit.query.get("place", ""), visit.asked_number("offset") or 0
    made = boards.rows_behind(view_of(visit, one.kept, one.values), path["number"], path["at"], place, offset)
    heading, tab = made["heading"], f"{HOME}/{one.uuid}?tab={path['number']}"
    return visit.render(
        "rooms/dashboards/rows.html",
        title=heading,
        room="dashboards",
        breadcrumbs=crumbs(("Dashboards", HOME), (one.name, tab), heading),
        **made,
    )


def save(visit: Visit) -> Reply:
    """A widget's rows as a file, narrowed by the filters that the page had. Faults: NOT_FOUND, INVALID."""
    one, path = found(visit), visit.call.path
    return boards.file(view_of(visit, one.kept, one.values), path["number"], path["at"], str(path["kind"]))
