"""Rows into data sources: files, batches, pushes; and out of them as files."""

from collections.abc import Iterator
from typing import Any

import msgspec

from rollbook.core.access.policy import system_principal
from rollbook.core.analytics import attaching, exports, mailing, policy, sources, tasks
from rollbook.core.analytics.jobs import FileArguments, to_operations
from rollbook.core.analytics.records import Source
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.pieces import pieces_of
from rollbook.core.kernel.warehouse import Format, Insert, WarehouseRefused
from rollbook.doors.serenytics.auth import NAME
from rollbook.doors.serenytics.endpoints.sources import found
from rollbook.doors.serenytics.translate.sources import to_core_batch
from rollbook.doors.serenytics.wire.answers import AsyncQuery, Done
from rollbook.doors.serenytics.wire.sources import BatchIn, ExportIn, ExportOut, ReloadIn, UpdateIn
from rollbook.web.files import Held, file_answer
from rollbook.web.routes import Call, Reply, Stream

MOST_PUSHED = 100_000
_FORMATS: dict[str, tuple[Format, str]] = {
    "auto": ("parquet", ","),
    "csv": ("csv", "|"),
    "csv.gz": ("csv.gz", "|"),
    "parquet": ("parquet", ","),
}
"""The format behind each that can be asked for, and the separator where none is given."""


def attach(call: Call[None, None]) -> Done:
    """Take the file that a data source is loaded from next."""
    services = call.services
    uuid = str(call.path["uuid"])
    attaching.attach(services.database, services.files, call.principal, uuid, chunks_of(call))
    return Done()


def chunks_of(call: Call[Any, Any]) -> Iterator[bytes]:
    """The body's bytes, piece by piece."""
    file = call.content.file if call.content else None
    return pieces_of(file) if file is not None else iter(())


def changeable(call: Call[Any, Any]) -> Source:
    """The storage source in the address. Faults: NOT_FOUND, FORBIDDEN, INVALID."""
    source = found(call)
    policy.require_may_load(call.principal, source)
    return source


def reload_from_file(call: Call[ReloadIn, None]) -> Done:
    """Load the attached file in the place of all rows; the task tells when it is done."""
    source = changeable(call)
    return Done(task_id=tasks.ask_for(call.work, "load", source, _attached(source)))


def update_from_file(call: Call[UpdateIn, None]) -> Done:
    """Merge the attached file's rows by their primary key; the task tells when it is done."""
    source = changeable(call)
    if not call.body.primary_key:
        raise field_fault(FaultCode.MISSING, "primary_key", "primary_key is required")
    return Done(task_id=tasks.ask_for(call.work, "merge", source, _attached(source, call.body.primary_key)))


def _attached(source: Source, key: str = "") -> FileArguments:
    if source.file_key is None or source.file_name is None:
        raise Fault(FaultCode.CONFLICT, "No file is attached: name it in originalFileName and post it to …/file.")
    return FileArguments(source.file_key, source.file_name, key)


def batch(call: Call[BatchIn, AsyncQuery]) -> Done:
    """Insert, update and delete rows in the given order ("POST /api/data_source/:uuid/batch")."""
    services, body = call.services, call.body
    given = to_core_batch(body.operations)
    with services.database.writing() as work:
        work.act_as(call.principal)
        call.work = work
        source = changeable(call)
        if _is_async(body, call.query):
            return Done(task_id=tasks.ask_for(work, "batch", source, given))
    return _written(lambda: services.warehouse.apply(source.table, to_operations(given)))


def _is_async(body: BatchIn, query: AsyncQuery) -> bool:
    """The document says ``async_``, the client ``async``; the default is to return at once."""
    in_query = [said.lower() not in ("false", "0") for said in (query.async_, query.is_async) if said is not None]
    return next((one for one in (body.async_, body.is_async, *in_query) if one is not None), True)


def _written(job: Any) -> Done:
    try:
        job()
    except WarehouseRefused as refused:
        raise Fault(FaultCode.INVALID, refused.reason) from None
    return Done()


def push(call: Call[None, None]) -> Done:
    """Add one row, or a list of rows; new fields become columns. The token in the address is all it takes."""
    rows = _pushed(call.content.data if call.content else b"")
    services = call.services
    with services.database.reading() as work:
        token = str(call.path["token"])
        source, organisation_id = sources.pushed_to(work, services.sealer, str(call.path["uuid"]), token)
        work.act_as(system_principal(organisation_id, NAME))
    return _written(lambda: services.warehouse.apply(source.table, [Insert(rows)], adds_columns=True))


def _pushed(data: bytes) -> list[dict[str, Any]]:
    try:
        rows = msgspec.json.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Fault(FaultCode.MALFORMED, "The body must be a JSON object, or a list of them.") from None
    listed = rows if isinstance(rows, list) else [rows]
    if not all(isinstance(row, dict) for row in listed) or not listed:
        raise Fault(FaultCode.INVALID, "The body must be a JSON object, or a list of them.")
    if len(listed) > MOST_PUSHED:
        raise Fault(FaultCode.TOO_LARGE, f"At most {MOST_PUSHED:,} rows are pushed at once.")
    return listed


def export(call: Call[ExportIn, None]) -> ExportOut:
    """Make a file of all rows, and say where it is; by a mail to the caller, too, where that is asked for."""
    services, body = call.services, call.body
    reader = mailing.address_of(services.database, call.principal) if body.send_email else None
    format, separator = _FORMATS[body.export_format] if body.export_format else ("csv", ",")
    wanted = exports.Wanted(format, body.csv_separator or separator, body.add_quotes)
    uuid = str(call.path["uuid"])
    made = exports.export(services.database, services.snapshots, services.files, call.principal, uuid, wanted)
    url = export_url(call, made)
    if reader is not None:
        mail = mailing.of_export(reader, made.name, url)
        mailing.send(services.database, services.snapshots, services.printer, services.files, call.principal, mail)
    return ExportOut("ok", url, format)


def export_url(call: Call[Any, Any], made: exports.Made) -> str:
    """Where an export can be had, by anyone, for a day."""
    return f"{call.services.base_url()}/api/export/{made.uuid}/{made.secret}"


def show_export(call: Call[None, None]) -> Reply | Stream:
    """The file behind an address that an export gave."""
    made = exports.opened(call.work, str(call.path["id"]), str(call.path["secret"]))
    held = Held(made.key, made.name, made.media_type, made.size, made.tag)
    return file_answer(call.services.files, held, call.headers)
