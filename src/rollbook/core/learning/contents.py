"""Making, changing and publishing what can be learnt."""

from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import bindparam, delete, exists, func, insert, or_, select, update

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning import checks, policy
from rollbook.core.learning.content_queries import find_content, get_content
from rollbook.core.learning.records import LESSON, OUTLINE, Content, ContentChanges, NewContent
from rollbook.core.learning.tables import assignments, content_versions, contents, courses, files, version_files

Rows = Statement[tuple[Any, ...]]

_PROSE = ("description", "short_description", "requirements", "goals", "target_audience")
_INSERT = Rows(
    insert(contents).values({c.name: bindparam(c.name) for c in contents.c if c.name != "id"}).returning(contents.c.id)
)
_DELETE = Rows(delete(contents).where(contents.c.id == bindparam("content_id")))


@shapes
def _update(names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(contents).where(contents.c.id == bindparam("content_id")).values(values))


def create(work: Work, new: NewContent) -> Content:
    """Make a content; it can be learnt once a version of it is published.

    Faults: FORBIDDEN; MISSING, INVALID or DUPLICATE naming the field.
    """
    policy.require_content_write(work.principal)
    values = _checked(msgspec.structs.asdict(new))
    _refuse_taken(work, values["external_id"])
    content_id, uuid = _add(work, LESSON, values)
    after = {name: value for name, value in values.items() if value is not None}
    work.record("content.created", "content", content_id, uuid, after=after)
    return get_content(work, key="id", value=content_id)


def add_outline(work: Work, title: str) -> int:
    """Make the content of a course that has no material; its id. It is part of the course, so no event tells of it."""
    return _add(work, OUTLINE, _checked(msgspec.structs.asdict(NewContent(title=title))))[0]


def _add(work: Work, kind: str, values: dict[str, Any]) -> tuple[int, str]:
    row = {
        "uuid": new_uuid(),
        "organisation_id": work.principal.organisation_id,
        "kind": kind,
        "published_at": None,
        "archived_at": None,
        "created_at": work.at,
        "updated_at": work.at,
    }
    return int(work.value(_INSERT, **row, **values)), str(row["uuid"])


def rename_outline(work: Work, content_id: int, title: str) -> None:
    """An outline is called what its course is called."""
    work.run(
        _update(frozenset({"title", "updated_at"})), content_id=content_id, new_title=title, new_updated_at=work.at
    )


def change(work: Work, content: Content, changes: ContentChanges) -> Content:
    """Change a content; nothing is written when nothing changed. Faults: as :func:`create`."""
    policy.require_content_write(work.principal)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    if "is_archived" in given and given.pop("is_archived") != (content.archived_at is not None):
        given["archived_at"] = None if content.archived_at is not None else work.at
    after = {name: value for name, value in _checked(given).items() if value != getattr(content, name)}
    if not after:
        return content
    if "external_id" in after:
        _refuse_taken(work, after["external_id"])
    written = after | {"updated_at": work.at}
    work.run(_update(frozenset(written)), content_id=content.id, **{f"new_{k}": v for k, v in written.items()})
    before = {name: getattr(content, name) for name in after}
    work.record("content.updated", "content", content.id, content.uuid, before=before, after=after)
    return get_content(work, key="id", value=content.id)


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    rules: dict[str, Any] = {
        "title": checks.title,
        "external_id": checks.code,
        "duration_min": lambda v: checks.whole_number(v, "duration_min", most=checks.MOST_MINUTES) or 0,
        "certificate_months": lambda v: checks.whole_number(v, "certificate_months", least=1, most=checks.MOST_MONTHS),
    }
    rules |= {name: lambda v, n=name: checks.prose(v, n) for name in _PROSE}
    return {name: rules[name](value) if name in rules else value for name, value in given.items()}


def _refuse_taken(work: Work, external_id: str | None) -> None:
    if external_id is not None and find_content(work, key="external_id", value=external_id) is not None:
        raise field_fault(FaultCode.DUPLICATE, "external_id", "external_id is taken: a content has it already")


_is_used = or_(
    exists().where(assignments.c.content_id == contents.c.id),
    exists().where(courses.c.content_id == contents.c.id),
    exists().where(courses.c.prerequisite_content_id == contents.c.id),
)
_USED = Rows(select(func.count()).select_from(contents).where(contents.c.id == bindparam("content_id"), _is_used))
_DROP_UNUSED_OUTLINE = Rows(
    delete(contents).where(contents.c.id == bindparam("content_id"), contents.c.kind == OUTLINE, ~_is_used)
)
_PUBLISHED_ONCE = Rows(
    select(func.count()).where(
        content_versions.c.content_id == bindparam("content_id"), content_versions.c.published_at.is_not(None)
    )
)
_FILES = Rows(
    select(files.c.id, files.c.key)
    .join(version_files, version_files.c.file_id == files.c.id)
    .join(content_versions, content_versions.c.id == version_files.c.version_id)
    .where(content_versions.c.content_id == bindparam("content_id"))
)
_DELETE_FILES = Rows(delete(files).where(among(files.c.id, "ids")))


def remove(work: Work, content: Content) -> list[str]:
    """Delete a content that nobody was ever assigned and no version of which was published. Archive the others.

    The keys of the files that nothing refers to any more. Faults: FORBIDDEN, CONFLICT.
    """
    policy.require_content_write(work.principal)
    if work.value(_USED, content_id=content.id) or work.value(_PUBLISHED_ONCE, content_id=content.id):
        raise Fault(FaultCode.CONFLICT, "This content was published or is in use; archive it instead.")
    attached = work.all(_FILES, content_id=content.id)
    work.run(_DELETE, content_id=content.id)
    work.run(_DELETE_FILES, ids=[file_id for file_id, _ in attached])
    before = {"external_id": content.external_id, "title": content.title}
    work.record("content.deleted", "content", content.id, content.uuid, before=before)
    return [key for _, key in attached]


def drop_unused_outline(work: Work, content_id: int) -> None:
    """Delete an outline whose course is gone and that no record refers to."""
    work.run(_DROP_UNUSED_OUTLINE, content_id=content_id)
