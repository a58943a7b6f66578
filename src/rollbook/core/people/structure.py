"""The catalogues people are placed in: groups, locations, workplaces and qualifications, each made and changed one way.

Groups and qualifications are trees; groups also have members and supervisors.
"""

from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType
from sqlalchemy import (
    Select,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    null,
    select,
    update,
)

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.matching import holds, part_of
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Lookup, Statement, among, shapes
from rollbook.core.kernel.values import checked_line, checked_prose, required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.organisations import ROOT_CODE
from rollbook.core.people.records import Entry
from rollbook.core.people.tables import (
    group_closure,
    groups,
    locations,
    memberships,
    people,
    person_qualifications,
    qualifications,
    workplaces,
)

Rows = Statement[tuple[Any, ...]]
LONGEST_DESCRIPTION = 4000


@dataclass(frozen=True, eq=False)
class Catalogue:
    """One kind of entry: its table, its name in events and messages, and the columns that point at it."""

    table: Table
    name: str
    used_by: tuple[Any, ...]

    @property
    def is_tree(self) -> bool:
        """Whether entries have parents."""
        return "parent_id" in self.table.c


GROUPS = Catalogue(groups, "group", (memberships.c.group_id,))
LOCATIONS = Catalogue(locations, "location", (people.c.location_id,))
WORKPLACES = Catalogue(workplaces, "workplace", (people.c.workplace_id,))
QUALIFICATIONS = Catalogue(qualifications, "qualification", (person_qualifications.c.qualification_id,))
CATALOGUES = (GROUPS, LOCATIONS, WORKPLACES, QUALIFICATIONS)
ROOTED = (GROUPS, QUALIFICATIONS)
"""The trees that are founded with a root, which callers name as the parent of what they add."""


# --- Reading -----------------------------------------------------------------------------------------------------


def entry_select(catalogue: Catalogue) -> Select[Any]:
    """The select behind :class:`Entry`."""
    table = catalogue.table
    own = [table.c[name] for name in ("id", "uuid", "external_id", "name")]
    times = [table.c.created_at, table.c.updated_at]
    if catalogue is GROUPS:
        times += [table.c.description, table.c.inactivated_at]
    mine = table.c.organisation_id == bindparam("organisation_id")
    if not catalogue.is_tree:
        return select(*own, null(), null(), *times).where(mine)
    parent = table.alias("parent")
    joined = table.outerjoin(parent, parent.c.id == table.c.parent_id)
    return select(*own, table.c.parent_id, parent.c.external_id, *times).select_from(joined).where(mine)


@shapes
def _list(catalogue: Catalogue) -> Statement[Entry]:
    own = catalogue.table.c
    return Statement(
        entry_select(catalogue).where(own.id > bindparam("after")).order_by(own.id).limit(bindparam("limit")), Entry
    )


def list_entries(work: Work, catalogue: Catalogue, *, after: int = 0, limit: int = 2**31 - 1) -> list[Entry]:
    """The organisation's entries in the order they were made, after an id."""
    return work.all(_list(catalogue), organisation_id=work.principal.organisation_id, after=after, limit=limit)


@shapes
def _one(catalogue: Catalogue, key: str) -> Statement[Entry]:
    return Lookup(entry_select(catalogue).where(catalogue.table.c[key] == bindparam("key")), Entry)


def find_entry(work: Work, catalogue: Catalogue, *, key: str, value: Any) -> Entry | None:
    """One entry by ``id``, ``uuid`` or ``external_id``."""
    return work.first(_one(catalogue, key), organisation_id=work.principal.organisation_id, key=value)


def get_entry(work: Work, catalogue: Catalogue, *, key: str, value: Any) -> Entry:
    """One entry. Faults: NOT_FOUND."""
    found = find_entry(work, catalogue, key=key, value=value)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, f"There is no such {catalogue.name}.")
    return found


@shapes
def _some(catalogue: Catalogue) -> Statement[Entry]:
    return Statement(entry_select(catalogue).where(among(catalogue.table.c.id, "ids")), Entry)


def list_entries_by_id(work: Work, catalogue: Catalogue, ids: list[int]) -> list[Entry]:
    """The entries behind ids, in no order; unknown ones are left out."""
    return work.all(_some(catalogue), ids=ids, organisation_id=work.principal.organisation_id)


def require_entry(work: Work, catalogue: Catalogue, entry_id: int | None, field: str) -> int | None:
    """The id back when there is such an entry, or it is None. Faults: UNKNOWN_REFERENCE naming the field."""
    if entry_id is not None and find_entry(work, catalogue, key="id", value=entry_id) is None:
        raise unknown_entry(catalogue, field)
    return entry_id


def unknown_entry(catalogue: Catalogue, field: str) -> Fault:
    """The fault of a field that names no entry of the organisation's by its id."""
    return field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"There is no {catalogue.name} with this id.")


def id_of(work: Work, catalogue: Catalogue, external_id: str | None, field: str) -> int | None:
    """The id behind a source system's code; blank is None. Faults: UNKNOWN_REFERENCE naming the field."""
    if not external_id:
        return None
    found = find_entry(work, catalogue, key="external_id", value=external_id)
    if found is None:
        raise unknown_code(external_id, field)
    return found.id


def unknown_code(code: str | None, field: str) -> Fault:
    """The fault of a field that names no entry of the organisation's by its code."""
    message = f"{field} must be a code that is there; {(code or '')[:100]!r} is not"
    return field_fault(FaultCode.UNKNOWN_REFERENCE, field, message)


@shapes
def _ids(catalogue: Catalogue) -> Rows:
    table = catalogue.table
    return Statement(
        select(table.c.external_id, table.c.id).where(
            table.c.organisation_id == bindparam("organisation_id"), among(table.c.external_id, "codes")
        )
    )


def ids_of(work: Work, catalogue: Catalogue, codes: list[str]) -> dict[str, int]:
    """The ids behind many codes; unknown ones are left out."""
    return dict(work.all(_ids(catalogue), organisation_id=work.principal.organisation_id, codes=codes))


# --- Writing -----------------------------------------------------------------------------------------------------


@shapes
def _insert(catalogue: Catalogue) -> Rows:
    names = [c.name for c in catalogue.table.c if c.name not in {"id", "inactivated_at"}]
    return Statement(
        insert(catalogue.table).values({name: bindparam(name) for name in names}).returning(catalogue.table.c.id)
    )


@shapes
def _update(catalogue: Catalogue, names: frozenset[str]) -> Rows:
    table = catalogue.table
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(table).where(table.c.id == bindparam("entry_id")).values(values))


@shapes
def _delete(catalogue: Catalogue) -> Rows:
    return Statement(delete(catalogue.table).where(catalogue.table.c.id == bindparam("entry_id")))


@shapes
def _uses(catalogue: Catalogue) -> Rows:
    columns = [*catalogue.used_by, *([catalogue.table.c.parent_id] if catalogue.is_tree else [])]
    used = [select(literal(1)).where(column == bindparam("entry_id")).exists() for column in columns]
    return Statement(select(*used))


def add_entry(
    work: Work,
    catalogue: Catalogue,
    *,
    name: str,
    external_id: str | None = None,
    parent_id: int | None = None,
    description: str | None = None,
) -> Entry:
    """Make an entry; groups alone keep a description.

    Faults: FORBIDDEN; MISSING, INVALID, UNKNOWN_REFERENCE or DUPLICATE naming the field.
    """
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    code = checked_line(external_id, "external_id")
    _refuse_taken(work, catalogue, code)
    values: dict[str, Any] = {
        "uuid": new_uuid(),
        "organisation_id": work.principal.organisation_id,
        "external_id": code,
        "name": required_line(name, "name"),
        "created_at": work.at,
        "updated_at": work.at,
    }
    if catalogue.is_tree:
        values["parent_id"] = require_entry(work, catalogue, parent_id, "parent_id")
    if catalogue is GROUPS:
        values["description"] = checked_prose(description, "description", LONGEST_DESCRIPTION)
    entry_id = int(work.value(_insert(catalogue), **values))
    if catalogue is GROUPS:
        _link(work, entry_id, parent_id)
    told = ("external_id", "name", "parent_id", "description")
    after = {key: values[key] for key in told if values.get(key) is not None}
    work.record(f"{catalogue.name}.created", catalogue.name, entry_id, values["uuid"], after=after)
    return get_entry(work, catalogue, key="id", value=entry_id)


def _refuse_taken(work: Work, catalogue: Catalogue, external_id: str | None) -> None:
    if external_id is not None and find_entry(work, catalogue, key="external_id", value=external_id) is not None:
        raise field_fault(FaultCode.DUPLICATE, "external_id", "external_id is taken: an entry has it already")


def change_entry(
    work: Work,
    catalogue: Catalogue,
    entry: Entry,
    *,
    name: str | UnsetType = UNSET,
    external_id: str | None | UnsetType = UNSET,
    parent_id: int | None | UnsetType = UNSET,
    description: str | None | UnsetType = UNSET,
) -> Entry:
    """Rename, recode, move or describe an entry. Faults: as :func:`add_entry`; CONFLICT for a move below itself."""
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    wanted: dict[str, Any] = {}
    if name is not UNSET:
        wanted["name"] = required_line(name, "name")
    if external_id is not UNSET:
        wanted["external_id"] = checked_line(external_id, "external_id")
    if parent_id is not UNSET:
        wanted["parent_id"] = require_entry(work, catalogue, parent_id, "parent_id")
    if description is not UNSET and catalogue is GROUPS:
        wanted["description"] = checked_prose(description, "description", LONGEST_DESCRIPTION)
    after = {key: value for key, value in wanted.items() if value != getattr(entry, key)}
    if not after:
        return entry
    before = {key: getattr(entry, key) for key in after}
    if "external_id" in after:
        _refuse_taken(work, catalogue, after["external_id"])
    if "parent_id" in after:
        _refuse_cycle(work, catalogue, entry, after["parent_id"])
    written = after | {"updated_at": work.at}
    work.run(_update(catalogue, frozenset(written)), entry_id=entry.id, **{f"new_{k}": v for k, v in written.items()})
    if catalogue is GROUPS and "parent_id" in after:
        _relink(work, entry.id, after["parent_id"])
    work.record(f"{catalogue.name}.updated", catalogue.name, entry.id, entry.uuid, before=before, after=after)
    return get_entry(work, catalogue, key="id", value=entry.id)


def remove_entry(work: Work, catalogue: Catalogue, entry: Entry) -> None:
    """Delete an entry that nothing uses. Faults: FORBIDDEN, CONFLICT."""
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    if catalogue in ROOTED and entry.external_id == ROOT_CODE:
        raise Fault(FaultCode.CONFLICT, f"This {catalogue.name} is the root that every other hangs below; it stays.")
    if any(work.all(_uses(catalogue), entry_id=entry.id)[0]):
        raise Fault(
            FaultCode.CONFLICT,
            f"This {catalogue.name} still has people or entries below it; move those first.",
        )
    work.run(_delete(catalogue), entry_id=entry.id)
    before = {"external_id": entry.external_id, "name": entry.name}
    work.record(f"{catalogue.name}.deleted", catalogue.name, entry.id, entry.uuid, before=before)


# --- The trees ---------------------------------------------------------------------------------------------------


@shapes
def _ancestors(catalogue: Catalogue) -> Rows:
    table = catalogue.table
    start = select(table.c.id, table.c.parent_id).where(table.c.id == bindparam("entry_id")).cte("up", recursive=True)
    above = start.union(select(table.c.id, table.c.parent_id).join(start, table.c.id == start.c.parent_id))
    return Statement(select(above.c.id))


def _refuse_cycle(work: Work, catalogue: Catalogue, entry: Entry, parent_id: int | None) -> None:
    if parent_id is None:
        return
    if (entry.id,) in work.all(_ancestors(catalogue), entry_id=parent_id):
        raise field_fault(FaultCode.CONFLICT, "parent_id", "parent_id may be neither the entry itself nor one below it")


_closure_of_parent = select(
    group_closure.c.ancestor_id, bindparam("group_id", type_=group_closure.c.group_id.type), group_closure.c.depth + 1
).where(group_closure.c.group_id == bindparam("parent_id"))
_LINK_SELF = Rows(insert(group_closure).values(ancestor_id=bindparam("group"), group_id=bindparam("group"), depth=0))
_LINK_ABOVE = Rows(insert(group_closure).from_select(["ancestor_id", "group_id", "depth"], _closure_of_parent))
_below = select(group_closure.c.group_id).where(group_closure.c.ancestor_id == bindparam("moved_id"))
_UNLINK = Rows(
    delete(group_closure).where(
        group_closure.c.group_id.in_(_below),
        group_closure.c.ancestor_id.notin_(_below),
    )
)
_upper, _lower = group_closure.alias("upper_half"), group_closure.alias("lower_half")
_RELINK = Rows(
    insert(group_closure).from_select(
        ["ancestor_id", "group_id", "depth"],
        select(_upper.c.ancestor_id, _lower.c.group_id, _upper.c.depth + _lower.c.depth + 1)
        .select_from(_upper.join(_lower, literal(True)))
        .where(and_(_upper.c.group_id == bindparam("parent_id"), _lower.c.ancestor_id == bindparam("moved_id"))),
    )
)


def _link(work: Work, group_id: int, parent_id: int | None) -> None:
    work.run(_LINK_SELF, group=group_id)
    if parent_id is not None:
        work.run(_LINK_ABOVE, group_id=group_id, parent_id=parent_id)


def _relink(work: Work, group_id: int, parent_id: int | None) -> None:
    work.run(_UNLINK, moved_id=group_id)
    if parent_id is not None:
        work.run(_RELINK, moved_id=group_id, parent_id=parent_id)


# --- Searching ---------------------------------------------------------------------------------------------------


@shapes
def _search(catalogue: Catalogue) -> Statement[Entry]:
    named = holds(catalogue.table.c.name, "q")
    return Statement(
        entry_select(catalogue)
        .where(named)
        .order_by(catalogue.table.c.name, catalogue.table.c.id)
        .limit(bindparam("limit")),
        Entry,
    )


def search_entries(work: Work, catalogue: Catalogue, sought: str, *, limit: int) -> list[Entry]:
    """Entries that have the words in their name."""
    owner = work.principal.organisation_id
    return work.all(_search(catalogue), organisation_id=owner, q=part_of(sought), limit=limit)
