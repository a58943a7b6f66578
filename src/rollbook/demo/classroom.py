"""Classes led by an instructor: the last weeks' and the coming ones', in every state."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, update

from rollbook.core.classes import attendance, planning, queries, seating
from rollbook.core.classes.invitations import KINDS
from rollbook.core.classes.records import REGISTERED, ClassSession, Mark, NewSession
from rollbook.core.kernel.clock import HOUR, MINUTE
from rollbook.core.kernel.principal import Principal, Role
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.learning.records import Course
from rollbook.core.mail.tables import mails
from rollbook.core.people.queries import list_people
from rollbook.core.people.records import PeopleFilter
from rollbook.demo.lessons import Offer, teaching
from rollbook.demo.staff import Member
from rollbook.demo.stage import Stage

ROOMS = ("Training hall A, bay 3", "Fire ground, north gate", "Rescue tower", "Room 2.14, headquarters")
_SENT = Statement[tuple[Any, ...]](
    update(mails)
    .where(mails.c.organisation_id == bindparam("organisation_id"), among(mails.c.kind, "kinds"))
    .values(state="sent", attempts=1, sent_at=mails.c.created_at + MINUTE)
)


class Plan(NamedTuple):
    """A class. ``day`` is counted from the year's end, ``hours`` from that day's seven o'clock in UTC."""

    offer: str
    day: int
    hours: int
    places: int
    coming: int
    ending: str = ""


PLANS = (
    Plan("AID", -48, 7, 12, 11, "completed"),
    Plan("EXT", -41, 2, 16, 14, "completed"),
    Plan("RES", -34, 8, 8, 8, "completed"),
    Plan("EXT", -27, 2, 16, 9, "completed"),
    Plan("AID", -20, 7, 12, 12, "completed"),
    Plan("RES", -16, 8, 8, 5, "cancelled"),
    Plan("EXT", -9, 2, 16, 13, "completed"),
    Plan("AID", -3, 7, 12, 10, "unmarked"),
    Plan("RES", -1, 56, 8, 7),
    Plan("EXT", 2, 2, 10, 14),
    Plan("AID", 4, 7, 12, 9),
    Plan("EXT", 9, 2, 16, 6),
    Plan("RES", 11, 8, 6, 9),
    Plan("AID", 18, 7, 12, 4, "cancelled"),
    Plan("EXT", 23, 2, 16, 0),
    Plan("AID", 32, 7, 12, 3),
)


def teach(stage: Stage, members: list[Member], taught: dict[str, Course], admin: Principal) -> None:
    """Plan the classes and let those happen that lie behind."""
    offers = {offer.code: offer for offer in teaching().offers}
    with stage.at(stage.base, admin) as work:
        wanted = PeopleFilter(role=Role.INSTRUCTOR, is_active=True)
        leaders = [one.id for one in list_people(work, wanted, limit=50).rows]
    for at, plan in enumerate(PLANS):
        coming = _coming(stage, members, offers[plan.offer], plan)
        planned_at = min(stage.instant(plan.day - 20, 9 * 3600), stage.base - 3 * HOUR)
        with stage.at(planned_at, admin) as work:
            begins = stage.instant(plan.day, 7 * 3600)
            new = NewSession(
                course_id=taught[plan.offer].id,
                instructor_id=leaders[at % len(leaders)],
                starts_at=begins,
                ends_at=begins + plan.hours * HOUR,
                location=ROOMS[at % len(ROOMS)],
                places=plan.places,
                notes="Bring boots and gloves; helmets are there." if plan.offer != "AID" else None,
            )
            session = planning.create(work, new)
            seating.register(work, session, coming)
        _end(stage, plan, session, admin)
    with stage.at(stage.base, admin) as work:  # nobody of the demo has a mailbox
        work.run(_SENT, organisation_id=stage.organisation_id, kinds=list(KINDS))


def _coming(stage: Stage, members: list[Member], offer: Offer, plan: Plan) -> list[int]:
    """Who comes: some of those whom the course is for and who stay."""
    there = [m for m in members if offer.is_for(m.job) and m.leaves is None and m.joins < plan.day - 25]
    return [stage.people[m.code] for m in stage.random.sample(there, min(plan.coming, len(there)))]


def _end(stage: Stage, plan: Plan, session: ClassSession, admin: Principal) -> None:
    """What became of a class that is over."""
    ended_at = session.ends_at + HOUR // 2
    match plan.ending:
        case "cancelled":
            with stage.at(min(session.starts_at - 26 * HOUR, stage.base - HOUR), admin) as work:
                planning.cancel(work, session)
        case "completed":
            with stage.at(ended_at, admin) as work:
                _mark(stage, work, session)
                attendance.complete(work, session)
        case "unmarked":
            with stage.at(ended_at, admin) as work:
                _mark(stage, work, session)


def _mark(stage: Stage, work: Work, session: ClassSession) -> None:
    """Nearly all come, and nearly all of those pass."""
    marks = []
    for one in queries.list_attendees(work, session, state=REGISTERED).rows:
        attended = stage.random.random() < 0.92
        marks.append(
            Mark(
                attendee_id=one.id,
                has_attended=attended,
                has_passed=attended and stage.random.random() < 0.9,
            )
        )
    attendance.save(work, session, marks)
