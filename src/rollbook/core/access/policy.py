"""What each role may do, and whom it sees. The one place where roles become permissions."""

from functools import cache

import msgspec

from rollbook.core.kernel.principal import Actor, PeopleScope, Permission, Principal, Role

_ALL = frozenset(Permission)
_READS = frozenset(
    {
        Permission.PEOPLE_READ,
        Permission.STRUCTURE_READ,
        Permission.LEARNING_READ,
        Permission.SIMULATION_READ,
        Permission.ANALYTICS_READ,
    }
)
_HR = _READS | {
    Permission.PEOPLE_WRITE,
    Permission.STRUCTURE_WRITE,
    Permission.LEARNING_WRITE,
    Permission.IMPORTS_WRITE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _ALL,
    Role.ADMINISTRATOR: _ALL,
    Role.HR_MANAGER: _HR | {Permission.ROLES_WRITE, Permission.EVENTS_READ},
    Role.HR_LIMITED: _READS | {Permission.PEOPLE_WRITE, Permission.LEARNING_WRITE},
    Role.UNIT_MANAGER: _READS | {Permission.LEARNING_WRITE},
    Role.CONTENT_DEVELOPER: _READS | {Permission.CONTENT_WRITE},
    Role.CONTENT_EDITOR: _READS | {Permission.CONTENT_WRITE},
    Role.INSTRUCTOR: _READS | {Permission.SIMULATION_WRITE},
    Role.ANALYST: _READS | {Permission.EVENTS_READ, Permission.ANALYTICS_WRITE, Permission.DASHBOARDS_WRITE},
    Role.DASHBOARD_DESIGNER: _READS | {Permission.DASHBOARDS_WRITE},
    Role.LEARNER: frozenset(
        {
            Permission.PEOPLE_READ,
            Permission.LEARNING_READ,
            Permission.SIMULATION_READ,
            Permission.ANALYTICS_READ,
        }
    ),
}

_SEES_EVERYONE = frozenset({Role.OWNER, Role.ADMINISTRATOR, Role.HR_MANAGER, Role.ANALYST})
_SEES_GROUPS = frozenset({Role.HR_LIMITED, Role.UNIT_MANAGER, Role.INSTRUCTOR})

CLIENT_ROLES = frozenset({Role.ADMINISTRATOR})
"""What an organisation's own key or client may do unless it was made narrower."""


@cache
def client_roles(stored: str | None) -> frozenset[Role]:
    """The roles of a key or client that belongs to nobody, from the JSON list that is kept of them."""
    return CLIENT_ROLES if stored is None else frozenset(map(Role, msgspec.json.decode(stored)))


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Everything that some of the roles allow."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def scope_of(roles: frozenset[Role]) -> PeopleScope:
    """The widest view that some of the roles give."""
    if roles & _SEES_EVERYONE:
        return PeopleScope.EVERYONE
    return PeopleScope.GROUPS if roles & _SEES_GROUPS else PeopleScope.SELF


def principal_for(
    organisation_id: int,
    door: str,
    roles: frozenset[Role],
    *,
    person_id: int | None = None,
    credential_id: int | None = None,
) -> Principal:
    """The principal for a person with these roles, or for an organisation's client when there is no person."""
    return Principal(
        organisation_id=organisation_id,
        door=door,
        actor=Actor.PERSON if person_id is not None else Actor.CLIENT,
        permissions=permissions_of(roles),
        people_scope=scope_of(roles),
        person_id=person_id,
        credential_id=credential_id,
        roles=roles,
    )


def system_principal(organisation_id: int, door: str = "system") -> Principal:
    """The server itself, or someone at its command line."""
    return Principal(
        organisation_id=organisation_id,
        door=door,
        actor=Actor.SYSTEM,
        permissions=_ALL,
        people_scope=PeopleScope.EVERYONE,
        roles=frozenset({Role.OWNER}),
    )
