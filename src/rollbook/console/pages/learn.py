"""What someone has to learn themselves, and the page that plays it."""

from typing import Any

from rollbook.console.listing import crumbs
from rollbook.console.rendering import SHOWING_HEADERS, framed_by, iso
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.learning.queries import get_assignment, list_assignments
from rollbook.core.learning.records import CREDITED, LESSON, Assignment, AssignmentFilter
from rollbook.core.learning.status import Status
from rollbook.core.playing import tokens
from rollbook.web.routes import Reply

HOME = "/console/learn"
MOST_OPEN = 100
MOST_FINISHED = 20


def front(visit: Visit) -> Reply:
    """The address of the server itself: the player where the part after ``#`` names a lesson, else the console."""
    reply = visit.render("player.html", title="Rollbook", token="", home="", go_on="/console")
    reply.headers = framed_by("*")
    return reply


def index(visit: Visit) -> Reply:
    """One's own assignments: what is to be done, and what is behind."""
    todo = [
        _entry(one)
        for status in (Status.OVERDUE, Status.DUE, Status.SCHEDULED)
        for one in _own(visit, status, MOST_OPEN, newest_first=False)
    ]
    return visit.render(
        "rooms/learn.html",
        title="My learning",
        room="learn",
        breadcrumbs=crumbs("Learning", "My learning"),
        todo=todo,
        finished=[_entry(one) for one in _own(visit, Status.COMPLETED, MOST_FINISHED, newest_first=True)],
        record=f"/console/people/{visit.session.person_id}",
    )


def _own(visit: Visit, status: Status, limit: int, *, newest_first: bool) -> list[Assignment]:
    wanted = AssignmentFilter(person_id=visit.session.person_id, status=status.value)
    return list_assignments(visit.work, wanted, limit=limit, newest_first=newest_first).rows


def _entry(one: Assignment) -> dict[str, Any]:
    verb = "Start" if one.started_at is None else "Continue"
    return {
        "title": one.title,
        "status": one.status,
        "href": f"{HOME}/{one.uuid}" if one.content_kind == LESSON else None,
        "verb": "Look again" if one.completed_at is not None else verb,
        "may_open": one.status != Status.SCHEDULED.value,
        "progress": None if one.outcome == CREDITED else round(one.progress),
        "score": one.score,
        "due": iso(one.due_at),
        "start": iso(one.start_at),
        "completed": iso(one.completed_at),
        "certificate": f"/certificates/{one.certificate_number}" if one.certificate_number else None,
    }


def show(visit: Visit) -> Reply:
    """The player on one's own assignment; whoever may see another's goes to the record of it. Faults: NOT_FOUND."""
    assignment = get_assignment(visit.work, key="uuid", value=str(visit.call.path["uuid"]).lower())
    if assignment.person_id != visit.session.person_id:
        return visit.redirect(f"/console/assignments/{assignment.id}")
    if assignment.content_kind != LESSON:
        raise Fault(FaultCode.NOT_FOUND, "This course has no lesson to play here.")
    with visit.writing() as work:
        token = tokens.issue(work, assignment)
    reply = visit.render("player.html", title=assignment.title, token=token, home=HOME, go_on="")
    reply.headers = SHOWING_HEADERS
    return reply
