"""Many people's groups at once: whom a group has as members and supervisors, written and read by sets."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Table, bindparam, delete, literal_column, select, tuple_

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.principal import PeopleScope, Permission
from rollbook.core.kernel.statements import Statement, Store, among, given_rows, insert_or_update, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.groups import require_active
from rollbook.core.people.queries import scope_params, visible_to
from rollbook.core.people.records import Entry
from rollbook.core.people.structure import GROUPS, list_entries_by_id
from rollbook.core.people.tables import group_supervisors, memberships, people

Rows = Statement[tuple[Any, ...]]
Pair = tuple[int, int]
"""A group's id and a person's."""
MOST_AT_ONCE = 50_000


@dataclass(frozen=True, eq=False)
class Bond:
    """One way in which people belong to groups, and the kinds of event that tell of it."""

    table: Table
    added: str
    removed: str


MEMBERS = Bond(memberships, "group.member_added", "group.member_removed")
SUPERVISORS = Bond(group_supervisors, "group.supervisor_added", "group.supervisor_removed")


# --- Reading -----------------------------------------------------------------------------------------------------


@shapes
def _bound(bond: Bond) -> Rows:
    own = bond.table.c
    return Statement(
        select(own.group_id, own.person_id).where(among(own.person_id, "people")).order_by(own.person_id, own.group_id)
    )


def groups_of(work: Work, bond: Bond, person_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of the groups that each of these visible people belongs to, ascending; nothing for who is in none."""
    found: dict[int, list[int]] = {}
    for group_id, person_id in work.all(_bound(bond), people=list(person_ids)):
        found.setdefault(person_id, []).append(group_id)
    return found


class _Named(msgspec.Struct, frozen=True):
    id: int
    first_name: str
    last_name: str

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@shapes
def _named(scope: PeopleScope) -> Statement[_Named]:
    columns = [people.c[name] for name in _Named.__struct_fields__]
    return Statement(select(*columns).where(visible_to(scope), among(people.c.id, "ids")), _Named)


def _the_people(work: Work, ids: Collection[int]) -> dict[int, _Named]:
    """The visible people behind ids. Faults: UNKNOWN_REFERENCE naming ``person_ids[3]``; TOO_LARGE."""
    listed = list(ids)
    if len(listed) > MOST_AT_ONCE:
        raise field_fault(FaultCode.TOO_LARGE, "person_ids", f"person_ids may name at most {MOST_AT_ONCE:,} people")
    found = work.all(_named(work.principal.people_scope), ids=listed, **scope_params(work.principal))
    known = {one.id: one for one in found}
    for position, person_id in enumerate(listed):
        if person_id not in known:
            field = f"person_ids[{position}]"
            raise field_fault(
                FaultCode.UNKNOWN_REFERENCE, field, f"{field}: there is no person with the id {person_id}"
            )
    return known


# --- Writing -----------------------------------------------------------------------------------------------------


@shapes
def _bind(bond: Bond) -> Rows:
    """Whoever belongs there already stays as they are."""

    def build(store: Store) -> Any:
        own = bond.table.c
        given = given_rows(store, "pairs", own.group_id, own.person_id)
        names, values = ["group_id", "person_id"], [given.c.group_id, given.c.person_id]
        if bond is MEMBERS:
            names += ["is_primary", "joined_at"]
            values += [literal_column("false"), bindparam("at", type_=own.joined_at.type)]
        rows = select(*values).where(literal_column("true"))  # SQLite reads ON CONFLICT only after a WHERE
        made = insert_or_update(store, bond.table).from_select(names, rows).on_conflict_do_nothing()
        return made.returning(own.group_id, own.person_id)

    return Statement(build)


@shapes
def _loosen(bond: Bond) -> Rows:
    def build(store: Store) -> Any:
        own = bond.table.c
        given = given_rows(store, "pairs", own.group_id, own.person_id)
        named = select(given.c.group_id, given.c.person_id)
        return (
            delete(bond.table)
            .where(tuple_(own.group_id, own.person_id).in_(named))
            .returning(own.group_id, own.person_id)
        )

    return Statement(build)


def add(work: Work, bond: Bond, group: Entry, person_ids: Collection[int]) -> int:
    """Bring people into a group, or make them its supervisors; how many were not yet. All or none.

    Faults: FORBIDDEN; CONFLICT for an inactive group; UNKNOWN_REFERENCE naming ``person_ids[3]``; TOO_LARGE.
    """
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    require_active(group)
    known = _the_people(work, person_ids)
    return _write(
        work, _bind(bond), bond.added, [(group.id, person_id) for person_id in known], {group.id: group}, known
    )


def remove(work: Work, bond: Bond, group: Entry, person_ids: Collection[int]) -> int:
    """Take people out of a group, be it their unit, or end their supervising; how many it was. All or none.

    Faults: FORBIDDEN; UNKNOWN_REFERENCE naming ``person_ids[3]``; TOO_LARGE.
    """
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    known = _the_people(work, person_ids)
    pairs = [(group.id, person_id) for person_id in known]
    return _write(work, _loosen(bond), bond.removed, pairs, {group.id: group}, known)


def replace(work: Work, bond: Bond, wanted: Mapping[int, Collection[int]]) -> None:
    """Let people belong to these groups and no others, by the people's ids. Whoever stays keeps their unit.

    Faults: FORBIDDEN, when something changes; UNKNOWN_REFERENCE naming ``groups``; CONFLICT for an inactive group.
    """
    held = groups_of(work, bond, wanted)
    present = {(group_id, person_id) for person_id, ids in held.items() for group_id in ids}
    future = {(group_id, person_id) for person_id, ids in wanted.items() for group_id in ids}
    if present == future:
        return
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    new, gone = sorted(future - present), sorted(present - future)
    entries = {entry.id: entry for entry in list_entries_by_id(work, GROUPS, sorted({pair[0] for pair in new + gone}))}
    for group_id, _ in new:
        if group_id not in entries:
            raise field_fault(
                FaultCode.UNKNOWN_REFERENCE, "groups", f"groups: there is no group with the id {group_id}"
            )
        require_active(entries[group_id])
    known = _the_people(work, {pair[1] for pair in new + gone})
    _write(work, _loosen(bond), bond.removed, gone, entries, known)
    _write(work, _bind(bond), bond.added, new, entries, known)


def _write(
    work: Work,
    statement: Rows,
    kind: str,
    pairs: Iterable[Pair],
    entries: Mapping[int, Entry],
    known: Mapping[int, _Named],
) -> int:
    """Run a statement over the pairs, and note those that it changed; how many."""
    rows = [{"group_id": group_id, "person_id": person_id} for group_id, person_id in pairs]
    if not rows:
        return 0
    changed = work.all(statement, pairs=msgspec.json.encode(rows).decode(), at=work.at)
    for group_id, person_id in sorted(changed):
        group = entries[group_id]
        after = {"person": known[person_id].full_name, "group": group.name}
        work.record(kind, "group", group.id, group.uuid, after=after, person_id=person_id)
    return len(changed)
