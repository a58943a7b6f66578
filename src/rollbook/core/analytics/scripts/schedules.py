"""When a script runs by itself: wall-clock times in somebody's time zone."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from rollbook.core.kernel.clock import from_datetime, to_datetime
from rollbook.core.kernel.faults import FaultCode, field_fault

Every = Literal["hour", "day", "week", "month"]
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_LONGEST_GAP_DAYS = 62


class Schedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rhythm: each hour at the minute of ``at``; each day; on ``weekdays`` (1 is Monday); on a ``day`` of each month.

    A month that is shorter has its run on its last day.
    """

    every: Every
    at: str = "00:00"
    weekdays: tuple[int, ...] = ()
    day: int = 1


def checked_schedule(schedule: Schedule) -> Schedule:
    """A schedule that can be kept. Faults: INVALID naming ``schedule``."""
    if not _TIME.fullmatch(schedule.at):
        raise _unfit("at must be a time such as 07:30")
    if schedule.every == "week" and not schedule.weekdays:
        raise _unfit("weekdays must name at least one day, 1 (Monday) to 7 (Sunday)")
    if not set(schedule.weekdays) <= set(range(1, 8)):
        raise _unfit("weekdays must be from 1 (Monday) to 7 (Sunday)")
    if not 1 <= schedule.day <= 31:
        raise _unfit("day must be from 1 to 31")
    return schedule


def _unfit(what: str) -> Exception:
    return field_fault(FaultCode.INVALID, "schedule", f"schedule: {what}")


def next_run(schedule: Schedule, time_zone: str, after: int) -> int:
    """The first instant after another at which the schedule is due.

    A wall-clock time that a change of the clocks leaves out comes as much later; one that comes twice counts once.
    """
    zone = ZoneInfo(time_zone)
    hour, minute = int(schedule.at[:2]), int(schedule.at[3:])
    if schedule.every == "hour":
        begun = to_datetime(after).astimezone(zone).replace(minute=minute, second=0, microsecond=0)
        instants = (from_datetime(begun) + hours * 3_600_000_000 for hours in range(3))
        return next(instant for instant in instants if instant > after)
    for day in _days(schedule, to_datetime(after).astimezone(zone).date()):
        instant = from_datetime(datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone))
        if instant > after:
            return instant
    raise ValueError(schedule)


def _days(schedule: Schedule, since: date) -> Iterator[date]:
    for ahead in range(_LONGEST_GAP_DAYS):
        day = since + timedelta(days=ahead)
        is_last = (day + timedelta(days=1)).month != day.month
        match schedule.every:
            case "week":
                is_due = day.isoweekday() in schedule.weekdays
            case "month":
                is_due = day.day == schedule.day or (is_last and day.day < schedule.day)
            case _:
                is_due = True
        if is_due:
            yield day
