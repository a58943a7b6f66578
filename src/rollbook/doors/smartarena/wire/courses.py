"""Courses on the wire (Smart Arena, "COURSE"). Flags are 0 or 1, dates ``yyyy-mm-dd``."""

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.smartarena.wire.contents import ContentOut
from rollbook.doors.smartarena.wire.values import Codes, Flag, Id, Page


class CourseFilter(msgspec.Struct):
    """GET /api/courses."""

    page: Page = 1
    mapping_code: str | None = None
    archived: Flag = 1
    """0: without archived courses; 1: with them."""
    sort: str = "date_asc"
    """``date_desc``: newest to oldest; ``date_asc``: oldest to newest."""
    type: int | None = None
    """1: only e-courses; 5: only in-person; 254: only market; 253: only curriculum courses."""


class CourseIn(msgspec.Struct):
    """POST /api/courses. 0 in a number that limits something is no limit."""

    mapping_code: str
    title: str
    start_date: str
    end_date: str | None = None
    type: int | None = None
    """1: e-course; 2: blended; 3: live."""
    assessment_on_end: Flag | None = None
    number_of_attempts: int | None = None
    assessment_show_questions_at_end: Flag | None = None
    mandatory_time: int | None = None
    """Minutes that must be spent."""
    prerequired_content: Id | None = None
    """The id of a content that has to be completed before."""
    instructor_mapping_code: str | None = None
    content_id: Id | None = None
    confirmation_of_completion: Flag | None = None
    """Whether completing the course issues a certificate."""
    users_mapping_codes: Codes | None = None
    access_days_from_enrollment: int | None = None


class CourseChange(msgspec.Struct):
    """PUT /api/courses: ``mapping_code`` and what is to change; null clears what may be empty."""

    mapping_code: str
    title: str | UnsetType = UNSET
    start_date: str | UnsetType = UNSET
    end_date: str | UnsetType | None = UNSET
    type: int | UnsetType = UNSET
    assessment_on_end: Flag | UnsetType = UNSET
    number_of_attempts: int | UnsetType | None = UNSET
    assessment_show_questions_at_end: Flag | UnsetType = UNSET
    mandatory_time: int | UnsetType | None = UNSET
    prerequired_content: Id | UnsetType | None = UNSET
    instructor_mapping_code: str | UnsetType | None = UNSET
    content_id: Id | UnsetType | None = UNSET
    confirmation_of_completion: Flag | UnsetType = UNSET
    access_days_from_enrollment: int | UnsetType | None = UNSET
    archived: Flag | UnsetType = UNSET
    """Not the vendor's: 0 brings a course back from soft deletion."""


class CourseRemoval(msgspec.Struct):
    """DELETE /api/courses."""

    mapping_code: str
    delete_mode: int | UnsetType = UNSET
    """1: soft delete; 2, as when it is left out: permanent delete. It may not be blank."""


class CourseUsers(msgspec.Struct):
    """POST /api/courses/addusers and /api/courses/removeusers."""

    mapping_code: str
    users_mapping_codes: Codes


class CourseRecoding(msgspec.Struct):
    """POST /api/coursemappingcode."""

    old_mapping_code: str
    new_mapping_code: str


class CourseUser(msgspec.Struct):
    """Someone on a course. ``status`` as in ``usercourses``."""

    mapping_code: str | None
    firstname: str
    lastname: str
    email: str | None
    status: int


class Instructor(msgspec.Struct):
    """Who teaches a course."""

    mapping_code: str | None
    firstname: str | None
    lastname: str | None
    email: str | None


class LiveSession(msgspec.Struct):
    """A class led by an instructor. ``status`` is active or completed; ``number_of_places`` null is any number."""

    id: int
    title: str
    date_start: str
    date_end: str
    location: str
    instructor: Instructor | None
    number_of_places: int | None
    number_of_attendees: int
    status: str


class CourseFacts(msgspec.Struct):
    """The category and qualification of a course, as both lists show them."""

    course_category_id: int | None
    course_category_mapping_code: str | None
    course_category_name: str | None
    course_category_parent_id: int | None
    course_category_parent_mapping_code: str | None
    course_category_parent_name: str | None
    qualification_mapping_code: str | None
    qualification_name: str | None
    qualification_parent_mapping_code: str | None
    qualification_parent_name: str | None


class CourseOut(CourseFacts, kw_only=True):
    """A course as every answer shows it."""

    id: int
    mapping_code: str | None
    title: str
    start_date: str | None
    end_date: str | None
    type: int
    assessment_on_end: int
    number_of_attempts: int | None
    assessment_show_questions_at_end: int
    mandatory_time: int | None
    prerequired_content: int | None
    content_id: int | None
    confirmation_of_completion: int
    access_days_from_enrollment: int | None
    users: list[CourseUser]
    content: ContentOut | None
    instructor: Instructor | None
    live_sessions: list[LiveSession]
    archived: int
    created_at: str
    updated_at: str


class UsersAdded(msgspec.Struct):
    """What adding users did, by their mapping codes."""

    mapping_code: str | None
    added: list[str]
    already_added: list[str]


class UsersRemoved(msgspec.Struct):
    """What removing users did, by their mapping codes."""

    mapping_code: str | None
    removed: list[str]
    not_on_course: list[str]
