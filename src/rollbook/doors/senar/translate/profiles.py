"""The vendor's names for roles, times and addresses."""

from rollbook.core.kernel import clock
from rollbook.core.kernel.principal import Role

_PROFILES = {
    Role.OWNER: "Manager",
    Role.ADMINISTRATOR: "Manager",
    Role.HR_MANAGER: "Instructor",
    Role.HR_LIMITED: "Instructor",
    Role.UNIT_MANAGER: "Instructor",
    Role.CONTENT_DEVELOPER: "Instructor",
    Role.CONTENT_EDITOR: "Instructor",
    Role.INSTRUCTOR: "Instructor",
    Role.ANALYST: "Trainee",
    Role.DASHBOARD_DESIGNER: "Trainee",
    Role.LEARNER: "Trainee",
}
"""Every role by its own name, or that of the nearest lower role that the vendor can name."""
_STRONGEST_FIRST = tuple(Role)


def from_core_roles(roles: frozenset[Role], *, is_guest: bool) -> str:
    """The profile of the strongest role; a guest who has no other is a Guest."""
    strongest = next((role for role in _STRONGEST_FIRST if role in roles), Role.LEARNER)
    return "Guest" if is_guest and strongest is Role.LEARNER else _PROFILES[strongest]


def roles_in(names: str | None) -> frozenset[Role]:
    """Roles as a query gathers them in one text."""
    return frozenset(map(Role, names.split(","))) if names else frozenset()


def guest_address(username: str, slug: str) -> str:
    """What stands for a guest's e-mail address, which they do not have: connectors take it for a key.

    The domain is one that no mail ever reaches (RFC 2606), and the same for all guests of an organisation.
    """
    return f"{username}@{slug}.invalid"


def from_core_creation(instant: int) -> str:
    """``2022-09-07T06:25:23.9014970``: seven digits, as the document shows a user's."""
    return f"{from_core_training(instant)}0"


def from_core_training(instant: int) -> str:
    """``2021-03-09T17:37:11.186836``: six digits, as the document shows an activity's."""
    return clock.to_datetime(instant).replace(tzinfo=None).isoformat(timespec="microseconds")
