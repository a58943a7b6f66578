"""The bytes of assets that this server keeps itself, as its service for files does.

A row stands for each file before its bytes are stored and until they are deleted, so that none is left over: what a
crash leaves behind is a row with no asset, which :func:`sweep` finds.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import bindparam, delete, insert, or_, select, update

from rollbook.core.kernel.clock import DAY, to_datetime
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.ports import FileStore, FileTooLarge
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.sniffing import HEAD_BYTES, SVG, UNKNOWN, sniffed
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Database, Work
from rollbook.core.sessions import uploading
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.file_names import without_folders
from rollbook.core.sessions.tables.files import asset_files
from rollbook.core.sessions.tables.materials import assets

MOST_BYTES = 1_000_000_000
"""The largest file of an asset."""
CHUNK_BYTES = 256 * 1024
LONGEST_UPLOAD = DAY
"""After so long an upload that is not done never will be."""
KEPT = 30 * DAY
"""How long a deleted asset and its bytes stay, so that they can come back."""
SOME = 200
Rows = Statement[tuple[Any, ...]]


class AssetFile(msgspec.Struct, frozen=True):
    """A file in the store. ``size`` in bytes; ``md5`` and ``sha256`` in lower-case hexadecimal."""

    id: int
    organisation_id: int
    asset_id: int
    key: str
    name: str
    media_type: str
    size: int
    md5: str
    sha256: str

    @property
    def given_type(self) -> str:
        """The type that it is given away as; a picture with scripts in it is no picture."""
        return UNKNOWN if self.media_type == SVG else self.media_type


class Intake(msgspec.Struct, frozen=True):
    """Where files go, and for whom it is done."""

    database: Database
    files: FileStore
    principal: Principal


_ADD = Rows(insert(asset_files).values({c.name: bindparam(c.name) for c in asset_files.c if c.name != "id"}))
_LET_GO = Rows(update(asset_files).where(asset_files.c.asset_id == bindparam("held_by")).values(asset_id=None))
_HOLD = Rows(
    update(asset_files)
    .where(asset_files.c.key == bindparam("of_key"))
    .values({name: bindparam(name) for name in ("asset_id", "size", "md5", "sha256")})
)
_DROP = Rows(delete(asset_files).where(among(asset_files.c.key, "keys"), asset_files.c.asset_id.is_(None)))
_LEFT_OVER = Rows(
    select(asset_files.c.key)
    .where(
        asset_files.c.asset_id.is_(None),
        or_(asset_files.c.md5 != "", asset_files.c.created_at < bindparam("before")),
    )
    .order_by(asset_files.c.id)
    .limit(SOME)
)
_OF_ASSETS = Statement(
    select(*(asset_files.c[name] for name in AssetFile.__struct_fields__)).where(
        among(asset_files.c.asset_id, "asset_ids"), asset_files.c.organisation_id == bindparam("organisation_id")
    ),
    AssetFile,
)


def of_assets(work: Work, asset_ids: list[int]) -> dict[int, AssetFile]:
    """The files of some assets of the caller's organisation, by asset; those that have none are left out."""
    found = work.all(_OF_ASSETS, asset_ids=asset_ids, organisation_id=work.principal.organisation_id)
    return {one.asset_id: one for one in found}


def of_asset(work: Work, asset: Record) -> AssetFile:
    """The file of an asset. Faults: NOT_FOUND for one whose bytes are kept elsewhere."""
    found = of_assets(work, [asset["id"]]).get(asset["id"])
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "This server has no file of that asset.")
    return found


class _Hashed:
    """Hands a file on in chunks, and puts MD5 to it, which clients of this API compare."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.md5(usedforsecurity=False)

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._file.read(CHUNK_BYTES):
            self._digest.update(chunk)
            yield chunk

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def take_in(intake: Intake, wanted: Record, file: BinaryIO, name: str | None) -> Record:
    """Keep a file as a new asset, or in place of the bytes of the one whose ``uuid`` is wanted; the asset. Blocks.

    Faults: those of :func:`rollbook.core.sessions.uploading.require_may`; TOO_LARGE.
    """
    named = without_folders(name)
    media_type = sniffed(file.read(HEAD_BYTES), named)
    file.seek(0)
    with intake.database.writing() as work:
        work.act_as(intake.principal)
        uploading.require_may(work, wanted)
        organisation_id = intake.principal.organisation_id
        key = f"assets/{organisation_id}/{to_datetime(work.at):%Y-%m}/{new_uuid()}"
        empty = {"asset_id": None, "size": 0, "md5": "", "sha256": "", "created_at": work.at}
        work.run(_ADD, organisation_id=organisation_id, key=key, name=named, media_type=media_type, **empty)
    hashed = _Hashed(file)
    try:
        stored = intake.files.put(key, hashed, limit=MOST_BYTES)
        with intake.database.writing() as work:
            work.act_as(intake.principal)
            facts = {"size": stored.size, "md5": hashed.hexdigest(), "sha256": stored.sha256}
            asset = uploading.save(work, wanted, media_type=media_type, told=facts)
            work.run(_LET_GO, held_by=asset["id"])
            work.run(_HOLD, of_key=key, asset_id=asset["id"], **facts)
    except FileTooLarge as problem:
        _discard(intake.database, intake.files, [key])
        raise Fault(FaultCode.TOO_LARGE, f"A file may have at most {problem.limit:,} bytes.") from None
    except BaseException:
        _discard(intake.database, intake.files, [key])
        raise
    if wanted.get("uuid"):
        sweep(intake.database, intake.files, before=0)
    return asset


def _discard(database: Database, files: FileStore, keys: list[str]) -> None:
    """Delete bytes, then their rows: whatever ends this in between is made good by a later sweep."""
    for key in keys:
        files.delete(key)
    with database.writing() as work:
        work.run(_DROP, keys=keys)


def sweep(database: Database, files: FileStore, *, before: int) -> int:
    """Delete the bytes that belong to no asset any more, and those of uploads begun before an instant; how many."""
    done = 0
    while True:
        with database.reading() as work:
            keys = [row[0] for row in work.all(_LEFT_OVER, before=before)]
        if not keys:
            return done
        _discard(database, files, keys)
        done += len(keys)


_OLD = select(assets.c.id).where(assets.c.deleted_at < bindparam("before")).order_by(assets.c.id).limit(SOME)
_FORGET = Rows(delete(assets).where(assets.c.id.in_(_OLD)))


def forget_deleted(work: Work, *, before: int) -> int:
    """Let go of some of the assets that were deleted before an instant; how many. Their bytes go by :func:`sweep`."""
    return work.run(_FORGET, before=before)
