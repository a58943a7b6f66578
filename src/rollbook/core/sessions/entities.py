"""What each kind of record is: its columns as they are read, and the names that stand beside its references."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, exists, or_, select, true

from rollbook.core.access.tables import passwords
from rollbook.core.people.tables import groups, memberships, people, person_roles
from rollbook.core.sessions.tables import devices as d
from rollbook.core.sessions.tables import materials as m
from rollbook.core.sessions.tables import places as p
from rollbook.core.sessions.tables import services as s
from rollbook.core.sessions.tables import sessions as x
from rollbook.core.sessions.tables import users as u
from rollbook.core.sessions.viewers import SUPER_ROLES

Record = dict[str, Any]
"""One row by the names of its columns, and of those that its entity adds."""


@dataclass(frozen=True, eq=False)
class Entity:
    """A kind of record. ``source`` is its table, joined to those whose names are shown with it."""

    name: str
    table: Table
    added: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    source: FromClause | None = None
    order: tuple[ColumnElement[Any], ...] = ()

    @property
    def columns(self) -> dict[str, ColumnElement[Any]]:
        """Everything a record of it holds."""
        own = {c.name: c for c in self.table.c if c.name not in ("organisation_id", "deleted_at")}
        return own | dict(self.added)

    @property
    def is_live(self) -> ColumnElement[bool]:
        """The rows that are not deleted."""
        return self.table.c.deleted_at.is_(None) if "deleted_at" in self.table.c else true()


def _names(table: Table, *targets: tuple[str, Table, Mapping[str, str]]) -> dict[str, Any]:
    """Arguments of an entity whose references (a column, what it names, the added columns) are joined."""
    source: Any = table
    added: dict[str, Any] = {}
    for column, target, wanted in targets:
        source = source.outerjoin(target, target.c.id == table.c[column])
        added |= {name: target.c[own] for name, own in wanted.items()}
    return {"source": source, "added": added}


SITE = Entity("site", p.sites, order=(p.sites.c.name, p.sites.c.id))
_SITE = ("site_id", p.sites, {"site_name": "name"})
PROJECT = Entity("project", p.projects, **_names(p.projects, _SITE))
_PROJECT = ("project_id", p.projects, {"project_name": "name", "site_id": "site_id"})
PARTICIPANT_GROUP = Entity(
    "participant_group",
    p.participant_groups,
    **_names(p.participant_groups, ("project_id", p.projects, {"project_name": "name"})),
)
PARTICIPANT = Entity(
    "participant",
    p.participants,
    **_names(
        p.participants,
        ("project_id", p.projects, {"project_is_enabled": "is_enabled", "project_name": "name", "site_id": "site_id"}),
    ),
)

DEVICE_TYPE = Entity("device_type", d.device_types)
DEVICE_SUBTYPE = Entity(
    "device_subtype",
    d.device_subtypes,
    **_names(d.device_subtypes, ("device_type_id", d.device_types, {"device_type_name": "name"})),
)
DEVICE = Entity(
    "device",
    d.devices,
    **_names(
        d.devices,
        ("device_type_id", d.device_types, {"type_name": "name", "type_key": "key"}),
        ("device_subtype_id", d.device_subtypes, {"subtype_name": "name"}),
    ),
)
_DEVICE = (
    "device_id",
    d.devices,
    {"device_name": "name", "device_uuid": "uuid", "device_is_enabled": "is_enabled"},
)
_PARTICIPANT = (
    "participant_id",
    p.participants,
    {
        "participant_name": "name",
        "participant_uuid": "uuid",
        "participant_is_enabled": "is_enabled",
        "participant_project_id": "project_id",
    },
)
DEVICE_SITE = Entity("device_site", d.device_sites, **_names(d.device_sites, _DEVICE, _SITE))
DEVICE_PROJECT = Entity("device_project", d.device_projects, **_names(d.device_projects, _DEVICE, _PROJECT))
DEVICE_PARTICIPANT = Entity(
    "device_participant", d.device_participants, **_names(d.device_participants, _DEVICE, _PARTICIPANT)
)

SERVICE = Entity("service", s.services)
_SERVICE = (
    "service_id",
    s.services,
    {"service_name": "name", "service_key": "key", "service_uuid": "uuid", "service_is_system": "is_system"},
)
SERVICE_ROLE = Entity(
    "service_role",
    s.service_roles,
    **_names(
        s.service_roles,
        _SERVICE,
        _SITE,
        ("project_id", p.projects, {"project_name": "name"}),
    ),
)
SERVICE_SITE = Entity("service_site", s.service_sites, **_names(s.service_sites, _SERVICE, _SITE))
SERVICE_PROJECT = Entity("service_project", s.service_projects, **_names(s.service_projects, _SERVICE, _PROJECT))

_access = s.service_access
SERVICE_ACCESS = Entity(
    "service_access",
    _access,
    {
        "service_id": s.service_roles.c.service_id,
        "site_id": s.service_roles.c.site_id,
        "project_id": s.service_roles.c.project_id,
        "role_name": s.service_roles.c.name,
        "service_name": s.services.c.name,
        "service_key": s.services.c.key,
        "is_home": s.services.c.is_home,
        "group_name": groups.c.name,
        "participant_group_name": p.participant_groups.c.name,
        "device_name": d.devices.c.name,
        "site_name": p.sites.c.name,
        "project_name": p.projects.c.name,
    },
    _access.join(s.service_roles, s.service_roles.c.id == _access.c.service_role_id)
    .join(s.services, s.services.c.id == s.service_roles.c.service_id)
    .outerjoin(groups, groups.c.id == _access.c.group_id)
    .outerjoin(p.participant_groups, p.participant_groups.c.id == _access.c.participant_group_id)
    .outerjoin(d.devices, d.devices.c.id == _access.c.device_id)
    .outerjoin(p.sites, p.sites.c.id == s.service_roles.c.site_id)
    .outerjoin(p.projects, p.projects.c.id == s.service_roles.c.project_id),
)
SERVICE_CONFIG = Entity(
    "service_config",
    s.service_configs,
    **_names(s.service_configs, ("service_id", s.services, {"service_name": "name", "service_key": "key"})),
)

SESSION_TYPE = Entity("session_type", x.session_types, **_names(x.session_types, _SERVICE))
_SESSION_TYPE = (
    "session_type_id",
    x.session_types,
    {"session_type_name": "name", "session_type_category": "category"},
)
SESSION_TYPE_SITE = Entity(
    "session_type_site", x.session_type_sites, **_names(x.session_type_sites, _SESSION_TYPE, _SITE)
)
SESSION_TYPE_PROJECT = Entity(
    "session_type_project", x.session_type_projects, **_names(x.session_type_projects, _SESSION_TYPE, _PROJECT)
)
SESSION_TYPE_SERVICE = Entity(
    "session_type_service", x.session_type_services, **_names(x.session_type_services, _SESSION_TYPE, _SERVICE)
)
_creator = people.alias("creator")
SESSION = Entity(
    "session",
    x.sessions,
    {
        "creator_first_name": _creator.c.first_name,
        "creator_last_name": _creator.c.last_name,
        "creator_person_uuid": _creator.c.uuid,
        "creator_device_name": d.devices.c.name,
        "creator_device_uuid": d.devices.c.uuid,
        "creator_participant_name": p.participants.c.name,
        "creator_participant_uuid": p.participants.c.uuid,
        "creator_service_name": s.services.c.name,
        "creator_service_uuid": s.services.c.uuid,
    },
    x.sessions.outerjoin(_creator, _creator.c.id == x.sessions.c.creator_person_id)
    .outerjoin(d.devices, d.devices.c.id == x.sessions.c.creator_device_id)
    .outerjoin(p.participants, p.participants.c.id == x.sessions.c.creator_participant_id)
    .outerjoin(s.services, s.services.c.id == x.sessions.c.creator_service_id),
    (x.sessions.c.started_at.desc(), x.sessions.c.id.desc()),
)
SESSION_EVENT = Entity("session_event", x.session_events)

_materials_names: Any = lambda table: {  # noqa: E731 - one for assets, one for tests
    "session_name": x.sessions.c.name,
    "session_uuid": x.sessions.c.uuid,
    "device_name": d.devices.c.name,
    "device_uuid": d.devices.c.uuid,
    "participant_name": p.participants.c.name,
    "participant_uuid": p.participants.c.uuid,
    "person_first_name": people.c.first_name,
    "person_last_name": people.c.last_name,
    "person_uuid": people.c.uuid,
    "service_name": s.services.c.name,
    "service_uuid": s.services.c.uuid,
}


def _materials(table: Table) -> Any:
    return (
        table.join(x.sessions, x.sessions.c.id == table.c.session_id)
        .outerjoin(d.devices, d.devices.c.id == table.c.device_id)
        .outerjoin(p.participants, p.participants.c.id == table.c.participant_id)
        .outerjoin(people, people.c.id == table.c.person_id)
        .outerjoin(s.services, s.services.c.id == table.c.service_id)
    )


ASSET = Entity("asset", m.assets, _materials_names(m.assets), _materials(m.assets))
TEST_TYPE = Entity("test_type", m.test_types, **_names(m.test_types, _SERVICE))
_TEST_TYPE = ("test_type_id", m.test_types, {"test_type_name": "name", "test_type_uuid": "uuid"})
TEST_TYPE_SITE = Entity("test_type_site", m.test_type_sites, **_names(m.test_type_sites, _TEST_TYPE, _SITE))
TEST_TYPE_PROJECT = Entity(
    "test_type_project", m.test_type_projects, **_names(m.test_type_projects, _TEST_TYPE, _PROJECT)
)
TEST = Entity(
    "test",
    m.tests,
    _materials_names(m.tests)
    | {
        "test_type_name": m.test_types.c.name,
        "test_type_uuid": m.test_types.c.uuid,
        "test_type_service_id": m.test_types.c.service_id,
        "test_type_has_web_format": m.test_types.c.has_web_format,
    },
    _materials(m.tests).join(m.test_types, m.test_types.c.id == m.tests.c.test_type_id),
    (m.tests.c.test_type_id, m.tests.c.at, m.tests.c.id),
)
TEST_INVITATION = Entity(
    "test_invitation",
    m.test_invitations,
    **_names(m.test_invitations, _TEST_TYPE, _PROJECT[:1] + _PROJECT[1:2] + ({"project_name": "name"},)),
)

_is_super = exists(
    select(person_roles.c.person_id).where(
        person_roles.c.person_id == people.c.id,
        or_(*(person_roles.c.role == role.value for role in sorted(SUPER_ROLES, key=lambda role: role.value))),
    )
)


@dataclass(frozen=True, eq=False)
class _Users(Entity):
    @property
    def columns(self) -> dict[str, ColumnElement[Any]]:
        own = ("id", "uuid", "username", "email", "first_name", "last_name", "is_active", "created_at")
        return {name: people.c[name] for name in own} | dict(self.added)

    @property
    def is_live(self) -> ColumnElement[bool]:
        return u.user_profiles.c.deleted_at.is_(None)


USER = _Users(
    "user",
    people,
    {
        "profile": u.user_profiles.c.profile,
        "notes": u.user_profiles.c.notes,
        "has_second_factor": u.user_profiles.c.has_second_factor,
        "has_app_factor": u.user_profiles.c.has_app_factor,
        "has_mail_factor": u.user_profiles.c.has_mail_factor,
        "last_online_at": u.user_profiles.c.last_online_at,
        "must_change_password": passwords.c.must_change,
        "is_super": _is_super,
    },
    people.outerjoin(u.user_profiles, u.user_profiles.c.person_id == people.c.id).outerjoin(
        passwords, passwords.c.person_id == people.c.id
    ),
    (people.c.first_name, people.c.id),
)


@dataclass(frozen=True, eq=False)
class _Groups(Entity):
    @property
    def columns(self) -> dict[str, ColumnElement[Any]]:
        return {name: groups.c[name] for name in ("id", "uuid", "name")}

    @property
    def is_live(self) -> ColumnElement[bool]:
        return groups.c.inactivated_at.is_(None)


USER_GROUP = _Groups("user_group", groups, order=(groups.c.name, groups.c.id))
_numbers = u.membership_numbers
_is_of_deleted = exists(
    select(u.user_profiles.c.person_id).where(
        u.user_profiles.c.person_id == memberships.c.person_id, u.user_profiles.c.deleted_at.is_not(None)
    )
)


@dataclass(frozen=True, eq=False)
class _Memberships(Entity):
    @property
    def is_live(self) -> ColumnElement[bool]:
        return ~_is_of_deleted


MEMBERSHIP = _Memberships(
    "membership",
    memberships,
    {
        "id": _numbers.c.id,
        "first_name": people.c.first_name,
        "last_name": people.c.last_name,
        "group_name": groups.c.name,
    },
    memberships.join(
        _numbers, (_numbers.c.person_id == memberships.c.person_id) & (_numbers.c.group_id == memberships.c.group_id)
    )
    .join(people, people.c.id == memberships.c.person_id)
    .join(groups, groups.c.id == memberships.c.group_id),
    (_numbers.c.id,),
)
USER_PREFERENCE = Entity("user_preference", u.user_preferences)
