"""Editions of a content: drafted, copied, published, retired. Their files are in ``attachments.py``."""

from typing import Any

from msgspec import UNSET
from sqlalchemy import BigInteger, bindparam, cast, func, insert, select, update

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.schema import Id
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning import checks, media, policy
from rollbook.core.learning.content_queries import get_version, list_files
from rollbook.core.learning.lesson_records import RENDERING, UNREADABLE, ContentFile, VersionChanges
from rollbook.core.learning.lessons import IMAGE, Questionnaire, Step
from rollbook.core.learning.questions import questionnaire_columns
from rollbook.core.learning.records import DRAFT, LESSON, PUBLISHED, RETIRED, Content, ContentVersion
from rollbook.core.learning.steps import step_columns
from rollbook.core.learning.tables import content_versions, contents, custom_values, version_files

Rows = Statement[tuple[Any, ...]]

_COPIED = (
    "evolution", "step_count", "question_count", "duration_ms", "pass_percent", "body", "questionnaire", "thumbnail",
)  # fmt: skip
_TOLD = ("number", "step_count", "question_count", "pass_percent", "duration_ms", "evolution", "thumbnail")
"""What an event says of a version that was changed."""
_versions = content_versions.c
_INSERT = Rows(insert(content_versions).values({c.name: bindparam(c.name) for c in _versions if c.name != "id"}))
_LAST = Rows(
    select(func.coalesce(func.max(_versions.number), 0)).where(_versions.content_id == bindparam("content_id"))
)
_LOCK = Rows(select(contents.c.id).where(contents.c.id == bindparam("content_id")).with_for_update(key_share=True))
_RETIRE_OTHERS = Rows(
    update(content_versions)
    .where(_versions.content_id == bindparam("content"), _versions.state == PUBLISHED)
    .values(state=RETIRED)
)
_PUBLISHED_AT = Rows(
    update(contents)
    .where(contents.c.id == bindparam("content_id"))
    .values(published_at=bindparam("at"), updated_at=bindparam("now"))
)


_old = bindparam("old", type_=Id)
_new = cast(bindparam("new", type_=Id), Id)
_links = version_files.c
_COPY_FILES = Rows(
    insert(version_files).from_select(
        ["version_id", "file_id", "position"],
        select(_new, _links.file_id, _links.position).where(_links.version_id == _old),
    )
)
_now = cast(bindparam("now", type_=BigInteger()), BigInteger())
_COPY_VALUES = Rows(
    insert(custom_values).from_select(
        ["version_id", "field_id", "value", "created_at", "updated_at"],
        select(_new, custom_values.c.field_id, custom_values.c.value, _now, _now).where(
            custom_values.c.version_id == _old
        ),
    )
)


@shapes
def _update(names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(content_versions).where(_versions.id == bindparam("version_id")).values(values))


def draft(
    work: Work,
    content: Content,
    steps: list[Step],
    pass_percent: float | None = None,
    questionnaire: Questionnaire | None = None,
) -> ContentVersion:
    """Begin a new edition. ``pass_percent`` None means that there is nothing to pass.

    Faults: FORBIDDEN; INVALID or MISSING naming the field; CONFLICT for a course's outline.
    """
    policy.require_content_write(work.principal)
    values = {"pass_percent": checks.per_cent(pass_percent, "pass_percent"), "thumbnail": None}
    made = _add(work, content, step_columns(steps, ()) | questionnaire_columns(questionnaire) | values)
    work.record("content.version_created", "content", content.id, content.uuid, after={"number": made.number})
    return made


def copy(work: Work, content: Content, version: ContentVersion) -> ContentVersion:
    """Begin a new edition with all that another has: steps, questions, custom values, and its files, which both share.

    Faults: FORBIDDEN.
    """
    policy.require_content_write(work.principal)
    made = _add(work, content, {name: getattr(version, name) for name in _COPIED})
    work.run(_COPY_FILES, old=version.id, new=made.id)
    work.run(_COPY_VALUES, old=version.id, new=made.id, now=work.at)
    after = {"number": made.number, "copied_from": version.number}
    work.record("content.version_created", "content", content.id, content.uuid, after=after)
    return made


def _add(work: Work, content: Content, values: dict[str, Any]) -> ContentVersion:
    if content.kind != LESSON:
        raise Fault(FaultCode.CONFLICT, "The outline of a course has no versions; give the course a content first.")
    work.run(_LOCK, content_id=content.id)
    number = int(work.value(_LAST, content_id=content.id)) + 1
    own = {
        "uuid": new_uuid(),
        "organisation_id": work.principal.organisation_id,
        "content_id": content.id,
        "number": number,
        "state": DRAFT,
        "created_at": work.at,
        "published_at": None,
    }
    work.run(_INSERT, **own, **values)
    return get_version(work, content, number)


def redraft(work: Work, content: Content, version: ContentVersion, changes: VersionChanges) -> ContentVersion:
    """Change a draft. Faults: as :func:`draft`; CONFLICT once it was published."""
    policy.require_content_write(work.principal)
    require_draft(version)
    written = _written(changes, list_files(work, version))
    after = {name: value for name, value in written.items() if value != getattr(version, name)}
    if not after:
        return version
    work.run(_update(frozenset(after)), version_id=version.id, **{f"new_{k}": v for k, v in after.items()})
    changed = get_version(work, content, version.number)
    shown = {name: getattr(changed, name) for name in _TOLD}
    work.record("content.version_updated", "content", content.id, content.uuid, after=shown)
    return changed


def _written(changes: VersionChanges, attached: list[ContentFile]) -> dict[str, Any]:
    """The columns that a change writes. Faults: INVALID, UNKNOWN_REFERENCE or MISSING naming the field."""
    written: dict[str, Any] = {}
    if changes.steps is not UNSET:
        written |= step_columns(changes.steps, attached)
    if changes.questionnaire is not UNSET:
        written |= questionnaire_columns(changes.questionnaire)
    if changes.pass_percent is not UNSET:
        written["pass_percent"] = checks.per_cent(changes.pass_percent, "pass_percent")
    if changes.thumbnail is not UNSET:
        written["thumbnail"] = _thumbnail(changes.thumbnail, attached)
    return written


def _thumbnail(uuid: str | None, attached: list[ContentFile]) -> str | None:
    if uuid is None:
        return None
    for file in attached:
        if file.uuid == uuid and media.fits(IMAGE, file.media_type):
            return uuid
    raise field_fault(FaultCode.UNKNOWN_REFERENCE, "thumbnail", "thumbnail must be a picture attached to this version")


def require_draft(version: ContentVersion) -> None:
    """Faults: CONFLICT once it was published."""
    if version.state != DRAFT:
        raise Fault(FaultCode.CONFLICT, "Only a draft can be changed; begin a new version.")


def publish(work: Work, content: Content, version: ContentVersion) -> ContentVersion:
    """Put a version before the learners; the one that was there is retired. Who has begun goes on with theirs.

    Faults: FORBIDDEN; CONFLICT for a version that is published, has no steps, or has a film that was not read, or an
    archived content.
    """
    policy.require_content_write(work.principal)
    work.run(_LOCK, content_id=content.id)
    if version.state == PUBLISHED:
        raise Fault(FaultCode.CONFLICT, "This version is published already.")
    if content.archived_at is not None:
        raise Fault(FaultCode.CONFLICT, "An archived content cannot be published.")
    if not version.step_count:
        raise Fault(FaultCode.CONFLICT, "A version without steps cannot be published.")
    _require_films(list_files(work, version))
    work.run(_RETIRE_OTHERS, content=content.id)
    names = frozenset({"state", "published_at"})
    work.run(_update(names), version_id=version.id, new_state=PUBLISHED, new_published_at=work.at)
    work.run(_PUBLISHED_AT, content_id=content.id, at=work.at, now=work.at)
    after = {"number": version.number, "step_count": version.step_count}
    work.record("content.published", "content", content.id, content.uuid, after=after)
    return get_version(work, content, version.number)


def _require_films(attached: list[ContentFile]) -> None:
    for file in attached:
        if file.state == RENDERING:
            raise Fault(FaultCode.CONFLICT, f"The film {file.name} is still being read; try again in a moment.")
        if file.state == UNREADABLE:
            raise Fault(FaultCode.CONFLICT, f"The film {file.name} cannot be played; take it away or upload another.")


def retire(work: Work, content: Content, version: ContentVersion) -> ContentVersion:
    """Take the published version back; nobody can begin it any more. Faults: FORBIDDEN; CONFLICT if it is not out."""
    policy.require_content_write(work.principal)
    if version.state != PUBLISHED:
        raise Fault(FaultCode.CONFLICT, "Only a published version can be retired.")
    work.run(_RETIRE_OTHERS, content=content.id)
    work.run(_PUBLISHED_AT, content_id=content.id, at=None, now=work.at)
    work.record("content.retired", "content", content.id, content.uuid, after={"number": version.number})
    return get_version(work, content, version.number)
