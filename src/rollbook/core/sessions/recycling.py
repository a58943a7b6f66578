"""Having deleted things back, with what they are part of and what went along with them; or deleting them for good.

What goes with one deletion bears the same instant. A thing that comes back brings what it cannot be without; of that,
only what ties it to the rest (roles, uses at places) returns, not the other things in it.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, exists, false, literal, or_, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.schema import metadata
from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import registration
from rollbook.core.people.groups import activate
from rollbook.core.people.queries import get_person
from rollbook.core.people.records import PersonChanges
from rollbook.core.people.structure import GROUPS, get_entry
from rollbook.core.sessions import policy, users
from rollbook.core.sessions.administrating import as_administrator
from rollbook.core.sessions.deleted import BINS, Deleted, find_deleted
from rollbook.core.sessions.entities import PARTICIPANT, SERVICE, Entity
from rollbook.core.sessions.parts import PARTS

Rows = Statement[tuple[Any, ...]]
_OF_PEOPLE = frozenset({"user", "user_group"})
_UNIQUE = ((PARTICIPANT, "username_key", "user name"), (SERVICE, "key", "key"))
"""What no two may share while both are there."""
_ENTITY_OF: dict[Table, Entity] = {one.entity.table: one.entity for one in BINS.values()}


def _kept_targets(table: Table) -> list[tuple[str, Table]]:
    """The columns by which rows belong to others that can be deleted and come back, with the others' tables."""
    keys = ((key.parent.name, key.column.table) for key in table.foreign_keys)
    return [(name, target) for name, target in sorted(keys, key=lambda one: one[0]) if "deleted_at" in target.c]


def _parents(entity: Entity) -> list[tuple[str, Entity]]:
    """What a record of an entity cannot be without, by the columns that name it."""
    needed = {
        key.parent.name for key in entity.table.foreign_keys if not key.parent.nullable or key.ondelete == "CASCADE"
    }
    found = ((name, _ENTITY_OF.get(target)) for name, target in _kept_targets(entity.table) if name in needed)
    return [(name, parent) for name, parent in found if parent is not None]


@shapes
def _parent(entity: Entity, column: str, parent: Entity) -> Rows:
    """The parent of a record, if it is deleted, and since when."""
    own, above = entity.table, parent.table
    query = select(above.c.id, above.c.deleted_at).join_from(own, above, above.c.id == own.c[column])
    return Rows(query.where(own.c.id == bindparam("record_id"), above.c.deleted_at.is_not(None)))


def _are_there(table: Table, but: str) -> list[ColumnElement[bool]]:
    """The conditions that everything a row ties together is there, but for what is coming back just now."""
    return [
        or_(
            table.c[name].is_(None),
            exists(select(target.c.id).where(target.c.id == table.c[name], target.c.deleted_at.is_(None))),
        )
        for name, target in _kept_targets(table)
        if name != but
    ]


@shapes
def _unmark(entity: Entity, column: str) -> Rows:
    table = entity.table
    chosen = (among(table.c[column], "ids"), table.c.deleted_at == bindparam("at"))
    return Rows(update(table).where(*chosen, *_are_there(table, column)).values(deleted_at=None).returning(table.c.id))


@shapes
def _uuid(entity: Entity) -> Rows:
    column = entity.table.c.uuid if "uuid" in entity.table.c else entity.table.c.id
    return Rows(select(column).where(entity.table.c.id == bindparam("record_id")))


@shapes
def _doubled(entity: Entity, column: str) -> Rows:
    own, other = entity.table, entity.table.alias("other")
    query = select(own.c[column]).join_from(own, other, own.c[column] == other.c[column])
    live = (own.c.deleted_at.is_(None), other.c.deleted_at.is_(None), own.c.id != other.c.id)
    tenant: Any = bindparam("organisation_id")
    return Rows(query.where(*live, own.c.organisation_id == tenant, other.c.organisation_id == tenant).limit(1))


def _found(work: Work, kind: str, record_id: int) -> Deleted:
    found = find_deleted(work, kind, record_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is nothing like that among what was deleted; it may be back already.")
    return found


def restore(work: Work, kind: str, record_id: int) -> Deleted:
    """Have something back. Faults: FORBIDDEN; NOT_FOUND; CONFLICT where something else has its name by now."""
    found = _found(work, kind, record_id)
    if kind in _OF_PEOPLE:
        (_restore_user if kind == "user" else _restore_group)(work, record_id)
        return found
    entity = BINS[kind].entity
    _restore_parents(work, entity, record_id)
    _bring_back(work, entity, "id", [record_id], found.deleted_at, with_things=True)
    _record_restored(work, entity, record_id)
    for unique, column, word in _UNIQUE:
        taken = work.value(_doubled(unique, column), organisation_id=work.principal.organisation_id)
        if taken is not None:
            message = f"The {word} {taken} is in use by another {unique.name} by now; change that one first."
            raise Fault(FaultCode.CONFLICT, message)
    return found


def _restore_parents(work: Work, entity: Entity, record_id: int) -> None:
    for column, parent in _parents(entity):
        above = work.first(_parent(entity, column, parent), record_id=record_id)
        if above is not None:
            _restore_parents(work, parent, above[0])
            _bring_back(work, parent, "id", [above[0]], above[1], with_things=False)
            _record_restored(work, parent, above[0])


def _bring_back(work: Work, entity: Entity, column: str, ids: list[int], at: int, *, with_things: bool) -> None:
    """Unmark rows that were deleted at an instant, and their parts that were deleted along with them."""
    back = [row[0] for row in work.all(_unmark(entity, column), ids=ids, at=at)]
    if not back:
        return
    for part, reference in PARTS.get(entity.name, ()):
        if with_things or part.name not in BINS:
            _bring_back(work, part, reference, back, at, with_things=with_things)


def _uuid_of(work: Work, entity: Entity, record_id: int) -> str:
    return str(work.value(_uuid(entity), record_id=record_id))


def _record_restored(work: Work, entity: Entity, record_id: int) -> None:
    work.record(f"{entity.name}.restored", entity.name, record_id, _uuid_of(work, entity, record_id))


def _restore_user(work: Work, person_id: int) -> None:
    with as_administrator(work):
        registration.change(work, get_person(work, person_id), PersonChanges(is_active=True))
    users.mark_restored(work, person_id)


def _restore_group(work: Work, group_id: int) -> None:
    with as_administrator(work):
        activate(work, get_entry(work, GROUPS, key="id", value=group_id))


@shapes
def _drop(entity: Entity) -> Rows:
    table = entity.table
    return Rows(delete(table).where(table.c.id == bindparam("record_id"), table.c.deleted_at.is_not(None)))


def _dependents(table: Table, chosen: Any) -> Iterator[Any]:
    """The rows that forbid to drop the chosen ones, or what would be dropped along with them, as selects."""
    for other in metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is not table:
                continue
            named = key.parent.in_(chosen)
            if key.ondelete is None:
                yield select(key.parent).where(named)
            elif key.ondelete == "CASCADE" and "id" in other.c:
                yield from _dependents(other, select(other.c.id).where(named))


@shapes
def _depended_on(entity: Entity) -> Rows:
    own: Any = bindparam("record_id")
    found = (exists(one) for one in _dependents(entity.table, select(own)))
    return Rows(select(literal(1)).where(or_(false(), *found)))


def may_purge(work: Work, kind: str) -> bool:
    """Whether the caller may delete things of a kind for good here."""
    return policy.is_super(work) and kind not in _OF_PEOPLE


def purge(work: Work, kind: str, record_id: int) -> Deleted:
    """Delete something for good, with all that is part of it. The bytes of assets are deleted by the next sweep.

    Faults: FORBIDDEN; NOT_FOUND; CONFLICT for what something that is kept depends on, or what is erased elsewhere.
    """
    found = _found(work, kind, record_id)
    if not policy.is_super(work):
        raise policy.forbidden("Only owners and administrators delete for good.")
    if kind in _OF_PEOPLE:
        raise Fault(FaultCode.CONFLICT, "People are erased, and groups removed, on their own pages.")
    entity = BINS[kind].entity
    if work.first(_depended_on(entity), record_id=record_id) is not None:
        message = "Sessions, assets or tests still depend on it, or on something in it; delete those for good first."
        raise Fault(FaultCode.CONFLICT, message)
    work.record(f"{entity.name}.purged", entity.name, record_id, _uuid_of(work, entity, record_id))
    work.run(_drop(entity), record_id=record_id)
    return found
