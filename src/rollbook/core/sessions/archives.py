"""Archives of assets: somebody asks for all files of a project, a participant or a session, and gets them as one ZIP.

Only the question is kept. What is in the archive is decided as it is sent, by what who asked may see then.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from sqlalchemy import Select, bindparam, delete, func, insert, or_, select

from rollbook.core.kernel.clock import DAY, to_datetime
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Database, Work
from rollbook.core.sessions import policy, queries, telling
from rollbook.core.sessions.entities import ASSET, PARTICIPANT, PROJECT, SESSION, Entity
from rollbook.core.sessions.file_names import in_archive
from rollbook.core.sessions.reach import ids, is_live
from rollbook.core.sessions.scopes import visible_to
from rollbook.core.sessions.tables.files import archives, asset_files
from rollbook.core.sessions.tables.materials import assets
from rollbook.core.sessions.tables.places import participants
from rollbook.core.sessions.tables.sessions import session_participants, sessions
from rollbook.core.sessions.telling import What
from rollbook.core.sessions.viewers import Kind, Viewer, viewer_of
from rollbook.core.sessions.zipping import Entry

Of = Literal["project", "participant", "session"]
OF: dict[Of, Entity] = {"project": PROJECT, "participant": PARTICIPANT, "session": SESSION}
KEPT = 7 * DAY
MOST_FILES = 20_000
"""An archive lists its files at its end, so that many of them take memory."""
PAGE = 200
Rows = Statement[tuple[Any, ...]]


class Archive(msgspec.Struct, frozen=True):
    """What somebody asked for; one of the last three ids says of what."""

    id: int
    uuid: str
    organisation_id: int
    person_id: int
    project_id: int | None
    participant_id: int | None
    session_id: int | None
    name: str
    created_at: int
    expires_at: int

    @property
    def of(self) -> Of:
        """What all of its assets belong to."""
        return "project" if self.project_id else "participant" if self.participant_id else "session"

    @property
    def of_id(self) -> int:
        """The id of what all of its assets belong to."""
        return self.project_id or self.participant_id or self.session_id or 0


_NAMES = tuple(c.name for c in archives.c if c.name != "id")
_ADD = Rows(insert(archives).values({name: bindparam(name) for name in _NAMES}).returning(archives.c.id))
_ONE = Statement(
    select(*(archives.c[name] for name in Archive.__struct_fields__)).where(
        archives.c.uuid == bindparam("uuid"), archives.c.expires_at > bindparam("at")
    ),
    Archive,
)
_FORGET = Rows(delete(archives).where(archives.c.expires_at < bindparam("before")))


class _Packed(msgspec.Struct, frozen=True):
    asset_id: int
    session_id: int
    session_name: str
    started_at: int
    at: int
    name: str
    key: str
    media_type: str
    size: int


def _within(of: Of) -> Any:
    wanted: Any = bindparam("of_id")
    match of:
        case "session":
            return assets.c.session_id == wanted
        case "participant":
            chosen: Any = select(wanted)
        case "project":
            chosen = ids(participants.c.id, is_live(participants), participants.c.project_id == wanted)
    took_part = session_participants
    near = ids(took_part.c.session_id, is_live(took_part), took_part.c.participant_id.in_(chosen))
    return or_(assets.c.session_id.in_(near), assets.c.participant_id.in_(chosen))


def _kept(kind: Kind, of: Of, *what: Any) -> Select[Any]:
    held = assets.join(asset_files, asset_files.c.asset_id == assets.c.id)
    held = held.join(sessions, sessions.c.id == assets.c.session_id)
    return select(*what).select_from(held).where(visible_to(ASSET, kind), _within(of))


@shapes
def _count(kind: Kind, of: Of) -> Rows:
    return Rows(_kept(kind, of, func.count()))


@shapes
def _page(kind: Kind, of: Of) -> Statement[_Packed]:
    what = (
        assets.c.id,
        assets.c.session_id,
        sessions.c.name,
        sessions.c.started_at,
        func.coalesce(assets.c.at, asset_files.c.created_at),
        asset_files.c.name,
        asset_files.c.key,
        asset_files.c.media_type,
        asset_files.c.size,
    )
    query = _kept(kind, of, *what).where(assets.c.id > bindparam("after"))
    return Statement(query.order_by(assets.c.id).limit(PAGE), _Packed)


def ask(work: Work, of: Of, of_id: int) -> Archive:
    """Ask for an archive. Faults: FORBIDDEN for what the caller does not see; INVALID for too many files."""
    viewer = viewer_of(work.principal)
    if work.principal.person_id is None or not queries.sees(work, OF[of], of_id):
        raise policy.forbidden()
    if work.value(_count(viewer.kind, of), of_id=of_id, **queries.params_of(viewer)) > MOST_FILES:
        message = f"That is more than {MOST_FILES:,} files; ask for fewer at once, by participant or by session."
        raise Fault(FaultCode.INVALID, message)
    subject = queries.get(work, OF[of], of_id)
    name = f"{in_archive(subject['name'])} {to_datetime(work.at):%Y-%m-%d}.zip"
    values = dict.fromkeys(_NAMES) | {
        "uuid": new_uuid(),
        "organisation_id": work.principal.organisation_id,
        "person_id": work.principal.person_id,
        f"{of}_id": of_id,
        "name": name,
        "created_at": work.at,
        "expires_at": work.at + KEPT,
    }
    made = int(work.value(_ADD, **values))
    uuid = str(values["uuid"])
    told = {"name": name, f"{of}_id": of_id}
    person_id = work.principal.person_id
    work.record("archive.created", "archive", made, uuid, after=told, person_id=person_id)
    body = {"archive": uuid, "owner": telling.uuid_of(work, Kind.USER, person_id)}
    telling.those(work, What.ARCHIVED, [(Kind.USER, person_id)], body)
    return _got(work, uuid)


def _got(work: Work, uuid: str) -> Archive:
    found = work.first(_ONE, uuid=uuid, at=work.at)
    if found is None:
        raise _no_archive()
    return found


def _no_archive() -> Fault:
    return Fault(FaultCode.NOT_FOUND, "There is no such archive; one is kept for a week.")


def get(work: Work, uuid: str) -> Archive:
    """An archive that the caller asked for. Faults: NOT_FOUND, as well for somebody else's."""
    found = _got(work, uuid)
    if (found.organisation_id, found.person_id) != (work.principal.organisation_id, work.principal.person_id):
        raise _no_archive()
    return found


def entries(database: Database, principal: Principal, archive: Archive) -> Iterator[Entry]:
    """The files of an archive, a page from a reading of its own at a time."""
    viewer, after = viewer_of(principal), 0
    while True:
        with database.reading() as work:
            page = _read(work, viewer, archive, after)
        for one in page:
            yield _entry(one)
        if len(page) < PAGE:
            return
        after = page[-1].asset_id


def _read(work: Work, viewer: Viewer, archive: Archive, after: int) -> list[_Packed]:
    params = queries.params_of(viewer)
    return work.all(_page(viewer.kind, archive.of), of_id=archive.of_id, after=after, **params)


def _entry(one: _Packed) -> Entry:
    """Its place in the archive: ids keep apart what has the same name."""
    folder = in_archive(f"{to_datetime(one.started_at):%Y-%m-%d} {one.session_name} ({one.session_id})")
    name = f"{folder}/{in_archive(f'{one.asset_id} {one.name}')}"
    return Entry(name=name, key=one.key, media_type=one.media_type, size=one.size, at=one.at)


def forget_expired(work: Work, *, before: int) -> int:
    """Delete the archives that expired before an instant; how many."""
    return work.run(_FORGET, before=before)
