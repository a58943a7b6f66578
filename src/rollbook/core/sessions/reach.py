"""How far someone reaches: the sites and projects of a viewer, as selects of ids for the rules in ``scopes``.

Roles are the home service's: of a site or a project, given to groups of people. An administrator of a site is one of
all its projects; any role in a project gives the role of a user at its site.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, exists, or_, select

from rollbook.core.people.tables import groups, memberships
from rollbook.core.sessions.tables.devices import device_participants, device_projects
from rollbook.core.sessions.tables.places import participants, projects, sites
from rollbook.core.sessions.tables.services import (
    service_access,
    service_projects,
    service_roles,
    service_sites,
    services,
)
from rollbook.core.sessions.viewers import Kind

Ids = Select[Any]
ADMIN = "admin"
OF_ACTIVE_GROUP = exists(
    select(groups.c.id).where(groups.c.id == service_access.c.group_id, groups.c.inactivated_at.is_(None))
)
"""A group that was inactivated is listed no more, so nobody could take its roles away: it gives none."""
VIEWER: Any = bindparam("viewer_id")


def is_live(table: Table) -> ColumnElement[bool]:
    """The rows that are not deleted."""
    return table.c.deleted_at.is_(None)


def ids(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Ids:
    """Ids by conditions, on their own whatever statement they stand in."""
    return select(column).where(*conditions).correlate(None)


def linked(table: Table, column: str, **by: Any) -> Ids:
    """The ids in one column of an association's live rows, by others of its columns."""
    return ids(table.c[column], is_live(table), *(table.c[name] == value for name, value in by.items()))


def held(column: ColumnElement[Any], person: Any, *, only_admin: bool) -> Ids:
    """The sites or projects (a column of ``service_roles``) at which a person's groups have a role of their own."""
    granted = (
        service_roles.join(services, services.c.id == service_roles.c.service_id)
        .join(service_access, service_access.c.service_role_id == service_roles.c.id)
        .join(memberships, memberships.c.group_id == service_access.c.group_id)
    )
    query = (
        select(column)
        .select_from(granted)
        .where(
            memberships.c.person_id == person,
            services.c.is_home,
            is_live(service_roles),
            is_live(service_access),
            OF_ACTIVE_GROUP,
            column.is_not(None),
        )
    )
    return (query.where(service_roles.c.name == ADMIN) if only_admin else query).correlate(None)


def projects_of_person(person: Any, *, only_admin: bool = False) -> Ids:
    """The projects in which a person has a role, or is an administrator."""
    own = held(service_roles.c.project_id, person, only_admin=only_admin)
    administered = held(service_roles.c.site_id, person, only_admin=True)
    return ids(projects.c.id, is_live(projects), or_(projects.c.id.in_(own), projects.c.site_id.in_(administered)))


def sites_of_person(person: Any, *, only_admin: bool = False) -> Ids:
    """The sites at which a person has a role, or is an administrator."""
    own = held(service_roles.c.site_id, person, only_admin=only_admin)
    if only_admin:
        return ids(sites.c.id, is_live(sites), sites.c.id.in_(own))
    direct = held(service_roles.c.project_id, person, only_admin=False)
    around = ids(projects.c.site_id, is_live(projects), projects.c.id.in_(direct))
    return ids(sites.c.id, is_live(sites), or_(sites.c.id.in_(own), sites.c.id.in_(around)))


def project_ids(kind: Kind, *, only_admin: bool = False) -> Ids:
    """The projects that a viewer of a kind reaches."""
    match kind:
        case Kind.SUPER:
            return ids(projects.c.id, is_live(projects), projects.c.organisation_id == bindparam("organisation_id"))
        case Kind.USER:
            return projects_of_person(VIEWER, only_admin=only_admin)
        case Kind.PARTICIPANT:
            return ids(participants.c.project_id, participants.c.id == VIEWER)
        case Kind.DEVICE:
            return linked(device_projects, "project_id", device_id=VIEWER)
        case Kind.SERVICE:
            return linked(service_projects, "project_id", service_id=VIEWER)


def site_ids(kind: Kind, *, only_admin: bool = False) -> Ids:
    """The sites that a viewer of a kind reaches."""
    match kind:
        case Kind.SUPER:
            return ids(sites.c.id, is_live(sites), sites.c.organisation_id == bindparam("organisation_id"))
        case Kind.USER:
            return sites_of_person(VIEWER, only_admin=only_admin)
        case Kind.SERVICE:
            return linked(service_sites, "site_id", service_id=VIEWER)
        case _:
            return ids(projects.c.site_id, projects.c.id.in_(project_ids(kind)))


def participant_ids(kind: Kind, *, only_admin: bool = False) -> Ids:
    """The participants that a viewer of a kind reaches."""
    match kind:
        case Kind.PARTICIPANT:
            return ids(participants.c.id, participants.c.id == VIEWER)
        case Kind.DEVICE:
            return linked(device_participants, "participant_id", device_id=VIEWER)
        case _:
            reached = project_ids(kind, only_admin=only_admin)
            return ids(participants.c.id, is_live(participants), participants.c.project_id.in_(reached))
