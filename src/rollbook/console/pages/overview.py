"""The first page: numbers that matter, two charts, and what needs someone's attention."""

from typing import Any

from rollbook.console import charts, words
from rollbook.console.listing import crumbs
from rollbook.console.pages import rows
from rollbook.console.visits import Visit
from rollbook.core.events.queries import AuditFilter, list_audit
from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.learning.queries import list_assignments
from rollbook.core.learning.records import AssignmentFilter
from rollbook.core.learning.statistics import count_by_status, count_completions_by_day
from rollbook.core.learning.status import Status
from rollbook.core.people import queries
from rollbook.core.people.imports.queries import list_imports
from rollbook.core.people.records import PeopleFilter
from rollbook.core.simulation.queries import count_activities_by_day
from rollbook.core.webhooks import queries as webhook_queries
from rollbook.core.webhooks import subscriptions
from rollbook.core.webhooks.records import DeliveryFilter
from rollbook.web.routes import Reply

WEEKS = 26
RECENT_DAYS = 30
MANY = 100


def show(visit: Visit) -> Reply:
    """The overview; someone who sees nobody else goes to what they have to learn."""
    if visit.principal.people_scope is PeopleScope.SELF:
        return visit.redirect("/console/learn")
    work, now = visit.work, visit.work.at
    active = queries.list_people(work, PeopleFilter(is_active=True), limit=1, with_total=True).total or 0
    counts = count_by_status(work)
    completions = count_completions_by_day(work, now - 2 * RECENT_DAYS * DAY)
    activities = count_activities_by_day(work, now - WEEKS * 7 * DAY, now)
    late = list_assignments(work, AssignmentFilter(status=Status.OVERDUE.value), limit=6)
    latest = list_audit(work, AuditFilter(), limit=8) if visit.may(P.EVENTS_READ) else []
    return visit.render(
        "rooms/overview.html",
        title="Overview",
        room="overview",
        breadcrumbs=crumbs("Overview"),
        now=now,
        stats=_stats(active, counts, completions, now),
        by_status=charts.by_status(counts),
        by_week=charts.by_week(activities, now, WEEKS),
        late=[rows.assignment(one) for one in late.rows],
        attention=_attention(visit),
        latest=rows.timeline(work, latest),
    )


def _stats(
    active: int, counts: dict[Status, int], completions: list[tuple[int, int]], now: int
) -> list[dict[str, Any]]:
    middle = now - RECENT_DAYS * DAY
    recent = sum(count for day, count in completions if day >= middle)
    earlier = sum(count for day, count in completions if day < middle)
    href = "/console/assignments?status="
    return [
        {"label": "Active people", "value": f"{active:,}", "href": "/console/people?status=active"},
        {"label": "Due now", "value": f"{counts[Status.DUE]:,}", "note": "open assignments", "href": href + "due"},
        {
            "label": "Overdue",
            "value": f"{counts[Status.OVERDUE]:,}",
            "note": "past their due day" if counts[Status.OVERDUE] else "nobody is late",
            "tone": "bad" if counts[Status.OVERDUE] else "good",
            "mark": "st-bad" if counts[Status.OVERDUE] else "st-good",
            "href": href + "overdue",
        },
        {
            "label": "Completed in 30 days",
            "value": f"{recent:,}",
            **_trend(recent, earlier),
            "href": href + "completed",
        },
    ]


def _trend(recent: int, earlier: int) -> dict[str, str]:
    if recent == earlier:
        return {"note": "as many as in the 30 days before"}
    more = recent > earlier
    note = f"{abs(recent - earlier):,} {'more' if more else 'fewer'} than in the 30 days before"
    return {"note": note, "tone": "good" if more else "warn", "mark": "up" if more else "down"}


def _attention(visit: Visit) -> list[dict[str, str]]:
    """What someone should look at: webhooks that stand still, deliveries given up, imports that wait."""
    found: list[dict[str, str]] = []
    if visit.may(P.WEBHOOKS_READ):
        stuck = [one for one in subscriptions.list_subscriptions(visit.work) if one.state in ("paused", "gone")]
        for one in stuck[:3]:
            why = (
                "is paused, and what happens waits"
                if one.state == "paused"
                else "was ended: its target said it is gone"
            )
            text = f"The webhook “{one.description or one.url}” {why}."
            found.append({"text": text, "kind": "warn", "href": f"/console/webhooks/{one.id}"})
        failed = len(webhook_queries.list_deliveries(visit.work, DeliveryFilter(state="failed"), limit=MANY))
        if failed:
            said = f"{MANY} or more" if failed == MANY else str(failed)
            text = f"{said} webhook {'delivery was' if failed == 1 else 'deliveries were'} given up."
            found.append({"text": text, "kind": "bad", "href": "/console/webhooks"})
    if visit.may(P.IMPORTS_WRITE):
        waiting = [one for one in list_imports(visit.work, limit=10) if one.state == "previewed" and not one.facts.bad]
        for preview in waiting[:2]:
            bad = words.plural(preview.facts.bad, "line cannot be read", "lines cannot be read")
            waits = f"was checked: {bad}" if preview.facts.bad else "was checked and waits to be applied"
            text = f"The import “{preview.file_name}” {waits}."
            found.append({"text": text, "kind": "info", "href": f"/console/imports/{preview.id}"})
    return found
