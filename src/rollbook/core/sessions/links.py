"""Associations: which devices, services, session types and test types are used at which sites and in which projects.

Nothing is used in a project that is not at its site. What was linked once gets its old link back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import policy, queries, store
from rollbook.core.sessions.entities import Entity, Record
from rollbook.core.sessions.link_uses import USES

Rows = Statement[tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class Link:
    """An association of a thing with a place, by the columns of its entity."""

    entity: Entity
    thing: Entity
    place: Entity
    may_change: Callable[[Work, Record], bool]
    """Whether the caller may make or undo a link, given the ids of both."""
    open_places: Callable[..., list[Record]]
    """The places with which the caller may link a thing of this id, narrowed as ``queries.find`` narrows."""
    at_site: "Link | None" = None
    """The link that the thing must have with the project's site."""

    @property
    def thing_id(self) -> str:
        """The column that names the thing."""
        return f"{self.thing.name}_id"

    @property
    def place_id(self) -> str:
        """The column that names the place."""
        return f"{self.place.name}_id"

    def refused(self) -> Fault:
        """That the caller may not make or undo it: OpenTera has other words at sites than elsewhere."""
        return policy.forbidden("Forbidden" if self.place is e.SITE else "Access denied")


def _by_super(work: Work, pair: Record) -> bool:
    return policy.is_super(work)


def _by_site_admin(work: Work, pair: Record) -> bool:
    return policy.is_site_admin(work, pair["site_id"])


def _by_project_admin(work: Work, pair: Record) -> bool:
    return policy.is_project_admin(work, pair["project_id"])


def _by_admin_of_project_site(work: Work, pair: Record) -> bool:
    project = queries.first(work, e.PROJECT, id=pair["project_id"])
    return project is not None and policy.is_site_admin(work, project["site_id"])


def _by_type_admin(work: Work, pair: Record) -> bool:
    return queries.sees(work, e.SESSION_TYPE, pair["session_type_id"], only_admin=True)


def _sites_of_super(work: Work, thing_id: int, **narrow: Any) -> list[Record]:
    return queries.find(work, e.SITE, **narrow) if policy.is_super(work) else []


def _administered_sites(work: Work, thing_id: int, **narrow: Any) -> list[Record]:
    return queries.find(work, e.SITE, only_admin=True, **narrow)


def _administered_projects(work: Work, thing_id: int, **narrow: Any) -> list[Record]:
    return queries.find(work, e.PROJECT, only_admin=True, **narrow)


def _projects_of_administered_sites(work: Work, thing_id: int, **narrow: Any) -> list[Record]:
    own = {one["id"] for one in queries.find(work, e.SITE, only_admin=True)}
    wanted = own & set(narrow.pop("site_id_among", own))
    return queries.find(work, e.PROJECT, site_id_among=sorted(wanted), **narrow)


def _services_of_administered_type(work: Work, thing_id: int, **narrow: Any) -> list[Record]:
    may = _by_type_admin(work, {"session_type_id": thing_id})
    return queries.find(work, e.SERVICE, is_home=False, **narrow) if may else []


DEVICE_SITES = Link(e.DEVICE_SITE, e.DEVICE, e.SITE, _by_super, _sites_of_super)
DEVICE_PROJECTS = Link(
    e.DEVICE_PROJECT, e.DEVICE, e.PROJECT, _by_project_admin, _administered_projects, at_site=DEVICE_SITES
)
SERVICE_SITES = Link(e.SERVICE_SITE, e.SERVICE, e.SITE, _by_super, _sites_of_super)
SERVICE_PROJECTS = Link(
    e.SERVICE_PROJECT,
    e.SERVICE,
    e.PROJECT,
    _by_admin_of_project_site,
    _projects_of_administered_sites,
    at_site=SERVICE_SITES,
)
SESSION_TYPE_SITES = Link(e.SESSION_TYPE_SITE, e.SESSION_TYPE, e.SITE, _by_site_admin, _administered_sites)
SESSION_TYPE_PROJECTS = Link(
    e.SESSION_TYPE_PROJECT,
    e.SESSION_TYPE,
    e.PROJECT,
    _by_project_admin,
    _administered_projects,
    at_site=SESSION_TYPE_SITES,
)
SESSION_TYPE_SERVICES = Link(
    e.SESSION_TYPE_SERVICE, e.SESSION_TYPE, e.SERVICE, _by_type_admin, _services_of_administered_type
)
TEST_TYPE_SITES = Link(e.TEST_TYPE_SITE, e.TEST_TYPE, e.SITE, _by_site_admin, _administered_sites)
TEST_TYPE_PROJECTS = Link(
    e.TEST_TYPE_PROJECT, e.TEST_TYPE, e.PROJECT, _by_project_admin, _administered_projects, at_site=TEST_TYPE_SITES
)
_PROJECTS_OF = {
    link.at_site.entity.name: link
    for link in (DEVICE_PROJECTS, SERVICE_PROJECTS, SESSION_TYPE_PROJECTS, TEST_TYPE_PROJECTS)
    if link.at_site
}
"""The links with projects that go when the one with their site does."""


@shapes
def _restore(link: Link) -> Rows:
    table = link.entity.table
    gone = (
        select(table.c.id)
        .where(
            table.c[link.thing_id] == bindparam("thing_id"),
            table.c[link.place_id] == bindparam("place_id"),
            table.c.deleted_at.is_not(None),
        )
        .order_by(table.c.id)
        .limit(1)
    )
    chosen = table.c.id == gone.scalar_subquery()
    return Rows(update(table).where(chosen).values(deleted_at=None).returning(table.c.id))


def _linked(work: Work, link: Link, pair: Record) -> Record | None:
    return queries.first(work, link.entity, viewer=queries.anyone(work), **pair)


def require(work: Work, link: Link, pair: Record) -> None:
    """Faults: FORBIDDEN for a caller who may not, and for a thing that they do not see or is not at the site."""
    every = queries.anyone(work)
    is_there = all(
        queries.first(work, end, viewer=every, id=pair[column]) is not None
        for end, column in ((link.place, link.place_id), (link.thing, link.thing_id))
    )
    if not (link.may_change(work, pair) and is_there):
        raise link.refused()
    if link.at_site is None:
        return
    project = queries.get(work, e.PROJECT, pair["project_id"])
    around = {link.thing_id: pair[link.thing_id], "site_id": project["site_id"]}
    if _linked(work, link.at_site, around) is None:
        raise policy.forbidden(
            f"At least one {link.thing.name.replace('_', ' ')} is not associated to the site of its project"
        )


def attach_all(work: Work, link: Link, pairs: list[Record]) -> list[Record]:
    """Link things with places, by someone who may, all or none; what is linked already stays so. Faults: FORBIDDEN."""
    for pair in pairs:
        require(work, link, pair)
    return [make(work, link, pair) for pair in pairs]


def make(work: Work, link: Link, pair: Record) -> Record:
    """Link a thing with a place, whoever asks."""
    present = _linked(work, link, pair)
    if present is not None:
        return present
    restored = work.value(_restore(link), thing_id=pair[link.thing_id], place_id=pair[link.place_id])
    if restored is None:
        return store.add(work, link.entity, **pair)
    work.record(f"{link.entity.name}.created", link.entity.name, restored, str(restored), after=pair)
    return queries.get(work, link.entity, restored)


def replace(work: Work, link: Link, known: tuple[str, int], wanted: list[Record]) -> list[Record]:
    """Make the links of one thing or place those that are wanted; those that the caller did not see before.

    ``known`` is the column that all share, with its value. Faults: FORBIDDEN; CONFLICT for one that is in use.
    """
    column, value = known
    other = link.place_id if column == link.thing_id else link.thing_id
    shared: Record = {column: value}
    seen = {row[other] for row in queries.find(work, link.entity, **shared)}
    chosen = {pair[other] for pair in wanted}
    for row in queries.find(work, link.entity, viewer=queries.anyone(work), **shared):
        if row[other] not in chosen:
            _unlink(work, link, row)
    return attach_all(work, link, [pair for pair in wanted if pair[other] not in seen])


def detach(work: Work, link: Link, link_id: int) -> None:
    """Undo a link. Faults: INVALID where there is none; FORBIDDEN; CONFLICT for one that is in use."""
    found = queries.first(work, link.entity, viewer=queries.anyone(work), id=link_id)
    if found is None:
        raise Fault(FaultCode.INVALID, "Not found")
    _unlink(work, link, found)


def _unlink(work: Work, link: Link, row: Record) -> None:
    if not link.may_change(work, row):
        raise link.refused()
    use, message = USES[link.entity.name]
    if use is not None and work.first(use, thing=row[link.thing_id], place=row[link.place_id]) is not None:
        raise Fault(FaultCode.CONFLICT, message)
    store.remove(work, link.entity, row)
    if (below := _PROJECTS_OF.get(link.entity.name)) is not None:
        every = queries.find(work, below.entity, viewer=queries.anyone(work), **{link.thing_id: row[link.thing_id]})
        for lower in every:
            if lower["site_id"] == row["site_id"]:
                store.remove(work, below.entity, lower)


def attach_for_service(work: Work, link: Link, pair: Record) -> Record:
    """Use a type that the calling service sees in a project of its, and so at the site. Faults: FORBIDDEN."""
    project = queries.first(work, e.PROJECT, id=pair["project_id"])
    if project is None or not queries.sees(work, link.thing, pair[link.thing_id]):
        raise policy.forbidden()
    if link.at_site is not None:
        make(work, link.at_site, {link.thing_id: pair[link.thing_id], "site_id": project["site_id"]})
    return make(work, link, pair)
