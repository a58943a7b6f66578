"""Planning a class, and changing one."""

from typing import Any

from rollbook.console import choices, times
from rollbook.console.choices import Choices
from rollbook.console.listing import crumbs
from rollbook.console.pages.classes import find
from rollbook.console.visits import Visit
from rollbook.core.classes import planning
from rollbook.core.classes.records import ClassSession, NewSession, SessionChanges
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.web.routes import Reply

TEXTS = ("teaches", "starts_at", "ends_at", "location", "places", "instructor_id", "notes")


def new(visit: Visit) -> Reply:
    """The empty form, or a refused one; the address may name a course."""
    course = visit.asked_number("course")
    return _form(visit, None, {"teaches": f"course:{course}"} if course is not None else {})


def edit(visit: Visit) -> Reply:
    """The form with what is known."""
    session = find(visit)
    zone = visit.session.time_zone
    known: dict[str, Any] = {name: getattr(session, name) for name in ("location", "places", "instructor_id", "notes")}
    known |= {name: times.typed(getattr(session, name), zone) for name in ("starts_at", "ends_at")}
    return _form(visit, session, known)


def _form(visit: Visit, session: ClassSession | None, values: dict[str, Any]) -> Reply:
    if visit.errors:
        values = {name: visit.text(name) for name in TEXTS}
    visit.errors = {
        "teaches" if name in ("content_id", "course_id") else name: text for name, text in visit.errors.items()
    }
    href = f"/console/classes/{session.id}" if session else "/console/classes"
    here = ((session.title, href), "Edit") if session else ("Plan a class",)
    return visit.render(
        "rooms/classes/form.html",
        title=f"Edit {session.title}" if session else "Plan a class",
        room="classes",
        breadcrumbs=crumbs("Learning", ("Classes", "/console/classes"), *here),
        one=session,
        href=href,
        values=values,
        taught=None if session else _taught(visit),
        instructors=_instructors(visit, session),
        zone=visit.session.time_zone,
    )


def _taught(visit: Visit) -> Choices:
    """What a class may teach: courses, and lessons by themselves."""
    courses, lessons = choices.courses(visit, visit.asked_number("course")), choices.lessons(visit)
    groups = (("Courses", "course", courses), ("Lessons", "content", lessons))
    options = [
        {"label": label, "options": [(f"{kind}:{id_}", title) for id_, title in offered.options]}
        for label, kind, offered in groups
        if offered.options
    ]
    return Choices(options, courses.hint or lessons.hint)


def _instructors(visit: Visit, session: ClassSession | None) -> Choices:
    if session is None or session.instructor_id is None:
        return choices.instructors(visit)
    return choices.instructors(visit, (session.instructor_id, session.instructor_name))


def create(visit: Visit) -> Reply:
    """Plan it. Faults: MISSING, INVALID or UNKNOWN_REFERENCE naming the field."""
    kind, _, number = (visit.text("teaches") or "").partition(":")
    if kind not in ("course", "content") or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise field_fault(FaultCode.MISSING, "teaches", "Choose what the class teaches.")
    taught: dict[str, Any] = {f"{kind}_id": int(number)}
    made = planning.create(visit.work, NewSession(**taught, **_given(visit)))
    return visit.redirect(f"/console/classes/{made.id}", f"{made.title} is planned. Now put people in.")


def update(visit: Visit) -> Reply:
    """Change it. Faults: those of changing one."""
    session = find(visit)
    changed = planning.change(visit.work, session, SessionChanges(**_given(visit)))
    said = "Nothing had changed." if changed == session else f"{changed.title} is saved."
    return visit.redirect(f"/console/classes/{session.id}", said, "info" if changed == session else "good")


def _given(visit: Visit) -> dict[str, Any]:
    """The form's fields as the core wants them. Faults: MISSING, INVALID naming the field."""
    zone = visit.session.time_zone
    return {
        "starts_at": times.instant(visit.text("starts_at"), "starts_at", zone),
        "ends_at": times.instant(visit.text("ends_at"), "ends_at", zone),
        "location": visit.text("location") or "",
        "places": visit.number("places"),
        "instructor_id": visit.number("instructor_id"),
        "notes": visit.text("notes"),
    }
