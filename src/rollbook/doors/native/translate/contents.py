"""Contents, versions and files into and out of core."""

from typing import Any

import msgspec
from msgspec import UNSET

from rollbook.core.kernel.clock import iso
from rollbook.core.learning.content_queries import steps_of
from rollbook.core.learning.lesson_records import ContentFile, CustomValue, VersionChanges
from rollbook.core.learning.questions import questionnaire_of
from rollbook.core.learning.records import Content, ContentChanges, ContentFilter, ContentVersion, NewContent
from rollbook.doors.native.wire.contents import (
    ContentChange,
    ContentIn,
    ContentOut,
    ContentsQuery,
    CustomValueOut,
    FileOut,
    VersionChange,
    VersionOut,
    VersionWhole,
)

_RENAMED = {"public": "is_public", "archived": "is_archived"}


def _given(struct: msgspec.Struct) -> dict[str, Any]:
    """The fields that were given, by core's names."""
    given = msgspec.structs.asdict(struct)
    return {_RENAMED.get(name, name): value for name, value in given.items() if value is not UNSET}


def to_core_new_content(given: ContentIn) -> NewContent:
    """A content to make."""
    return NewContent(**_given(given))


def to_core_content_changes(given: ContentChange) -> ContentChanges:
    """What is to change."""
    return ContentChanges(**_given(given))


def to_core_content_filter(asked: ContentsQuery) -> ContentFilter:
    """Which contents."""
    return ContentFilter(
        kind=None if asked.kind == "any" else asked.kind,
        external_id=asked.external_id,
        is_public=asked.public,
        is_published=asked.published,
        is_archived=asked.archived,
        q=asked.q or None,
        statuses=frozenset(asked.status) if asked.status else None,
    )


def to_core_version_changes(given: VersionChange) -> VersionChanges:
    """A change to a draft."""
    return VersionChanges(**_given(given))


def from_core_content(content: Content) -> ContentOut:
    """A content."""
    return ContentOut(
        id=content.uuid,
        number=content.id,
        external_id=content.external_id,
        title=content.title,
        description=content.description,
        short_description=content.short_description,
        kind=content.kind,
        public=content.is_public,
        duration_min=content.duration_min,
        requirements=content.requirements,
        goals=content.goals,
        target_audience=content.target_audience,
        issues_certificate=content.issues_certificate,
        certificate_months=content.certificate_months,
        status=content.status,  # type: ignore[arg-type]
        version=content.version_number,
        step_count=content.step_count or 0,
        pass_percent=content.pass_percent,
        published_at=time_or_null(content.published_at),
        archived_at=time_or_null(content.archived_at),
        created_at=iso(content.created_at),
        updated_at=iso(content.updated_at),
    )


def time_or_null(instant: int | None) -> str | None:
    """A time on the wire."""
    return None if instant is None else iso(instant)


def _version(version: ContentVersion) -> dict[str, Any]:
    return {
        "id": version.uuid,
        "number": version.number,
        "state": version.state,
        "evolution": version.evolution,
        "step_count": version.step_count,
        "question_count": version.question_count,
        "duration_ms": version.duration_ms,
        "pass_percent": version.pass_percent,
        "thumbnail": version.thumbnail,
        "created_at": iso(version.created_at),
        "published_at": time_or_null(version.published_at),
    }


def from_core_version(version: ContentVersion) -> VersionOut:
    """A version in a list."""
    return VersionOut(**_version(version))


def from_core_whole_version(
    version: ContentVersion, files: list[ContentFile], values: list[CustomValue]
) -> VersionWhole:
    """A version by itself."""
    return VersionWhole(
        **_version(version),
        steps=steps_of(version),
        questionnaire=questionnaire_of(version.questionnaire),
        files=[from_core_file(file) for file in files],
        custom_values=[CustomValueOut(one.key, one.description, one.kind, one.value) for one in values],
    )


def from_core_file(file: ContentFile) -> FileOut:
    """A file."""
    return FileOut(
        id=file.uuid,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        state=file.state,  # type: ignore[arg-type]
        duration_ms=file.duration_ms,
        created_at=iso(file.created_at),
    )
