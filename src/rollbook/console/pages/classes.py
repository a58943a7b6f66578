"""Classes: the calendar, one class with its seats and waiting list, who is put in and taken out, how it ends."""

from typing import Any

from rollbook.console.calendar import Month, month_named
from rollbook.console.listing import crumbs
from rollbook.console.pages import people as people_room
from rollbook.console.pages import rows
from rollbook.console.pages.assignments import whom
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.console.words import plural
from rollbook.core.classes import attendance, planning, policy, queries, seating
from rollbook.core.classes.records import ACTIVE, REGISTERED, Attendee, ClassSession, SessionFilter
from rollbook.core.events.queries import AuditFilter, list_audit
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.people import structure
from rollbook.web.routes import Reply

MOST_OF_A_MONTH = 1000
VIEWS = ("month", "agenda")


def index(visit: Visit) -> Reply:
    """A month of classes, as a calendar or as a list; a phone gets the list."""
    zone, view = visit.session.time_zone, visit.query.get("view")
    month = month_named(visit.query.get("month"), visit.work.at, zone)
    mine = visit.query.get("mine") == "1" and visit.principal.person_id is not None
    wanted = SessionFilter(
        ends_after=month.starts_at,
        starts_before=month.ends_at,
        instructor_id=visit.principal.person_id if mine else None,
    )
    found = queries.list_sessions(visit.work, wanted, limit=MOST_OF_A_MONTH).rows
    return visit.render(
        "rooms/classes/index.html",
        title="Classes",
        room="classes",
        breadcrumbs=crumbs("Learning", "Classes"),
        month=month,
        weeks=month.weeks([_shown(session, visit.work.at, month) for session in found]),
        view=view if view in VIEWS else "month",
        is_mine=mine,
        zone=zone,
    )


def _shown(session: ClassSession, now: int, month: Month) -> dict[str, Any]:
    """A class as calendars and lists show it."""
    return {
        "id": session.id,
        "href": f"/console/classes/{session.id}",
        "title": session.title,
        "status": status_of(session, now),
        "begins": iso(session.starts_at),
        "clock": month.clock(session.starts_at),
        "until": month.clock(session.ends_at),
        "days": month.days_of(session.starts_at, session.ends_at),
        "location": session.location,
        "instructor": session.instructor_name,
        "seats": seats_of(session),
        "waiting": session.waiting_count,
    }


def status_of(session: ClassSession, now: int) -> str:
    """What became of a class, or when it is while nothing has."""
    return session.outcome if session.outcome != ACTIVE else session.state_at(now).value


def seats_of(session: ClassSession) -> str:
    """How many seats are taken, and of how many."""
    return f"{session.seats_taken} of {session.places}" if session.places is not None else str(session.seats_taken)


def find(visit: Visit) -> ClassSession:
    """The class in the address. Faults: NOT_FOUND."""
    return queries.get_session(visit.work, key="id", value=visit.call.path["id"])


def show(visit: Visit) -> Reply:
    """One class: who has a seat and who waits."""
    session = find(visit)
    found = queries.list_attendees(visit.work, session).rows
    may_run = policy.may_run(visit.principal, session)
    groups = structure.list_entries(visit.work, structure.GROUPS) if may_run and visit.may(P.STRUCTURE_READ) else []
    events = list_audit(visit.work, AuditFilter(entity="class", entity_id=session.id), limit=30)
    visit.errors = {"people" if name.startswith("person_ids") else name: text for name, text in visit.errors.items()}
    return visit.render(
        "rooms/classes/show.html",
        title=session.title,
        room="classes",
        breadcrumbs=crumbs("Learning", ("Classes", "/console/classes"), session.title),
        one=session,
        standing=status_of(session, visit.work.at),
        seats=seats_of(session),
        seated=[_attendee(one) for one in found if one.state == REGISTERED],
        waiting=[_attendee(one, place) for place, one in enumerate((o for o in found if o.state != REGISTERED), 1)],
        is_open=session.outcome == ACTIVE,
        may_run=may_run,
        groups=people_room.options(groups),
        typed=visit.text("people") if visit.errors else None,
        events=rows.timeline(visit.work, events) if visit.may(P.EVENTS_READ) else [],
    )


def _attendee(one: Attendee, place: int | None = None) -> dict[str, Any]:
    marks = {True: "passed" if one.has_passed else "attended", False: "absent"}
    return {
        "id": one.person_id,
        "place": place,
        "person": {"name": one.full_name, "href": f"/console/people/{one.person_id}", "detail": one.person_username},
        "mark": marks[one.has_attended] if one.has_attended is not None else None,
        "since": iso(one.created_at),
    }


def register(visit: Visit) -> Reply:
    """Put people in. Faults: MISSING, UNKNOWN_REFERENCE or CONFLICT naming the field."""
    session = find(visit)
    done = seating.register(visit.work, session, whom(visit))
    said = [f"{plural(len(done.registered), 'person has', 'people have')} a seat now."] if done.registered else []
    if done.waiting:
        said.append(f"{plural(len(done.waiting), 'person waits', 'people wait')} for one.")
    if not said:
        said.append("Nothing had to be done: they were in the class already.")
    return visit.redirect(_href(session), " ".join(said))


def deregister(visit: Visit) -> Reply:
    """Take someone out. Faults: FORBIDDEN, CONFLICT, MISSING."""
    session, person_id = find(visit), visit.number("person_id")
    if person_id is None:
        raise field_fault(FaultCode.MISSING, "person_id", "Say who.")
    seating.deregister(visit.work, session, [person_id])
    return visit.redirect(_href(session), "They are out of the class; the waiting list moved up.")


def cancel(visit: Visit) -> Reply:
    """Call it off. Faults: FORBIDDEN, CONFLICT."""
    session = find(visit)
    planning.cancel(
        visit.work,
        session,
        tells_trainees=visit.is_ticked("tells_trainees"),
        tells_instructor=visit.is_ticked("tells_instructor"),
    )
    return visit.redirect(_href(session), "The class is cancelled; it stays in the record.")


def complete(visit: Visit) -> Reply:
    """End it: those who passed have completed what it teaches. Faults: FORBIDDEN, CONFLICT."""
    done = attendance.complete(visit.work, find(visit))
    passed = plural(done.passed_count, "person", "people")
    return visit.redirect(_href(done), f"The class is completed. {passed} passed.")


def _href(session: ClassSession) -> str:
    return f"/console/classes/{session.id}"
