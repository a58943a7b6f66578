"""Tasks: work that outlives its request, how far it is, what came of it, and calling it off."""

from typing import Any

import msgspec

from rollbook.console import listing, words
from rollbook.console.listing import crumbs, field
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.analytics import overseeing, tasks
from rollbook.core.analytics.overseeing import Overseen
from rollbook.core.kernel.principal import Permission
from rollbook.core.mail import ledger
from rollbook.web.routes import Reply

HOME = "/console/tasks"
STATES = {"pending": "Pending", "done": "Done", "failed": "Failed", "cancelled": "Cancelled"}
KINDS = {
    "load": "Load of a file", "merge": "Merge of a file", "batch": "Batch of rows", "bucket": "Load from a bucket",
    "export": "Export", "mail": "Mail",
}  # fmt: skip
MOST_MAILS = 100


def index(visit: Visit) -> Reply:
    """The tasks of the last day, newest first."""
    state, kind = visit.query.get("state"), visit.query.get("kind")

    def read(after: Any, limit: int) -> list[Overseen]:
        return overseeing.list_overseen(
            visit.work,
            state=state if state in STATES else None,
            kind=kind if kind in KINDS else None,
            limit=limit,
            after=after[0] if after else None,
        )

    page = listing.forward(visit, read, lambda one: (one.id,), int)
    return visit.render(
        "rooms/tasks/index.html",
        title="Tasks",
        room="tasks",
        breadcrumbs=crumbs("Tasks"),
        rows=[row(visit, one) for one in page.rows],
        slice=page,
        fields=[
            field(visit, "state", "State", options=list(STATES.items())),
            field(visit, "kind", "Kind", options=list(KINDS.items())),
        ],
        dense=listing.is_dense(visit),
        sees_all=visit.principal.may(Permission.ANALYTICS_ADMIN),
        is_open=any(one.state == "pending" for one in page.rows),
    )


def row(visit: Visit, one: Overseen) -> dict[str, Any]:
    """A task in a table."""
    sees_people = visit.principal.may(Permission.PEOPLE_READ)
    href = f"/console/people/{one.person_id}" if one.person_id and sees_people else None
    return {
        "id": one.id,
        "kind": {"label": KINDS.get(one.kind, one.kind), "href": f"{HOME}/{one.uuid}"},
        "about": one.source_name,
        "person": {"name": one.full_name, "href": href} if one.full_name else {"name": "A program"},
        "state": "running" if one.is_under_way else one.state,
        "progress": _percent(one),
        "created": iso(one.created_at),
        "ended": iso(one.ended_at),
        "why": one.error,
    }


def _percent(one: Overseen) -> int | None:
    """How much is done, where it is under way and that is known."""
    return one.done_permille // 10 if one.state == "pending" and one.done_permille is not None else None


def show(visit: Visit) -> Reply:
    """One task."""
    one = overseeing.get_overseen(visit.work, str(visit.call.path["uuid"]))
    shown = row(visit, one)
    mails = ledger.list_about(visit.work, tasks.ABOUT, one.id)[:MOST_MAILS] if one.kind == tasks.MAILING else []
    may_read_mail = visit.principal.may(Permission.EVENTS_READ) and visit.principal.may(Permission.ANALYTICS_ADMIN)
    return visit.render(
        "rooms/tasks/show.html",
        title=shown["kind"]["label"],
        room="tasks",
        breadcrumbs=crumbs(("Tasks", HOME), shown["kind"]["label"]),
        one=one,
        row=shown,
        came=_came_of(one),
        mails=[
            {
                "id": mail.id,
                "to": {"label": mail.recipient, "href": f"/console/mail/{mail.id}" if may_read_mail else None},
                "state": mail.state,
                "why": mail.error,
            }
            for mail in mails
        ],
        href=f"{HOME}/{one.uuid}",
    )


def _came_of(one: Overseen) -> str | None:
    """What came of it, in a few words."""
    result = msgspec.json.decode(one.result) if one.result else {}
    counted = [("rows", "row"), ("mails", "mail")]
    return next((words.plural(result[name], noun) for name, noun in counted if name in result), result.get("name"))


def cancel(visit: Visit) -> Reply:
    """Call it off. Faults: NOT_FOUND; CONFLICT when it has ended."""
    one = overseeing.get_overseen(visit.work, str(visit.call.path["uuid"]))
    tasks.cancel(visit.work, tasks.get_task(visit.work, one.uuid))
    return visit.redirect(f"{HOME}/{one.uuid}", "The task is called off.")
