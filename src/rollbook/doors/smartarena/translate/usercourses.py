"""Assignments as user course activities."""

from collections.abc import Mapping
from typing import Any

from msgspec import UnsetType

from rollbook.core.kernel import clock
from rollbook.core.kernel.ports import Sealer
from rollbook.core.learning import documents
from rollbook.core.learning.content_queries import steps_of
from rollbook.core.learning.records import (
    COMPLETED,
    CREDITED,
    LESSON,
    Assignment,
    AssignmentFilter,
    ContentVersion,
    Course,
)
from rollbook.core.learning.status import has_access
from rollbook.doors.smartarena.translate.codes import from_core_instant
from rollbook.doors.smartarena.translate.courses import from_core_course_facts, to_core_listed_type
from rollbook.doors.smartarena.translate.enrolments import STAGES
from rollbook.doors.smartarena.wire.courses import LiveSession
from rollbook.doors.smartarena.wire.usercourses import Module, UserCourseFilter, UserCourseOut


def to_core_assignment_filter(asked: UserCourseFilter) -> AssignmentFilter:
    """Which assignments. Faults: INVALID naming the field."""
    of_course: dict[str, Any] = {f"course_{name}": value for name, value in to_core_listed_type(asked.type).items()}
    return AssignmentFilter(
        person_external_id=asked.user_mapping_code,
        status_changed_after=_instant(asked.updated_at, "updated_at"),
        completed_after=_instant(asked.date_finished, "date_finished"),
        **of_course,
    )


def _instant(text: str | None, field: str) -> int | None:
    return clock.parse_instant(text, field) if text else None


def from_core_modules(versions: Mapping[int, ContentVersion]) -> dict[int, list[Module]]:
    """The modules of content versions, by version."""
    return {
        version.id: [
            Module(position, step.title, step.kind, step.duration_s)
            for position, step in enumerate(steps_of(version), start=1)
        ]
        for version in versions.values()
    }


def from_core_assignment(
    found: Assignment,
    course: Course | None,
    modules: list[Module] | UnsetType,
    live_sessions: list[LiveSession],
    base_url: str,
    sealer: Sealer,
    now: int,
) -> UserCourseOut:
    """An assignment as an activity of a user on a course; one without a course goes by its content's title."""
    number, is_done = found.certificate_number, found.outcome in (COMPLETED, CREDITED)
    may_open = has_access(found.outcome, found.start_at, found.access_ends_at, found.course_archived_at, now)
    return UserCourseOut(
        course_mapping_code=found.course_external_id,
        course_title=found.title,
        user_mapping_code=found.person_external_id,
        user_name=found.person_first_name,
        user_surname=found.person_last_name,
        user_email=found.person_email,
        organizational_unit_mapping_code=found.group_external_id,
        location_mapping_code=found.location_external_id,
        created_at=from_core_instant(found.created_at),
        updated_at=from_core_instant(found.updated_at),
        date_start=_shown(found.started_at),
        date_completed=_shown(found.completed_at),
        progress=found.progress,
        score=found.score,
        time_on_course=found.time_s,
        certificate_link=documents.certificate_address(base_url, number) if number else None,
        statement_link=documents.statement_address(base_url, sealer, found.uuid) if is_done else None,
        parent_course_mapping_code=course.parent_external_id if course else None,
        status=STAGES[found.stage],
        access_end_date=_shown(found.access_ends_at),
        has_access=int(may_open),
        assessment_url=f"{base_url}/console/learn/{found.uuid}" if found.content_kind == LESSON else None,
        live_sessions=live_sessions,
        modules=modules,
        **from_core_course_facts(course),
    )


def _shown(instant: int | None) -> str | None:
    return from_core_instant(instant) if instant is not None else None
