"""The list of people: search, filters, columns, what can be done to many, the list as a file."""

from typing import Any

from rollbook.console import exports, listing, words
from rollbook.console.listing import crumbs, field
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.work import Work
from rollbook.core.people import inactivation, queries, structure
from rollbook.core.people.records import Entry, PeopleFilter, Person
from rollbook.web.routes import Reply, Stream

COLUMNS: list[dict[str, Any]] = [
    {"key": "person", "label": "Name", "kind": "person", "lead": True},
    {"key": "group", "label": "Group", "kind": "link"},
    {"key": "roles", "label": "Roles", "kind": "tags", "wide": True},
    {"key": "status", "label": "Status", "kind": "status"},
    {"key": "location", "label": "Location", "wide": True},
    {"key": "workplace", "label": "Workplace", "hidden": True},
    {"key": "username", "label": "User name", "kind": "code", "hidden": True},
    {"key": "external_id", "label": "External id", "kind": "code", "hidden": True},
    {"key": "company", "label": "Company", "hidden": True},
    {"key": "seen", "label": "Last seen", "kind": "relative", "missing": "Never"},
    {"key": "created", "label": "Added", "kind": "date", "hidden": True},
]
_FILE_HEAD = (
    "external_id", "first_name", "last_name", "username", "email", "status", "roles", "group", "location", "workplace",
    "phone", "mobile", "company", "cost_center", "language", "last_seen_at", "created_at",
)  # fmt: skip


def index(visit: Visit) -> Reply:
    """The list."""
    wanted = asked_filter(visit)
    total: int | None = 0

    def read(after: Any, before: Any, limit: int) -> list[Person]:
        nonlocal total
        found = queries.list_people(
            visit.work, wanted, limit=limit, order="name", after=after, before=before, with_total=True
        )
        total = found.total
        return found.rows

    page = listing.sliced(visit, read, lambda person: (person.name_key, person.id), str, int)
    return visit.render(
        "rooms/people/index.html",
        title="People",
        room="people",
        breadcrumbs=crumbs("People"),
        columns=COLUMNS,
        rows=[row(person) for person in page.rows],
        slice=page,
        total=total,
        fields=_fields(visit),
        shown=listing.shown(visit),
        dense=listing.is_dense(visit),
        actions=_bulk_actions(visit),
    )


def asked_filter(visit: Visit) -> PeopleFilter:
    """The people that the address asks for; a value that means nothing filters nothing."""
    status, role = visit.query.get("status"), visit.query.get("role")
    return PeopleFilter(
        q=visit.query.get("q") or None,
        is_active={"active": True, "inactive": False}.get(status or ""),
        role=Role(role) if role in {one.value for one in Role} else None,
        group_id=visit.asked_number("group"),
        location_id=visit.asked_number("location"),
        workplace_id=visit.asked_number("workplace"),
    )


def _fields(visit: Visit) -> list[dict[str, Any]]:
    fields = [
        field(visit, "q", "Search people", "search", placeholder="Name, e-mail or id"),
        field(visit, "status", "Status", options=[("active", "Active"), ("inactive", "Inactive")]),
        field(visit, "role", "Role", options=[(role.value, name) for role, name in words.ROLES.items()]),
    ]
    if visit.may(P.STRUCTURE_READ):
        for name, label, catalogue in (
            ("group", "Group", structure.GROUPS),
            ("location", "Location", structure.LOCATIONS),
            ("workplace", "Workplace", structure.WORKPLACES),
        ):
            fields.append(field(visit, name, label, options=options(structure.list_entries(visit.work, catalogue))))
    return fields


def options(entries: list[Entry]) -> list[tuple[int, str]]:
    """Entries of a catalogue as choices, by name."""
    return sorted(((entry.id, entry.name) for entry in entries), key=lambda option: option[1].casefold())


def row(person: Person) -> dict[str, Any]:
    """A person in a list."""
    href = f"/console/people/{person.id}"
    return {
        "id": person.id,
        "person": {"name": person.full_name, "href": href, "detail": person.email or person.username},
        "group": person.group_id and {"label": person.group_name, "href": f"/console/groups/{person.group_id}"},
        "roles": words.roles(person.roles),
        "status": "active" if person.is_active else "inactive",
        "location": person.location_name,
        "workplace": person.workplace_name,
        "username": person.username,
        "external_id": person.external_id,
        "company": person.company,
        "seen": iso(person.last_seen_at),
        "created": iso(person.created_at),
    }


def _bulk_actions(visit: Visit) -> list[dict[str, str]]:
    actions = [{"label": "Export", "value": "export", "icon": "download"}]
    if visit.may(P.LEARNING_WRITE):
        actions.insert(0, {"label": "Assign a course", "value": "assign", "icon": "learning"})
    if visit.may(P.PEOPLE_WRITE):
        confirm = "Inactivate the selected people? Their sessions and keys end at once; their records stay."
        actions.append({"label": "Inactivate", "value": "inactivate", "icon": "person-off", "confirm": confirm})
    return actions


def bulk(visit: Visit) -> Reply | Stream:
    """What was asked for the picked people. Faults: MISSING without any; those of the action."""
    ids = visit.numbers("id")
    if not ids:
        raise Fault(FaultCode.MISSING, "Tick some people first.")
    match visit.text("action"):
        case "export":
            return _file(visit, ids)
        case "assign":
            return visit.redirect("/console/assignments/new?" + "&".join(f"person={number}" for number in ids))
        case "inactivate":
            done = inactivation.inactivate_many(visit.work, ids)
            return visit.redirect("/console/people", f"{words.plural(done, 'person', 'people')} inactivated.")
        case _:
            raise Fault(FaultCode.INVALID, "There is no such action.")


def export(visit: Visit) -> Stream:
    """Everyone that the filters leave, as a file."""
    return _file(visit, None)


def _file(visit: Visit, ids: list[int] | None) -> Stream:
    wanted = asked_filter(visit) if ids is None else PeopleFilter(ids=ids)

    def read(work: Work, position: Any) -> tuple[list[Any], Any]:
        page = queries.list_people(work, wanted, limit=exports.PAGE_ROWS, order="name", after=position)
        last = page.rows[-1] if len(page.rows) == exports.PAGE_ROWS else None
        return [_cells(person) for person in page.rows], last and (last.name_key, last.id)

    return exports.csv_file(visit.services.database, visit.work, "people.csv", _FILE_HEAD, read)


def _cells(person: Person) -> list[exports.Cell]:
    return [
        person.external_id, person.first_name, person.last_name, person.username, person.email,
        "active" if person.is_active else "inactive", ", ".join(words.roles(person.roles)), person.group_name,
        person.location_name, person.workplace_name, person.phone, person.mobile, person.company, person.cost_center,
        person.language, person.last_seen_at and clock.iso(person.last_seen_at), clock.iso(person.created_at),
    ]  # fmt: skip
