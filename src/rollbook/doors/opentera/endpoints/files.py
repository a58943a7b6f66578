"""The service for files: it takes, gives and deletes the bytes of assets, and sends archives of them."""

from typing import Any

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.values import checked_line
from rollbook.core.sessions import archives, asset_files, opening, uploading, zipping
from rollbook.core.sessions.archives import Archive
from rollbook.core.sessions.asset_files import AssetFile, Intake
from rollbook.core.sessions.entities import Record
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.auth import NAME
from rollbook.doors.opentera.bodies import Document, document
from rollbook.doors.opentera.endpoints.user.materials import assets_shown
from rollbook.doors.opentera.errors import bad
from rollbook.doors.opentera.materials import archive_document, claims_in
from rollbook.doors.opentera.wire.files import ArchiveQuery, AssetDelete, AssetQuery, AssetUpload
from rollbook.web.files import Held, file_answer, named
from rollbook.web.routes import Call, Reply, Stream

MOST_ASKED = 1000
"""How many assets may be asked about at once."""
_MAKERS = frozenset({"person_id", "participant_id", "device_id"})
_WRITTEN = _MAKERS | {"session_id", "name", "media_type", "at", "expires_at"}


def _opened(call: Call[Any, Any], uuid: str, token: str | None) -> tuple[Record, AssetFile]:
    """An asset with its file. Faults: FORBIDDEN, NOT_FOUND."""
    if not token:
        return opening.seen_asset(call.work, uuid)
    opening.act_by_token(call.work, claims_in(call, token), opening.ASSETS, uuid, NAME)
    return opening.named_asset(call.work, uuid)


def download(call: Call[None, AssetQuery]) -> Stream | Reply:
    """The bytes of an asset, or the part that ``Range`` asks for. Faults: FORBIDDEN, NOT_FOUND."""
    _, file = _opened(call, call.query.asset_uuid, call.query.access_token)
    held = Held(key=file.key, name=file.name, media_type=file.given_type, size=file.size, tag=file.sha256)
    return file_answer(call.services.files, held, call.headers)


def _infos(asset: Record, file: AssetFile) -> Document:
    return {
        "asset_file_size": file.size,
        "asset_md5": file.md5,
        "asset_original_filename": file.name,
        "asset_uuid": asset["uuid"],
    }


def show_infos(call: Call[None, AssetQuery]) -> Document:
    """What is known of an asset's file: its name, size in bytes and MD5. Faults: FORBIDDEN, NOT_FOUND."""
    return _infos(*_opened(call, call.query.asset_uuid, call.query.access_token))


def index_infos(call: Call[None, None]) -> list[Document]:
    """What is known of the files of several assets, each with its access token. Faults: as for one; INVALID."""
    given = document(call)
    asked = given.get("assets") if isinstance(given, dict) else None
    if not isinstance(asked, list) or len(asked) > MOST_ASKED:
        raise bad(f"assets must be a list of at most {MOST_ASKED:,} objects with asset_uuid and access_token")
    out = []
    for one in asked:
        uuid, token = (one.get(name) for name in ("asset_uuid", "access_token")) if isinstance(one, dict) else (0, 0)
        if not isinstance(uuid, str) or not isinstance(token, str):
            raise bad("Each of assets must have an asset_uuid and an access_token")
        out.append(_infos(*_opened(call, uuid, token)))
    return out


def _wanted(call: Call[None, AssetUpload]) -> Record:
    """The asset that an upload is to be. Faults: MISSING, INVALID."""
    content = call.content
    posted = content.fields.get("file_asset") if content and content.fields is not None else call.query.file_asset
    if not isinstance(posted, str):
        raise Fault(FaultCode.MISSING, "Missing file_asset")
    try:
        given = msgspec.json.decode(posted)
    except (msgspec.DecodeError, RecursionError):
        raise bad("file_asset must be a JSON object") from None
    given = given.get("file_asset", given) if isinstance(given, dict) else given
    if not isinstance(given, dict):
        raise bad("file_asset must be a JSON object")
    values = objects.ASSET.read({k: v for k, v in given.items() if v is not None}, is_new=True)
    wanted = {name: value for name, value in values.items() if name in _WRITTEN}
    checked_line(wanted.get("media_type"), "asset_type")
    uuid = given.get("asset_uuid")
    if uuid is not None and (not isinstance(uuid, str) or "\0" in uuid):
        raise bad("asset_uuid must be text")
    return wanted | {"uuid": uuid}


class _WithAddresses:
    """What shows an asset with where it is."""

    with_urls = True
    with_only_token = full = None


def upload(call: Call[None, AssetUpload]) -> Document:
    """Keep a file as an asset: a form with ``file_asset`` and ``file``, or the file itself. Faults: many."""
    content, services = call.content, call.services
    wanted = _wanted(call)
    if content is None or content.file is None:
        raise Fault(FaultCode.MISSING, "Missing file")
    intake = Intake(services.database, services.files, call.principal)
    name = content.file_name or call.query.filename or wanted.get("name")
    asset = asset_files.take_in(intake, wanted, content.file, name)
    with services.database.reading() as work:
        work.act_as(call.principal)
        call.work, call.query = work, _WithAddresses()  # type: ignore[assignment]
        return assets_shown(call, [asset])[0]


def delete(call: Call[None, AssetDelete]) -> str:
    """Delete an asset. Faults: FORBIDDEN."""
    uploading.remove(call.work, call.query.uuid)
    return ""


def _archive(call: Call[None, ArchiveQuery]) -> Archive:
    asked, work = call.query, call.work
    if asked.access_token:
        claims = claims_in(call, asked.access_token)
        opening.act_by_token(work, claims, opening.ARCHIVES, asked.archive_uuid, NAME)
    return archives.get(work, asked.archive_uuid)


def show_archive(call: Call[None, ArchiveQuery]) -> Document:
    """What is known of an archive ("/api/archives/infos"). Faults: FORBIDDEN, NOT_FOUND."""
    return archive_document(call, _archive(call))


def download_archive(call: Call[None, ArchiveQuery]) -> Stream:
    """All files of an archive as a ZIP, made as it is sent. Faults: FORBIDDEN, NOT_FOUND."""
    archive, services = _archive(call), call.services
    entries = archives.entries(services.database, call.principal, archive)
    chunks = zipping.zipped(services.files, entries)
    return Stream(chunks, "application/zip", {"content-disposition": named(archive.name)})
