"""The vendor's lookup ids, as they are; neighbours that its document does not show have ids of our own from 1000."""

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.principal import Role

ACTIVE, NOT_CURRENT = 56, 57
"""``clientStatusId``."""

ROLES = {
    3: Role.ADMINISTRATOR,
    4: Role.CONTENT_EDITOR,
    5: Role.UNIT_MANAGER,
    6: Role.LEARNER,
    7: Role.OWNER,
    8: Role.INSTRUCTOR,
}
"""The roles that this API can name: ADMIN, EDITOR, SUPERVISOR, TRAINEE, OWNER, INSTRUCTOR."""
TRAINEE = 6
_SHOWN_AS = {role: code for code, role in ROLES.items()} | {
    Role.HR_MANAGER: 6,
    Role.HR_LIMITED: 6,
    Role.CONTENT_DEVELOPER: 4,
    Role.ANALYST: 6,
    Role.DASHBOARD_DESIGNER: 6,
}
"""Every role has a number: its own, or that of the nearest lower role that the vendor can name."""


def to_core_roles(codes: list[int]) -> frozenset[Role]:
    """The roles that are named; none is a trainee. Faults: INVALID."""
    unknown = [code for code in codes if code not in ROLES]
    if unknown:
        raise field_fault(FaultCode.INVALID, "roles", f"roles must be among {sorted(ROLES)}; {unknown[0]} is not")
    return frozenset(ROLES[code] for code in codes or [TRAINEE])


def merge_roles(named: frozenset[Role], held: frozenset[Role]) -> frozenset[Role]:
    """What is held after a write that named these: roles that this API cannot name stay.

    A role that only stands for one of those adds nothing, so that what was read can be written back.
    """
    kept = held - set(ROLES.values())
    shown = {_SHOWN_AS[role] for role in kept}
    return kept | frozenset(role for role in named if role in held or _SHOWN_AS[role] not in shown)


def from_core_roles(roles: frozenset[Role]) -> list[int]:
    """The numbers, ascending; someone without a role is a trainee."""
    return sorted({_SHOWN_AS[role] for role in roles}) or [TRAINEE]


def to_core_shown_roles(code: int) -> frozenset[Role]:
    """Every role that is shown by a number. Faults: INVALID naming ``roleId``."""
    if code not in ROLES:
        raise field_fault(FaultCode.INVALID, "roleId", f"roleId must be one of {', '.join(map(str, sorted(ROLES)))}")
    return frozenset(role for role, shown in _SHOWN_AS.items() if shown == code)


# --- Lessons and their schedules ------------------------------------------------------------------------------------

PUBLISHED, UNPUBLISHED = 65, 1065
"""``published``."""
NO_QUESTIONS, QUESTIONS = 18, 19
"""``questionnaireType``."""
EVOLUTIONS = {"video": 129, "module": 1129}
"""``lessonEvolution``."""
SCHEDULE_TYPES = {"rule": ("automatic", 81), "person": ("manual", 1081)}
"""``scheduleType`` and ``typeId`` by who assigned it."""
COMPLETION_TYPES = {"player": 77, "person": 1077, "activity": 1078, "class": 1079}
"""``completionTypeId`` by what completed it."""
STATUSES = {"completed": 94, "scheduled": 1094, "due": 1095, "overdue": 1096, "cancelled": 1097}
"""``statusId``."""
