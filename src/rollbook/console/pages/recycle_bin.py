"""The recycle bin: sites and all that is at them, after they were deleted; had back or deleted for good."""

from typing import Any

from rollbook.console import listing
from rollbook.console.listing import crumbs, field
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.sessions import deleted, recycling
from rollbook.core.sessions.deleted import Deleted
from rollbook.web.routes import Reply

HOME = "/console/recycle-bin"
KINDS = {
    "site": "Site",
    "project": "Project",
    "participant_group": "Participant group",
    "participant": "Participant",
    "session": "Session",
    "asset": "File",
    "test": "Test",
    "device": "Device",
    "session_type": "Session type",
    "test_type": "Test type",
    "service": "Service",
    "user": "User",
    "user_group": "User group",
}
ELSEWHERE = {"user": "/console/people", "user_group": "/console/groups"}
"""Where people and groups of them are erased or removed."""


def index(visit: Visit) -> Reply:
    """What was deleted, latest first. Faults: FORBIDDEN for who administers nothing."""
    kind, sought = visit.query.get("kind"), visit.query.get("q") or ""

    def read(after: Any, limit: int) -> list[Deleted]:
        return deleted.list_deleted(visit.work, kind=kind, sought=sought, after=after, limit=limit)

    page = listing.forward(visit, read, lambda one: (one.deleted_at, one.kind, one.id), int, str, int)
    return visit.render(
        "rooms/recycle_bin/index.html",
        title="Recycle bin",
        room="recycle-bin",
        breadcrumbs=crumbs("Recycle bin"),
        rows=[_row(visit, one) for one in page.rows],
        slice=page,
        fields=[field(visit, "q", "Name", "search"), field(visit, "kind", "Kind", options=list(KINDS.items()))],
        dense=listing.is_dense(visit),
    )


def _row(visit: Visit, one: Deleted) -> dict[str, Any]:
    home = ELSEWHERE.get(one.kind)
    return {
        "id": one.id,
        "name": {"label": one.name.strip() or "Without a name", "href": f"{home}/{one.id}" if home else None},
        "kind": KINDS[one.kind],
        "within": one.within,
        "deleted": iso(one.deleted_at),
        "href": f"{HOME}/{one.kind}/{one.id}",
        "may_purge": recycling.may_purge(visit.work, one.kind),
    }


def restore(visit: Visit) -> Reply:
    """Have something back. Faults: FORBIDDEN, NOT_FOUND, CONFLICT."""
    one = recycling.restore(visit.work, str(visit.call.path["kind"]), int(visit.call.path["id"]))
    return visit.redirect(HOME, f"{_said(one)} is back, with what it belongs to and what was deleted along with it.")


def purge(visit: Visit) -> Reply:
    """Delete something for good. Faults: FORBIDDEN, NOT_FOUND, CONFLICT."""
    one = recycling.purge(visit.work, str(visit.call.path["kind"]), int(visit.call.path["id"]))
    return visit.redirect(HOME, f"{_said(one)} is deleted for good.")


def _said(one: Deleted) -> str:
    return f"{KINDS[one.kind]} “{one.name.strip()}”"
