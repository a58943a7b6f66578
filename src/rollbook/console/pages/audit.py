"""The audit trail: who changed what, when, through which door and with which key."""

from typing import Any

from rollbook.console import listing, words
from rollbook.console.listing import crumbs, field
from rollbook.console.pages import rows
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.access.names import Names, names_of
from rollbook.core.events.queries import AuditFilter, Event, find_audited, list_audit
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.people import structure
from rollbook.core.sessions.policy import sees_places
from rollbook.web.routes import Reply

ENTITIES = (
    "person", "group", "location", "workplace", "qualification", "content", "course", "assignment", "certificate",
    "activity", "simulator", "collection", "scenario", "credential", "subscription", "import", "organisation",
)  # fmt: skip


def index(visit: Visit) -> Reply:
    """The trail, newest first."""
    wanted = _asked(visit)

    def read(after: Any, before: Any, limit: int) -> list[Event]:
        below, above = after and after[0], before and before[0]
        return list_audit(visit.work, wanted, before_id=below, after_id=above, limit=limit)

    page = listing.sliced(visit, read, lambda event: (event.id,), int)
    names = names_of(visit.work, page.rows)
    return visit.render(
        "rooms/audit/index.html",
        title="Audit",
        room="audit",
        breadcrumbs=crumbs("Audit"),
        rows=[_row(event, names) for event in page.rows],
        slice=page,
        fields=_fields(visit),
        dense=listing.is_dense(visit),
    )


def _asked(visit: Visit) -> AuditFilter:
    return AuditFilter(
        entity=visit.query.get("entity") or None,
        door=visit.query.get("door") or None,
        kind=visit.query.get("kind") or None,
        person_id=visit.asked_number("person"),
        actor_person_id=visit.asked_number("by"),
        credential_id=visit.asked_number("key"),
        import_id=visit.asked_number("import"),
    )


def _fields(visit: Visit) -> list[dict[str, Any]]:
    fields = [
        field(visit, "entity", "About", options=[(name, words.entity(name).capitalize()) for name in ENTITIES]),
        field(visit, "door", "Through", options=list(words.DOORS.items())),
        field(visit, "person", "Person (id)", "number"),
        field(visit, "by", "Changed by (id)", "number"),
    ]
    further = (("key", "Key (id)"), ("import", "Import (id)"), ("kind", "Kind"))
    return fields + [field(visit, name, label, "text") for name, label in further if visit.query.get(name)]


def _row(event: Event, names: Names) -> dict[str, Any]:
    about = names.person(event.entity_id) if event.entity == "person" else words.name_in(event.before, event.after)
    concerned = names.person(event.person_id) if event.entity != "person" else None
    return {
        "id": event.id,
        "what": {"label": words.event(event.kind), "href": f"/console/audit/{event.id}"},
        "about": " · ".join(part for part in (about, concerned) if part),
        "who": names.of(event),
        "door": words.door(event.door),
        "key": names.key(event.credential_id) if event.actor_person_id else None,
        "at": iso(event.at),
    }


_PLACES = {"group_id": structure.GROUPS, "location_id": structure.LOCATIONS, "workplace_id": structure.WORKPLACES}


def _places(visit: Visit, event: Event) -> dict[tuple[str, object], str]:
    """The names of the places that an event's values point at, as far as they still exist."""
    if not visit.may(P.STRUCTURE_READ):
        return {}
    found: dict[tuple[str, object], str] = {}
    for told in (words.told(event.before), words.told(event.after)):
        for name, catalogue in _PLACES.items():
            entry = (
                structure.find_entry(visit.work, catalogue, key="id", value=told.get(name)) if told.get(name) else None
            )
            if entry is not None:
                found[name, entry.id] = entry.name
    return found


def show(visit: Visit) -> Reply:
    """One event, with before and after."""
    event = find_audited(visit.work, int(visit.call.path["id"]))
    if event is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such event.")
    names = names_of(visit.work, [event])
    return visit.render(
        "rooms/audit/show.html",
        title=words.event(event.kind),
        room="audit",
        breadcrumbs=crumbs(("Audit", "/console/audit"), words.event(event.kind)),
        event=event,
        row=_row(event, names),
        changes=words.changes(event.before, event.after, _places(visit, event)),
        home=rows.home_of(event.entity, event.entity_id, sees_places=sees_places(visit.work)),
        entity=words.entity(event.entity),
    )
