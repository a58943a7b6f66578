"""Courses and their categories."""

from typing import Any

from msgspec import UNSET, UnsetType

from rollbook.core.kernel.paging import Page
from rollbook.core.learning import course_queries, courses
from rollbook.core.learning.course_queries import CATEGORIES
from rollbook.core.learning.records import Course
from rollbook.core.people import structure
from rollbook.core.people.records import Entry
from rollbook.doors.native.paging import page_by_id, page_by_time
from rollbook.doors.native.translate.courses import (
    FIELDS,
    category_id,
    from_core_category,
    from_core_course,
    to_core_course_changes,
    to_core_course_filter,
    to_core_new_course,
)
from rollbook.doors.native.wire.courses import (
    CategoriesQuery,
    CategoryChange,
    CategoryIn,
    CategoryOut,
    CategoryPage,
    CourseChange,
    CourseIn,
    CourseOut,
    CoursePage,
    CoursesQuery,
)
from rollbook.web.naming import fields_named
from rollbook.web.routes import Call


def index(call: Call[None, CoursesQuery]) -> CoursePage:
    """List courses, in the order they were made or the newest first."""
    asked = call.query
    wanted = to_core_course_filter(call.work, asked)

    def read(after: tuple[int, int] | None, limit: int) -> Page[Course]:
        return course_queries.list_courses(
            call.work, wanted, limit=limit, after=after, newest_first=asked.newest_first, with_total=asked.total
        )

    page = page_by_time(asked, read)
    return CoursePage([from_core_course(row) for row in page.rows], page.next_cursor, page.total)


def create(call: Call[CourseIn, None]) -> CourseOut:
    """Make a course; without a content it gets an outline of its own."""
    new = to_core_new_course(call.work, call.body)
    with fields_named(FIELDS):
        return from_core_course(courses.create(call.work, new))


def show(call: Call[None, None]) -> CourseOut:
    """One course."""
    return from_core_course(_course(call))


def update(call: Call[CourseChange, None]) -> CourseOut:
    """Change a course: what is given. Open assignments follow its dates."""
    changes = to_core_course_changes(call.work, call.body)
    with fields_named(FIELDS):
        return from_core_course(courses.change(call.work, _course(call), changes))


def delete(call: Call[None, None]) -> None:
    """Delete a course for good: open assignments go, finished ones stay without it. Archive it to keep everything."""
    courses.remove(call.work, _course(call))


def _course(call: Call[Any, Any]) -> Course:
    return course_queries.get_course(call.work, key="uuid", value=call.path["id"].lower())


# --- Categories ---------------------------------------------------------------------------------------------------


def list_categories(call: Call[None, CategoriesQuery]) -> CategoryPage:
    """List course categories, in the order they were made."""

    def read(after: int, limit: int) -> Page[Entry]:
        return Page(structure.list_entries(call.work, CATEGORIES, after=after, limit=limit))

    page = page_by_id(call.query, read)
    return CategoryPage([from_core_category(row) for row in page.rows], page.next_cursor)


def create_category(call: Call[CategoryIn, None]) -> CategoryOut:
    """Make a course category."""
    given = call.body
    parent_id = category_id(call.work, given.parent, "parent")
    with fields_named(FIELDS):
        made = structure.add_entry(
            call.work, CATEGORIES, name=given.name, external_id=given.external_id, parent_id=parent_id
        )
    return from_core_category(made)


def show_category(call: Call[None, None]) -> CategoryOut:
    """One course category."""
    return from_core_category(_category(call))


def update_category(call: Call[CategoryChange, None]) -> CategoryOut:
    """Rename, recode or move a course category."""
    given = call.body
    parent: int | UnsetType | None = UNSET
    if given.parent is not UNSET:
        parent = category_id(call.work, given.parent, "parent")
    with fields_named(FIELDS):
        changed = structure.change_entry(
            call.work, CATEGORIES, _category(call), name=given.name, external_id=given.external_id, parent_id=parent
        )
    return from_core_category(changed)


def delete_category(call: Call[None, None]) -> None:
    """Delete a course category that nothing is in."""
    structure.remove_entry(call.work, CATEGORIES, _category(call))


def _category(call: Call[Any, Any]) -> Entry:
    return structure.get_entry(call.work, CATEGORIES, key="uuid", value=call.path["id"].lower())
