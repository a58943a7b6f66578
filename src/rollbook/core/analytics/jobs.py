"""What tasks do: loading and merging files, batches, and who does them. Each opens units of work of its own."""

import logging
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from rollbook.core.access.policy import system_principal
from rollbook.core.analytics import bucket_loads, sources, tasks
from rollbook.core.analytics.bucket_loads import BucketArguments
from rollbook.core.analytics.queries import find_source
from rollbook.core.analytics.records import Source, Task
from rollbook.core.analytics.staging import Unfit, staged
from rollbook.core.analytics.watching import TaskWatch
from rollbook.core.kernel.clock import Clock, now
from rollbook.core.kernel.ports import BucketReader, FileMissing, FileStore, FrameReader, FrameUnreadable, Sealer
from rollbook.core.kernel.warehouse import (
    DataFile,
    Delete,
    Insert,
    JsonRows,
    Operation,
    Upsert,
    Warehouse,
    WarehouseCalledOff,
    WarehouseRefused,
)
from rollbook.core.kernel.work import Database, Work

log = logging.getLogger("rollbook.tasks")
DOOR = "tasks"
"""What the audit trail calls changes that tasks make."""


class Desk(msgspec.Struct, frozen=True):
    """Where tasks are done."""

    database: Database
    warehouse: Warehouse
    files: FileStore
    frames: FrameReader
    buckets: BucketReader
    sealer: Sealer
    clock: Clock = now


class Batched(msgspec.Struct, frozen=True):
    """One operation of a batch, as a task keeps it: ``rows`` are JSON objects, of a delete values of the key."""

    action: Literal["insert", "upsert", "delete"]
    rows: list[msgspec.Raw]
    key: str = ""


_texts_of = msgspec.json.Decoder(list[msgspec.Raw]).decode


def batched(action: Literal["insert", "upsert", "delete"], rows: Sequence[Any], key: str = "") -> Batched:
    """An operation of rows, or of a delete's values, that are JSON values."""
    return Batched(action, _texts_of(msgspec.json.encode(rows)), key)


class FileArguments(msgspec.Struct, frozen=True):
    """The file of a load or merge; a merge's key."""

    file_key: str
    file_name: str
    key: str = ""


def to_operations(batched: Sequence[Batched]) -> list[Operation]:
    """A batch as the warehouse takes it."""
    return [_operation(one) for one in batched]


def _operation(one: Batched) -> Operation:
    match one.action:
        case "insert":
            return Insert(JsonRows(one.rows))
        case "upsert":
            return Upsert(one.key, JsonRows(one.rows))
        case "delete":
            return Delete(one.key, [msgspec.json.decode(value) for value in one.rows])


def work_off(desk: Desk) -> bool:
    """Do the task that waits longest; False when none does."""
    with desk.database.writing() as work:
        work.at = desk.clock()
        task = tasks.claim(work)
    if task is None:
        return False
    watch = TaskWatch(desk.database, desk.clock, task)
    try:
        result = _do(desk, task, watch)
    except WarehouseCalledOff:
        log.info("task %s was called off", task.uuid)
    except (Unfit, WarehouseRefused, FrameUnreadable) as refused:
        _end(desk, watch.task, error=str(refused))
    except Exception:
        log.exception("task %s could not be done", task.uuid)
        _end(desk, watch.task, error="Something went wrong here; the server's log has the details.")
    else:
        _end(desk, watch.task, result=result)
    return True


def _end(desk: Desk, task: Task, *, result: Any = None, error: str | None = None) -> None:
    with desk.database.writing() as work:
        work.at = desk.clock()
        work.act_as(system_principal(task.organisation_id, DOOR))
        if error is not None:
            tasks.note_failed(work, task, error)
            return
        if not tasks.note_done(work, task, result):
            return  # it was called off in the last moment, or another worker does it again
        source = find_source(work, task.source_id) if task.source_id is not None else None
        if source is not None:
            sources.note_loaded(work, source, int(result["rows"]), task.kind)


def _do(desk: Desk, task: Task, watch: TaskWatch) -> dict[str, Any]:
    with desk.database.reading() as work:
        source = _source(work, task)
    arguments = task.arguments or "null"
    match task.kind:
        case "load" | "merge":
            return load(desk, source, msgspec.json.decode(arguments, type=FileArguments), watch)
        case bucket_loads.KIND:
            return load_from_bucket(desk, source, msgspec.json.decode(arguments, type=BucketArguments), watch)
        case "batch":
            given = to_operations(msgspec.json.decode(arguments, type=list[Batched]))
            return {"rows": desk.warehouse.apply(source.table, given, once=task.uuid, watch=watch)}
    raise ValueError(task.kind)


def _source(work: Work, task: Task) -> Source:
    work.act_as(system_principal(task.organisation_id, DOOR))
    source = find_source(work, task.source_id) if task.source_id is not None else None
    if source is None:
        raise Unfit("The data source is not there any more.")
    return source


def load(desk: Desk, source: Source, arguments: FileArguments, watch: TaskWatch) -> dict[str, Any]:
    """Bring a stored file into a source's table: merged by a key, or in the place of what was there."""
    try:
        opened = desk.files.open(arguments.file_key)
    except FileMissing:
        raise Unfit("The attached file is gone; attach it again.") from None
    with staged(desk.warehouse, desk.frames, opened, arguments.file_name, watch) as (path, format):
        defined = source.defined
        file = DataFile(path=path, format=format, separator=defined.separator, kinds=defined.kinds)
        if arguments.key:
            return {"rows": desk.warehouse.merge(source.table, file, arguments.key, watch=watch)}
        return {"rows": desk.warehouse.load(source.table, file, watch=watch)}


def load_from_bucket(desk: Desk, source: Source, arguments: BucketArguments, watch: TaskWatch) -> dict[str, Any]:
    """Bring an object of somebody's bucket in the place of what was in a source's table."""
    wanted = bucket_loads.wanted_by(desk.sealer, source, arguments)
    opened = bucket_loads.opened(desk.buckets, wanted)
    with staged(desk.warehouse, desk.frames, opened, bucket_loads.name_of(wanted), watch) as (path, format):
        file = DataFile(path=path, format=format, separator=arguments.separator, kinds=arguments.kinds)
        return {"rows": desk.warehouse.load(source.table, file, watch=watch)}
