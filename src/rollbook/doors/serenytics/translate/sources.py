"""Data sources to and from core."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, structs

from rollbook.core.analytics import sources
from rollbook.core.analytics.jobs import Batched, batched
from rollbook.core.analytics.records import Source, SourceChanges, SourceKind
from rollbook.core.analytics.searching import Test
from rollbook.core.kernel.clock import iso
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.ports import S3Object, Sealer
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.work import Work
from rollbook.doors.serenytics.translate import searching
from rollbook.doors.serenytics.translate.definitions import to_core_definition
from rollbook.doors.serenytics.translate.folders import from_core_folder, to_core_folder
from rollbook.doors.serenytics.wire.sources import BucketReloadIn, Operation, SourceChange, SourceOut

KINDS: dict[str, SourceKind] = {"Storage": "storage", "InnerJoin": "join"}
RECORD = "Rollbook"
"""The type of the data sources that show the record itself; the vendor has no such thing."""
_TYPES = {kind: name for name, kind in KINDS.items()} | {"record": RECORD}
_FIELDS = {**searching.FIELDS, "type": "kind"}
_ACTIONS: Mapping[str, Literal["insert", "upsert", "delete"]] = {
    "insert": "insert",
    "insertOrUpdate": "upsert",
    "delete": "delete",
}


def from_core_source(work: Work, sealer: Sealer, source: Source) -> SourceOut:
    """A source, with its token for those who may change it."""
    is_own = source.owner_id is not None and source.owner_id == work.principal.person_id
    may_push = work.principal.may(Permission.ANALYTICS_ADMIN) or (
        is_own and work.principal.may(Permission.ANALYTICS_WRITE)
    )
    return SourceOut(
        uuid=source.uuid,
        name=source.name,
        type=_TYPES[source.kind],  # type: ignore[index]
        json_content=source.kept,
        token=sources.token_of(source, sealer) if may_push and source.kind == "storage" else None,
        folder_uuid=from_core_folder(source.folder_uuid, "data_source"),
        original_file_name=source.file_name,
        created=iso(source.created_at),
        modified=iso(source.updated_at),
    )


def to_core_changes(change: SourceChange) -> SourceChanges:
    """Faults: INVALID naming ``content``."""
    changes = SourceChanges(name=change.name, folder_uuid=to_core_folder(change.folder_uuid))
    if change.original_file_name is not UNSET:
        name = change.original_file_name
        changes.file_name = name.replace("\\", "/").rpartition("/")[2] if name else None
    if change.json_content is not UNSET:
        changes.content = change.json_content
        changes.definition = to_core_definition(change.json_content)
    return changes


def to_core_tests(q: str | None) -> list[Test]:
    """The filters in a search. Faults: INVALID naming ``q``."""
    named = {name: kind for kind, name in _TYPES.items()}
    tests = searching.to_core_tests(q, _FIELDS)
    return [structs.replace(one, value=_known(one.value, named)) if one.field == "kind" else one for one in tests]


def _known(value: Any, named: Mapping[str, str]) -> Any:
    return [named.get(v, v) for v in value] if isinstance(value, list) else named.get(value, value)


def to_core_batch(operations: list[Operation]) -> list[Batched]:
    """Faults: INVALID or MISSING naming ``operations``."""
    return [_batched(one, number) for number, one in enumerate(operations, 1)]


def _batched(one: Operation, number: int) -> Batched:
    if one.action != "insert" and not one.primary_key:
        message = f"operations: number {number} needs a primaryKey"
        raise field_fault(FaultCode.MISSING, "operations", message)
    if one.action != "delete" and not all(isinstance(row, dict) for row in one.rows):
        raise field_fault(FaultCode.INVALID, "operations", f"operations: the rows of number {number} must be objects")
    return batched(_ACTIONS[one.action], one.rows, one.primary_key or "")


DEFAULT_REGION = "us-east-1"
_CREDENTIALS = {"aws_access_key_id": "access_key", "aws_secret_access_key": "secret_key", "token": "session_token"}


def to_core_object(body: BucketReloadIn) -> S3Object:
    """The object that is meant. Faults: INVALID naming ``s3_credentials``."""
    given: dict[str, str] = {}
    for part in filter(None, (body.s3_credentials or "").split(";")):
        name, found, value = part.partition("=")
        field = _CREDENTIALS.get(name.strip())
        if not found or field is None or field in given:
            form = "aws_access_key_id=…;aws_secret_access_key=…"
            raise field_fault(FaultCode.INVALID, "s3_credentials", f"s3_credentials must be like {form}")
        given[field] = value.strip()
    return S3Object(bucket=body.s3_bucket, key=body.s3_key, region=body.s3_region or DEFAULT_REGION, **given)
