"""Groups, locations, workplaces and qualifications: the places people stand in, made and changed one way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET

from rollbook.console import listing
from rollbook.console.listing import crumbs
from rollbook.console.pages import people as people_room
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.people import groups, membership, queries, structure
from rollbook.core.people.records import Entry, PeopleFilter, Person
from rollbook.core.people.structure import Catalogue
from rollbook.web.routes import Reply


@dataclass(frozen=True)
class Kind:
    """One catalogue as a room: its words, and how its entries are counted."""

    catalogue: Catalogue
    key: str
    one: str
    many: str
    note: str
    count: Callable[[Work], dict[int, int]]

    @property
    def href(self) -> str:
        """The room's address."""
        return f"/console/{self.key}"


GROUPS = Kind(
    structure.GROUPS,
    "groups",
    "group",
    "Groups",
    "Units and teams. Everyone belongs to one unit and may stand in more groups.",
    membership.count_by_group,
)
LOCATIONS = Kind(
    structure.LOCATIONS,
    "locations",
    "location",
    "Locations",
    "Where people work.",
    lambda work: membership.count_by_place(work, "location_id"),
)
WORKPLACES = Kind(
    structure.WORKPLACES,
    "workplaces",
    "workplace",
    "Workplaces",
    "What people work as.",
    lambda work: membership.count_by_place(work, "workplace_id"),
)
QUALIFICATIONS = Kind(
    structure.QUALIFICATIONS,
    "qualifications",
    "qualification",
    "Qualifications",
    "What people are qualified for. A course can lead to one.",
    membership.count_by_qualification,
)
KINDS = {kind.key: kind for kind in (GROUPS, LOCATIONS, WORKPLACES, QUALIFICATIONS)}
MOST_SHOWN, MOST_OPEN = 5000, 60


def kind_of(visit: Visit) -> Kind:
    """The catalogue that the address names."""
    return KINDS[visit.location.split("/")[2]]


def index(visit: Visit) -> Reply:
    """The whole catalogue, as a tree where it is one; with the form for a new entry."""
    kind = kind_of(visit)
    entries = structure.list_entries(visit.work, kind.catalogue, limit=MOST_SHOWN)
    counts = kind.count(visit.work)
    return visit.render(
        "rooms/organisation/index.html",
        title=kind.many,
        room=kind.key,
        breadcrumbs=crumbs("Organisation", kind.many),
        kind=kind,
        entries=entries,
        tree=_tree(kind, entries, counts) if kind.catalogue.is_tree else None,
        rows=[_row(kind, entry, counts) for entry in sorted(entries, key=lambda one: one.name.casefold())],
        parents=people_room.options(entries) if kind.catalogue.is_tree else [],
        values={name: visit.text(name) for name in ("name", "external_id", "parent_id")} if visit.errors else {},
    )


def _row(kind: Kind, entry: Entry, counts: dict[int, int]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": {"label": entry.name, "href": f"{kind.href}/{entry.id}"},
        "external_id": entry.external_id,
        "count": counts.get(entry.id, 0),
    }


def _tree(kind: Kind, entries: list[Entry], counts: dict[int, int]) -> list[dict[str, Any]]:
    """The entries below each other; of many, only the upper levels are open."""
    levels = 2 if len(entries) > MOST_OPEN else len(entries)
    below: dict[int | None, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: one.name.casefold()):
        below.setdefault(entry.parent_id, []).append(entry)

    def node(entry: Entry, depth: int) -> dict[str, Any]:
        inner = [node(child, depth + 1) for child in below.get(entry.id, [])]
        made: dict[str, Any] = {"key": entry.id, "label": entry.name, "href": f"{kind.href}/{entry.id}"}
        count = counts.get(entry.id) if inner else counts.get(entry.id, 0)
        return made | {"count": count, "open": depth < levels, "children": inner}

    return [node(entry, 0) for entry in below.get(None, [])]


def show(visit: Visit) -> Reply:
    """One entry: what it is, who stands in it, and the forms to change it."""
    kind = kind_of(visit)
    entry = _entry(visit, kind)
    total: int | None = 0

    def read(after: Any, before: Any, limit: int) -> list[Person]:
        nonlocal total
        found = queries.list_people(
            visit.work,
            _standing(kind, entry),
            limit=limit,
            order="name",
            after=after,
            before=before,
            with_total=True,
        )
        total = found.total
        return found.rows

    page = listing.sliced(visit, read, lambda person: (person.name_key, person.id), str, int)
    entries = structure.list_entries(visit.work, kind.catalogue, limit=MOST_SHOWN)
    return visit.render(
        "rooms/organisation/show.html",
        title=entry.name,
        room=kind.key,
        breadcrumbs=crumbs("Organisation", (kind.many, kind.href), entry.name),
        kind=kind,
        entry=entry,
        parent=next((one for one in entries if one.id == entry.parent_id), None),
        below=[one for one in entries if one.parent_id == entry.id],
        parents=[option for option in people_room.options(entries) if option[0] != entry.id],
        rows=[people_room.row(person) for person in page.rows],
        slice=page,
        total=total,
        leaders=membership.list_leaders(visit.work, entry) if kind is GROUPS else [],
        values={name: visit.text(name) for name in visit.form} if visit.errors else {},
    )


def _standing(kind: Kind, entry: Entry) -> PeopleFilter:
    match kind.key:
        case "groups":
            return PeopleFilter(group_id=entry.id)
        case "locations":
            return PeopleFilter(location_id=entry.id)
        case "workplaces":
            return PeopleFilter(workplace_id=entry.id)
        case _:
            return PeopleFilter(qualification_id=entry.id)


def _entry(visit: Visit, kind: Kind) -> Entry:
    return structure.get_entry(visit.work, kind.catalogue, key="id", value=visit.call.path["id"])


def create(visit: Visit) -> Reply:
    """Make an entry. Faults: those of making one."""
    kind = kind_of(visit)
    made = structure.add_entry(
        visit.work,
        kind.catalogue,
        name=visit.text("name") or "",
        external_id=visit.text("external_id"),
        parent_id=visit.number("parent_id") if kind.catalogue.is_tree else None,
    )
    return visit.redirect(kind.href, f"{made.name} is added.", href=f"{kind.href}/{made.id}", link="Open")


def update(visit: Visit) -> Reply:
    """Rename, recode or move an entry. Faults: those of changing one."""
    kind = kind_of(visit)
    entry = _entry(visit, kind)
    parent_id = visit.number("parent_id") if kind.catalogue.is_tree else UNSET
    changed = structure.change_entry(
        visit.work,
        kind.catalogue,
        entry,
        name=visit.text("name") or "",
        external_id=visit.text("external_id"),
        parent_id=parent_id,
    )
    said = "Nothing had changed." if changed == entry else f"{changed.name} is saved."
    return visit.redirect(f"{kind.href}/{entry.id}", said, "info" if changed == entry else "good")


def remove(visit: Visit) -> Reply:
    """Delete an entry that nothing uses. Faults: CONFLICT."""
    kind = kind_of(visit)
    entry = _entry(visit, kind)
    structure.remove_entry(visit.work, kind.catalogue, entry)
    return visit.redirect(kind.href, f"{entry.name} is deleted.")


def inactivate(visit: Visit) -> Reply:
    """Let nobody join a group any more. Faults: CONFLICT for the root."""
    group = _entry(visit, GROUPS)
    groups.inactivate(visit.work, group)
    return visit.redirect(f"/console/groups/{group.id}", f"Nobody joins {group.name} any more; who is in it stays.")


def activate(visit: Visit) -> Reply:
    """Let people join a group again."""
    group = _entry(visit, GROUPS)
    groups.activate(visit.work, group)
    return visit.redirect(f"/console/groups/{group.id}", f"People may join {group.name} again.")


def add_person(visit: Visit) -> Reply:
    """Add a member or a leader. Faults: MISSING, UNKNOWN_REFERENCE or DUPLICATE naming ``person``."""
    group, person = _entry(visit, GROUPS), named(visit)
    if visit.text("as") == "leader":
        membership.lead(visit.work, group, person)
        said = f"{person.full_name} leads {group.name} now."
    else:
        membership.join(visit.work, group, person)
        said = f"{person.full_name} is in {group.name} now."
    return visit.redirect(f"/console/groups/{group.id}", said)


def named(visit: Visit) -> Person:
    """The person whose user name or e-mail address was typed."""
    typed = visit.text("person")
    if typed is None:
        raise field_fault(FaultCode.MISSING, "person", "Type a user name or an e-mail address.")
    key = typed.casefold()
    found = queries.find_person(visit.work, key="username_key", value=key) or queries.find_person(
        visit.work, key="email_key", value=key
    )
    if found is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "person", "Nobody here has this user name or e-mail address.")
    return found


def remove_person(visit: Visit) -> Reply:
    """Take a member or a leader out of a group. Faults: NOT_FOUND."""
    group = _entry(visit, GROUPS)
    person_id = visit.number("person_id")
    if person_id is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such person.")
    person = queries.get_person(visit.work, person_id)
    if visit.text("as") == "leader":
        membership.stop_leading(visit.work, group, person)
        said = f"{person.full_name} no longer leads {group.name}."
    else:
        membership.leave(visit.work, group, person)
        said = f"{person.full_name} is no longer in {group.name}."
    return visit.redirect(f"/console/groups/{group.id}", said)
