"""Mail: what was sent to whom, what was not and why; sending it again."""

from typing import Any

from jinja2.filters import do_filesizeformat

from rollbook.console import listing, words
from rollbook.console.listing import crumbs, field
from rollbook.console.pages import rows
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core import wordings
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.mail import letters, messages
from rollbook.core.people import correspondence
from rollbook.core.people.correspondence import Letter, LetterFilter
from rollbook.web.routes import Reply

HOME = "/console/mail"
_KINDS = (*wordings.KINDS, messages.KIND)
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""Of a body that somebody else wrote: nothing in it acts, and no picture tells anybody that it was looked at."""
STATES = [("sent", "Sent"), ("pending", "To be sent"), ("failed", "Failed"), ("skipped", "Not sent")]


def index(visit: Visit) -> Reply:
    """The ledger, newest first."""
    state, kind = visit.query.get("state"), visit.query.get("kind")
    wanted = LetterFilter(
        q=visit.query.get("q") or None,
        state=state if state in dict(STATES) else None,
        kind=kind if kind in _KINDS else None,
        person_id=visit.asked_number("person"),
    )

    def read(after: Any, limit: int) -> list[Letter]:
        return correspondence.list_letters(visit.work, wanted, limit=limit, after=after[0] if after else None)

    page = listing.forward(visit, read, lambda one: (one.id,), int)
    kinds = [(name, words.mail_kind(name)) for name in _KINDS]
    return visit.render(
        "rooms/mail/index.html",
        title="Mail",
        room="mail",
        breadcrumbs=crumbs("Mail"),
        rows=[_row(one) for one in page.rows],
        slice=page,
        fields=[
            field(visit, "q", "Address or subject", "search"),
            field(visit, "state", "State", options=STATES),
            field(visit, "kind", "Kind", options=kinds),
        ],
        dense=listing.is_dense(visit),
    )


def _row(one: Letter) -> dict[str, Any]:
    person = {"name": one.full_name, "href": f"/console/people/{one.person_id}", "detail": one.recipient or None}
    return {
        "id": one.id,
        "kind": {"label": one.subject or words.mail_kind(one.kind), "href": f"{HOME}/{one.id}"},
        "person": person if one.full_name else {"name": one.recipient},
        "state": one.state,
        "why": one.error,
        "created": iso(one.created_at),
    }


def show(visit: Visit) -> Reply:
    """One mail."""
    one = correspondence.get_letter(visit.work, visit.call.path["id"])
    return visit.render(
        "rooms/mail/show.html",
        title=words.mail_kind(one.kind),
        room="mail",
        breadcrumbs=crumbs(("Mail", HOME), words.mail_kind(one.kind)),
        one=one,
        row=_row(one),
        about=rows.home_of(one.about, one.about_id, sees_places=False) if one.about and one.about_id else None,
        href=f"{HOME}/{one.id}",
        message=_message(visit, one),
        is_message=one.kind == messages.KIND,
    )


def _message(visit: Visit, one: Letter) -> dict[str, Any] | None:
    """What somebody wrote, as far as it is kept."""
    found = messages.find_message(visit.work, one.id)
    if found is None:
        return None
    files = [f"{file.name} ({do_filesizeformat(file.size)})" for file in found.enclosed]
    return {"subject": found.subject, "reply_to": found.reply_to, "files": ", ".join(files)}


def message(visit: Visit) -> Reply:
    """What somebody wrote, for a frame. Faults: NOT_FOUND."""
    one = correspondence.get_letter(visit.work, visit.call.path["id"])
    found = messages.find_message(visit.work, one.id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "The text of this mail is not kept.")
    page = letters.page(found.subject, found.html)
    return Reply(page.encode(), 200, {"content-security-policy": _POLICY}, "text/html")


def again(visit: Visit) -> Reply:
    """Send it once more. Faults: FORBIDDEN, CONFLICT."""
    one = correspondence.get_letter(visit.work, visit.call.path["id"])
    correspondence.send_again(visit.work, one)
    return visit.redirect(f"{HOME}/{one.id}", "It is on its way again.")
