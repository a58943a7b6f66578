"""Courses: the list, one course with how it goes, making and changing one, archiving it."""

from typing import Any

from rollbook.console import choices, listing
from rollbook.console.listing import crumbs, field
from rollbook.console.pages import rows
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.learning import course_queries, courses
from rollbook.core.learning.queries import list_assignments
from rollbook.core.learning.records import (
    AssignmentFilter,
    Course,
    CourseChanges,
    CourseFilter,
    NewCourse,
)
from rollbook.core.learning.statistics import CourseCount, count_by_course
from rollbook.core.people import structure
from rollbook.web.routes import Reply

KINDS = (("online", "Online"), ("blended", "Blended"), ("live", "With an instructor"))
NOBODY = CourseCount(0, 0, 0, 0)
TEXTS = ("title", "external_id", "start_date", "end_date")
NUMBERS = ("content_id", "qualification_id", "attempts_allowed", "mandatory_min", "access_days")
TICKS = ("has_final_assessment", "shows_questions_at_end", "issues_certificate")


def index(visit: Visit) -> Reply:
    """The courses, newest first, with how each goes; by a part of the title, kind and state."""
    kind, state = visit.query.get("kind"), visit.query.get("state", "")
    wanted = CourseFilter(
        kind=kind if kind in dict(KINDS) else None,
        is_archived={"archived": True, "all": None}.get(state, False),
        q=visit.query.get("q") or None,
    )

    def read(after: Any, limit: int) -> list[Course]:
        return course_queries.list_courses(visit.work, wanted, limit=limit, newest_first=True, after=after).rows

    page = listing.forward(visit, read, lambda course: (course.created_at, course.id), int, int)
    counts = count_by_course(visit.work, [course.id for course in page.rows])
    return visit.render(
        "rooms/learning/courses.html",
        title="Courses",
        room="courses",
        breadcrumbs=crumbs("Learning", "Courses"),
        rows=[_row(course, counts.get(course.id, NOBODY)) for course in page.rows],
        slice=page,
        fields=[
            field(visit, "q", "Search courses", "search"),
            field(visit, "kind", "Kind", options=KINDS),
            field(visit, "state", "State", options=[("archived", "Archived"), ("all", "Archived or not")]),
        ],
        dense=listing.is_dense(visit),
    )


def _row(course: Course, count: CourseCount) -> dict[str, Any]:
    return {
        "id": course.id,
        "title": {"label": course.title, "href": f"/console/courses/{course.id}"},
        "kind": dict(KINDS).get(course.kind, course.kind),
        "category": course.category_name,
        "state": "archived" if course.is_archived else "active",
        "assigned": count.assigned,
        "done": round(count.completed * 100 / count.assigned) if count.assigned else None,
        "overdue": count.overdue or None,
        "external_id": course.external_id,
        "created": iso(course.created_at),
    }


def show(visit: Visit) -> Reply:
    """One course and who takes it."""
    course = _course(visit)

    def read(after: Any, limit: int) -> list[Any]:
        wanted = AssignmentFilter(course_id=course.id)
        return list_assignments(visit.work, wanted, limit=limit, newest_first=True, after=after).rows

    page = listing.forward(visit, read, lambda one: (one.created_at, one.id), int, int)
    return visit.render(
        "rooms/learning/course.html",
        title=course.title,
        room="courses",
        breadcrumbs=crumbs("Learning", ("Courses", "/console/courses"), course.title),
        course=course,
        kind=dict(KINDS).get(course.kind, course.kind),
        count=count_by_course(visit.work, [course.id]).get(course.id, NOBODY),
        rows=[rows.assignment(one) for one in page.rows],
        slice=page,
        instructor=" ".join(part for part in (course.instructor_first_name, course.instructor_last_name) if part),
    )


def _course(visit: Visit) -> Course:
    return course_queries.get_course(visit.work, key="id", value=visit.call.path["id"])


def new(visit: Visit) -> Reply:
    """The empty form, or a refused one."""
    return _form(visit, None, {"kind": "online"} | _typed(visit))


def edit(visit: Visit) -> Reply:
    """The form with what is known."""
    course = _course(visit)
    known: dict[str, Any] = {name: getattr(course, name) for name in (*TEXTS, *NUMBERS, *TICKS, "kind")}
    if course.content_kind == "outline":
        known["content_id"] = None
    return _form(visit, course, known | _typed(visit))


def _typed(visit: Visit) -> dict[str, Any]:
    if not visit.errors:
        return {}
    typed: dict[str, Any] = {name: visit.text(name) for name in (*TEXTS, *NUMBERS, "kind")}
    return typed | {name: visit.is_ticked(name) for name in TICKS}


def _form(visit: Visit, course: Course | None, values: dict[str, Any]) -> Reply:
    here = ((course.title, f"/console/courses/{course.id}"), "Edit") if course else ("Make a course",)
    return visit.render(
        "rooms/learning/course_form.html",
        title=f"Edit {course.title}" if course else "Make a course",
        room="courses",
        breadcrumbs=crumbs("Learning", ("Courses", "/console/courses"), *here),
        course=course,
        values=values,
        kinds=KINDS,
        contents=choices.lessons(visit, course.content_id if course and course.content_kind != "outline" else None),
        qualifications=[(one.id, one.name) for one in structure.list_entries(visit.work, structure.QUALIFICATIONS)],
    )


def _given(visit: Visit) -> dict[str, Any]:
    """The form's fields as the core wants them. Faults: INVALID naming a field that is no number."""
    given: dict[str, Any] = {name: visit.text(name) for name in TEXTS} | {name: visit.number(name) for name in NUMBERS}
    given |= {name: visit.is_ticked(name) for name in TICKS}
    return given | {"title": given["title"] or "", "kind": visit.text("kind") or ""}


def create(visit: Visit) -> Reply:
    """Make the course. Faults: those of making one."""
    made = courses.create(visit.work, NewCourse(**_given(visit)))
    return visit.redirect(f"/console/courses/{made.id}", f"{made.title} is made. Now assign it to people.")


def update(visit: Visit) -> Reply:
    """Change the course. Faults: those of changing one."""
    course = _course(visit)
    given = _given(visit)
    if course.content_kind == "outline" and given["content_id"] is None:
        del given["content_id"]
    changed = courses.change(visit.work, course, CourseChanges(**given))
    said = "Nothing had changed." if changed == course else f"{changed.title} is saved."
    return visit.redirect(f"/console/courses/{course.id}", said, "info" if changed == course else "good")


def archive(visit: Visit) -> Reply:
    """Close it to learners."""
    course = courses.archive(visit.work, _course(visit))
    return visit.redirect(f"/console/courses/{course.id}", f"{course.title} is archived; its record stays.")


def restore(visit: Visit) -> Reply:
    """Open it again."""
    course = courses.change(visit.work, _course(visit), CourseChanges(is_archived=False))
    return visit.redirect(f"/console/courses/{course.id}", f"{course.title} is open again.")


def remove(visit: Visit) -> Reply:
    """Delete it."""
    course = _course(visit)
    courses.remove(visit.work, course)
    said = f"{course.title} is deleted; what people finished stays in their records."
    return visit.redirect("/console/courses", said)
