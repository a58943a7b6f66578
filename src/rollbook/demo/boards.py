"""The demo's two dashboards, over its own record: how training stands, and what the simulators show."""

from typing import Any

from rollbook.core.analytics import dashboards
from rollbook.core.analytics.recorded.listing import list_record_sources
from rollbook.core.kernel.work import Work

COUNT = {"name": "$$count$$", "total": "sum"}


def widget(kind: str, title: str, size: str, **data: Any) -> dict[str, Any]:
    """A widget of a dashboard."""
    return {"type": kind, "options": {"title": title, "size": size, "data": data}}


def _count(label: str) -> dict[str, Any]:
    return {**COUNT, "label": label}


def make(work: Work) -> None:
    """Make both; the caller owns them."""
    uuids = {source.name: source.uuid for source in list_record_sources(work, [])}
    dashboards.create(work, "Training at a glance", {"version": 1, "tabs": _training(uuids)}, {})
    dashboards.create(work, "Simulator performance", {"version": 1, "tabs": _simulators(uuids)}, {})


def _training(uuids: dict[str, str]) -> list[dict[str, Any]]:
    assigned, people = {"sourceUuid": uuids["Assignments"]}, {"sourceUuid": uuids["People"]}
    unit, content = {"name": "unit", "label": "Unit"}, {"name": "content", "label": "Lesson"}
    status = {"name": "status", "label": "Status"}
    number, late = [_count("Assignments")], [{"name": "status", "op": "==", "value": "overdue"}]
    done = [{"name": "completed_at", "op": "is not null"}]
    month = {"name": "completed_at", "grain": "month", "label": "Completed in"}
    training = [
        widget("filter", "Unit", "small", **assigned, groups=[unit]),
        widget("filter", "Lesson", "small", **assigned, groups=[content]),
        widget("number", "Assignments", "small", **assigned, values=number),
        widget("number", "Completed", "small", **assigned, values=number, where=done),
        widget("number", "Overdue", "small", **assigned, values=number, where=late),
        widget("number", "Mean score", "small", **assigned, values=[{"name": "score", "total": "avg"}]),
        widget("line", "Completed by month", "wide", **assigned, groups=[month], values=number, where=done),
        widget("bar", "By status", "medium", **assigned, groups=[status], values=number),
        widget(
            "bar", "Overdue by unit", "medium", **assigned, groups=[unit], values=number, where=late, order="values",
            limit=12,
        ),
    ]  # fmt: skip
    active = [{"name": "is_active", "op": "==", "value": True}]
    staff = [
        widget("number", "Active people", "small", **people, values=[_count("People")], where=active),
        widget(
            "bar", "By unit", "wide", **people, groups=[unit], values=[_count("People")], where=active, order="values",
            limit=20,
        ),
    ]  # fmt: skip
    return [{"name": "Training", "widgets": training}, {"name": "People", "widgets": staff}]


def _simulators(uuids: dict[str, str]) -> list[dict[str, Any]]:
    source = {"sourceUuid": uuids["Simulator activities"]}
    simulator, scenario = {"name": "simulator", "label": "Simulator"}, {"name": "scenario", "label": "Scenario"}
    month, mean = (
        {"name": "trained_at", "grain": "month", "label": "Month"},
        {"name": "percent", "total": "avg", "label": "Mean result, %"},
    )
    number = [_count("Activities")]
    widgets = [
        widget("filter", "Simulator", "small", **source, groups=[simulator]),
        widget("number", "Activities", "small", **source, values=number),
        widget("number", "Mean result, %", "small", **source, values=[mean]),
        widget("area", "Activities by month", "wide", **source, groups=[month], values=number),
        widget("bar", "By simulator", "medium", **source, groups=[simulator], values=number, order="values"),
        widget("heat", "Mean result, %", "medium", **source, groups=[simulator, scenario], values=[mean]),
        widget(
            "table", "Scenarios", "wide", **source, groups=[scenario],
            values=[*number, mean, {"name": "tries", "total": "avg", "label": "Mean tries"}], order="values", limit=25,
        ),
    ]  # fmt: skip
    return [{"name": "Simulators", "widgets": widgets}]
