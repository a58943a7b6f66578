"""Times as each field of the document has them: four ways to write one, and one lenient way to read."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import FaultCode, field_fault

_BASIC_OFFSET = re.compile(r"([+-]\d{2})(\d{2})$")


def zulu(instant: int) -> str:
    """``2016-08-24T15:00:00.000Z``: schedules, webhooks, what was just made."""
    return clock.iso(instant)


def offset(instant: int) -> str:
    """``2015-10-29T15:28:59+0000``: users and lessons."""
    return clock.to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S+0000")


def plain(instant: int) -> str:
    """``2015-10-29 15:28:59``, in UTC: groups."""
    return clock.to_datetime(instant).strftime("%Y-%m-%d %H:%M:%S")


def local(instant: int, time_zone: str) -> str:
    """``2018-01-16T09:00:00.000+0800``, in the organisation's time zone: instructor-led sessions."""
    moment = clock.to_datetime(instant).astimezone(ZoneInfo(time_zone))
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}{moment:%z}"


def to_core_instant(text: str, field: str, time_zone: str = "UTC") -> int:
    """Read any of the four, or another form of ISO 8601; what has no offset is in the time zone. Faults: INVALID."""
    cleaned = _BASIC_OFFSET.sub(r"\1:\2", text.strip()) if "T" in text or " " in text.strip() else text.strip()
    try:
        moment = datetime.fromisoformat(cleaned)
        instant = clock.from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone)))
    except (ValueError, OverflowError):
        message = f"{field} must be a date and time such as 2016-08-24T15:00:00.000Z"
        raise field_fault(FaultCode.INVALID, field, message) from None
    if not clock.EARLIEST <= instant < clock.LATEST:
        raise field_fault(FaultCode.INVALID, field, f"{field} must lie between the years 1900 and 9998")
    return instant
