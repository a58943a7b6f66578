"""Who sees what: the one place where it is said, for every kind of record and every kind of viewer.

:func:`visible_to` is the only way to start a select of these records. Its parameters are ``organisation_id`` and
``viewer_id``; with ``only_admin`` a user sees what they administer.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, false, or_, select, true

from rollbook.core.people.tables import groups, memberships, people
from rollbook.core.sessions.entities import Entity
from rollbook.core.sessions.grantees import SUPERS, granted, granted_groups
from rollbook.core.sessions.reach import (
    VIEWER,
    Ids,
    ids,
    is_live,
    linked,
    participant_ids,
    project_ids,
    site_ids,
)
from rollbook.core.sessions.tables import devices as d
from rollbook.core.sessions.tables import materials as m
from rollbook.core.sessions.tables import places as p
from rollbook.core.sessions.tables import services as s
from rollbook.core.sessions.tables import sessions as x
from rollbook.core.sessions.tables import users as u
from rollbook.core.sessions.viewers import Kind

Rule = Callable[[Kind, bool], ColumnElement[bool]]
ORGANISATION: Any = bindparam("organisation_id")


def device_ids(kind: Kind, *, only_admin: bool = False) -> Ids:
    """The devices that a viewer of a kind sees: a user those at their sites."""
    match kind:
        case Kind.SUPER:
            return ids(d.devices.c.id, is_live(d.devices), d.devices.c.organisation_id == ORGANISATION)
        case Kind.USER:
            reached = site_ids(kind, only_admin=only_admin)
            return ids(d.device_sites.c.device_id, is_live(d.device_sites), d.device_sites.c.site_id.in_(reached))
        case Kind.PARTICIPANT:
            return linked(d.device_participants, "device_id", participant_id=VIEWER)
        case Kind.DEVICE:
            return ids(d.devices.c.id, d.devices.c.id == VIEWER)
        case Kind.SERVICE:
            reached = project_ids(kind)
            used = d.device_projects
            return ids(used.c.device_id, is_live(used), used.c.project_id.in_(reached))


def user_ids(kind: Kind, *, only_admin: bool = False) -> Any:
    """The people that a viewer sees: members of the groups that have a role in a project of theirs.

    Services see the administrators of its site too, and those of everything.
    """
    if kind is Kind.SERVICE:
        near = ids(memberships.c.person_id, memberships.c.group_id.in_(granted_groups(kind)))
        return ids(people.c.id, or_(people.c.id.in_(near), people.c.id.in_(SUPERS)))
    reached = project_ids(kind, only_admin=only_admin)
    sharing = granted(s.service_roles.c.project_id.in_(reached), false())
    return ids(memberships.c.person_id, memberships.c.group_id.in_(sharing))


def _users(kind: Kind, only_admin: bool) -> ColumnElement[bool]:
    if kind is Kind.SUPER:
        return true()
    shared = people.c.id.in_(user_ids(kind, only_admin=only_admin))
    return or_(shared, people.c.id == VIEWER) if kind is Kind.USER else shared


def _groups(kind: Kind, only_admin: bool) -> ColumnElement[bool]:
    if kind is Kind.SUPER:
        return true()
    shared = groups.c.id.in_(granted_groups(kind, only_admin=only_admin))
    if kind is Kind.USER and not only_admin:
        return or_(shared, groups.c.id.in_(ids(memberships.c.group_id, memberships.c.person_id == VIEWER)))
    return shared


def service_ids(kind: Kind, *, only_admin: bool = False) -> Ids:
    """The services that a viewer sees: those used in their projects."""
    used = s.service_projects
    if kind is Kind.SUPER:
        return ids(s.services.c.id, is_live(s.services), s.services.c.organisation_id == ORGANISATION)
    return ids(used.c.service_id, is_live(used), used.c.project_id.in_(project_ids(kind, only_admin=only_admin)))


def session_type_ids(kind: Kind, *, only_admin: bool = False) -> Ids:
    """The session types that a viewer sees: users those at their sites, services those that they work with."""
    match kind:
        case Kind.SUPER:
            return ids(x.session_types.c.id, x.session_types.c.organisation_id == ORGANISATION)
        case Kind.USER:
            used = x.session_type_sites
            reached = site_ids(kind, only_admin=only_admin)
            return ids(used.c.session_type_id, is_live(used), used.c.site_id.in_(reached))
        case Kind.SERVICE:
            own = x.session_types.c.service_id == VIEWER
            also = x.session_types.c.id.in_(linked(x.session_type_services, "session_type_id", service_id=VIEWER))
            return ids(x.session_types.c.id, is_live(x.session_types), or_(own, also))
        case _:
            of = x.session_type_projects
            return ids(of.c.session_type_id, is_live(of), of.c.project_id.in_(project_ids(kind)))


def types_of_tests(kind: Kind, *, only_admin: bool = False) -> Ids:
    """The test types that a viewer sees: users those at their sites whose service they see, services their own."""
    match kind:
        case Kind.SUPER:
            return ids(m.test_types.c.id, m.test_types.c.organisation_id == ORGANISATION)
        case Kind.USER:
            used, reached = m.test_type_sites, site_ids(kind, only_admin=only_admin)
            at_site = ids(used.c.test_type_id, is_live(used), used.c.site_id.in_(reached))
            return ids(
                m.test_types.c.id, m.test_types.c.id.in_(at_site), m.test_types.c.service_id.in_(service_ids(kind))
            )
        case Kind.SERVICE:
            return ids(m.test_types.c.id, is_live(m.test_types), m.test_types.c.service_id == VIEWER)
        case _:
            of = m.test_type_projects
            return ids(of.c.test_type_id, is_live(of), of.c.project_id.in_(project_ids(kind)))


def session_ways(kind: Kind, *, only_admin: bool = False) -> list[tuple[Any, Ids]]:
    """The columns by which a session names who made it or takes part, each with those of them whom a user sees.

    A user sees the sessions that name one of these, and those that they made themselves.
    """
    made = x.sessions.c
    persons, used = user_ids(kind, only_admin=only_admin), device_ids(kind, only_admin=only_admin)
    followed = participant_ids(kind, only_admin=only_admin)
    return [
        (x.session_participants.c.participant_id, followed),
        (made.creator_person_id, persons),
        (made.creator_participant_id, followed),
        (made.creator_device_id, used),
        (made.creator_service_id, service_ids(kind, only_admin=only_admin)),
        (x.session_people.c.person_id, persons),
        (x.session_devices.c.device_id, used),
    ]


def _names_one(column: Any, chosen: Ids, kind: Kind, *, only_admin: bool) -> ColumnElement[bool]:
    """Whether a session names one of the chosen: looked for session by session, of which few are asked for."""
    table = column.table
    if column.name.endswith("participant_id"):
        reached, found = project_ids(kind, only_admin=only_admin), p.participants
        one = select(found.c.id).where(found.c.id == column, is_live(found), found.c.project_id.in_(reached))
        holds: Any = one.correlate(table).exists()
    else:
        holds = column.in_(chosen)
    if table is x.sessions:
        return and_(column.is_not(None), holds)  # most name none, and SQLite need not find out who are chosen
    taking_part = select(table.c.id).where(table.c.session_id == x.sessions.c.id, is_live(table), holds)
    return taking_part.correlate(x.sessions).exists()


def _sessions(kind: Kind, only_admin: bool) -> Any:
    made = x.sessions.c
    match kind:
        case Kind.SUPER:
            return true()
        case Kind.USER:
            ways = session_ways(kind, only_admin=only_admin)
            near = (_names_one(column, chosen, kind, only_admin=only_admin) for column, chosen in ways)
            return or_(made.creator_person_id == VIEWER, *near)
        case Kind.PARTICIPANT:
            return or_(
                made.creator_participant_id == VIEWER,
                made.id.in_(linked(x.session_participants, "session_id", participant_id=VIEWER)),
            )
        case Kind.DEVICE:
            return or_(
                made.creator_device_id == VIEWER,
                made.id.in_(linked(x.session_devices, "session_id", device_id=VIEWER)),
            )
        case Kind.SERVICE:
            return or_(made.creator_service_id == VIEWER, made.session_type_id.in_(session_type_ids(kind)))


def _of_session(column: Any, kind: Kind, *, only_admin: bool) -> ColumnElement[bool]:
    """Names a session that the viewer sees. Looked for one by one, for there may be millions."""
    found = x.sessions
    mine = found.c.organisation_id == ORGANISATION
    one = select(found.c.id).where(found.c.id == column, is_live(found), mine, _sessions(kind, only_admin))
    return one.correlate(column.table).exists()


def _materials(table: Table) -> Rule:
    """Assets or tests: what participants and devices made themselves, for others what belongs to a session they see."""

    def rule(kind: Kind, only_admin: bool) -> Any:
        match kind:
            case Kind.SUPER:
                return true()
            case Kind.PARTICIPANT:
                return table.c.participant_id == VIEWER
            case Kind.DEVICE:
                return table.c.device_id == VIEWER
            case _:
                found = _of_session(table.c.session_id, kind, only_admin=only_admin)
                return found if kind is Kind.USER else or_(found, table.c.service_id == VIEWER)

    return rule


def _within(column: ColumnElement[Any], chosen: Callable[..., Any]) -> Rule:
    """Seen where what the column names is."""
    return lambda kind, only_admin: column.in_(chosen(kind, only_admin=only_admin))


def _either(column: ColumnElement[Any], chosen: Callable[..., Any]) -> Rule:
    """As :func:`_within`, and everything for those who see all."""
    return lambda kind, only_admin: true() if kind is Kind.SUPER else column.in_(chosen(kind, only_admin=only_admin))


def _both(first: Rule, second: Rule) -> Rule:
    return lambda kind, only_admin: and_(first(kind, only_admin), second(kind, False))


def _participants(kind: Kind, only_admin: bool) -> ColumnElement[bool]:
    match kind:
        case Kind.SUPER:
            return true()
        case Kind.PARTICIPANT | Kind.DEVICE:
            return p.participants.c.id.in_(participant_ids(kind))
        case _:
            return p.participants.c.project_id.in_(project_ids(kind, only_admin=only_admin))


def _link(table: Table, things: Callable[..., Any]) -> Rule:
    """A link with a site or project: seen by those who see both ends."""
    thing = next(c for c in table.c if c.name in ("device_id", "service_id", "session_type_id", "test_type_id"))
    if "site_id" in table.c:
        return _both(_within(table.c.site_id, site_ids), _within(thing, things))
    return _both(_within(table.c.project_id, project_ids), _within(thing, things))


def _everyone(kind: Kind, only_admin: bool) -> ColumnElement[bool]:
    return true()


def _access(kind: Kind, only_admin: bool) -> ColumnElement[bool]:
    if kind is Kind.SUPER:
        return true()
    given = s.service_access.c
    grouped = ids(
        p.participant_groups.c.id, p.participant_groups.c.project_id.in_(project_ids(kind, only_admin=only_admin))
    )
    seen = or_(
        given.group_id.in_(granted_groups(kind, only_admin=only_admin)),
        given.participant_group_id.in_(grouped),
        given.device_id.in_(device_ids(kind, only_admin=only_admin)),
    )
    return seen if kind is Kind.USER else and_(seen, s.service_roles.c.service_id == VIEWER)


def _configs(kind: Kind, only_admin: bool) -> ColumnElement[bool]:
    if kind is Kind.SUPER:
        return true()
    of = s.service_configs.c
    return or_(
        of.person_id.in_(user_ids(kind, only_admin=only_admin)),
        of.person_id == VIEWER if kind is Kind.USER else false(),
        of.participant_id.in_(participant_ids(kind, only_admin=only_admin)),
        of.device_id.in_(device_ids(kind, only_admin=only_admin)),
    )


def _of_people(column: ColumnElement[Any]) -> Rule:
    """Seen where the person is."""

    def rule(kind: Kind, only_admin: bool) -> ColumnElement[bool]:
        own = ids(people.c.id, people.c.organisation_id == ORGANISATION, _users(kind, only_admin))
        return column.in_(own)

    return rule


RULES: dict[str, Rule] = {
    "site": _either(p.sites.c.id, site_ids),
    "project": _either(p.projects.c.id, project_ids),
    "participant_group": _either(p.participant_groups.c.project_id, project_ids),
    "participant": _participants,
    "device_type": _everyone,
    "device_subtype": _everyone,
    "device": _either(d.devices.c.id, device_ids),
    "device_site": _link(d.device_sites, device_ids),
    "device_project": _both(
        _within(d.device_projects.c.project_id, project_ids), _within(d.device_projects.c.device_id, device_ids)
    ),
    "device_participant": _both(
        _within(d.device_participants.c.device_id, device_ids),
        _within(d.device_participants.c.participant_id, participant_ids),
    ),
    "service": _either(s.services.c.id, service_ids),
    "service_role": _either(s.service_roles.c.service_id, service_ids),
    "service_access": _access,
    "service_site": _both(
        _within(s.service_sites.c.site_id, site_ids), _within(s.service_sites.c.service_id, service_ids)
    ),
    "service_project": _both(
        _within(s.service_projects.c.project_id, project_ids), _within(s.service_projects.c.service_id, service_ids)
    ),
    "service_config": _configs,
    "session_type": _either(x.session_types.c.id, session_type_ids),
    "session_type_site": _both(
        _within(x.session_type_sites.c.site_id, site_ids),
        _within(x.session_type_sites.c.session_type_id, session_type_ids),
    ),
    "session_type_project": _both(
        _within(x.session_type_projects.c.project_id, project_ids),
        _within(x.session_type_projects.c.session_type_id, session_type_ids),
    ),
    "session_type_service": _both(
        _within(x.session_type_services.c.session_type_id, session_type_ids),
        _within(x.session_type_services.c.service_id, service_ids),
    ),
    "session": _sessions,
    "session_event": lambda kind, only_admin: _of_session(x.session_events.c.session_id, kind, only_admin=only_admin),
    "asset": _materials(m.assets),
    "test": _materials(m.tests),
    "test_type": _either(m.test_types.c.id, types_of_tests),
    "test_type_site": _both(
        _within(m.test_type_sites.c.site_id, site_ids), _within(m.test_type_sites.c.test_type_id, types_of_tests)
    ),
    "test_type_project": _both(
        _within(m.test_type_projects.c.project_id, project_ids),
        _within(m.test_type_projects.c.test_type_id, types_of_tests),
    ),
    "test_invitation": _within(m.test_invitations.c.test_type_id, types_of_tests),
    "user": _users,
    "user_group": _groups,
    "membership": _of_people(memberships.c.person_id),
    "user_preference": _of_people(u.user_preferences.c.person_id),
}


def visible_to(entity: Entity, kind: Kind, *, only_admin: bool = False) -> ColumnElement[bool]:
    """The live rows of an entity that a viewer of a kind sees."""
    rule = RULES[entity.name](kind, only_admin)
    table = entity.table
    mine = table.c.organisation_id == ORGANISATION if "organisation_id" in table.c else true()
    return and_(mine, entity.is_live, rule)
