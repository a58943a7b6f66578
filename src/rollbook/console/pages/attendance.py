"""The instructor's attendance page: made for a thumb on a phone, saved as one form, working without script."""

from rollbook.console.listing import crumbs
from rollbook.console.pages.classes import find, seats_of, status_of
from rollbook.console.visits import Visit
from rollbook.console.words import plural
from rollbook.core.classes import attendance, policy, queries
from rollbook.core.classes.records import ACTIVE, REGISTERED, Mark
from rollbook.web.routes import Reply


def show(visit: Visit) -> Reply:
    """Everyone with a seat, with two big switches each. Faults: FORBIDDEN for who does not run the class."""
    session = find(visit)
    policy.require_may_run(visit.principal, session)
    href = f"/console/classes/{session.id}"
    return visit.render(
        "rooms/classes/attendance.html",
        title=f"Attendance: {session.title}",
        room="classes",
        breadcrumbs=crumbs(("Classes", "/console/classes"), (session.title, href), "Attendance"),
        one=session,
        href=href,
        standing=status_of(session, visit.work.at),
        seats=seats_of(session),
        people=queries.list_attendees(visit.work, session, state=REGISTERED).rows,
        is_open=session.outcome == ACTIVE,
    )


def save(visit: Visit) -> Reply:
    """Save every switch, and perhaps complete the class with it. Faults: FORBIDDEN, CONFLICT, UNKNOWN_REFERENCE."""
    session = find(visit)
    attended, passed = set(visit.numbers("attended")), set(visit.numbers("passed"))
    marks = [
        Mark(attendee_id=id_, has_attended=id_ in attended or id_ in passed, has_passed=id_ in passed)
        for id_ in dict.fromkeys(visit.numbers("attendee"))
    ]
    changed = attendance.save(visit.work, session, marks)
    href = f"/console/classes/{session.id}"
    if visit.text("then") == "complete":
        done = attendance.complete(visit.work, session)
        return visit.redirect(href, f"The class is completed. {plural(done.passed_count, 'person', 'people')} passed.")
    said = f"Saved for {plural(changed, 'person', 'people')}." if changed else "Nothing had changed."
    return visit.redirect(f"{href}/attendance", said, "good" if changed else "info")
