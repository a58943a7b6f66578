"""When scripts run by themselves, in somebody's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rollbook.core.analytics.scripts.schedules import Schedule, checked_schedule, next_run
from rollbook.core.kernel.clock import from_datetime, to_datetime
from rollbook.core.kernel.faults import Fault

LJUBLJANA = "Europe/Ljubljana"


def _next(schedule: Schedule, after: str, zone: str = LJUBLJANA) -> str:
    instant = from_datetime(datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)))
    return to_datetime(next_run(schedule, zone, instant)).astimezone(ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        (Schedule(every="day", at="07:30"), "2026-03-02T07:29:59", "2026-03-02T07:30:00+01:00"),
        (Schedule(every="day", at="07:30"), "2026-03-02T07:30:00", "2026-03-03T07:30:00+01:00"),
        (Schedule(every="hour", at="00:15"), "2026-03-02T07:15:00", "2026-03-02T08:15:00+01:00"),
        (Schedule(every="hour", at="00:15"), "2026-03-02T07:14:59", "2026-03-02T07:15:00+01:00"),
        (Schedule(every="week", at="09:00", weekdays=(1, 5)), "2026-03-02T09:00:00", "2026-03-06T09:00:00+01:00"),
        (Schedule(every="month", at="09:00", day=31), "2026-01-31T09:00:00", "2026-02-28T09:00:00+01:00"),
        (Schedule(every="month", at="09:00", day=31), "2026-02-28T09:00:00", "2026-03-31T09:00:00+02:00"),
        (Schedule(every="month", at="09:00", day=15), "2026-12-16T00:00:00", "2027-01-15T09:00:00+01:00"),
    ],
)
def test_the_next_run_is_the_first_after(schedule: Schedule, after: str, expected: str) -> None:
    assert _next(schedule, after) == expected


def test_a_time_that_the_clocks_leave_out_comes_an_hour_later_and_the_next_day_at_its_time() -> None:
    daily = Schedule(every="day", at="02:30")
    assert _next(daily, "2026-03-28T12:00:00") == "2026-03-29T03:30:00+02:00"
    assert _next(daily, "2026-03-29T03:30:00") == "2026-03-30T02:30:00+02:00"


def test_a_time_that_comes_twice_counts_once() -> None:
    daily = Schedule(every="day", at="02:30")
    first = next_run(daily, LJUBLJANA, from_datetime(datetime(2026, 10, 24, 12, tzinfo=ZoneInfo(LJUBLJANA))))
    assert to_datetime(first).isoformat() == "2026-10-25T00:30:00+00:00"
    assert to_datetime(next_run(daily, LJUBLJANA, first)).isoformat() == "2026-10-26T01:30:00+00:00"


def test_every_hour_runs_through_both_changes_of_the_clocks() -> None:
    hourly = Schedule(every="hour", at="00:00")
    for begin in (datetime(2026, 3, 28, 22), datetime(2026, 10, 24, 22)):
        instant = from_datetime(begin)
        for hours in range(1, 8):
            instant = next_run(hourly, LJUBLJANA, instant)
            assert instant == from_datetime(begin) + hours * 3_600_000_000


def test_the_same_clock_time_is_another_instant_elsewhere() -> None:
    morning = Schedule(every="day", at="08:00")
    at = from_datetime(datetime(2026, 6, 1))
    assert to_datetime(next_run(morning, "Australia/Perth", at)).hour == 0
    assert to_datetime(next_run(morning, "America/New_York", at)).hour == 12


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(every="day", at="24:00"),
        Schedule(every="day", at="7:30"),
        Schedule(every="week"),
        Schedule(every="week", weekdays=(0,)),
        Schedule(every="month", day=32),
        Schedule(every="month", day=0),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(schedule: Schedule) -> None:
    with pytest.raises(Fault, match="schedule: "):
        checked_schedule(schedule)
