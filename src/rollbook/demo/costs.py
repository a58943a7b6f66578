"""What training costs: a data source of the demo's own, joined with the record, drawn, and fed by a script at night."""

from typing import Any

from rollbook.core.analytics import dashboards, sources, tasks
from rollbook.core.analytics.jobs import batched
from rollbook.core.analytics.recorded.listing import list_record_sources
from rollbook.core.analytics.records import Definition, Join
from rollbook.core.analytics.scripts import service
from rollbook.core.analytics.scripts.schedules import Schedule
from rollbook.core.kernel.ports import Sealer
from rollbook.core.kernel.work import Work
from rollbook.demo.boards import COUNT, widget
from rollbook.demo.lessons import teaching

NAME = "Training costs"
JOINED = "Assignments with costs"
PROVIDERS = (("Rollbook, in house", 18), ("Adria Safety Academy", 95), ("Port of Koper Training", 140))
"""Who teaches, and what a seat costs with them on average, in euros."""

SCRIPT = '''"""Gives each lesson that somebody is assigned, and that has no price of a seat yet, the usual one."""

import serenytics

USUAL = {"provider": "Rollbook, in house", "seat_eur": 18}

client = serenytics.Client()
costs = client.get_data_source_by_name("Training costs")
record = client.get_data_source_by_name("Assignments")


def lessons(source, column):
    step = {"select": [{"name": column}], "group_by": [column]}
    return {row[0] for row in source.get_data({"order": "row_by_row", "data_processing_pipeline": [step]}).rows}


unpriced = sorted(lessons(record, "content") - lessons(costs, "lesson"))
if unpriced:
    rows = [{"lesson": lesson, **USUAL} for lesson in unpriced]
    costs.batch(rows_to_insert_or_update=rows, primary_key="lesson")
print(f"{len(unpriced)} lessons were without a price" + (": " + ", ".join(unpriced) if unpriced else "."))
'''


def make(work: Work, sealer: Sealer) -> None:
    """Make the source, the join, the dashboard and the script; the caller owns them.

    Its rows come by a task, which the server does when it runs.
    """
    costs = sources.create(work, sealer, NAME, "storage", definition=Definition(), content={})
    tasks.ask_for(work, "batch", costs, [batched("insert", _prices())])
    record = next(one.uuid for one in list_record_sources(work, []) if one.name == "Assignments")
    joins = (
        Join(source=record, prefix="record"),
        Join(source=costs.uuid, prefix="cost", is_left=True, left_column="record.content", column="lesson"),
    )
    config = [
        {"uuid": record, "prefix": "record"},
        {"uuid": costs.uuid, "prefix": "cost", "joinType": "left", "leftColumn": "record.content",
         "rightColumn": "lesson"},
    ]  # fmt: skip
    joined = sources.create(
        work, sealer, JOINED, "join", definition=Definition(joins=joins), content={"joinConfig": config}
    )
    tabs = [
        {"name": "Costs", "widgets": _widgets(joined.uuid)},
        {"name": "Prices", "widgets": [_price_list(costs.uuid)]},
    ]
    dashboards.create(work, NAME, {"version": 1, "tabs": tabs}, {})
    service.create(work, "Prices of new lessons", SCRIPT, schedule=Schedule(every="day", at="05:30"))


def _prices() -> list[dict[str, Any]]:
    """One for each lesson but the last, which the script finds."""
    rows = []
    for at, lesson in enumerate(teaching().lessons[:-1]):
        provider, seat = PROVIDERS[at % len(PROVIDERS)]
        rows.append({"lesson": lesson.title, "provider": provider, "seat_eur": seat + 7 * (at % 5)})
    return rows


def _widgets(uuid: str) -> list[dict[str, Any]]:
    source = {"sourceUuid": uuid}
    spent = {"name": "cost.seat_eur", "total": "sum", "label": "Euros"}
    done = [{"name": "record.completed_at", "op": "is not null"}]
    provider, unit = {"name": "cost.provider", "label": "Provider"}, {"name": "record.unit", "label": "Unit"}
    month = {"name": "record.completed_at", "grain": "month", "label": "Completed in"}
    lesson = {"name": "record.content", "label": "Lesson"}
    mean = {"name": "cost.seat_eur", "total": "avg", "label": "Euros a seat"}
    return [
        widget("filter", "Provider", "small", **source, groups=[provider]),
        widget("number", "Spent on completed lessons, EUR", "small", **source, values=[spent], where=done),
        widget("number", "Mean price of a seat, EUR", "small", **source, values=[mean]),
        widget("line", "Spent by month, EUR", "wide", **source, groups=[month], values=[spent], where=done),
        widget("bar", "By provider, EUR", "medium", **source, groups=[provider], values=[spent], where=done),
        widget(
            "bar", "By unit, EUR", "medium", **source, groups=[unit], values=[spent], where=done, order="values",
            limit=12,
        ),
        widget(
            "table", "By lesson", "wide", **source, groups=[lesson, provider],
            values=[{**COUNT, "label": "Seats"}, mean, spent], where=done, order="values", limit=25,
        ),
    ]  # fmt: skip


def _price_list(uuid: str) -> dict[str, Any]:
    groups = [{"name": "lesson", "label": "Lesson"}, {"name": "provider", "label": "Provider"}]
    price = {"name": "seat_eur", "total": "avg", "label": "Euros a seat"}
    return widget("table", "Prices", "wide", sourceUuid=uuid, groups=groups, values=[price], limit=50)
