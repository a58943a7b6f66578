"""Who and what is online at the sites: users, participants, devices, and the sessions that go on."""

from typing import Any

from rollbook.console.listing import crumbs
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.sessions import here
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.here import Here, Present
from rollbook.core.sessions.viewers import Kind
from rollbook.web.routes import Reply

_KINDS = ((Kind.USER, "Users"), (Kind.PARTICIPANT, "Participants"), (Kind.DEVICE, "Devices"))


def show(visit: Visit) -> Reply:
    """The page, which looks again by itself."""
    found = [(kind, label, here.of_kind(visit.work, kind)) for kind, label in _KINDS]
    sessions = here.sessions_under_way(visit.work)
    return visit.render(
        "rooms/live.html",
        title="Live",
        room="live",
        breadcrumbs=crumbs("Live sessions", "Live"),
        stats=[*(_stat(label, one) for _, label, one in found), _sessions_stat(sessions)],
        groups=[_group(visit, kind, label, one) for kind, label, one in found],
        sessions=[_session(one) for one in sessions],
    )


def _stat(label: str, found: Here) -> dict[str, Any]:
    busy = sum(one.is_busy for one in found.listed)
    note = f"{busy:,} in a session" if busy else "none in a session"
    return {"label": label, "value": f"{found.total:,}", "note": note}


def _sessions_stat(sessions: list[Record]) -> dict[str, Any]:
    return {"label": "Sessions", "value": f"{len(sessions):,}", "note": "under way"}


def _group(visit: Visit, kind: Kind, label: str, found: Here) -> dict[str, Any]:
    sees_people = visit.principal.people_scope is PeopleScope.EVERYONE
    rows = [_row(kind, one, has_page=kind is Kind.USER and sees_people) for one in found.listed]
    more = found.total - len(rows)
    return {"label": label, "rows": rows, "note": f"and {more:,} more" if more else None}


def _row(kind: Kind, one: Present, *, has_page: bool) -> dict[str, Any]:
    record = one.record
    name = f"{record['first_name']} {record['last_name']}" if kind is Kind.USER else record["name"]
    href = f"/console/people/{record['id']}" if has_page else None
    return {
        "id": record["id"],
        "name": {"label": name.strip(), "href": href},
        "state": "online" if one.is_online else "offline",
        "session": one.session["name"] if one.session else "In a session" if one.is_busy else None,
    }


def _session(one: Record) -> dict[str, Any]:
    return {"id": one["id"], "name": one["name"], "started": iso(one["started_at"]), "by": _creator(one)}


def _creator(one: Record) -> str | None:
    if one["creator_first_name"] is not None:
        return f"{one['creator_first_name']} {one['creator_last_name']}".strip()
    names = (one[f"creator_{kind}_name"] for kind in ("participant", "device", "service"))
    return next((name for name in names if name), None)
