"""User course activities on the wire (Smart Arena, "GET User Course Activities"). Times are UTC."""

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.smartarena.wire.courses import CourseFacts, LiveSession
from rollbook.doors.smartarena.wire.values import Flag, Page


class UserCourseFilter(msgspec.Struct):
    """GET /api/usercourses."""

    updated_at: str | None = None
    """Only those whose status was changed after this."""
    date_finished: str | None = None
    """Only those completed after this."""
    page: Page = 1
    user_mapping_code: str | None = None
    modules_data: Flag = 1
    """0: without course modules; 1: with them."""
    type: int | None = None
    """1: only e-courses; 5: only in-person; 254: only market; 253: only curriculum courses."""


class Module(msgspec.Struct):
    """A step of the content version that the user learns."""

    position: int
    title: str
    type: str
    duration: int | None
    """Seconds."""


class UserCourseOut(CourseFacts, kw_only=True):
    """A user on a course. ``progress`` and ``score`` are per cent, ``time_on_course`` seconds."""

    course_mapping_code: str | None
    course_title: str
    user_mapping_code: str | None
    user_name: str
    user_surname: str
    user_email: str | None
    organizational_unit_mapping_code: str | None
    location_mapping_code: str | None
    created_at: str
    updated_at: str
    date_start: str | None
    date_completed: str | None
    progress: float
    score: float | None
    time_on_course: int
    certificate_link: str | None
    statement_link: str | None
    parent_course_mapping_code: str | None
    status: int
    """0: not started; 1: started; 2: finished; 3: certified; 4: conditions met."""
    access_end_date: str | None
    has_access: int
    assessment_url: str | None
    live_sessions: list[LiveSession]
    modules: list[Module] | UnsetType = UNSET
