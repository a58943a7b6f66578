"""Whom a dashboard is shared with: people by their name, groups from a list."""

from rollbook.console.listing import crumbs
from rollbook.console.pages.dashboards import HOME, found
from rollbook.console.pages.organisation import named
from rollbook.console.visits import Visit
from rollbook.core.analytics import shares
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.people import structure
from rollbook.core.people.records import Entry, Person
from rollbook.core.people.structure import GROUPS
from rollbook.web.routes import Reply

MOST_GROUPS = 2_000


def show(visit: Visit) -> Reply:
    """Those who see it, and a form for more. Faults: NOT_FOUND, FORBIDDEN."""
    one = found(visit)
    listed = structure.list_entries(visit.work, GROUPS, limit=MOST_GROUPS)
    return visit.render(
        "rooms/dashboards/share.html",
        title=f"Share {one.name}",
        room="dashboards",
        breadcrumbs=crumbs(("Dashboards", HOME), (one.name, f"{HOME}/{one.uuid}"), "Share"),
        heading=f"Share {one.name}",
        href=f"{HOME}/{one.uuid}/share",
        shares=shares.list_shares(visit.work, one),
        groups=[(group.id, group.name) for group in listed],
        values={"person": visit.text("person"), "group": visit.text("group")} if visit.errors else {},
    )


def share(visit: Visit) -> Reply:
    """Share it. Faults: NOT_FOUND, FORBIDDEN; MISSING, UNKNOWN_REFERENCE naming the field."""
    one = found(visit)
    other: Person | Entry = _group(visit) if visit.text("group") else named(visit)
    shares.share(visit.work, one, other)
    name = other.full_name if isinstance(other, Person) else f"Everyone in {other.name}"
    return visit.redirect(f"{HOME}/{one.uuid}/share", f"{name} sees the dashboard now.")


def _group(visit: Visit) -> Entry:
    group = structure.find_entry(visit.work, GROUPS, key="id", value=visit.number("group"))
    if group is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "group", "This group is not there any more.")
    return group


def unshare(visit: Visit) -> Reply:
    """Take it back. Faults: NOT_FOUND, FORBIDDEN."""
    one = found(visit)
    gone = shares.unshare(visit.work, one, int(visit.call.path["at"]))
    return visit.redirect(f"{HOME}/{one.uuid}/share", f"{gone.name} does not see the dashboard any more.")
