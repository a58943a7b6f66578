"""The console's charts as Vega-Lite, each with a title that says the finding, and its numbers as a table."""

from datetime import timedelta
from typing import Any

from rollbook.console import words
from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import DAY
from rollbook.core.learning.status import Status

Chart = dict[str, Any]
_ORDER = (Status.COMPLETED, Status.DUE, Status.OVERDUE, Status.SCHEDULED, Status.CANCELLED)
_LABELS = {
    Status.COMPLETED: "Completed",
    Status.DUE: "Due",
    Status.OVERDUE: "Overdue",
    Status.SCHEDULED: "Scheduled",
    Status.CANCELLED: "Cancelled",
}

# Days are read and written in UTC, as they were counted: elsewhere a Monday would slip to the Sunday before.
_WEEKLY: dict[str, Any] = {
    "x": {
        "field": "from",
        "type": "temporal",
        "title": "Week from",
        "scale": {"type": "utc"},
        "axis": {"format": "%-d %b", "tickCount": 6, "grid": False},
    },
    "x2": {"field": "to"},
    "y": {"field": "count", "type": "quantitative", "title": "Activities a week", "axis": {"tickMinStep": 1}},
    "y2": {"datum": 0},
    "opacity": {"condition": {"test": "datum.runs", "value": 0.45}, "value": 1},
    "tooltip": [{"field": "week", "title": "Week from"}, {"field": "count", "title": "Activities", "format": ","}],
}


def by_status(counts: dict[Status, int]) -> Chart:
    """Assignments by status, as bars."""
    numbers = [(_LABELS[status], counts[status]) for status in _ORDER]
    late = _LABELS[Status.OVERDUE]
    total = sum(counts[status] for status in _ORDER if status is not Status.CANCELLED)
    done = round(counts[Status.COMPLETED] * 100 / total) if total else 0
    title = f"{done}% of assignments are completed" if total else "Nothing is assigned yet"
    if counts[Status.OVERDUE]:
        title += f", {words.plural(counts[Status.OVERDUE], 'is', 'are')} overdue"
    y: dict[str, Any] = {"field": "status", "type": "nominal", "sort": [label for label, _ in numbers], "title": None}
    x: dict[str, Any] = {"field": "count", "type": "quantitative", "title": "Assignments", "axis": {"tickMinStep": 1}}
    colour = {"field": "late", "type": "nominal", "scale": {"domain": [False, True]}, "legend": None}
    tooltip = [{"field": "status", "title": "Status"}, {"field": "count", "title": "Assignments", "format": ","}]
    spec: dict[str, Any] = {
        "data": {"values": [{"status": label, "count": count, "late": label == late} for label, count in numbers]},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": "bar", "encoding": {"color": colour, "tooltip": tooltip}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"text": {"field": "count", "type": "quantitative", "format": ","}},
            },
        ],
    }
    return {"title": title, "spec": spec, "columns": ["Status", "Assignments"], "rows": [list(row) for row in numbers]}


def by_week(days: list[tuple[int, int]], now: int, weeks: int) -> Chart:
    """Simulator activities by week, oldest first; a week without any is a zero, and the one that runs is paler."""
    today = clock.to_datetime(now).date()
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    counts = dict.fromkeys(starts, 0)
    for at, count in days:
        day = clock.to_datetime(at - at % DAY).date()
        week = day - timedelta(days=day.weekday())
        if week in counts:
            counts[week] += count
    numbers = [(f"{week:%-d %b %Y}", count) for week, count in counts.items()]
    values = [
        {"from": week.isoformat(), "to": (week + timedelta(days=6)).isoformat(), "week": label, "count": count}
        for week, (label, count) in zip(starts, numbers, strict=True)
    ]
    values[-1]["runs"] = True
    return {
        "title": _said([count for _, count in numbers]),
        "note": "All simulators, by the week of training; this week, so far, is paler",
        "spec": {"data": {"values": values}, "mark": "rect", "encoding": _WEEKLY},
        "columns": ["Week from", "Activities"],
        "rows": [list(row) for row in numbers],
    }


def _said(counts: list[int]) -> str:
    """The finding: the last whole month against the one before."""
    recent, earlier = sum(counts[-5:-1]), sum(counts[-9:-5])
    if not any(counts):
        return "No simulator activity in half a year"
    if not earlier or recent == earlier:
        return f"{words.plural(recent, 'simulator activity', 'simulator activities')} in the last four weeks"
    change = abs(round((recent - earlier) * 100 / earlier))
    direction = "grew" if recent > earlier else "fell"
    return f"Simulator activities {direction} by {change}% in the last four weeks"
