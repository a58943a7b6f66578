"""Contents as lessons."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.learning.lesson_records import CustomValue
from rollbook.core.learning.lesson_status import LessonStatus
from rollbook.core.learning.records import Content, ContentFilter, ContentVersion
from rollbook.doors.velpic.translate import lookups, times
from rollbook.doors.velpic.wire.lessons import CustomFieldOut, LessonDetailOut, LessonOut, LessonQuery

_STATES = {status.value for status in LessonStatus}


def to_core_content_filter(query: LessonQuery) -> ContentFilter:
    """Which lessons. Faults: INVALID naming the parameter."""
    states = frozenset(part.strip() for part in query.published_states.split(",") if part.strip())
    if unknown := sorted(states - _STATES):
        message = f"publishedStates must be among {', '.join(sorted(_STATES))}; {unknown[0]!r} is not"
        raise field_fault(FaultCode.INVALID, "publishedStates", message)
    return ContentFilter(
        is_archived=None,
        q=query.q.strip() or None,
        ids=tuple(_numbers(query.lesson_ids)) if query.lesson_ids.strip() else None,
        statuses=states or None,
    )


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.strip("[] ").split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise field_fault(FaultCode.INVALID, "lessonIds", "lessonIds must be numbers with commas between")
    return [int(part) for part in parts]


def duration_ms(content: Content, version: ContentVersion | None) -> int:
    """How long a lesson takes: what its steps say, else what the lesson says."""
    return (version.duration_ms if version else 0) or content.duration_min * 60_000


def questionnaire_type(version: ContentVersion | None) -> int:
    """Whether questions are asked."""
    return lookups.QUESTIONS if version is not None and version.question_count else lookups.NO_QUESTIONS


def from_core_lesson(
    content: Content, version: ContentVersion | None, values: Sequence[CustomValue], client_id: int
) -> LessonOut:
    """A content, with the version that stands for it and what is noted of that."""
    return LessonOut(
        lesson_version_id=version.id if version else UNSET,
        lesson_id=content.id,
        name=content.title,
        duration=duration_ms(content, version),
        status=content.status,
        in_library=content.is_public,
        version=version.number if version else 0,
        questionnaire_type=questionnaire_type(version),
        client_id=client_id,
        lesson_version_custom_fields=[_custom_field(value) for value in values],
        created_date=times.offset(content.created_at),
        modified_date=times.offset(content.updated_at),
    )


def _custom_field(value: CustomValue) -> CustomFieldOut:
    return CustomFieldOut(
        lesson_version_id=value.version_id,
        custom_field_id=value.field_id,
        custom_field_description=value.description,
        field_id=value.key,
        type=value.kind,
        value=value.value,
        id=value.id,
        created_date=times.offset(value.created_at),
        modified_date=times.offset(value.updated_at),
    )


def from_core_lesson_details(
    content: Content, versions: Mapping[int, ContentVersion], client_id: int
) -> LessonDetailOut:
    """A content as the list with details has it; ``versions`` by the content's id."""
    version = versions.get(content.id)
    return LessonDetailOut(
        lesson_version_id=version.id if version else UNSET,
        lesson_id=content.id,
        name=content.title,
        published=lookups.PUBLISHED if content.is_published else lookups.UNPUBLISHED,
        duration=duration_ms(content, version),
        status=content.status,
        in_library=content.is_public,
        version=version.number if version else 0,
        client_id=client_id,
    )
