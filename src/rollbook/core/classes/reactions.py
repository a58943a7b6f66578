"""What happens in classes because of something that happened elsewhere, in the same transaction."""

from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, select, update

from rollbook.core.classes import seating
from rollbook.core.classes.holding import hold
from rollbook.core.classes.queries import get_session
from rollbook.core.classes.records import REGISTERED
from rollbook.core.classes.tables import attendees, class_sessions
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work

Rows = Statement[tuple[Any, ...]]

_own = class_sessions.c
_is_ahead = and_(_own.outcome == literal_column("'active'"), _own.ends_at > bindparam("now"))
_mine = _own.organisation_id == bindparam("organisation_id")
_OF_PEOPLE = Rows(
    select(attendees.c.session_id, attendees.c.person_id)
    .join(class_sessions, _own.id == attendees.c.session_id)
    .where(among(attendees.c.person_id, "people"), _is_ahead)
    .order_by(attendees.c.session_id, attendees.c.id)
)
_held = (
    select(func.count())
    .select_from(attendees)
    .where(attendees.c.session_id == _own.id, attendees.c.state == REGISTERED)
    .scalar_subquery()
)
_ABANDONED = Rows(select(_own.id).where(_mine, _own.seats_taken > _held).order_by(_own.id))
_RECOUNT = Rows(
    update(class_sessions).where(_own.id == bindparam("id")).values(seats_taken=_held, updated_at=bindparam("at"))
)


def react(work: Work) -> None:
    """Free the seats of whoever was inactivated, in classes that are not over, and of whoever was erased, in all.

    The composition root calls it before each commit, ahead of learning's: classes are locked before assignments.
    """
    inactivated = [change.entity_id for change in work.changes if change.kind == "person.inactivated"]
    if inactivated:
        _free_seats_of(work, inactivated)
    if any(change.kind == "person.deleted" for change in work.changes):
        _free_abandoned_seats(work)


def _free_seats_of(work: Work, people: list[int]) -> None:
    leaving: dict[int, list[int]] = {}
    for session_id, person_id in work.all(_OF_PEOPLE, people=people, now=work.at):
        leaving.setdefault(session_id, []).append(person_id)
    for session_id, person_ids in leaving.items():
        held = hold(work, get_session(work, key="id", value=session_id))
        seating.take_out(work, held, person_ids)


def _free_abandoned_seats(work: Work) -> None:
    """Someone who was erased left no row that says where they sat, only a count that is too high."""
    for (session_id,) in work.all(_ABANDONED, organisation_id=work.principal.organisation_id):
        held = hold(work, get_session(work, key="id", value=session_id))
        work.run(_RECOUNT, id=session_id, at=work.at)
        if held.outcome == "active" and held.ends_at > work.at:
            seating.seat_waiting(work, held)
