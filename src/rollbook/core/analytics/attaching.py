"""Files that a source is loaded from: taken in, attached, and brought into its table by a task; and its end."""

from collections.abc import Iterable

from rollbook.core.analytics import policy, sources, tasks
from rollbook.core.analytics.jobs import FileArguments
from rollbook.core.analytics.queries import get_source
from rollbook.core.analytics.records import SourceChanges
from rollbook.core.analytics.staging import MOST_FILE_BYTES, Unfit, format_of
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ports import FileStore, FileTooLarge
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.warehouse import Warehouse
from rollbook.core.kernel.work import Database


def attach(database: Database, files: FileStore, principal: Principal, uuid: str, chunks: Iterable[bytes]) -> None:
    """Take the file that a source is loaded from next. Blocks. Faults: NOT_FOUND, FORBIDDEN, INVALID, TOO_LARGE."""
    key = _kept(database, files, principal, uuid, chunks)
    with database.writing() as work:
        work.act_as(principal)
        sources.attach(work, files, get_source(work, uuid), key)


def load(
    database: Database, files: FileStore, principal: Principal, uuid: str, name: str, chunks: Iterable[bytes], key: str
) -> None:
    """Take a file and have it loaded: its rows come in the place of all, or of those with their primary key.

    Blocks. Faults: as :func:`attach`; INVALID naming ``file``.
    """
    try:
        format_of(name)
    except Unfit as problem:
        raise field_fault(FaultCode.INVALID, "file", str(problem)) from None
    file_key = _kept(database, files, principal, uuid, chunks)
    with database.writing() as work:
        work.act_as(principal)
        source = sources.change(work, get_source(work, uuid), SourceChanges(file_name=name))
        sources.attach(work, files, source, file_key)
        tasks.ask_for(work, "merge" if key else "load", source, FileArguments(file_key, name, key))


def remove(database: Database, warehouse: Warehouse, files: FileStore, principal: Principal, uuid: str) -> None:
    """Delete a source with its rows and its file. Blocks. Faults: NOT_FOUND, FORBIDDEN."""
    with database.writing() as work:
        work.act_as(principal)
        source = get_source(work, uuid)
        sources.remove(work, source)
    warehouse.drop(source.table)  # outside: it waits for a load of the table that goes on
    if source.file_key is not None:
        files.delete(source.file_key)


def _kept(database: Database, files: FileStore, principal: Principal, uuid: str, chunks: Iterable[bytes]) -> str:
    """Store a file for a source that the caller may load; its key."""
    with database.reading() as work:
        work.act_as(principal)
        source = get_source(work, uuid)
        policy.require_may_load(principal, source)
    key = sources.new_file_key(source)
    try:
        files.put(key, chunks, limit=MOST_FILE_BYTES)
    except FileTooLarge as problem:
        raise Fault(FaultCode.TOO_LARGE, f"A file may have at most {problem.limit:,} bytes.") from None
    return key
