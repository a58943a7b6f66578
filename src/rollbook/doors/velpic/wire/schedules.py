"""Lesson schedules on the wire (Velpic, "Lesson Schedule")."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.velpic.paging import Meta, PageQuery


class ScheduleQuery(PageQuery):
    """GET /api/v2/user/{userId}/lesson_schedule."""

    status: Literal["all", "scheduled", "due", "overdue", "completed", "cancelled"] = "all"


class ScheduleIn(msgspec.Struct, rename="camel", kw_only=True):
    """POST /api/v2/user/{userId}/lesson_schedule. ``gracePeriod`` is a number, as text or not."""

    lesson_version_ids: list[int]
    schedule_date: str | UnsetType | None = UNSET
    grace_period: str | int | UnsetType | None = UNSET
    grace_period_unit: str | UnsetType | None = UNSET


class EmbedQuery(msgspec.Struct, rename="camel", kw_only=True):
    """GET /api/v2/embed_player."""

    lesson_schedule_id: int


class EmbedOut(msgspec.Struct, rename="camel"):
    """Where a frame plays a schedule."""

    embed_url: str


class QuestionResult(msgspec.Struct, rename="camel", kw_only=True):
    """A question of the last attempt, what was answered, and what would have been right."""

    question_id: str
    question: str
    question_type: str
    points: int
    answers: list[str]
    correct_answers: list[str]
    correct: bool


class CompletionIn(msgspec.Struct, rename="camel", kw_only=True):
    """POST /api/v2/lesson_schedule/{userId}/complete_lesson. One of the two ids is required."""

    lesson_id: int | UnsetType | None = UNSET
    lesson_version_id: int | UnsetType | None = UNSET
    completed_date: str
    manually_completed_by_user_id: int


class Ids(msgspec.Struct):
    """The schedules that were made or completed."""

    ids: list[int]


class ListedSchedule(msgspec.Struct, rename="camel", kw_only=True):
    """A schedule in a user's list. Durations and ``progress`` are in milliseconds; what is not known is left out."""

    lesson_name: str
    lesson_id: int
    lesson_version_id: int | UnsetType
    version: int | UnsetType
    user_id: int
    start_date: str
    end_date: str | UnsetType
    lesson_started_date: str | UnsetType
    lesson_completed_date: str | UnsetType
    user_first_name: str
    user_last_name: str
    lesson_duration: int
    progress: int
    chapter_count: int
    questionnaire_type: int
    question_count: int
    schedule_type: str
    type_id: int
    thumbnail_id: int | UnsetType
    lesson_thumbnail: str | UnsetType
    status: str
    status_id: int
    completion_type_id: int | UnsetType
    lesson_completed_by: int | UnsetType
    lesson_completed_by_name: str | UnsetType
    lesson_evolution: int
    id: int
    created_date: str
    modified_date: str


class SchedulePage(msgspec.Struct):
    """Schedules with where they stand in the whole."""

    results: list[ListedSchedule]
    meta: Meta


class ReminderOut(msgspec.Struct, rename="camel", kw_only=True):
    """A reminder that was sent, or why it was not."""

    id: int
    email_address: str
    state: str
    reason: str | None
    sent_date: str | None
    created_date: str


class UserRef(msgspec.Struct, rename="camel", kw_only=True):
    """Someone by id and name."""

    id: int
    first_name: str
    last_name: str


class ScheduleOut(ListedSchedule, rename="camel", kw_only=True):
    """One schedule with all that is known of it."""

    active: bool
    client_id: int
    client_name: str
    reminders: list[ReminderOut]
    question_results: list[QuestionResult]
    user_user_name: str
    user_employee_number: str
    user_groups: list[dict[str, int]]
    supervisors: list[UserRef]
    published: int
    questionnaire_pass_rate: float | UnsetType
    schedule_over_email_attempted: bool
    overdue_email_attempted: bool
    movie_id: int | UnsetType
    movie_physical_uri: str | UnsetType = msgspec.field(name="moviePhysicalURI")
    movie_size_in_bytes: int | UnsetType
