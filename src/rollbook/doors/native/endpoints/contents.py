"""Contents: what can be learnt, its versions and their files."""

from typing import Any

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.learning import attachments, content_queries, contents, custom_fields, uploads, versions
from rollbook.core.learning.lesson_records import ContentFile
from rollbook.core.learning.records import Content, ContentVersion
from rollbook.doors.native.paging import page_by_id
from rollbook.doors.native.translate.contents import (
    from_core_content,
    from_core_file,
    from_core_version,
    from_core_whole_version,
    to_core_content_changes,
    to_core_content_filter,
    to_core_new_content,
    to_core_version_changes,
)
from rollbook.doors.native.wire.contents import (
    ContentChange,
    ContentIn,
    ContentOut,
    ContentPage,
    ContentsQuery,
    CustomValuesIn,
    FileOut,
    UploadQuery,
    VersionChange,
    VersionIn,
    VersionList,
    VersionWhole,
)
from rollbook.web.files import Held, file_answer
from rollbook.web.routes import Call, Reply, Stream


def index(call: Call[None, ContentsQuery]) -> ContentPage:
    """List contents, in the order they were made."""
    asked = call.query
    wanted = to_core_content_filter(asked)
    page = page_by_id(
        asked,
        lambda after, limit: content_queries.list_contents(
            call.work, wanted, limit=limit, after=after, with_total=asked.total
        ),
    )
    return ContentPage([from_core_content(row) for row in page.rows], page.next_cursor, page.total)


def create(call: Call[ContentIn, None]) -> ContentOut:
    """Make a content; it can be learnt once a version of it is published."""
    return from_core_content(contents.create(call.work, to_core_new_content(call.body)))


def show(call: Call[None, None]) -> ContentOut:
    """One content."""
    return from_core_content(_content(call, call.work))


def update(call: Call[ContentChange, None]) -> ContentOut:
    """Change a content: what is given."""
    return from_core_content(contents.change(call.work, _content(call, call.work), to_core_content_changes(call.body)))


def delete(call: Call[None, None]) -> None:
    """Delete a content that was never published nor assigned. Archive the others."""
    keys = contents.remove(call.work, _content(call, call.work))
    call.work.after_commit += [lambda key=key: call.services.files.delete(key) for key in keys]  # type: ignore[misc]


def _content(call: Call[Any, Any], work: Work) -> Content:
    return content_queries.get_content(work, key="uuid", value=call.path["id"].lower())


def _version(call: Call[Any, Any], work: Work) -> tuple[Content, ContentVersion]:
    content = _content(call, work)
    return content, content_queries.get_version(work, content, call.path["number"])


def _whole(work: Work, version: ContentVersion) -> VersionWhole:
    values = custom_fields.list_values(work, [version.id])[version.id]
    return from_core_whole_version(version, content_queries.list_files(work, version), values)


# --- Versions -----------------------------------------------------------------------------------------------------


def list_versions(call: Call[None, None]) -> VersionList:
    """Every version of a content, newest first, without the steps."""
    found = content_queries.list_versions(call.work, _content(call, call.work))
    return VersionList([from_core_version(version) for version in found])


def create_version(call: Call[VersionIn, None]) -> VersionWhole:
    """Begin a new version, as a draft."""
    content = _content(call, call.work)
    asked = call.body
    made = versions.draft(call.work, content, asked.steps, asked.pass_percent, asked.questionnaire)
    return _whole(call.work, made)


def copy_version(call: Call[None, None]) -> VersionWhole:
    """Begin a new version with all that this one has; the files are shared."""
    return _whole(call.work, versions.copy(call.work, *_version(call, call.work)))


def show_version(call: Call[None, None]) -> VersionWhole:
    """One version, with its steps and files."""
    return _whole(call.work, _version(call, call.work)[1])


def update_version(call: Call[VersionChange, None]) -> VersionWhole:
    """Change a draft: what is given."""
    content, version = _version(call, call.work)
    return _whole(call.work, versions.redraft(call.work, content, version, to_core_version_changes(call.body)))


def set_custom_values(call: Call[CustomValuesIn, None]) -> VersionWhole:
    """Note values of a version in the organisation's own fields; null clears, what is not named stays."""
    content, version = _version(call, call.work)
    custom_fields.set_values(call.work, content, version, call.body.values)
    return _whole(call.work, version)


def publish_version(call: Call[None, None]) -> VersionWhole:
    """Publish a version; the one that was published is retired."""
    return _whole(call.work, versions.publish(call.work, *_version(call, call.work)))


def retire_version(call: Call[None, None]) -> VersionWhole:
    """Take the published version back; nobody can begin it any more."""
    return _whole(call.work, versions.retire(call.work, *_version(call, call.work)))


# --- Files --------------------------------------------------------------------------------------------------------


def attach_file(call: Call[None, UploadQuery]) -> FileOut:
    """Attach a file to a draft: a form with one file, or the file itself with its ``name`` in the query.

    Its type is told from its bytes. A film is read for how long it plays; ``state`` error says that it cannot be.
    """
    body = call.content
    if body is None or body.file is None or not body.file.read(1):
        raise field_fault(FaultCode.MISSING, "file", "file is required: send a form with one, or the file itself")
    body.file.seek(0)
    services = call.services
    intake = uploads.Intake(services.database, services.files, services.films, call.principal)
    name = call.query.name or body.file_name or ""
    return from_core_file(uploads.take_in(intake, lambda work: _version(call, work), body.file, name))


def _file(call: Call[Any, Any]) -> ContentFile:
    return content_queries.get_file(call.work, _version(call, call.work)[1], call.path["file"].lower())


def show_file(call: Call[None, None]) -> Stream | Reply:
    """Download a file of a version, or the range of it that is asked for."""
    file = _file(call)
    held = Held(file.key, file.name, file.media_type, file.size, file.sha256)
    return file_answer(call.services.files, held, call.headers)


def detach_file(call: Call[None, None]) -> None:
    """Take a file from a draft that neither a step nor its thumbnail shows."""
    content, version = _version(call, call.work)
    file = _file(call)
    if attachments.detach_file(call.work, content, version, file):
        call.work.after_commit.append(lambda: call.services.files.delete(file.key))
