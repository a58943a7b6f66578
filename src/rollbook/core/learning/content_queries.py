"""Reading contents, their versions and files. Every select of a content starts from :func:`visible_contents`."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.matching import holds, part_of
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.statements import Lookup, Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning.lesson_records import ContentFile
from rollbook.core.learning.lesson_status import LESSON_STATUS
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import LESSON, PUBLISHED, Content, ContentFilter, ContentVersion
from rollbook.core.learning.tables import content_versions, contents, files, version_files
from rollbook.core.learning.tenancy import beside

Rows = Statement[tuple[Any, ...]]

_OWN = (
    "id", "uuid", "external_id", "title", "description", "short_description", "kind", "is_public", "duration_min",
    "requirements", "goals", "target_audience", "issues_certificate", "certificate_months", "published_at",
    "archived_at", "created_at", "updated_at",
)  # fmt: skip
_published = and_(content_versions.c.content_id == contents.c.id, content_versions.c.state == PUBLISHED)


def visible_contents(*, leads: bool = True) -> ColumnElement[bool]:
    """The organisation's contents; whoever reads the learning record sees them all.

    ``leads`` False: another condition names the rows, and this one only checks them.
    """
    owner = contents.c.organisation_id
    return (owner if leads else beside(owner)) == bindparam("organisation_id")


def _content() -> Select[Any]:
    version = content_versions.c
    return select(
        *(contents.c[name] for name in _OWN),
        *(version.id, version.number, version.step_count, version.pass_percent, LESSON_STATUS),
    ).select_from(contents.outerjoin(content_versions, _published))


_CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "is_published": lambda on: content_versions.c.id.is_not(None) if on else content_versions.c.id.is_(None),
    "is_archived": lambda on: contents.c.archived_at.is_not(None) if on else contents.c.archived_at.is_(None),
    "q": lambda _: holds(contents.c.title, "q"),
    "ids": lambda _: among(contents.c.id, "ids"),
    "statuses": lambda _: among(LESSON_STATUS, "statuses"),
}
"""Conditions that are no mere equality with a column; flags are part of a statement's shape."""
Shape = frozenset[tuple[str, bool]]


def _matching(query: Select[Any], shape: Shape) -> Select[Any]:
    query = query.where(visible_contents())
    for name, value in sorted(shape):
        query = query.where(_CONDITIONS[name](value) if name in _CONDITIONS else contents.c[name] == bindparam(name))
    return query


@shapes
def _list(shape: Shape) -> Statement[Content]:
    query = _matching(_content(), shape).where(contents.c.id > bindparam("after_id"))
    return Statement(query.order_by(contents.c.id).limit(bindparam("limit")).offset(bindparam("offset")), Content)


@shapes
def _count(shape: Shape) -> Rows:
    joined = contents.outerjoin(content_versions, _published)
    return Statement(_matching(select(func.count()).select_from(joined), shape))


def list_contents(
    work: Work, wanted: ContentFilter, *, limit: int, after: int = 0, offset: int = 0, with_total: bool = False
) -> Page[Content]:
    """Contents in the order they were made, after an id or after so many."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    shape = frozenset((name, value if isinstance(value, bool) else True) for name, value in given.items())
    if wanted.q is not None:
        given["q"] = part_of(wanted.q)
    for name in ("ids", "statuses"):
        if name in given:
            given[name] = sorted(given[name])
    for name in ("is_published", "is_archived"):
        given.pop(name, None)
    given["organisation_id"] = work.principal.organisation_id
    rows = work.all(_list(shape), limit=limit, after_id=after, offset=offset, **given)
    return Page(rows, work.value(_count(shape), **given) if with_total else None)


class ContentHit(msgspec.Struct, frozen=True):
    """A content that a search found."""

    id: int
    uuid: str
    title: str


@shapes
def _search(shape: Shape) -> Statement[ContentHit]:
    found = select(contents.c.id, contents.c.uuid, contents.c.title).outerjoin(content_versions, _published)
    return Statement(
        _matching(found, shape).order_by(contents.c.title, contents.c.id).limit(bindparam("limit")), ContentHit
    )


def search_lessons(work: Work, sought: str, *, limit: int, only_published: bool = False) -> list[ContentHit]:
    """Lessons that are not archived and have the words in their title, by title; every one when nothing is sought."""
    shape = {("kind", True), ("q", True), ("is_archived", False)} | (
        {("is_published", True)} if only_published else set()
    )
    mine = work.principal.organisation_id
    return work.all(_search(frozenset(shape)), kind=LESSON, q=part_of(sought), limit=limit, organisation_id=mine)


@shapes
def _one(key: str) -> Statement[Content]:
    return Lookup(_content().where(visible_contents(), contents.c[key] == bindparam("key")), Content)


_SOME = Lookup(_content().where(visible_contents(leads=False), among(contents.c.id, "ids")), Content)


def find_content(work: Work, *, key: str, value: Any) -> Content | None:
    """One content by ``id``, ``uuid`` or ``external_id``."""
    return work.first(_one(key), key=value, organisation_id=work.principal.organisation_id)


def get_content(work: Work, *, key: str, value: Any) -> Content:
    """One content. Faults: NOT_FOUND."""
    found = find_content(work, key=key, value=value)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such content.")
    return found


def list_contents_by_id(work: Work, ids: Sequence[int]) -> dict[int, Content]:
    """The contents with these ids, by id."""
    found = work.all(_SOME, ids=list(ids), organisation_id=work.principal.organisation_id)
    return {content.id: content for content in found}


# --- Versions and files -------------------------------------------------------------------------------------------

_version = select(*(content_versions.c[name] for name in ContentVersion.__struct_fields__))
_mine = content_versions.c.organisation_id == bindparam("organisation_id")
_VERSIONS = Lookup(
    _version.where(_mine, content_versions.c.content_id == bindparam("content_id")).order_by(
        content_versions.c.number.desc()
    ),
    ContentVersion,
)
_VERSION = Lookup(
    _version.where(
        _mine,
        content_versions.c.content_id == bindparam("content_id"),
        content_versions.c.number == bindparam("number"),
    ),
    ContentVersion,
)
_VERSION_BY_ID = Lookup(_version.where(_mine, content_versions.c.id == bindparam("id")), ContentVersion)
_VERSIONS_BY_ID = Lookup(_version.where(_mine, among(content_versions.c.id, "ids")), ContentVersion)
_newest = content_versions.alias("newest")
_shown_id = func.coalesce(
    content_versions.c.id,
    select(_newest.c.id)
    .where(_newest.c.content_id == contents.c.id)
    .order_by(_newest.c.number.desc())
    .limit(1)
    .correlate(contents)
    .scalar_subquery(),
)
_SHOWN = Lookup[tuple[Any, ...]](
    select(contents.c.id, _shown_id)
    .select_from(contents.outerjoin(content_versions, _published))
    .where(visible_contents(leads=False), among(contents.c.id, "ids"))
)
_FILES = Lookup(
    select(*(files.c[name] for name in ContentFile.__struct_fields__ if name != "position"), version_files.c.position)
    .join(version_files, version_files.c.file_id == files.c.id)
    .where(
        files.c.organisation_id == bindparam("organisation_id"), version_files.c.version_id == bindparam("version_id")
    )
    .order_by(version_files.c.position, files.c.id),
    ContentFile,
)
_STEPS = msgspec.json.Decoder(list[Step])


def list_versions(work: Work, content: Content) -> list[ContentVersion]:
    """A content's versions, newest first."""
    return work.all(_VERSIONS, content_id=content.id, organisation_id=work.principal.organisation_id)


def get_version(work: Work, content: Content, number: int) -> ContentVersion:
    """A version by its number. Faults: NOT_FOUND."""
    organisation_id = work.principal.organisation_id
    found = None
    if number < 2**31:
        found = work.first(_VERSION, content_id=content.id, number=number, organisation_id=organisation_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such version of this content.")
    return found


def find_version(work: Work, version_id: int) -> ContentVersion | None:
    """A version by id."""
    return work.first(_VERSION_BY_ID, id=version_id, organisation_id=work.principal.organisation_id)


def list_versions_by_id(work: Work, ids: Sequence[int]) -> dict[int, ContentVersion]:
    """The versions with these ids, by id."""
    if not ids:
        return {}
    found = work.all(_VERSIONS_BY_ID, ids=list(ids), organisation_id=work.principal.organisation_id)
    return {version.id: version for version in found}


def list_shown_versions(work: Work, content_ids: Sequence[int]) -> dict[int, ContentVersion]:
    """The version that stands for each of these contents, by the content's id: the published one, else the newest."""
    if not content_ids:
        return {}
    pairs = work.all(_SHOWN, ids=list(content_ids), organisation_id=work.principal.organisation_id)
    found = list_versions_by_id(work, [version_id for _, version_id in pairs if version_id is not None])
    return {content_id: found[version_id] for content_id, version_id in pairs if version_id is not None}


def list_files(work: Work, version: ContentVersion) -> list[ContentFile]:
    """The files of a version, in their order."""
    return work.all(_FILES, version_id=version.id, organisation_id=work.principal.organisation_id)


_IDS_OF_FILES = Lookup[tuple[Any, ...]](
    select(files.c.uuid, files.c.id).where(
        among(files.c.uuid, "uuids"), beside(files.c.organisation_id) == bindparam("organisation_id")
    )
)


def ids_of_files(work: Work, uuids: Sequence[str]) -> dict[str, int]:
    """The ids behind files' uuids."""
    if not uuids:
        return {}
    return dict(work.all(_IDS_OF_FILES, uuids=list(uuids), organisation_id=work.principal.organisation_id))


def get_file(work: Work, version: ContentVersion, uuid: str) -> ContentFile:
    """A file of a version. Faults: NOT_FOUND."""
    for file in list_files(work, version):
        if file.uuid == uuid:
            return file
    raise Fault(FaultCode.NOT_FOUND, "This version has no such file.")


def steps_of(version: ContentVersion) -> list[Step]:
    """The steps of a version."""
    return _STEPS.decode(version.body) if version.body else []
