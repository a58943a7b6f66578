"""What lists can be narrowed by beside the values of columns."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from rollbook.core.events.tables import events
from rollbook.core.kernel.matching import holds
from rollbook.core.people.tables import groups, memberships, people
from rollbook.core.sessions.entities import Entity
from rollbook.core.sessions.grantees import granted_at_site, granted_in_project
from rollbook.core.sessions.reach import ids, is_live, linked, projects_of_person, sites_of_person
from rollbook.core.sessions.tables import devices as d
from rollbook.core.sessions.tables import materials as m
from rollbook.core.sessions.tables import places as p
from rollbook.core.sessions.tables import services as s
from rollbook.core.sessions.tables import sessions as x

Filter = Callable[[], ColumnElement[bool]]
_given: Any = bindparam


def _by_link(own: ColumnElement[Any], table: Any, column: str, by: str) -> Filter:
    """Named in an association beside the value of the same name as the filter."""
    return lambda: own.in_(linked(table, column, **{by: _given(by)}))


def _projects_at(site: str) -> Any:
    return ids(p.projects.c.id, is_live(p.projects), p.projects.c.site_id == _given(site))


def _taking_part(table: Any, column: str) -> Filter:
    return lambda: x.sessions.c.id.in_(linked(table, "session_id", **{column: _given(column)}))


def _with_participants(chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Sessions in which one of the chosen participants takes part."""
    of, found = x.session_participants.c, ids(p.participants.c.id, chosen)
    return x.sessions.c.id.in_(ids(of.session_id, is_live(x.session_participants), of.participant_id.in_(found)))


def _of_session(own: ColumnElement[Any], table: Any, column: str) -> Filter:
    return lambda: own.in_(linked(table, column, session_id=_given("session_id")))


def _created_by(table: Any) -> dict[str, Filter]:
    """Assets and tests by who created their session."""

    def by(column: str) -> Filter:
        of = x.sessions.c
        return lambda: table.c.session_id.in_(ids(of.id, of[column] == _given(column)))

    return {
        name: by(name)
        for name in ("creator_person_id", "creator_device_id", "creator_participant_id", "creator_service_id")
    }


def _near(table: Any, column: str, name: str) -> Filter:
    """Assets made by someone, or of a session in which they took part."""
    return lambda: or_(
        m.assets.c[column] == _given(name),
        m.assets.c.session_id.in_(linked(table, "session_id", **{column: _given(name)})),
    )


def _with_role_of_service() -> Any:
    given = s.service_access.join(s.service_roles, s.service_roles.c.id == s.service_access.c.service_role_id)
    return (
        select(s.service_access.c.group_id)
        .select_from(given)
        .where(
            s.service_roles.c.service_id == _given("of_service"),
            is_live(s.service_access),
            is_live(s.service_roles),
        )
        .correlate(None)
    )


_SEARCHED: Mapping[str, tuple[str, ...]] = {
    "participant": ("name", "email", "username", "uuid"),
    "device": ("name", "uuid"),
    "device_type": ("name", "key"),
    "service": ("name", "key"),
    "session": ("name", "comments"),
    "test_type": ("name", "key"),
    "user": ("first_name", "last_name", "username", "email"),
    "service_config": ("service_name", "config"),
}


def searched(entity: Entity) -> ColumnElement[bool]:
    """Whether the pattern in ``searched`` is in one of the texts by which a kind of record is looked for."""
    columns = entity.columns
    return or_(*(holds(columns[name], "searched") for name in _SEARCHED.get(entity.name, ("name",))))


FILTERS: Mapping[str, Mapping[str, Filter]] = {
    "site": {
        "device_id": _by_link(p.sites.c.id, d.device_sites, "site_id", "device_id"),
        "of_person": lambda: p.sites.c.id.in_(sites_of_person(_given("of_person"))),
    },
    "project": {
        "of_person": lambda: p.projects.c.id.in_(projects_of_person(_given("of_person"))),
        "service_id": _by_link(p.projects.c.id, s.service_projects, "project_id", "service_id"),
    },
    "participant": {
        "site_id": lambda: p.participants.c.project_id.in_(_projects_at("site_id")),
        "device_id": _by_link(p.participants.c.id, d.device_participants, "participant_id", "device_id"),
        "session_id": _of_session(p.participants.c.id, x.session_participants, "participant_id"),
        "named_like": lambda: holds(p.participants.c.name, "named_like"),
        "has_no_group": lambda: p.participants.c.participant_group_id.is_(None) == _given("has_no_group"),
    },
    "device": {
        "site_id": _by_link(d.devices.c.id, d.device_sites, "device_id", "site_id"),
        "project_id": _by_link(d.devices.c.id, d.device_projects, "device_id", "project_id"),
        "participant_id": _by_link(d.devices.c.id, d.device_participants, "device_id", "participant_id"),
        "session_id": _of_session(d.devices.c.id, x.session_devices, "device_id"),
    },
    "device_participant": {
        "site_id": lambda: d.device_participants.c.participant_id.in_(
            ids(p.participants.c.id, p.participants.c.project_id.in_(_projects_at("site_id")))
        ),
        "device_type_id": lambda: d.devices.c.device_type_id == _given("device_type_id"),
    },
    "service": {
        "project_id": _by_link(s.services.c.id, s.service_projects, "service_id", "project_id"),
        "site_id": _by_link(s.services.c.id, s.service_sites, "service_id", "site_id"),
    },
    "service_access": {
        "of_person": lambda: s.service_access.c.group_id.in_(
            ids(memberships.c.group_id, memberships.c.person_id == _given("of_person"))
        ),
    },
    "service_role": {
        "is_global": lambda: (
            (s.service_roles.c.site_id.is_(None) & s.service_roles.c.project_id.is_(None)) == _given("is_global")
        ),
    },
    "session_type": {
        "project_id": _by_link(x.session_types.c.id, x.session_type_projects, "session_type_id", "project_id"),
        "site_id": _by_link(x.session_types.c.id, x.session_type_sites, "session_type_id", "site_id"),
    },
    "session": {
        "participant_id": _taking_part(x.session_participants, "participant_id"),
        "person_id": _taking_part(x.session_people, "person_id"),
        "device_id": _taking_part(x.session_devices, "device_id"),
        "from_at": lambda: x.sessions.c.started_at >= _given("from_at"),
        "to_at": lambda: x.sessions.c.started_at <= _given("to_at"),
        "project_id": lambda: _with_participants(p.participants.c.project_id == _given("project_id")),
        "site_id": lambda: _with_participants(p.participants.c.project_id.in_(_projects_at("site_id"))),
    },
    "asset": _created_by(m.assets)
    | {
        "with_participant": lambda: m.assets.c.session_id.in_(
            linked(x.session_participants, "session_id", participant_id=_given("with_participant"))
        ),
        "near_participant": _near(x.session_participants, "participant_id", "near_participant"),
        "near_device": _near(x.session_devices, "device_id", "near_device"),
        "near_person": _near(x.session_people, "person_id", "near_person"),
    },
    "test": _created_by(m.tests),
    "test_type": {
        "project_id": _by_link(m.test_types.c.id, m.test_type_projects, "test_type_id", "project_id"),
        "site_id": _by_link(m.test_types.c.id, m.test_type_sites, "test_type_id", "site_id"),
    },
    "user": {
        "site_id": lambda: people.c.id.in_(
            ids(memberships.c.person_id, memberships.c.group_id.in_(granted_at_site(_given("site_id"))))
        ),
        "has_group": lambda: people.c.id.in_(ids(memberships.c.person_id)) == _given("has_group"),
        "project_id": lambda: people.c.id.in_(
            ids(memberships.c.person_id, memberships.c.group_id.in_(granted_in_project(_given("project_id"))))
        ),
        "username": lambda: people.c.username_key == func.lower(_given("username")),
        "group_id": lambda: people.c.id.in_(ids(memberships.c.person_id, memberships.c.group_id == _given("group_id"))),
        "session_id": _of_session(people.c.id, x.session_people, "person_id"),
    },
    "user_group": {
        "of_service": lambda: groups.c.id.in_(_with_role_of_service()),
        "project_id": lambda: groups.c.id.in_(granted_in_project(_given("project_id"))),
        "site_id": lambda: groups.c.id.in_(granted_at_site(_given("site_id"))),
        "person_id": lambda: groups.c.id.in_(
            ids(memberships.c.group_id, memberships.c.person_id == _given("person_id"))
        ),
    },
}


def _last_change() -> Any:
    """The number of the last event that a participant is of."""
    of, found = events.c, p.participants.c
    changes = select(func.max(of.id)).where(
        of.organisation_id == found.organisation_id, of.entity == "participant", of.entity_id == found.id
    )
    return changes.correlate(p.participants).scalar_subquery()


ORDERS: Mapping[str, Callable[[], list[Any]]] = {
    "recent": lambda: [_last_change().desc().nulls_last(), p.participants.c.id.desc()],
    "in_time": lambda: [x.session_events.c.at, x.session_events.c.id],
}
"""Orders beside each entity's own: participants that changed last first, events as they happened."""
