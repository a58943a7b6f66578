"""A month as a wall calendar shows it: whole weeks that begin on Monday, by a reader's own clock."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rollbook.core.kernel import clock


class Day(msgspec.Struct):
    """One square. ``items`` are the things that happen on it."""

    date: str
    number: int
    is_inside: bool
    is_today: bool
    items: list[Any]


class Month(msgspec.Struct, frozen=True):
    """A month in a time zone; ``first`` and ``last`` are the days of its first and last week."""

    year: int
    number: int
    zone: str
    today: date

    @property
    def name(self) -> str:
        """``2026-03``, as addresses have it."""
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def title(self) -> str:
        """``March 2026``."""
        return f"{date(self.year, self.number, 1):%B %Y}"

    @property
    def first(self) -> date:
        """The Monday on or before the first."""
        begins = date(self.year, self.number, 1)
        return begins - timedelta(days=begins.weekday())

    @property
    def last(self) -> date:
        """The Sunday on or after the end."""
        ends = self._next_first() - timedelta(days=1)
        return ends + timedelta(days=6 - ends.weekday())

    @property
    def starts_at(self) -> int:
        """The instant at which the first week begins."""
        return self._instant(self.first)

    @property
    def ends_at(self) -> int:
        """The instant after the last week."""
        return self._instant(self.last + timedelta(days=1))

    @property
    def earlier(self) -> str:
        """The month before, as addresses have it."""
        return f"{date(self.year, self.number, 1) - timedelta(days=1):%Y-%m}"

    @property
    def later(self) -> str:
        """The month after."""
        return f"{self._next_first():%Y-%m}"

    def _next_first(self) -> date:
        return (date(self.year, self.number, 28) + timedelta(days=4)).replace(day=1)

    def _instant(self, day: date) -> int:
        return clock.from_datetime(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone)))

    def _local(self, at: int) -> datetime:
        return clock.to_datetime(at).astimezone(ZoneInfo(self.zone))

    def clock(self, at: int) -> str:
        """The time of day of an instant: ``09:30``."""
        return f"{self._local(at):%H:%M}"

    def days_of(self, starts_at: int, ends_at: int) -> list[str]:
        """The days, within these weeks, on which something happens."""
        begins = max(self._local(starts_at).date(), self.first)
        ends = min(self._local(ends_at - 1).date(), self.last)
        return [(begins + timedelta(days=n)).isoformat() for n in range((ends - begins).days + 1)]

    def weeks(self, items: Sequence[dict[str, Any]]) -> list[list[Day]]:
        """The squares by week; each item has its ``days``."""
        count = (self.last - self.first).days + 1
        days = [self.first + timedelta(days=n) for n in range(count)]
        squares = {
            day.isoformat(): Day(day.isoformat(), day.day, day.month == self.number, day == self.today, [])
            for day in days
        }
        for item in items:
            for day in item["days"]:
                squares[day].items.append(item)
        ordered = list(squares.values())
        return [ordered[at : at + 7] for at in range(0, count, 7)]


def month_named(name: str | None, now: int, zone: str) -> Month:
    """The month that an address names, else the present one."""
    today = clock.to_datetime(now).astimezone(ZoneInfo(zone)).date()
    try:
        named = date.fromisoformat(f"{name}-01") if name else today
    except ValueError:
        named = today
    if not 1901 <= named.year <= 9900:
        named = today
    return Month(named.year, named.month, zone, today)
