"""Reading records of sites and sessions. Every select starts from :func:`rollbook.core.sessions.scopes.visible_to`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Lookup, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.sessions.entities import DEVICE, PARTICIPANT, SERVICE, USER, Entity, Record
from rollbook.core.sessions.filters import FILTERS, ORDERS, searched
from rollbook.core.sessions.reach import project_ids, site_ids
from rollbook.core.sessions.scopes import visible_to
from rollbook.core.sessions.viewers import Kind, Viewer, viewer_of

Rows = Lookup[tuple[Any, ...]]
"""Everything here is found by keys, a filter's or a rule's; and the rules are long, so that a plan takes its time."""


_PLACES = {"site_id": site_ids, "project_id": project_ids}
"""Filters by a place: it must be one that the viewer reaches, or they would tell what is used where."""


def _condition(entity: Entity, kind: Kind, name: str) -> ColumnElement[bool]:
    """A filter by its name: one of the entity's own, a column's value, or ``COLUMN_among`` a list of values."""
    if (own := FILTERS.get(entity.name, {}).get(name)) is not None:
        if kind is Kind.SUPER or name not in _PLACES:
            return own()
        place: Any = bindparam(name)
        return and_(own(), place.in_(_PLACES[name](kind)))
    if name == "searched":
        return searched(entity)
    if name.endswith("_among"):
        return among(entity.columns[name.removesuffix("_among")], name)
    return entity.columns[name] == bindparam(name)


def chosen(entity: Entity, kind: Kind, names: frozenset[str], *, only_admin: bool, what: Any) -> Select[Any]:
    """A select of what a viewer of a kind sees, by the filters of these names."""
    query = select(*what).select_from(entity.source if entity.source is not None else entity.table)
    conditions = (_condition(entity, kind, name) for name in sorted(names))
    return query.where(visible_to(entity, kind, only_admin=only_admin), *conditions)


def as_record(columns: dict[str, Any]) -> Callable[..., Record]:
    """Makes a record of a row's cells."""
    names = tuple(columns)
    return lambda *cells: dict(zip(names, cells, strict=True))


@shapes
def _list(
    entity: Entity, kind: Kind, names: frozenset[str], order: str | None, *, only_admin: bool, is_paged: bool
) -> Lookup[Record]:
    columns = entity.columns
    what = [column.label(name) for name, column in columns.items()]
    query = chosen(entity, kind, names, only_admin=only_admin, what=what)
    query = query.order_by(*(ORDERS[order]() if order else entity.order or (columns["id"],)))
    if is_paged:
        query = query.limit(bindparam("limit")).offset(bindparam("offset"))
    return Lookup(query, as_record(columns))


@shapes
def _count(entity: Entity, kind: Kind, names: frozenset[str]) -> Rows:
    return Rows(chosen(entity, kind, names, only_admin=False, what=[func.count()]))


def params_of(viewer: Viewer) -> dict[str, Any]:
    """The parameters of ``visible_to``."""
    return {"organisation_id": viewer.organisation_id, "viewer_id": viewer.id}


def find(
    work: Work,
    entity: Entity,
    *,
    viewer: Viewer | None = None,
    only_admin: bool = False,
    order: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
    **filters: Any,
) -> list[Record]:
    """The records that the viewer (else the caller) sees and that pass every filter whose value is not None.

    ``order`` is one of ``ORDERS``, else the entity's own. Faults: INVALID for a negative limit or offset.
    """
    if min(limit or 0, offset or 0) < 0:
        raise Fault(FaultCode.INVALID, "limit and offset may not be negative.")
    given = {name: value for name, value in filters.items() if value is not None}
    by = viewer or viewer_of(work.principal)
    is_paged = limit is not None or offset is not None
    statement = _list(
        entity, by.kind, frozenset(given), order, only_admin=only_admin and not by.is_super, is_paged=is_paged
    )
    paging = {"limit": 2**31 - 1 if limit is None else limit, "offset": offset or 0} if is_paged else {}
    return work.all(statement, **paging, **params_of(by), **given)


def first(work: Work, entity: Entity, **options: Any) -> Record | None:
    """The first of the records that :func:`find` gives."""
    found = find(work, entity, limit=1, **options)
    return found[0] if found else None


def sees(work: Work, entity: Entity, record_id: int, *, only_admin: bool = False) -> bool:
    """Whether the caller sees a record, or administers it."""
    return bool(find(work, entity, only_admin=only_admin, id=record_id))


def sees_home(work: Work, service_id: int) -> bool:
    """Whether a service is this server itself, which those who see everything are not shown among the services."""
    return viewer_of(work.principal).is_super and bool(find(work, SERVICE, viewer=anyone(work), id=service_id))


def count(work: Work, entity: Entity, *, viewer: Viewer | None = None, **filters: Any) -> int:
    """How many records :func:`find` would give."""
    by = viewer or viewer_of(work.principal)
    given = {name: value for name, value in filters.items() if value is not None}
    return int(work.value(_count(entity, by.kind, frozenset(given)), **params_of(by), **given))


def anyone(work: Work) -> Viewer:
    """A viewer who sees all of the caller's organisation: for rules that must know of what the caller does not see."""
    return Viewer(Kind.SUPER, work.principal.organisation_id, 0)


def get(work: Work, entity: Entity, record_id: int) -> Record:
    """One record of the organisation by its id, whoever asks. Faults: NOT_FOUND."""
    found = first(work, entity, viewer=anyone(work), id=record_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, f"There is no such {entity.name.replace('_', ' ')}.")
    return found


ENTITY_OF: dict[Kind, Entity] = {
    Kind.USER: USER,
    Kind.PARTICIPANT: PARTICIPANT,
    Kind.DEVICE: DEVICE,
    Kind.SERVICE: SERVICE,
}
"""What a viewer of a kind is themselves."""


@shapes
def _count_by(entity: Entity) -> Rows:
    table = entity.table
    counted = select(table.c.session_id, func.count()).where(among(table.c.session_id, "sessions"), entity.is_live)
    return Rows(counted.group_by(table.c.session_id))


def count_by(work: Work, entity: Entity, session_ids: list[int]) -> dict[int, int]:
    """How many records of an entity belong to each of these sessions; those that have none are left out."""
    return dict(work.all(_count_by(entity), sessions=session_ids))
