"""Who may write which person and give which role."""

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import Permission, Principal, Role
from rollbook.core.people.records import Person

_RANK = {role: rank for rank, role in enumerate(Role)}


def require(principal: Principal, permission: Permission) -> None:
    """Faults: FORBIDDEN without the permission."""
    if not principal.may(permission):
        raise Fault(
            FaultCode.FORBIDDEN,
            f"This needs the permission {permission.value}, which none of the caller's roles gives.",
        )


def require_people_write(principal: Principal) -> None:
    """Faults: FORBIDDEN when the caller may not write people."""
    require(principal, Permission.PEOPLE_WRITE)


def require_may_change(principal: Principal, person: Person) -> None:
    """A caller changes people below their own rank, their equals, and nobody above.

    Faults: FORBIDDEN.
    """
    require_may_change_roles(principal, person.role_set)


def require_may_change_roles(principal: Principal, roles: frozenset[Role]) -> None:
    """As :func:`require_may_change`, of someone by their roles. Faults: FORBIDDEN."""
    require_people_write(principal)
    if _highest(roles) < _highest(principal.roles):
        raise Fault(FaultCode.FORBIDDEN, "You cannot change someone whose role is above yours.")


def require_may_grant(principal: Principal, roles: frozenset[Role]) -> None:
    """Nobody gives or takes a role above their own. Faults: FORBIDDEN naming ``roles``."""
    if roles <= {Role.LEARNER}:
        return
    require(principal, Permission.ROLES_WRITE)
    if _highest(roles) < _highest(principal.roles):
        raise field_fault(FaultCode.FORBIDDEN, "roles", "You cannot give or take a role above your own.")


def _highest(roles: frozenset[Role]) -> int:
    """The rank of the strongest role; 0 is the strongest."""
    return min((_RANK[role] for role in roles), default=len(_RANK))
