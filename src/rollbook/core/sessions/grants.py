"""The roles that groups of people have at sites and in projects, with those that follow from others.

An administrator of a site is one of each of its projects; whoever has a role in a project is a user of its site.
"""

from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, false, literal, select, true, union_all

from rollbook.core.kernel.statements import Lookup, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import memberships
from rollbook.core.sessions.queries import params_of
from rollbook.core.sessions.reach import ADMIN, OF_ACTIVE_GROUP, ids, is_live, project_ids, site_ids
from rollbook.core.sessions.tables.places import projects
from rollbook.core.sessions.tables.services import service_access, service_roles, services
from rollbook.core.sessions.viewers import Kind, Viewer

What = Literal["site", "project"]
Rows = Lookup[tuple[Any, ...]]
USER = "user"


class Grant(msgspec.Struct, frozen=True):
    """A role; ``is_inherited`` when it follows from another."""

    role: str
    is_inherited: bool

    @property
    def rank(self) -> tuple[bool, bool]:
        """Administrators are above users, and a role of one's own above one that follows."""
        return self.role == ADMIN, not self.is_inherited


_given: Any = bindparam
_granted = service_roles.join(services, services.c.id == service_roles.c.service_id).join(
    service_access, service_access.c.service_role_id == service_roles.c.id
)
_conditions = (
    services.c.is_home,
    is_live(service_roles),
    is_live(service_access),
    OF_ACTIVE_GROUP,
)


def _rows(place: ColumnElement[Any], source: Any, name: Any, *more: Any, is_inherited: bool) -> Select[Any]:
    how = true() if is_inherited else false()
    query = select(service_access.c.group_id, place.label("place_id"), name.label("role"), how.label("is_inherited"))
    return query.select_from(source).where(*_conditions, place.is_not(None), *more)


@shapes
def _grants(what: What, kind: Kind, names: frozenset[str]) -> Rows:
    if what == "site":
        own = _rows(service_roles.c.site_id, _granted, service_roles.c.name, is_inherited=False)
        around = _granted.join(projects, projects.c.id == service_roles.c.project_id)
        follows = _rows(projects.c.site_id, around, literal(USER), is_live(projects), is_inherited=True)
        reached = site_ids(kind)
    else:
        own = _rows(service_roles.c.project_id, _granted, service_roles.c.name, is_inherited=False)
        within = _granted.join(projects, projects.c.site_id == service_roles.c.site_id)
        is_admin = service_roles.c.name == ADMIN
        follows = _rows(projects.c.id, within, literal(ADMIN), is_live(projects), is_admin, is_inherited=True)
        reached = project_ids(kind)
    every = union_all(own, follows).subquery()
    conditions = {
        "place_id": every.c.place_id == _given("place_id"),
        "group_id": every.c.group_id == _given("group_id"),
        "person_id": every.c.group_id.in_(ids(memberships.c.group_id, memberships.c.person_id == _given("person_id"))),
    }
    chosen = (conditions[name] for name in sorted(names))
    return Rows(
        select(every).where(every.c.place_id.in_(reached), *chosen).order_by(every.c.place_id, every.c.group_id)
    )


def find(work: Work, what: What, viewer: Viewer, **filters: int | None) -> dict[tuple[int, int], Grant]:
    """The roles by group and place, of the places that the viewer reaches; filters: place_id, group_id, person_id."""
    given = {name: value for name, value in filters.items() if value is not None}
    found: dict[tuple[int, int], Grant] = {}
    for group_id, place_id, role, is_inherited in work.all(
        _grants(what, viewer.kind, frozenset(given)), **params_of(viewer), **given
    ):
        grant = Grant(role, bool(is_inherited))
        present = found.get((group_id, place_id))
        if present is None or grant.rank > present.rank:
            found[group_id, place_id] = grant
    return found


def inherited(work: Work, what: What, viewer: Viewer, **filters: int) -> Grant | None:
    """The best of the roles that follow from others."""
    rows = work.all(_grants(what, viewer.kind, frozenset(filters)), **params_of(viewer), **filters)
    found = [Grant(role, is_inherited=True) for _, _, role, is_inherited in rows if is_inherited]
    return max(found, key=lambda grant: grant.rank, default=None)


def of_person(work: Work, what: What, viewer: Viewer, person_id: int) -> dict[int, Grant]:
    """The best role that a person has by place, of the places that the viewer reaches."""
    best: dict[int, Grant] = {}
    for (_, place_id), grant in find(work, what, viewer, person_id=person_id).items():
        if place_id not in best or grant.rank > best[place_id].rank:
            best[place_id] = grant
    return best


def roles_of_viewer(work: Work, what: What, viewer: Viewer) -> dict[int, str] | None:
    """The viewer's own role by place; None for those who administer everything."""
    if viewer.is_super:
        return None
    return {place_id: grant.role for place_id, grant in of_person(work, what, viewer, viewer.id).items()}


_SERVICE_ROLES = Rows(
    select(services.c.key, service_roles.c.name)
    .select_from(_granted.join(memberships, memberships.c.group_id == service_access.c.group_id))
    .where(
        memberships.c.person_id == _given("person_id"),
        is_live(service_roles),
        is_live(service_access),
        OF_ACTIVE_GROUP,
        service_roles.c.site_id.is_(None),
        service_roles.c.project_id.is_(None),
    )
    .order_by(services.c.id, service_roles.c.id)
)


def service_roles_of(work: Work, person_id: int) -> dict[str, list[str]]:
    """The roles that a person has in services as a whole, by the services' keys."""
    found: dict[str, list[str]] = {}
    for key, role in work.all(_SERVICE_ROLES, person_id=person_id):
        found.setdefault(key, []).append(role)
    return found
