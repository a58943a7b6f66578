"""Checks of single values that contents, courses and assignments share. Each fault names the field."""

from typing import NoReturn

from rollbook.core.kernel.clock import EARLIEST, LATEST
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.values import checked_line, required_line

LONGEST_PROSE = 100_000
MOST_MINUTES = 10_000_000
MOST_SECONDS = 2_000_000_000
MOST_DAYS = 36_500
MOST_MONTHS = 1_200
MOST_ATTEMPTS = 10_000


def title(value: str) -> str:
    """A title. Faults: MISSING, INVALID."""
    return required_line(value, "title")


def code(value: str | None) -> str | None:
    """A source system's code. Faults: INVALID."""
    return checked_line(value, "external_id")


def prose(value: str | None, field: str) -> str | None:
    """Text of several lines; blank is None. Faults: INVALID."""
    cleaned = (value or "").strip()
    if len(cleaned) > LONGEST_PROSE:
        raise field_fault(FaultCode.INVALID, field, f"{field} may have at most {LONGEST_PROSE} characters")
    if "\x00" in cleaned:
        raise field_fault(FaultCode.INVALID, field, f"{field} may not hold control characters")
    return cleaned or None


def whole_number(value: int | None, field: str, *, least: int = 0, most: int) -> int | None:
    """A whole number within bounds, or None. Faults: INVALID."""
    if value is not None and not least <= value <= most:
        raise field_fault(FaultCode.INVALID, field, f"{field} must lie between {least} and {most}")
    return value


def per_cent(value: float | None, field: str) -> float | None:
    """0 to 100, or None. Faults: INVALID."""
    if value is not None and not 0 <= value <= 100:  # also refuses what is not a number
        raise field_fault(FaultCode.INVALID, field, f"{field} must lie between 0 and 100")
    return value


def instant(value: int, field: str) -> int:
    """An instant between 1900 and 9998. Faults: INVALID."""
    if not EARLIEST <= value < LATEST:
        raise field_fault(FaultCode.INVALID, field, f"{field} must lie between the years 1900 and 9998")
    return value


def one_of(value: str, field: str, allowed: tuple[str, ...]) -> str:
    """One of a few words. Faults: INVALID."""
    if value not in allowed:
        raise field_fault(FaultCode.INVALID, field, f"{field} must be one of {', '.join(allowed)}")
    return value


def word(value: str, field: str) -> str:
    """A short word for programs, such as ``manual``. Faults: MISSING, INVALID."""
    return required_line(value, field, 64)


def refuse(field: str, message: str) -> NoReturn:
    """Faults: INVALID naming the field."""
    raise field_fault(FaultCode.INVALID, field, message)
