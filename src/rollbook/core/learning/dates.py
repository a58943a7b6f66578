"""Calendar dates as each person lives them: a course begins and ends by the learner's own clock."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rollbook.core.kernel.clock import DAY, LATEST, SECOND, from_datetime, to_datetime


@lru_cache(maxsize=4096)
def day_start(day: str, zone: str) -> int:
    """The instant at which a date begins in a time zone."""
    return from_datetime(datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(zone)))


@lru_cache(maxsize=4096)
def day_end(day: str, zone: str) -> int:
    """The last second of a date in a time zone: what is due that day is late a second after."""
    following = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    return day_start(following, zone) - SECOND


def access_end(enrolled_at: int, access_days: int | None) -> int | None:
    """When access to a course runs out; None is never."""
    return None if access_days is None else enrolled_at + access_days * DAY


def local_day(instant: int, zone: str) -> str:
    """The date that an instant falls on in a time zone."""
    return to_datetime(instant).astimezone(ZoneInfo(zone)).date().isoformat()


def days_after(day: str, days: int) -> str:
    """The date so many days after another, at most the last that the record holds."""
    try:
        return min((date.fromisoformat(day) + timedelta(days=days)).isoformat(), LAST_DAY)
    except OverflowError:
        return LAST_DAY


def months_after(day: str, months: int) -> str:
    """The same day of a later month, or its last one where it is shorter: 28 February is a month after 31 January."""
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year >= date.max.year:
        return LAST_DAY
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1])).isoformat()


LAST_DAY = local_day(LATEST - 2 * DAY, "UTC")
"""The last date whose end is an instant of the record in every time zone."""


def months_later(instant: int, months: int | None) -> int | None:
    """The instant so many calendar months later, by UTC; None, for good, stays None."""
    if months is None:
        return None
    day = local_day(instant, "UTC")
    return day_start(months_after(day, months), "UTC") + instant - day_start(day, "UTC")
