"""Times as people type them, by their own clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import FaultCode, field_fault


def instant(text: str | None, field: str, zone: str) -> int:
    """A time that was typed by the reader's own clock. Faults: MISSING, INVALID."""
    if text is None:
        raise field_fault(FaultCode.MISSING, field, "Say the day and the time.")
    try:
        moment = datetime.fromisoformat(text)
        return clock.from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError):
        raise field_fault(FaultCode.INVALID, field, "Type a day and a time, such as 2026-03-01T09:30.") from None


def typed(at: int, zone: str) -> str:
    """An instant as the field for a day and a time holds it."""
    return f"{clock.to_datetime(at).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def day(text: str | None, zone: str, *, is_end: bool = False) -> int | None:
    """When a day begins, or ends, by the reader's clock; None when it is no day, for an address may say anything."""
    try:
        begins = datetime.fromisoformat(f"{text}T{'23:59:59.999999' if is_end else '00:00'}")
        return clock.from_datetime(begins.replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError):
        return None
