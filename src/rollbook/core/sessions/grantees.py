"""Which groups of people have a role at sites and in projects, as the rules of who sees what ask for them."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from rollbook.core.people.tables import person_roles
from rollbook.core.sessions.reach import ADMIN, OF_ACTIVE_GROUP, ids, is_live, project_ids
from rollbook.core.sessions.tables import places as p
from rollbook.core.sessions.tables import services as s
from rollbook.core.sessions.viewers import SUPER_ROLES, Kind


def granted(project: ColumnElement[bool], site: ColumnElement[bool], *, any_role: bool = False) -> Any:
    """Who has a role in some projects, or is an administrator (or anything) at some sites, as groups."""
    roles = s.service_roles.join(s.services, s.services.c.id == s.service_roles.c.service_id).join(
        s.service_access, s.service_access.c.service_role_id == s.service_roles.c.id
    )
    return (
        select(s.service_access.c.group_id)
        .select_from(roles)
        .where(
            s.services.c.is_home,
            is_live(s.service_roles),
            is_live(s.service_access),
            OF_ACTIVE_GROUP,
            or_(project, site if any_role else and_(site, s.service_roles.c.name == ADMIN)),
        )
        .correlate(None)
    )


def granted_groups(kind: Kind, *, only_admin: bool = False) -> Any:
    """The groups of people that share a project with the viewer, those of its site's administrators included."""
    reached = project_ids(kind, only_admin=only_admin)
    around = ids(p.projects.c.site_id, p.projects.c.id.in_(reached))
    return granted(s.service_roles.c.project_id.in_(reached), s.service_roles.c.site_id.in_(around))


def granted_at_site(site: Any) -> Any:
    """The groups of people that have a role at a site or in a project of it."""
    projects = ids(p.projects.c.id, p.projects.c.site_id == site)
    return granted(s.service_roles.c.project_id.in_(projects), s.service_roles.c.site_id == site, any_role=True)


def holders_at_site(site: Any) -> Any:
    """The groups of people that have a role at a site itself."""
    return granted(false(), s.service_roles.c.site_id == site, any_role=True)


def granted_in_project(project: Any) -> Any:
    """The groups of people that have a role in a project, those of its site's administrators included."""
    site = ids(p.projects.c.site_id, p.projects.c.id == project)
    return granted(s.service_roles.c.project_id == project, s.service_roles.c.site_id.in_(site))


def granted_at(projects: Any, sites: Any, *, any_role: bool = False) -> Any:
    """The groups of people that have a role in some projects, or are administrators (or anything) at some sites."""
    return granted(s.service_roles.c.project_id.in_(projects), s.service_roles.c.site_id.in_(sites), any_role=any_role)


SUPERS = ids(
    person_roles.c.person_id,
    or_(*(person_roles.c.role == role for role in sorted(role.value for role in SUPER_ROLES))),
)
