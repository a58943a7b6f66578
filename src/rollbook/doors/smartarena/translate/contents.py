"""Contents out of core."""

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.learning.records import Content, ContentFilter
from rollbook.doors.smartarena.translate.codes import from_core_instant
from rollbook.doors.smartarena.wire.contents import ContentOut

_PUBLIC = {None: None, 0: False, 1: True}


def to_core_content_filter(content_type: int | None) -> ContentFilter:
    """Which contents; those without material of their own, which only stand for a course, never. Faults: INVALID."""
    if content_type not in _PUBLIC:
        raise field_fault(
            FaultCode.INVALID, "content_type", "content_type must be null (all), 0 (internal) or 1 (public)"
        )
    return ContentFilter(is_public=_PUBLIC[content_type])


def from_core_content(content: Content) -> ContentOut:
    """A content."""
    return ContentOut(
        id=content.id,
        title=content.title,
        description=content.description,
        short_description=content.short_description,
        is_published=int(content.is_published),
        duration_hour=content.duration_min // 60,
        duration_minute=content.duration_min % 60,
        publish_date=from_core_instant(content.published_at) if content.published_at is not None else None,
        content_requirements=content.requirements,
        content_goals=content.goals,
        target_audience=content.target_audience,
        step_count=content.step_count or 0,
    )
