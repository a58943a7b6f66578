"""Making and changing a dashboard: its name, and its content as JSON beside a picture of it."""

from typing import Any

import msgspec

from rollbook.console import boards
from rollbook.console.listing import crumbs
from rollbook.console.pages.dashboards import HOME, view_of
from rollbook.console.visits import Visit
from rollbook.core.analytics import dashboards
from rollbook.core.analytics.dashboards import Dashboard, DashboardChanges
from rollbook.core.analytics.viewing.widgets import tabs_in
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.web.routes import Reply

BLANK: dict[str, Any] = {
    "version": 1,
    "tabs": [
        {"name": "First", "widgets": [{"type": "text", "options": {"title": "Hello", "text": "Say what it shows."}}]}
    ],
}
"""What a new dashboard begins with."""


def _written(content: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def _typed(visit: Visit) -> dict[str, Any]:
    """The content in the form. Faults: INVALID."""
    try:
        return msgspec.json.decode(str(visit.form.get("content", "")), type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        message = f"This is not a JSON object: {error}."
        raise field_fault(FaultCode.INVALID, "content", message) from None


def _form(visit: Visit, one: Dashboard | None, *, previewed: dict[str, Any] | None = None) -> Reply:
    is_typed = bool(visit.errors) or previewed is not None
    title = f"Edit {one.name}" if one else "New dashboard"
    return visit.render(
        "rooms/dashboards/form.html",
        title=title,
        room="dashboards",
        breadcrumbs=crumbs(("Dashboards", HOME), *([(one.name, f"{HOME}/{one.uuid}"), "Edit"] if one else ["New"])),
        heading=title,
        href=f"{HOME}/{one.uuid}/edit" if one else f"{HOME}/new",
        back=f"{HOME}/{one.uuid}" if one else HOME,
        remove=f"{HOME}/{one.uuid}/remove" if one else None,
        name=(visit.text("name") or "") if is_typed else one.name if one else "",
        content=str(visit.form.get("content", "")) if is_typed else _written(one.kept if one else BLANK),
        is_previewed=previewed is not None,
        drawn=_previewed(visit, one, previewed) if previewed else [],
    )


def _previewed(visit: Visit, one: Dashboard | None, content: dict[str, Any]) -> list[dict[str, Any]]:
    """What each tab would show the caller."""
    view = view_of(visit, content, one.values if one else {})
    return [{"name": tab.name, **boards.board(view, at)} for at, tab in enumerate(tabs_in(content), 1)]


def _own(visit: Visit) -> Dashboard:
    """The dashboard in the address. Faults: NOT_FOUND, FORBIDDEN."""
    one = dashboards.get_dashboard(visit.work, str(visit.call.path["uuid"]))
    dashboards.require_may_change(visit.principal, one)
    return one


def new(visit: Visit) -> Reply:
    """The form of a new dashboard."""
    return _form(visit, None)


def edit(visit: Visit) -> Reply:
    """The form of one that is there. Faults: NOT_FOUND, FORBIDDEN."""
    return _form(visit, _own(visit))


def create(visit: Visit) -> Reply:
    """Make it, or show what it would look like. Faults: MISSING, INVALID naming the field."""
    content = _typed(visit)
    if visit.text("action") == "preview":
        with visit.reading():
            return _form(visit, None, previewed=content)
    with visit.writing() as work:
        made = dashboards.create(work, visit.text("name") or "", content, {})
    return visit.redirect(f"{HOME}/{made.uuid}", "The dashboard is made; nobody else sees it yet.")


def update(visit: Visit) -> Reply:
    """Change it, or show what it would look like. Faults: NOT_FOUND, FORBIDDEN; MISSING, INVALID naming the field."""
    if visit.text("action") == "preview":
        with visit.reading():
            return _form(visit, _own(visit), previewed=_typed(visit))
    with visit.writing() as work:
        one = _own(visit)
        dashboards.change(work, one, DashboardChanges(name=visit.text("name") or "", content=_typed(visit)))
    return visit.redirect(f"{HOME}/{one.uuid}", "The dashboard is changed.")


def remove(visit: Visit) -> Reply:
    """Delete it. Faults: NOT_FOUND, FORBIDDEN."""
    one = _own(visit)
    dashboards.remove(visit.work, one)
    return visit.redirect(HOME, f"{one.name} is deleted.")
