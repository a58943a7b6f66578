"""Dashboards (Serenytics, "WebApp")."""

from typing import Any
from urllib.parse import quote, urlencode

from rollbook.core.analytics import dashboards, exports, shares
from rollbook.core.analytics.dashboards import Dashboard
from rollbook.core.analytics.queries import find_source
from rollbook.core.analytics.viewing import embeds, prints
from rollbook.doors.serenytics.endpoints.data import export_url
from rollbook.doors.serenytics.endpoints.sources import MOST_LISTED, to_share_with
from rollbook.doors.serenytics.translate.dashboards import (
    from_core_dashboard,
    sources_in,
    to_core_changes,
    to_core_wanted,
)
from rollbook.doors.serenytics.translate.folders import to_core_folder
from rollbook.doors.serenytics.translate.searching import to_core_tests, to_core_window
from rollbook.doors.serenytics.wire.answers import Done, ListQuery
from rollbook.doors.serenytics.wire.dashboards import (
    EmbedIn,
    EmbedOut,
    PdfIn,
    PdfOut,
    UsedSources,
    VariablesIn,
    WebAppChange,
    WebAppIn,
    WebAppList,
    WebAppOut,
    WebAppQuery,
)
from rollbook.doors.serenytics.wire.keys import DataSourceRef
from rollbook.doors.serenytics.wire.sources import SharingIn
from rollbook.web.routes import Call, Reply

PDF = "application/pdf"
MOST_SOURCES = 200
"""How many data sources of one dashboard are told of."""


def _found(call: Call[Any, Any]) -> Dashboard:
    return dashboards.get_dashboard(call.work, str(call.path["uuid"]))


def index(call: Call[None, ListQuery]) -> WebAppList:
    """The dashboards that the caller sees, by name ("GET /api/web_app")."""
    asked = call.query
    window = to_core_window(asked.page, asked.results_per_page, MOST_LISTED)
    tests = to_core_tests(asked.q)
    found = dashboards.list_dashboards(call.work, tests, limit=window.limit, offset=window.offset)
    shown = [from_core_dashboard(dashboard) for dashboard in found.rows]
    return WebAppList(objects=shown, **window.told(found.total or 0))


def create(call: Call[WebAppIn, None]) -> WebAppOut:
    """Make a dashboard."""
    given = call.body
    content, variables = given.json_content or {}, given.dashboard_variables or {}
    made = dashboards.create(call.work, given.name, content, variables, folder_uuid=to_core_folder(given.folder_uuid))
    return from_core_dashboard(made)


def show(call: Call[None, WebAppQuery]) -> WebAppOut | Reply:
    """One dashboard ("GET /api/web_app/:uuid"); for a browser with the address of an embed, its page."""
    if secret := call.query.embedded_payload:
        asked = urlencode({"embeddedPayload": secret})
        return Reply(b"", 302, {"location": f"/embedded/{quote(str(call.path['uuid']), safe='')}?{asked}"}, "text/html")
    return from_core_dashboard(_found(call))


def embed(call: Call[EmbedIn, None]) -> EmbedOut:
    """Make an address that shows a dashboard in another site ("POST /api/web_app/:uuid/embed")."""
    dashboard, given = _found(call), call.body
    secret = embeds.make(
        call.work,
        dashboard,
        expire_in_s=given.expire_in,
        payload=given.payload or {},
        most_opens=given.nb_max_embed,
    )
    url = f"{call.services.base_url()}/api/web_app/{dashboard.uuid}?embeddedPayload={secret}"
    return EmbedOut(secret, url, "ok")


def update(call: Call[WebAppChange, None]) -> WebAppOut:
    """Change a dashboard ("PUT /api/web_app/:uuid")."""
    return from_core_dashboard(dashboards.change(call.work, _found(call), to_core_changes(call.body)))


def delete(call: Call[None, None]) -> None:
    """Delete a dashboard ("DELETE /api/web_app/:uuid")."""
    dashboards.remove(call.work, _found(call))


def clone(call: Call[None, None]) -> WebAppOut:
    """Copy a dashboard ("POST /api/web_app/:uuid/clone")."""
    return from_core_dashboard(dashboards.clone(call.work, _found(call)))


def set_variables(call: Call[VariablesIn, None]) -> WebAppOut:
    """Set variables of a dashboard; the others stay ("POST /api/web_app/:uuid/dashboard_variables")."""
    changed = dashboards.set_variables(call.work, _found(call), call.body.dashboard_variables)
    return from_core_dashboard(changed)


def generate_pdf(call: Call[PdfIn, None]) -> PdfOut:
    """Set a dashboard as PDF, as the caller sees it."""
    services, wanted = call.services, to_core_wanted(call.body)
    made = prints.make(
        services.database, services.snapshots, services.printer, call.principal, str(call.path["uuid"]), wanted
    )
    url = None
    if call.body.store_pdf:
        name = f"{made.name}.pdf"
        kept = exports.keep(services.database, services.files, call.principal, name, PDF, [made.content])
        url = export_url(call, kept)
    return PdfOut("ok", len(made.content), url)


def list_sources(call: Call[None, None]) -> UsedSources:
    """The data sources that a dashboard's widgets ask."""
    named = sources_in(_found(call).kept)[:MOST_SOURCES]
    seen = [source for uuid in named if (source := find_source(call.work, uuid)) is not None]
    return UsedSources("ok", [DataSourceRef(source.uuid, source.name) for source in seen])


def share(call: Call[SharingIn, None]) -> Done:
    """Let a user or a group see a dashboard."""
    dashboard = _found(call)
    dashboards.require_may_change(call.principal, dashboard)
    shares.share(call.work, dashboard, to_share_with(call.work, call.body))
    return Done()
