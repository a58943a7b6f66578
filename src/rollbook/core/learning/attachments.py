"""Files of an edition: attached to drafts, taken away again, and films read for how long they play."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, exists, insert, literal_column, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.ports import StoredFile
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.learning import media, policy
from rollbook.core.learning.content_queries import get_file, list_files, list_versions_by_id, steps_of
from rollbook.core.learning.lesson_records import READY, RENDERING, UNREADABLE, ContentFile
from rollbook.core.learning.records import DRAFT, Content, ContentVersion
from rollbook.core.learning.steps import MOST_DURATION_MS, total_ms
from rollbook.core.learning.tables import content_versions, contents, files, version_files
from rollbook.core.learning.versions import require_draft

Rows = Statement[tuple[Any, ...]]
MOST_FILES = 200


class UnreadFilm(msgspec.Struct, frozen=True):
    """A film that nobody has read yet."""

    id: int
    organisation_id: int
    key: str


_NAMES = tuple(c.name for c in files.c if c.name != "id")
_ADD_FILE = Rows(insert(files).values({name: bindparam(name) for name in _NAMES}).returning(files.c.id))
_LINK = Rows(insert(version_files).values({c.name: bindparam(c.name) for c in version_files.c}))
_UNLINK = Rows(
    delete(version_files).where(
        version_files.c.version_id == bindparam("version_id"), version_files.c.file_id == bindparam("file_id")
    )
)
_DROP_FILE = Rows(
    delete(files).where(files.c.id == bindparam("file_id"), ~exists().where(version_files.c.file_id == files.c.id))
)


def require_may_attach(work: Work, version: ContentVersion) -> None:
    """Before a file's bytes are stored. Faults: FORBIDDEN, CONFLICT."""
    policy.require_content_write(work.principal)
    require_draft(version)
    if len(list_files(work, version)) >= MOST_FILES:
        raise Fault(FaultCode.CONFLICT, f"A version may have at most {MOST_FILES} files.")


def attach_file(
    work: Work, content: Content, version: ContentVersion, stored: StoredFile, *, name: str, media_type: str
) -> ContentFile:
    """Add a stored file to a draft; a film is then to be read, and :func:`settle_film` called.

    Faults: FORBIDDEN, CONFLICT; MISSING or INVALID naming the field.
    """
    require_may_attach(work, version)
    uuid = new_uuid()
    values = {
        "uuid": uuid,
        "organisation_id": work.principal.organisation_id,
        "name": required_line(name, "name"),
        "media_type": required_line(media_type, "media_type", 127),
        "key": stored.key,
        "sha256": stored.sha256,
        "size": stored.size,
        "state": RENDERING if media.is_film(media_type) else READY,
        "duration_ms": 0,
        "created_at": work.at,
    }
    file_id = int(work.value(_ADD_FILE, **values))
    position = max((file.position for file in list_files(work, version)), default=0) + 1
    work.run(_LINK, version_id=version.id, file_id=file_id, position=position)
    after = {"number": version.number, "file": uuid, "name": values["name"], "size": stored.size}
    work.record("content.file_attached", "content", content.id, content.uuid, after=after)
    return get_file(work, version, uuid)


def detach_file(work: Work, content: Content, version: ContentVersion, file: ContentFile) -> bool:
    """Take a file from a draft; whether its bytes may go too. Faults: FORBIDDEN; CONFLICT while a step shows it."""
    policy.require_content_write(work.principal)
    require_draft(version)
    if any(step.file == file.uuid for step in steps_of(version)):
        raise Fault(FaultCode.CONFLICT, "A step shows this file; change the steps first.")
    if version.thumbnail == file.uuid:
        raise Fault(FaultCode.CONFLICT, "This file is the version's picture; choose another first.")
    work.run(_UNLINK, version_id=version.id, file_id=file.id)
    before = {"number": version.number, "file": file.uuid, "name": file.name}
    work.record("content.file_detached", "content", content.id, content.uuid, before=before)
    return bool(work.run(_DROP_FILE, file_id=file.id))


# --- Films --------------------------------------------------------------------------------------------------------

_own = files.c
_SETTLE = Rows(
    update(files)
    .where(_own.id == bindparam("file_id"), _own.state == RENDERING)
    .values(state=bindparam("new_state"), duration_ms=bindparam("new_duration_ms"))
)
_DRAFTS_WITH = Rows(
    select(content_versions.c.id, content_versions.c.number, contents.c.id, contents.c.uuid)
    .join(version_files, version_files.c.version_id == content_versions.c.id)
    .join(contents, contents.c.id == content_versions.c.content_id)
    .where(
        version_files.c.file_id == bindparam("file_id"),
        content_versions.c.state == DRAFT,
        content_versions.c.organisation_id == bindparam("organisation_id"),
    )
)
_SET_DURATION = Rows(
    update(content_versions)
    .where(content_versions.c.id == bindparam("version_id"))
    .values(duration_ms=bindparam("new_duration_ms"))
)
_UNSETTLED = Statement(
    select(_own.id, _own.organisation_id, _own.key)
    .where(
        _own.state == literal_column("'rendering'"),
        _own.id > bindparam("after_id"),
        _own.created_at < bindparam("before"),
    )
    .order_by(_own.id)
    .limit(1),
    UnreadFilm,
)


def settle_film(work: Work, file_id: int, duration_ms: int | None) -> None:
    """Note how long a film plays, or by None that it cannot be read; drafts that show it become as long."""
    duration = min(duration_ms or 0, MOST_DURATION_MS)
    state = UNREADABLE if duration_ms is None else READY
    if not work.run(_SETTLE, file_id=file_id, new_state=state, new_duration_ms=duration):
        return
    drafts = work.all(_DRAFTS_WITH, file_id=file_id, organisation_id=work.principal.organisation_id)
    for version_id, number, content_id, content_uuid in drafts:
        version = list_versions_by_id(work, [version_id])[version_id]
        total = min(total_ms(steps_of(version), list_files(work, version)), MOST_DURATION_MS)
        work.run(_SET_DURATION, version_id=version_id, new_duration_ms=total)
        after = {"number": number, "state": state, "duration_ms": duration}
        work.record("content.film_read", "content", content_id, content_uuid, after=after)


def find_unread_film(work: Work, *, before: int, after_id: int = 0) -> UnreadFilm | None:
    """The first film, of any organisation, whose reading was begun before an instant and has not ended."""
    return work.first(_UNSETTLED, before=before, after_id=after_id)
