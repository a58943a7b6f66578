"""Who is calling, and what they may do and see. Policies and queries take a :class:`Principal`; nothing is global."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec


class Permission(Enum):
    """What a caller may do. Each route names the one it needs; policies refine it."""

    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    STRUCTURE_READ = "structure.read"
    STRUCTURE_WRITE = "structure.write"
    ROLES_WRITE = "roles.write"
    LEARNING_READ = "learning.read"
    LEARNING_WRITE = "learning.write"
    CONTENT_WRITE = "content.write"
    SIMULATION_READ = "simulation.read"
    SIMULATION_WRITE = "simulation.write"
    WEBHOOKS_READ = "webhooks.read"
    WEBHOOKS_WRITE = "webhooks.write"
    CREDENTIALS_WRITE = "credentials.write"
    EVENTS_READ = "events.read"
    IMPORTS_WRITE = "imports.write"
    SETTINGS_WRITE = "settings.write"
    ANALYTICS_READ = "analytics.read"
    ANALYTICS_WRITE = "analytics.write"
    DASHBOARDS_WRITE = "dashboards.write"
    ANALYTICS_ADMIN = "analytics.admin"
    SESSIONS_JOIN = "sessions.join"


class Role(Enum):
    """The one set of roles, strongest first. Doors show the ones they can name."""

    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    HR_MANAGER = "hr_manager"
    HR_LIMITED = "hr_limited"
    UNIT_MANAGER = "unit_manager"
    CONTENT_DEVELOPER = "content_developer"
    CONTENT_EDITOR = "content_editor"
    INSTRUCTOR = "instructor"
    ANALYST = "analyst"
    DASHBOARD_DESIGNER = "dashboard_designer"
    LEARNER = "learner"


class PeopleScope(Enum):
    """Which people a caller sees."""

    EVERYONE = "everyone"
    """All people of the organisation."""
    GROUPS = "groups"
    """Oneself, and the members of the groups one supervises or, for limited HR, of one's own unit, with all below."""
    SELF = "self"
    """Oneself."""


class Actor(Enum):
    """What kind of caller made a change."""

    PERSON = "person"
    CLIENT = "client"
    SYSTEM = "system"
    PARTICIPANT = "participant"
    DEVICE = "device"
    SERVICE = "service"


class Principal(msgspec.Struct, frozen=True):
    """An authenticated caller within one organisation, through one door.

    ``credential_id`` is the key, token or session that was shown; ``person_id`` is null for an organisation's own
    client (an API key or OAuth client that belongs to nobody). A participant, device or service of the sessions domain
    is ``subject_id``, of the kind that ``actor`` says. ``row_values`` binds whoever acts by an embedded
    dashboard: what row policies go by, in place of the person's own values and rights.
    """

    organisation_id: int
    door: str
    actor: Actor
    permissions: frozenset[Permission]
    people_scope: PeopleScope
    person_id: int | None = None
    credential_id: int | None = None
    roles: frozenset[Role] = frozenset()
    subject_id: int | None = None
    row_values: Mapping[str, Any] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the caller holds the permission."""
        return permission in self.permissions
