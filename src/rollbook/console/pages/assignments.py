"""Assignments: the list by status, course and person; assigning; one assignment and what can be done with it."""

from typing import Any

from rollbook.console import choices, listing, words
from rollbook.console.listing import crumbs, field
from rollbook.console.pages import people as people_room
from rollbook.console.pages import rows
from rollbook.console.visits import Visit
from rollbook.core.events.queries import AuditFilter, list_audit
from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.learning import assignments, content_queries, course_queries, enrolment, scheduling
from rollbook.core.learning.queries import get_assignment, list_assignments
from rollbook.core.learning.records import Assigned, Assignment, AssignmentFilter, NewAssignments
from rollbook.core.learning.status import Status
from rollbook.core.people import queries, structure
from rollbook.core.people.records import PeopleFilter
from rollbook.web.routes import Reply

REASONS = [("manual", "No longer needed"), ("left", "Has left or moved"), ("mistake", "Assigned by mistake")]
"""Why assignments are cancelled by hand, as programs and as people read it."""
MOST_OF_A_GROUP = 5000
STATUSES = [
    (Status.OVERDUE.value, "Overdue"),
    (Status.DUE.value, "Due"),
    (Status.SCHEDULED.value, "Scheduled"),
    (Status.COMPLETED.value, "Completed"),
    (Status.CANCELLED.value, "Cancelled"),
]


def index(visit: Visit) -> Reply:
    """The list, newest first."""
    status = visit.query.get("status")
    wanted = AssignmentFilter(
        status=status if status in dict(STATUSES) else None,
        course_id=visit.asked_number("course"),
        content_id=visit.asked_number("lesson"),
        person_id=visit.asked_number("person"),
    )
    total: int | None = 0

    def read(after: Any, limit: int) -> list[Assignment]:
        nonlocal total
        found = list_assignments(visit.work, wanted, limit=limit, newest_first=True, after=after, with_total=True)
        total = found.total
        return found.rows

    page = listing.forward(visit, read, lambda one: (one.created_at, one.id), int, int)
    return visit.render(
        "rooms/learning/assignments.html",
        title="Assignments",
        room="assignments",
        breadcrumbs=crumbs("Learning", "Assignments"),
        rows=[rows.assignment(one) for one in page.rows],
        slice=page,
        total=total,
        view=wanted.status or "",
        views=[("", "All"), *STATUSES],
        fields=_fields(visit, wanted),
        dense=listing.is_dense(visit),
    )


def _fields(visit: Visit, wanted: AssignmentFilter) -> list[dict[str, Any]]:
    fields = [
        field(visit, "course", "Course", options=choices.courses(visit, visit.asked_number("course")).options),
        field(
            visit,
            "lesson",
            "Lesson",
            options=choices.lessons(visit, visit.asked_number("lesson"), only_published=True).options,
        ),
    ]
    if wanted.person_id is not None:
        person = queries.find_person(visit.work, key="id", value=wanted.person_id)
        fields.append(
            field(visit, "person", "Person", options=[(wanted.person_id, person.full_name if person else "?")])
        )
    return fields


def show(visit: Visit) -> Reply:
    """One assignment."""
    one = _assignment(visit)
    row = rows.assignment(one)
    events = list_audit(visit.work, AuditFilter(entity="assignment", entity_id=one.id), limit=50)
    return visit.render(
        "rooms/learning/assignment.html",
        title=one.title,
        room="assignments",
        breadcrumbs=crumbs("Learning", ("Assignments", "/console/assignments"), row["person"]["name"]),
        one=one,
        row=row,
        spent=words.minutes(one.time_s),
        reasons=REASONS,
        reason=dict(REASONS).get(one.cancel_reason or "", one.cancel_reason),
        events=rows.timeline(visit.work, events, row["person"]["name"], one.title) if visit.may(P.EVENTS_READ) else [],
    )


def _assignment(visit: Visit) -> Assignment:
    return get_assignment(visit.work, key="id", value=visit.call.path["id"])


def act(visit: Visit) -> Reply:
    """Complete, credit, cancel or remove one. Faults: FORBIDDEN, CONFLICT."""
    one = _assignment(visit)
    href = f"/console/assignments/{one.id}"
    match visit.text("action"):
        case "complete":
            assignments.complete(visit.work, one, score=visit.number("score"))
            return visit.redirect(href, "The assignment is completed.")
        case "credit":
            assignments.credit(visit.work, one)
            return visit.redirect(href, "It is recognised as met.")
        case "cancel":
            assignments.cancel(visit.work, one, visit.text("reason") or "manual")
            return visit.redirect(href, "The assignment is cancelled; it stays in the record.")
        case "remove":
            assignments.remove(visit.work, one)
            return visit.redirect(f"/console/people/{one.person_id}", f"{one.title} is no longer assigned.")
        case _:
            raise Fault(FaultCode.INVALID, "There is no such action.")


# --- Assigning ---------------------------------------------------------------------------------------------------


def new(visit: Visit) -> Reply:
    """The form: a course, whom, and by when. The address may name people, a group or a course already."""
    picked = visit.texts("person") if visit.errors else [value for name, value in visit.query_pairs if name == "person"]
    ids = [int(number) for number in picked if number.isascii() and number.isdigit() and len(number) < 19]
    chosen = queries.list_people(visit.work, PeopleFilter(ids=ids), limit=1000, order="name").rows if ids else []
    names = ("course_id", "lesson_id", "group_id", "people", "start_date", "due_date")
    typed = {name: visit.text(name) for name in names}
    asked = {f"{name}_id": visit.query.get(name) for name in ("course", "lesson", "group")}
    visit.errors = {"people" if name.startswith("person_ids") else name: text for name, text in visit.errors.items()}
    groups = structure.list_entries(visit.work, structure.GROUPS) if visit.may(P.STRUCTURE_READ) else []
    return visit.render(
        "rooms/learning/assign.html",
        title="Assign",
        room="assignments",
        breadcrumbs=crumbs("Learning", ("Assignments", "/console/assignments"), "Assign"),
        values=typed if visit.errors else asked,
        chosen=chosen,
        courses=choices.courses(visit, visit.asked_number("course")),
        lessons=choices.lessons(visit, visit.asked_number("lesson"), only_published=True),
        groups=people_room.options(groups),
    )


def create(visit: Visit) -> Reply:
    """Assign a course, or a lesson by itself. Faults: MISSING, UNKNOWN_REFERENCE, INVALID or CONFLICT naming it."""
    course_id, lesson_id = visit.number("course_id"), visit.number("lesson_id")
    if (course_id is None) == (lesson_id is None):
        raise field_fault(FaultCode.MISSING, "course_id", "Choose a course or a lesson, one of them.")
    start, due = visit.text("start_date"), visit.text("due_date")
    start_at = clock.day_start(clock.parse_date(start, "start_date")) if start else None
    due_date = clock.parse_date(due, "due_date") if due else None
    if lesson_id is not None:
        lesson = content_queries.get_content(visit.work, key="id", value=lesson_id)
        done = scheduling.schedule_people(visit.work, lesson.id, whom(visit), start_at=start_at, due=due_date)
        return visit.redirect(f"/console/lessons/{lesson.id}", _said(lesson.title, done))
    course = course_queries.find_course(visit.work, key="id", value=course_id)
    if course is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "course_id", "There is no such course.")
    new = NewAssignments(person_ids=whom(visit), course=course, start_at=start_at, due_date=due_date)
    done = enrolment.assign(visit.work, new)
    return visit.redirect(f"/console/courses/{course.id}", _said(course.title, done))


def _said(title: str, done: Assigned) -> str:
    said = f"{title} is assigned to {words.plural(len(done.assignment_ids), 'person', 'people')}."
    if not done.already_ids:
        return said
    already = f"{words.plural(len(done.already_ids), 'person has', 'people have')} {title} already."
    return f"{said} {already}" if done.assignment_ids else f"Nothing had to be done: {already}"


def whom(visit: Visit) -> list[int]:
    """Everyone who was picked, typed or is in the group, each once. Faults: MISSING or UNKNOWN_REFERENCE naming it."""
    ids = dict.fromkeys(visit.numbers("person"))
    ids |= dict.fromkeys(_typed_people(visit))
    group_id = visit.number("group_id")
    if group_id is not None:
        wanted = PeopleFilter(group_id=group_id, is_active=True)
        found = queries.list_people(visit.work, wanted, limit=MOST_OF_A_GROUP)
        ids |= dict.fromkeys(person.id for person in found.rows)
    if not ids:
        raise field_fault(FaultCode.MISSING, "people", "Say who: type people, or choose a group that has some.")
    return list(ids)


def _typed_people(visit: Visit) -> list[int]:
    """The people whose user names or e-mail addresses were typed, one a line or with commas between."""
    text = visit.form.get("people") or ""
    keys = [part.strip().casefold() for part in str(text).replace(",", "\n").splitlines() if part.strip()]
    if not keys:
        return []
    found = queries.find_person_ids(visit.work, "email_key", keys) | queries.find_person_ids(
        visit.work, "username_key", keys
    )
    unknown = [key for key in keys if key not in found]
    if unknown:
        listed = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "people", f"Nobody here is known as {listed}.")
    return [found[key] for key in keys]
