"""Time in the record: an *instant* is an integer of microseconds since 1970-01-01T00:00:00Z.

Integers sort, compare and index alike on every store and cost nothing to read; doors format them (see
``docs/decisions/0002``). A *date* is text, ``YYYY-MM-DD``.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from rollbook.core.kernel.faults import FaultCode, field_fault

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Clock = Callable[[], int]
"""Gives the present instant. Tests pass their own."""

EARLIEST = -2_208_988_800 * SECOND
"""1900-01-01T00:00:00Z: an instant before it is a mistake in every record we keep."""
LATEST = 253_370_764_800 * SECOND
"""9999-01-01T00:00:00Z, so that a time zone's offset never leaves the calendar."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WITHOUT_ZONE = datetime(1970, 1, 1)  # half the cost of writing a zone and cutting it off again
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def now() -> int:
    """The present instant by the system's clock."""
    return time.time_ns() // 1000


def to_datetime(instant: int) -> datetime:
    """The instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def from_datetime(moment: datetime) -> int:
    """The instant of a datetime; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=4096)
def iso(instant: int) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-03-01T09:30:00.000Z``."""
    return (_EPOCH_WITHOUT_ZONE + timedelta(0, 0, instant)).isoformat("T", "milliseconds") + "Z"


def parse_instant(text: str, field: str) -> int:
    """Read an ISO 8601 date or date-time. Faults: INVALID, naming ``field``."""
    try:
        instant = from_datetime(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        raise field_fault(
            FaultCode.INVALID, field, f"{field} must be an ISO 8601 date or date-time such as 2026-03-01T09:30:00Z"
        ) from None
    if not EARLIEST <= instant < LATEST:
        raise field_fault(FaultCode.INVALID, field, f"{field} must lie between the years 1900 and 9998")
    return instant


def parse_date(text: str, field: str) -> str:
    """Check a calendar date in the form YYYY-MM-DD. Faults: INVALID, naming ``field``."""
    cleaned = text.strip()
    try:
        if not _DATE.fullmatch(cleaned):
            raise ValueError
        day = date.fromisoformat(cleaned)
    except ValueError:
        raise field_fault(FaultCode.INVALID, field, f"{field} must be a date in the form YYYY-MM-DD") from None
    if not 1900 <= day.year <= 9998:
        raise field_fault(FaultCode.INVALID, field, f"{field} must lie between the years 1900 and 9998")
    return cleaned


def day_start(day: str) -> int:
    """The instant at which a date begins in UTC."""
    return from_datetime(datetime.fromisoformat(day))
