"""The vendor's numbers for languages, roles and flags."""

from msgspec import UNSET, UnsetType

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.principal import Role

LANGUAGES = {1: "en", 3: "sl", 8: "ru", 39: "hr"}
_LANGUAGE_CODES = {tag: code for code, tag in LANGUAGES.items()}

ROLES = {
    3: Role.ADMINISTRATOR,
    4: Role.HR_MANAGER,
    6: Role.LEARNER,
    9: Role.CONTENT_DEVELOPER,
    11: Role.UNIT_MANAGER,
    12: Role.CONTENT_EDITOR,
    15: Role.HR_LIMITED,
}
_SHOWN_AS = {role: code for code, role in ROLES.items()} | {
    Role.OWNER: 3,
    Role.INSTRUCTOR: 6,
    Role.ANALYST: 6,
    Role.DASHBOARD_DESIGNER: 6,
}
"""Every role has a number: its own, or that of the nearest lower role that the vendor can name."""


def to_core_language(code: int) -> str:
    """Faults: INVALID."""
    if code not in LANGUAGES:
        raise field_fault(FaultCode.INVALID, "language_code", f"language_code must be one of {sorted(LANGUAGES)}")
    return LANGUAGES[code]


def from_core_language(tag: str) -> int | None:
    """Null for a language that the vendor has no number for."""
    return _LANGUAGE_CODES.get(tag)


def to_core_roles(codes: list[int], held: frozenset[Role]) -> frozenset[Role]:
    """The roles that are meant: those the vendor can name are replaced, those it cannot name stay. Faults: INVALID."""
    unknown = [code for code in codes if code not in ROLES]
    if unknown:
        raise field_fault(FaultCode.INVALID, "roles", f"roles must be among {sorted(ROLES)}; {unknown[0]} is not")
    return frozenset(ROLES[code] for code in codes) | (held - set(ROLES.values()))


def from_core_roles(roles: frozenset[Role]) -> list[int]:
    """The numbers, ascending; someone without a role is a user."""
    return sorted({_SHOWN_AS[role] for role in roles}) or [6]


def to_core_delete_mode(value: int | UnsetType) -> bool:
    """Whether the record is kept: 1 is partial or soft deletion, 2 or nothing deletion for good. Faults: INVALID."""
    if value not in (1, 2, UNSET):
        raise field_fault(FaultCode.INVALID, "delete_mode", "delete_mode must be 1 (keep the record) or 2 (for good)")
    return value == 1


def from_core_instant(instant: int) -> str:
    """``2026-03-01 09:30:00``, in UTC, as Laravel writes times."""
    return clock.to_datetime(instant).strftime("%Y-%m-%d %H:%M:%S")
