"""Assignments on the wire of the native API. Times are RFC 3339 in UTC, scores per cent."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.native.wire.courses import PersonRef

Status = Literal["scheduled", "due", "overdue", "completed", "cancelled"]
Stage = Literal["not_started", "started", "finished", "certified", "conditions_met"]


class AssignmentsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/assignments. ``person``, ``course`` and ``content`` are ids."""

    person: str | None = None
    course: str | None = None
    content: str | None = None
    status: Status | None = None
    stage: Stage | None = None
    updated_since: str | None = None
    newest_first: bool = False
    limit: int = 50
    cursor: str | None = None
    total: bool = False


class AssignmentIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/assignments: a course, or a content by itself, to people. Everyone is assigned, or nobody."""

    people: list[str]
    """Ids, at most 10,000."""
    course: str | None = None
    content: str | None = None
    start_at: str | None = None
    due_date: str | None = None
    """The end of this date by each person's own clock."""


class CourseOfAssignment(msgspec.Struct):
    """The course or content of an assignment."""

    id: str
    number: int
    external_id: str | None
    title: str


class ContentOfAssignment(msgspec.Struct):
    """The content of an assignment."""

    id: str
    number: int
    title: str


class CertificateOfAssignment(msgspec.Struct):
    """The certificate of an assignment."""

    number: str
    issued_at: str
    expires_at: str | None
    revoked_at: str | None
    url: str


class AssignmentOut(msgspec.Struct):
    """An assignment. ``status`` says when, ``stage`` how far; ``time_s`` is seconds spent."""

    id: str
    number: int
    person: PersonRef
    content: ContentOfAssignment
    course: CourseOfAssignment | None
    status: str
    stage: str
    progress: float
    score: float | None
    time_s: int
    attempts: int
    start_at: str
    due_at: str | None
    access_ends_at: str | None
    started_at: str | None
    completed_at: str | None
    cancelled_at: str | None
    cancel_reason: str | None
    certificate: CertificateOfAssignment | None
    created_at: str
    updated_at: str


class AssignmentPage(msgspec.Struct):
    """A page of assignments. ``next`` is the cursor to go on from, null at the end; ``total`` only when asked for."""

    assignments: list[AssignmentOut]
    next: str | None
    total: int | None = None


class AssignedOut(msgspec.Struct):
    """What assigning did: the assignments made, and the people who had it already."""

    assignments: list[AssignmentOut]
    already: list[str]


class ProgressIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST …/progress. ``progress`` is the share done so far in per cent, ``time_s`` seconds more.

    A ``score`` counts as an attempt at the final assessment.
    """

    progress: float | None = None
    time_s: int = 0
    score: float | None = None


class CompletionIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST …/complete. ``at`` left out is now."""

    at: str | None = None
    score: float | None = None


class CreditIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST …/credit. ``at`` left out is now."""

    at: str | None = None


class CancelIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST …/cancel. ``reason`` is a word for programs."""

    reason: str | UnsetType = UNSET
