"""What was deleted and can come back: who sees it, and the lists of it.

Users and groups of people are inactivated by deleting them, so they are here too; everything else is marked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from rollbook.core.kernel.matching import holds, part_of
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import groups, people
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import policy, queries
from rollbook.core.sessions.entities import Entity
from rollbook.core.sessions.reach import ids, project_ids, site_ids
from rollbook.core.sessions.scopes import ORGANISATION, RULES, user_ids
from rollbook.core.sessions.tables import devices as d
from rollbook.core.sessions.tables import places as p
from rollbook.core.sessions.tables import services as s
from rollbook.core.sessions.tables import sessions as x
from rollbook.core.sessions.tables import users as u
from rollbook.core.sessions.viewers import Kind, viewer_of


class Deleted(msgspec.Struct, frozen=True):
    """One thing that was deleted. ``within`` names what it was part of, null where that goes without saying."""

    kind: str
    id: int
    name: str
    within: str | None
    deleted_at: int


Rule = Callable[[], ColumnElement[bool]]


@dataclass(frozen=True, eq=False)
class Bin:
    """The deleted things of one kind. ``administered`` says which of them someone at sites and in projects may have
    back; those who see everything may have all."""

    entity: Entity
    name: Any
    within: Any
    administered: Rule = false
    deleted_at: Any = None
    source: Any = None

    @property
    def instant(self) -> Any:
        """When something of this kind was deleted."""
        return self.entity.table.c.deleted_at if self.deleted_at is None else self.deleted_at


def _own_sites() -> Any:
    return site_ids(Kind.USER, only_admin=True)


def _own_projects() -> Any:
    """The projects that someone administers, those that were deleted from their sites included."""
    live = project_ids(Kind.USER, only_admin=True)
    return ids(p.projects.c.id, or_(p.projects.c.id.in_(live), p.projects.c.site_id.in_(_own_sites())))


def _own_sessions() -> Any:
    mine = x.sessions.c.organisation_id == ORGANISATION
    return ids(x.sessions.c.id, mine, RULES["session"](Kind.USER, True))


def _named(column: Any, target: Any) -> Any:
    """The name of what a column refers to."""
    return select(target.c.name).where(target.c.id == column).scalar_subquery()


def _of_project(entity: Entity) -> Bin:
    project = entity.table.c.project_id
    return Bin(entity, entity.table.c.name, _named(project, p.projects), lambda: project.in_(_own_projects()))


def _of_session(entity: Entity) -> Bin:
    session = entity.table.c.session_id
    return Bin(entity, entity.table.c.name, _named(session, x.sessions), lambda: session.in_(_own_sessions()))


def _of_type(entity: Entity) -> Bin:
    return Bin(entity, entity.table.c.name, _named(entity.table.c.service_id, s.services))


BINS: Mapping[str, Bin] = {
    "site": Bin(e.SITE, p.sites.c.name, null()),
    "project": Bin(
        e.PROJECT,
        p.projects.c.name,
        _named(p.projects.c.site_id, p.sites),
        lambda: p.projects.c.site_id.in_(_own_sites()),
    ),
    "participant_group": _of_project(e.PARTICIPANT_GROUP),
    "participant": _of_project(e.PARTICIPANT),
    "session": Bin(
        e.SESSION,
        x.sessions.c.name,
        _named(x.sessions.c.session_type_id, x.session_types),
        lambda: x.sessions.c.id.in_(_own_sessions()),
    ),
    "asset": _of_session(e.ASSET),
    "test": _of_session(e.TEST),
    "device": Bin(e.DEVICE, d.devices.c.name, _named(d.devices.c.device_type_id, d.device_types)),
    "session_type": _of_type(e.SESSION_TYPE),
    "test_type": _of_type(e.TEST_TYPE),
    "service": Bin(e.SERVICE, s.services.c.name, null()),
    "user": Bin(
        e.USER,
        people.c.first_name + " " + people.c.last_name,
        people.c.username,
        lambda: people.c.id.in_(user_ids(Kind.USER, only_admin=True)),
        u.user_profiles.c.deleted_at,
        people.join(u.user_profiles, u.user_profiles.c.person_id == people.c.id),
    ),
    "user_group": Bin(e.USER_GROUP, groups.c.name, null(), deleted_at=groups.c.inactivated_at, source=groups),
}


_RANKS = {kind: rank for rank, kind in enumerate(BINS)}
"""What is larger comes first of what was deleted at once."""


def _administers(bin_: Bin, kind: Kind) -> ColumnElement[bool]:
    return true() if kind is Kind.SUPER else bin_.administered()


def _select(kind: Kind, of: str, *, is_sought: bool) -> Select[Any]:
    bin_ = BINS[of]
    table = bin_.entity.table
    what = (
        literal(of).label("kind"),
        literal(_RANKS[of]).label("rank"),
        table.c.id.label("id"),
        cast(bin_.name, String).label("name"),
        cast(bin_.within, String).label("within"),
        bin_.instant.label("deleted_at"),
    )
    sought = [holds(bin_.name, "sought")] if is_sought else []
    return (
        select(*what)
        .select_from(table if bin_.source is None else bin_.source)
        .where(table.c.organisation_id == ORGANISATION, bin_.instant.is_not(None), _administers(bin_, kind), *sought)
    )


@shapes
def _list(kind: Kind, kinds: tuple[str, ...], *, is_sought: bool, is_after: bool) -> Statement[Deleted]:
    found = union_all(*(_select(kind, of, is_sought=is_sought) for of in kinds)).subquery()
    columns = tuple(found.c[name] for name in Deleted.__struct_fields__)
    at, rank, record_id = found.c.deleted_at, found.c.rank, found.c.id
    query = select(*columns).order_by(at.desc(), rank, record_id)
    if is_after:
        is_at = at == bindparam("after_at")
        after = and_(rank == bindparam("after_rank"), record_id > bindparam("after_id"))
        query = query.where(or_(at < bindparam("after_at"), and_(is_at, or_(rank > bindparam("after_rank"), after))))
    return Statement(query.limit(bindparam("limit")), Deleted)


@shapes
def _one(kind: Kind, of: str) -> Statement[Deleted]:
    found = _select(kind, of, is_sought=False).where(BINS[of].entity.table.c.id == bindparam("record_id")).subquery()
    return Statement(select(*(found.c[name] for name in Deleted.__struct_fields__)), Deleted)


def _viewer(work: Work) -> Any:
    """Whose bin it is. Faults: FORBIDDEN for who administers nothing."""
    viewer = viewer_of(work.principal)
    if viewer.kind not in (Kind.SUPER, Kind.USER) or not (viewer.is_super or policy.administers_anything(work)):
        raise policy.forbidden("What was deleted is for who administers a site or a project.")
    return viewer


Position = tuple[int, str, int]
"""When, of what kind, and which: the place of a row in the list."""


def list_deleted(
    work: Work, *, kind: str | None = None, sought: str = "", after: Position | None = None, limit: int
) -> list[Deleted]:
    """What was deleted that the caller may have back, latest first. Faults: FORBIDDEN."""
    viewer = _viewer(work)
    kinds = (kind,) if kind in BINS else tuple(BINS)
    params: dict[str, Any] = {"limit": limit} | queries.params_of(viewer)
    if sought:
        params["sought"] = part_of(sought)
    if after is not None:
        params |= {"after_at": after[0], "after_rank": _RANKS.get(after[1], 0), "after_id": after[2]}
    return work.all(_list(viewer.kind, kinds, is_sought=bool(sought), is_after=after is not None), **params)


def find_deleted(work: Work, kind: str, record_id: int) -> Deleted | None:
    """One thing that was deleted, if the caller may have it back. Faults: FORBIDDEN."""
    viewer = _viewer(work)
    if kind not in BINS:
        return None
    return work.first(_one(viewer.kind, kind), record_id=record_id, **queries.params_of(viewer))
