"""What the player's page asks for and reports, each about the one assignment of its token."""

from typing import Any

from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.learning import assignments as verbs
from rollbook.core.learning.content_queries import get_file
from rollbook.core.learning.queries import find_assignment
from rollbook.core.learning.records import CANCELLED, Assignment
from rollbook.core.people.queries import find_person, get_organisation
from rollbook.core.playing import attempts, player, tickets
from rollbook.core.playing.tickets import Ticket
from rollbook.core.playing.tokens import LIVES_S, Seat
from rollbook.doors.player.auth import assignment_of
from rollbook.doors.player.translate import (
    from_core_lesson,
    from_core_marked,
    from_core_paper,
    from_core_standing,
    to_core_saved,
)
from rollbook.doors.player.wire import AnswersIn, LessonOut, MarkedOut, PaperOut, SavedIn, Standing
from rollbook.web.files import Held, file_answer
from rollbook.web.routes import Call, Reply, Stream

FILES = "/player/files"


def show(call: Call[None, None]) -> LessonOut:
    """The lesson, where the learner left off, and addresses of its files."""
    work, base_url = call.work, call.services.base_url()
    assignment = _playable(call)
    lesson = player.open_lesson(work, assignment)
    seat = Seat(work.principal.organisation_id, assignment.person_id, assignment.id)
    until = work.at + LIVES_S * SECOND

    def href(file: str) -> str:
        return f"{FILES}/{tickets.write(call.services.sealer, Ticket(seat, file, until))}"

    return from_core_lesson(lesson, get_organisation(work).name, href, base_url)


def _playable(call: Call[Any, Any]) -> Assignment:
    """The token's assignment, when its lesson may be opened. Faults: UNAUTHENTICATED, CONFLICT."""
    assignment = assignment_of(call.headers, call.work)
    if assignment.outcome == CANCELLED:
        raise Fault(FaultCode.CONFLICT, "This lesson was taken back; there is nothing left to do.")
    verbs.require_access(call.work, assignment)
    return assignment


def save(call: Call[SavedIn, None]) -> Standing:
    """Note what was played."""
    lesson = player.save(call.work, _playable(call), to_core_saved(call.body))
    return from_core_standing(lesson, call.services.base_url())


def ask(call: Call[None, None]) -> PaperOut:
    """The questions of the next attempt."""
    return from_core_paper(attempts.ask(call.work, _playable(call)))


def answer(call: Call[AnswersIn, None]) -> MarkedOut:
    """Mark an attempt."""
    given = call.body
    marked = attempts.submit(call.work, _playable(call), given.version, given.number, given.answers)
    return from_core_marked(marked, call.services.base_url())


def file(call: Call[None, None]) -> Stream | Reply:
    """A file of the lesson, or the range of it that is asked for, by the ticket in its address."""
    ticket = tickets.read(call.services.sealer, str(call.path["ticket"]), call.work.at)
    if ticket is None:
        raise Fault(FaultCode.NOT_FOUND, "This address has ended; open the lesson again.")
    work = call.work
    work.act_as(ticket.seat.principal)
    person = find_person(work, key="id", value=ticket.seat.person_id)
    assignment = find_assignment(work, key="id", value=ticket.seat.assignment_id)
    if person is None or not person.is_active or assignment is None or assignment.outcome == CANCELLED:
        raise Fault(FaultCode.NOT_FOUND, "This lesson is not open any more.")
    found = get_file(work, player.version_to_play(work, assignment), ticket.file)
    held = Held(found.key, found.name, found.media_type, found.size, found.sha256)
    return file_answer(call.services.files, held, call.headers, is_shown=True, framers="*")
