"""The learning domain's rows and requests: contents, courses, assignments, certificates. Instants are microseconds."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

LESSON, OUTLINE = "lesson", "outline"
DRAFT, PUBLISHED, RETIRED = "draft", "published", "retired"
OPEN, COMPLETED, CREDITED, CANCELLED = "open", "completed", "credited", "cancelled"
PLAYER, PERSON, ACTIVITY, CLASS = "player", "person", "activity", "class"
"""What completes an assignment: the player, someone's word, a simulator's activity, a class."""
COURSE_KINDS = ("online", "blended", "live")
COURSE_SOURCES = ("own", "market", "curriculum")


class Content(msgspec.Struct, frozen=True):
    """Something to learn. ``step_count`` and ``pass_percent`` are those of the published version, if there is one.
    ``status`` is the value of a ``LessonStatus``."""

    id: int
    uuid: str
    external_id: str | None
    title: str
    description: str | None
    short_description: str | None
    kind: str
    is_public: bool
    duration_min: int
    requirements: str | None
    goals: str | None
    target_audience: str | None
    issues_certificate: bool
    certificate_months: int | None
    published_at: int | None
    archived_at: int | None
    created_at: int
    updated_at: int
    version_id: int | None
    version_number: int | None
    step_count: int | None
    pass_percent: float | None
    status: str

    @property
    def is_published(self) -> bool:
        """Whether a version of it can be learnt now."""
        return self.version_id is not None


class NewContent(msgspec.Struct, kw_only=True):
    """What a content is made with. ``duration_min`` is in minutes; a certificate of it holds ``certificate_months``,
    None for good."""

    title: str
    external_id: str | None = None
    description: str | None = None
    short_description: str | None = None
    is_public: bool = False
    duration_min: int = 0
    requirements: str | None = None
    goals: str | None = None
    target_audience: str | None = None
    issues_certificate: bool = False
    certificate_months: int | None = None


class ContentChanges(msgspec.Struct, kw_only=True):
    """Changes to a content; what is UNSET stays as it is, None clears."""

    title: str | UnsetType = UNSET
    external_id: str | None | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    short_description: str | None | UnsetType = UNSET
    is_public: bool | UnsetType = UNSET
    duration_min: int | UnsetType = UNSET
    requirements: str | None | UnsetType = UNSET
    goals: str | None | UnsetType = UNSET
    target_audience: str | None | UnsetType = UNSET
    issues_certificate: bool | UnsetType = UNSET
    certificate_months: int | None | UnsetType = UNSET
    is_archived: bool | UnsetType = UNSET


class ContentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which contents; None means any. Outlines, which stand for courses without material, are left out unless asked.

    ``q`` is a part of the title, in any case. ``statuses`` are values of ``LessonStatus``.
    """

    kind: str | None = LESSON
    external_id: str | None = None
    is_public: bool | None = None
    is_published: bool | None = None
    is_archived: bool | None = False
    q: str | None = None
    ids: tuple[int, ...] | None = None
    statuses: frozenset[str] | None = None


class ContentVersion(msgspec.Struct, frozen=True):
    """One edition. ``body`` is the JSON list of its steps, ``questionnaire`` its questions, as in ``lessons.py``.

    Without ``pass_percent`` there is nothing to pass. ``duration_ms`` is how long it plays, 0 while nobody has said.
    ``thumbnail`` is the uuid of the file that is its picture.
    """

    id: int
    uuid: str
    content_id: int
    number: int
    state: str
    evolution: str
    step_count: int
    question_count: int
    duration_ms: int
    pass_percent: float | None
    body: str | None
    questionnaire: str | None
    thumbnail: str | None
    created_at: int
    published_at: int | None


class Course(msgspec.Struct, frozen=True):
    """An offering of a content, with the names of everything around it as every door's list wants them."""

    id: int
    uuid: str
    external_id: str | None
    title: str
    kind: str
    source: str
    start_date: str | None
    end_date: str | None
    has_final_assessment: bool
    shows_questions_at_end: bool
    issues_certificate: bool
    attempts_allowed: int | None
    mandatory_min: int | None
    access_days: int | None
    archived_at: int | None
    created_at: int
    updated_at: int
    content_id: int
    content_uuid: str
    content_title: str
    content_kind: str
    prerequisite_content_id: int | None
    prerequisite_content_uuid: str | None
    category_id: int | None
    category_uuid: str | None
    category_external_id: str | None
    category_name: str | None
    category_parent_id: int | None
    category_parent_external_id: str | None
    category_parent_name: str | None
    qualification_id: int | None
    qualification_external_id: str | None
    qualification_name: str | None
    qualification_parent_external_id: str | None
    qualification_parent_name: str | None
    instructor_id: int | None
    instructor_uuid: str | None
    instructor_external_id: str | None
    instructor_first_name: str | None
    instructor_last_name: str | None
    instructor_email: str | None
    parent_id: int | None
    parent_uuid: str | None
    parent_external_id: str | None

    @property
    def is_archived(self) -> bool:
        """Whether it is closed to learners."""
        return self.archived_at is not None


class NewCourse(msgspec.Struct, kw_only=True):
    """What a course is made with. Without ``content_id`` it gets an outline of its own.

    ``mandatory_min`` is minutes that must be spent, ``access_days`` days from the enrolment; None is no limit.
    """

    title: str
    external_id: str | None = None
    content_id: int | None = None
    category_id: int | None = None
    qualification_id: int | None = None
    instructor_id: int | None = None
    parent_id: int | None = None
    prerequisite_content_id: int | None = None
    kind: str = "online"
    source: str = "own"
    start_date: str | None = None
    end_date: str | None = None
    has_final_assessment: bool = False
    shows_questions_at_end: bool = False
    issues_certificate: bool = False
    attempts_allowed: int | None = None
    mandatory_min: int | None = None
    access_days: int | None = None


class CourseChanges(msgspec.Struct, kw_only=True):
    """Changes to a course; what is UNSET stays as it is, None clears. ``content_id`` None gives it an outline."""

    title: str | UnsetType = UNSET
    external_id: str | None | UnsetType = UNSET
    content_id: int | None | UnsetType = UNSET
    category_id: int | None | UnsetType = UNSET
    qualification_id: int | None | UnsetType = UNSET
    instructor_id: int | None | UnsetType = UNSET
    parent_id: int | None | UnsetType = UNSET
    prerequisite_content_id: int | None | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    start_date: str | None | UnsetType = UNSET
    end_date: str | None | UnsetType = UNSET
    has_final_assessment: bool | UnsetType = UNSET
    shows_questions_at_end: bool | UnsetType = UNSET
    issues_certificate: bool | UnsetType = UNSET
    attempts_allowed: int | None | UnsetType = UNSET
    mandatory_min: int | None | UnsetType = UNSET
    access_days: int | None | UnsetType = UNSET
    is_archived: bool | UnsetType = UNSET


class CourseFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which courses; None means any. ``q`` is a part of the title, in any case."""

    external_id: str | None = None
    kind: str | None = None
    source: str | None = None
    category_id: int | None = None
    content_id: int | None = None
    is_archived: bool | None = None
    q: str | None = None


class Assignment(msgspec.Struct, frozen=True):
    """A person's task to learn a content, with who, what and by which course. ``score`` and ``progress`` are per cent.

    ``status`` and ``stage`` are derived at the moment of reading (see ``status.py``).
    """

    id: int
    uuid: str
    outcome: str
    status: str
    stage: str
    start_at: int
    due_at: int | None
    access_ends_at: int | None
    started_at: int | None
    completed_at: int | None
    cancelled_at: int | None
    cancel_reason: str | None
    progress: float
    score: float | None
    time_s: int
    attempts: int
    status_changed_at: int
    created_at: int
    updated_at: int
    content_version_id: int | None
    assigned_by: str
    completed_via: str | None
    person_id: int
    person_uuid: str
    person_external_id: str | None
    person_first_name: str
    person_last_name: str
    person_email: str | None
    content_id: int
    content_uuid: str
    content_title: str
    content_kind: str
    course_id: int | None
    course_uuid: str | None
    course_external_id: str | None
    course_title: str | None
    course_archived_at: int | None
    group_external_id: str | None
    location_external_id: str | None
    certificate_number: str | None
    certificate_issued_at: int | None
    certificate_expires_at: int | None
    certificate_revoked_at: int | None

    @property
    def title(self) -> str:
        """The course's title, or the content's where there is no course."""
        return self.course_title or self.content_title


class AssignmentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which assignments; None means any. ``status`` and ``stage`` are values of the enumerations in ``status.py``.

    ``course_kind`` takes assignments without a course as online ones; the ``*_after`` are instants, exclusive.
    """

    person_id: int | None = None
    person_external_id: str | None = None
    course_id: int | None = None
    content_id: int | None = None
    course_kind: str | None = None
    course_source: str | None = None
    status: str | None = None
    stage: str | None = None
    status_changed_after: int | None = None
    completed_after: int | None = None
    updated_after: int | None = None


class NewAssignments(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to assign what: the content of a course, or a content by itself.

    ``start_at`` None is now; ``due_date`` is a calendar date whose end is each person's own. A course's own dates and
    access days hold where these are not given.
    """

    person_ids: Sequence[int]
    course: Course | None = None
    content_id: int | None = None
    version_id: int | None = None
    start_at: int | None = None
    due_date: str | None = None


class Assigned(msgspec.Struct, frozen=True):
    """What assigning did, in the order of the people given: the assignments made, and who had one already."""

    assignment_ids: list[int]
    person_ids: list[int]
    already_ids: list[int]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Progress of a learner: ``progress`` so far in per cent, ``time_s`` seconds more, ``score`` of an attempt."""

    progress: float | None = None
    time_s: int = 0
    score: float | None = None


class Result(msgspec.Struct, frozen=True):
    """What someone reached on a simulator that is linked to a content. ``score`` per cent, ``at`` an instant."""

    person_id: int
    content_id: int
    is_passed: bool
    score: float | None
    time_s: int
    at: int
