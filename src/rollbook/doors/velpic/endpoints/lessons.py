"""Lessons (Velpic, "Lesson")."""

from rollbook.core.kernel.paging import Page
from rollbook.core.learning import content_queries, custom_fields
from rollbook.core.learning.records import Content, ContentVersion
from rollbook.doors.velpic import paging
from rollbook.doors.velpic.translate import times
from rollbook.doors.velpic.translate.lessons import (
    from_core_lesson,
    from_core_lesson_details,
    to_core_content_filter,
)
from rollbook.doors.velpic.wire.lessons import DetailMeta, LessonDetailPage, LessonPage, LessonQuery
from rollbook.web.routes import Call


def index(call: Call[None, LessonQuery]) -> LessonPage:
    """Lessons by name, id or state, with their custom fields ("List Lessons")."""
    found, versions = _found(call)
    values = custom_fields.list_values(call.work, [version.id for version in versions.values()])
    client_id = call.principal.organisation_id
    lessons = []
    for content in found.rows:
        version = versions.get(content.id)
        lessons.append(from_core_lesson(content, version, values[version.id] if version else [], client_id))
    return LessonPage(lessons, paging.meta(found, call.query))


def index_details(call: Call[None, LessonQuery]) -> LessonDetailPage:
    """The same with details ("List Lessons with Details")."""
    found, versions = _found(call)
    now, where = times.offset(call.work.at), paging.meta(found, call.query)
    return LessonDetailPage(
        results=[from_core_lesson_details(row, versions, call.principal.organisation_id) for row in found.rows],
        meta=DetailMeta(
            total_result_count=where.total_result_count,
            start_index=where.start_index,
            end_index=where.end_index,
            created_date=now,
            modified_date=now,
        ),
        created_date=now,
        modified_date=now,
    )


def _found(call: Call[None, LessonQuery]) -> tuple[Page[Content], dict[int, ContentVersion]]:
    """The lessons that were asked for, and the version that stands for each, by the lesson's id."""
    offset, limit = paging.window(call.query)
    wanted = to_core_content_filter(call.query)
    found = content_queries.list_contents(call.work, wanted, limit=limit, offset=offset, with_total=True)
    return found, content_queries.list_shown_versions(call.work, [content.id for content in found.rows])
