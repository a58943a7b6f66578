"""Files of a source's rows: made at once, kept for a day, and opened by a secret that is in their address."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select

from rollbook.core.analytics import reading
from rollbook.core.analytics.pipeline.requests import Question, query_fault
from rollbook.core.analytics.queries import get_source
from rollbook.core.analytics.records import Source
from rollbook.core.analytics.snapshots import Snapshots
from rollbook.core.analytics.tables import tasks
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_secret, new_uuid, same_secret, secret_hash
from rollbook.core.kernel.pieces import pieces_at
from rollbook.core.kernel.ports import FileStore
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.statements import Lookup, Statement
from rollbook.core.kernel.warehouse import Format, WarehouseRefused
from rollbook.core.kernel.work import Database, Work

Rows = Statement[tuple[Any, ...]]
FOLDER = "exports"
MOST_BYTES = 64 * 1024**3
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "csv.gz": "application/gzip",
    "parquet": "application/vnd.apache.parquet",
}


class Export(msgspec.Struct, frozen=True):
    """A file that was made: ``name`` as it is saved, ``tag`` changes with its bytes."""

    key: str
    name: str
    media_type: str
    size: int
    tag: str
    secret_hash: str


class Made(msgspec.Struct, frozen=True):
    """Where an export is: its uuid and the secret that opens it, which nobody can read again; and what it is called."""

    uuid: str
    secret: str
    name: str


class Wanted(msgspec.Struct, frozen=True):
    """How rows are written; ``quotes`` are put around every text of a CSV file."""

    format: Format
    separator: str = ","
    quotes: bool = False


def export(
    database: Database, snapshots: Snapshots, files: FileStore, principal: Principal, uuid: str, wanted: Wanted
) -> Made:
    """Write all rows of a source that the caller may see to a file. Blocks. Faults: NOT_FOUND, INVALID."""
    if len(wanted.separator) != 1 or wanted.separator in '"\r\n\x00' or not wanted.separator.isascii():
        raise field_fault(FaultCode.INVALID, "separator", "separator must be one character such as , or |")
    with database.reading() as work:
        work.act_as(principal)
        source = get_source(work, uuid)
        query = reading.named(reading.prepare(work, snapshots, source, Question()))
    warehouse = snapshots.warehouse
    path = warehouse.staging / new_uuid()
    try:
        warehouse.export(query, path, wanted.format, separator=wanted.separator, quotes=wanted.quotes)
        name = f"{source.name}.{wanted.format}"
        return keep(database, files, principal, name, MEDIA_TYPES[wanted.format], pieces_at(path), source=source)
    except WarehouseRefused as refused:
        raise query_fault(refused.reason) from None
    finally:
        path.unlink(missing_ok=True)


def keep(
    database: Database,
    files: FileStore,
    principal: Principal,
    name: str,
    media_type: str,
    chunks: Iterable[bytes],
    *,
    source: Source | None = None,
) -> Made:
    """Keep a file for a day, whoever has the secret."""
    key, secret = f"{FOLDER}/{new_uuid()}", new_secret("rbx")
    stored = files.put(key, chunks, limit=MOST_BYTES)
    made = Export(key, name.replace("/", "_"), media_type, stored.size, stored.sha256, secret_hash(secret))
    with database.writing() as work:
        work.act_as(principal)
        return Made(_note(work, source, made), secret, made.name)


_WRITTEN = ("uuid", "organisation_id", "source_id", "person_id", "kind", "state", "result", "created_at", "ended_at")
_INSERT = Rows(insert(tasks).values({name: bindparam(name) for name in _WRITTEN}))
_RESULT = Lookup[tuple[Any, ...]](
    select(tasks.c.result).where(tasks.c.uuid == bindparam("uuid"), tasks.c.kind == "export")
)


def _note(work: Work, source: Source | None, made: Export) -> str:
    uuid = new_uuid()
    work.run(
        _INSERT,
        uuid=uuid,
        organisation_id=work.principal.organisation_id,
        source_id=(source.id or None) if source else None,
        person_id=work.principal.person_id,
        kind="export",
        state="done",
        result=msgspec.json.encode(made).decode(),
        created_at=work.at,
        ended_at=work.at,
    )
    return uuid


def opened(work: Work, uuid: str, secret: str) -> Export:
    """An export by its secret, whoever asks. Faults: NOT_FOUND."""
    stored = work.value(_RESULT, uuid=uuid)
    found = msgspec.json.decode(stored, type=Export) if stored else None
    if found is None or not same_secret(found.secret_hash, _hash_of(secret)):
        raise Fault(FaultCode.NOT_FOUND, "There is no such file; one is kept for a day.")
    return found


def _hash_of(secret: str) -> str:
    return secret_hash(secret.encode(errors="replace").decode())


def delete_old(files: FileStore, before: int) -> None:
    """Delete the files that were made before an instant."""
    for key in files.written_before(FOLDER, before):
        files.delete(key)
