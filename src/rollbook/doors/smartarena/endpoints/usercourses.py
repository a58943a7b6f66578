"""User course activities (Smart Arena, "GET User Course Activities")."""

from msgspec import UNSET

from rollbook.core.kernel.work import Work
from rollbook.core.learning import queries
from rollbook.core.learning.content_queries import list_versions_by_id
from rollbook.core.learning.course_queries import list_courses_by_id
from rollbook.core.learning.records import Assignment
from rollbook.doors.smartarena.paging import PER_PAGE, offset_of, paged
from rollbook.doors.smartarena.translate.live_sessions import read_live_sessions
from rollbook.doors.smartarena.translate.usercourses import (
    from_core_assignment,
    from_core_modules,
    to_core_assignment_filter,
)
from rollbook.doors.smartarena.wire.usercourses import Module, UserCourseFilter
from rollbook.web.routes import Call, Reply


def index(call: Call[UserCourseFilter, None]) -> Reply:
    """Who is on which course and how far, a page of 100 at a time."""
    asked, work = call.body, call.work
    wanted = to_core_assignment_filter(asked)
    page = queries.list_assignments(work, wanted, limit=PER_PAGE, offset=offset_of(asked.page), with_total=True)
    courses = list_courses_by_id(work, sorted({row.course_id for row in page.rows if row.course_id is not None}))
    modules = _modules_of(work, page.rows) if asked.modules_data else {}
    sessions = read_live_sessions(work, [(row.course_id, row.content_id) for row in page.rows])
    rows = [
        from_core_assignment(
            row,
            courses.get(row.course_id or 0),
            modules.get(row.content_version_id or 0, []) if asked.modules_data else UNSET,
            sessions.of(row.course_id, row.content_id),
            call.services.base_url(),
            call.services.sealer,
            work.at,
        )
        for row in page.rows
    ]
    return paged(rows, asked.page, page.total)


def _modules_of(work: Work, rows: list[Assignment]) -> dict[int, list[Module]]:
    """The modules of what the assignments teach, by content version."""
    learnt = sorted({row.content_version_id for row in rows if row.content_version_id is not None})
    return from_core_modules(list_versions_by_id(work, learnt))
