"""Dashboards in the pages of other sites: opened once by the address, then asked by forms that hold the ticket."""

from collections.abc import Callable
from typing import Any

from rollbook.console import boards
from rollbook.console.rendering import framed_by
from rollbook.console.visits import Visit
from rollbook.core.analytics.dashboards import Dashboard
from rollbook.core.analytics.viewing import embeds
from rollbook.core.analytics.viewing.drawing import View
from rollbook.core.kernel.faults import Fault
from rollbook.core.people.settings import get_settings
from rollbook.web.routes import Call, Reply
from rollbook.web.statuses import status_of

HOME = "/embedded"
ANYONE = "*"


def open_once(call: Call[None, None]) -> Reply:
    """Open a dashboard by the secret in its address."""
    visit = Visit(call)

    def opened() -> Reply:
        with visit.writing() as work:
            secret = visit.query.get("embeddedPayload", "")
            ticket = embeds.open_once(work, visit.services.sealer, str(call.path["uuid"]), secret)
        return _answered(visit, ticket, _board)

    return _framed(visit, opened)


def ask(call: Call[None, None]) -> Reply:
    """A page of a dashboard, as the form's filters want it."""
    return _asked(call, _board)


def rows(call: Call[None, None]) -> Reply:
    """The rows behind a value, a page of them."""
    return _asked(call, _rows)


def save(call: Call[None, None]) -> Reply:
    """A widget's rows as a file."""
    return _asked(call, _file)


def _asked(call: Call[None, None], answer: "Answer") -> Reply:
    visit = Visit(call)
    return _framed(visit, lambda: _answered(visit, visit.text("ticket") or "", answer))


Answer = Callable[[Visit, str, Dashboard, View], Reply]


def _answered(visit: Visit, ticket: str, answer: Answer) -> Reply:
    with visit.reading() as work:
        one, payload = embeds.resume(work, visit.services.sealer, ticket)
        variables, chosen = one.values | payload, boards.chosen_in(visit.form)
        view = View(work, visit.services.snapshots, one.kept, variables, chosen, is_embedded=True)
        reply = answer(visit, ticket, one, view)
        reply.headers = {**reply.headers, **framed_by(get_settings(work).embedding_sites or ANYONE)}
        reply.headers.pop("x-frame-options", None)
        return reply


def _framed(visit: Visit, answer: Callable[[], Reply]) -> Reply:
    """The answer, or a page that says why there is none, which has to show in the other site's frame too."""
    try:
        return answer()
    except Fault as fault:
        reason = {"title": "Dashboard", "reason": fault.message}
        reply = visit.render("rooms/embedded/refused.html", status=status_of(fault.code), **reason)
        reply.headers = framed_by(ANYONE)
        return reply


def _tab(visit: Visit) -> int:
    return visit.number("tab") or 1


def _board(visit: Visit, ticket: str, one: Dashboard, view: View) -> Reply:
    shown: dict[str, Any] = boards.board(view, _tab(visit))
    return visit.render("rooms/embedded/show.html", title=one.name, href=f"{HOME}/{one.uuid}", ticket=ticket, **shown)


def _rows(visit: Visit, ticket: str, one: Dashboard, view: View) -> Reply:
    path = visit.call.path
    place = str(visit.form.get("place", ""))
    made = boards.rows_behind(view, path["number"], path["at"], place, visit.number("offset") or 0)
    return visit.render(
        "rooms/embedded/rows.html",
        title=made["heading"],
        href=f"{HOME}/{one.uuid}",
        here=visit.location,
        ticket=ticket,
        at=path["number"],
        chosen=[(f"f{number}", value) for number, value in view.chosen.items()],
        **made,
    )


def _file(visit: Visit, ticket: str, one: Dashboard, view: View) -> Reply:
    path = visit.call.path
    return boards.file(view, path["number"], path["at"], str(path["kind"]))
