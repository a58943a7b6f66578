"""Courses (Smart Arena, "COURSE")."""

from collections.abc import Sequence

from rollbook.core.kernel.work import Work
from rollbook.core.learning import course_queries, courses, queries
from rollbook.core.learning.content_queries import list_contents_by_id
from rollbook.core.learning.records import Course
from rollbook.doors.smartarena.endpoints.enrolments import enrol
from rollbook.doors.smartarena.paging import PER_PAGE, offset_of, paged
from rollbook.doors.smartarena.translate.codes import to_core_delete_mode
from rollbook.doors.smartarena.translate.courses import (
    from_core_course,
    is_newest_first,
    to_core_course_changes,
    to_core_course_filter,
    to_core_new_course,
)
from rollbook.doors.smartarena.translate.enrolments import from_core_members
from rollbook.doors.smartarena.translate.live_sessions import read_live_sessions
from rollbook.doors.smartarena.translate.references import the_course
from rollbook.doors.smartarena.wire.courses import (
    CourseChange,
    CourseFilter,
    CourseIn,
    CourseOut,
    CourseRecoding,
    CourseRemoval,
)
from rollbook.web.naming import fields_named
from rollbook.web.routes import Call, Reply


def index(call: Call[CourseFilter, None]) -> Reply:
    """Courses, a page of 100 at a time ("GET Courses")."""
    asked = call.body
    page = course_queries.list_courses(
        call.work,
        to_core_course_filter(asked),
        limit=PER_PAGE,
        offset=offset_of(asked.page),
        newest_first=is_newest_first(asked.sort),
        with_total=True,
    )
    return paged(_shown(call.work, page.rows), asked.page, page.total)


def create(call: Call[CourseIn, None]) -> CourseOut:
    """Make a course, with its users if there are any ("POST Courses")."""
    course = courses.create(call.work, to_core_new_course(call.work, call.body))
    if call.body.users_mapping_codes:
        enrol(call.work, course, call.body.users_mapping_codes)
    return _shown(call.work, [course])[0]


def update(call: Call[CourseChange, None]) -> CourseOut:
    """Change a course ("PUT Courses")."""
    course = the_course(call.work, call.body.mapping_code)
    return _shown(call.work, [courses.change(call.work, course, to_core_course_changes(call.work, call.body))])[0]


def delete(call: Call[CourseRemoval, None]) -> CourseOut:
    """Archive a course, or delete it for good ("DELETE Courses")."""
    is_kept = to_core_delete_mode(call.body.delete_mode)
    course = the_course(call.work, call.body.mapping_code)
    if is_kept:
        return _shown(call.work, [courses.archive(call.work, course)])[0]
    gone = _shown(call.work, [course])[0]
    courses.remove(call.work, course)
    return gone


def recode(call: Call[CourseRecoding, None]) -> CourseOut:
    """Give a course another mapping code ("POST Update Course Mapping Code")."""
    course = the_course(call.work, call.body.old_mapping_code, "old_mapping_code")
    with fields_named({"external_id": "new_mapping_code"}):
        recoded = courses.recode(call.work, course, call.body.new_mapping_code)
    return _shown(call.work, [recoded])[0]


def _shown(work: Work, found: Sequence[Course]) -> list[CourseOut]:
    """Courses with their contents, users and live sessions, each read once for all of them."""
    contents = list_contents_by_id(work, [course.content_id for course in found])
    members = queries.list_members(work, [course.id for course in found])
    sessions = read_live_sessions(work, [(course.id, course.content_id) for course in found])
    return [
        from_core_course(
            course,
            contents.get(course.content_id),
            from_core_members(members.get(course.id, [])),
            sessions.of(course.id, course.content_id),
        )
        for course in found
    ]
