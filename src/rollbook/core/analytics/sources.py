"""Making, changing, sharing and deleting sources; the token that rows are pushed with."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import bindparam, delete, insert, select, update

from rollbook.core.analytics import policy
from rollbook.core.analytics.queries import find_folder, find_source, find_source_anywhere, get_source
from rollbook.core.analytics.records import Definition, FolderKind, Source, SourceChanges, SourceKind
from rollbook.core.analytics.tables import data_sources, source_shares
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_secret, new_uuid, same_secret
from rollbook.core.kernel.ports import FileStore, SealBroken, Sealer
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.values import checked_line, required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people.records import Entry, Person

Rows = Statement[tuple[Any, ...]]
LARGEST_CONTENT = 1_000_000
"""Bytes of what a client may keep with a source."""

_WRITTEN = (
    "uuid", "organisation_id", "owner_id", "folder_id", "name", "kind", "definition", "content", "file_name",
    "sealed_token", "created_at", "updated_at",
)  # fmt: skip
_INSERT = Rows(insert(data_sources).values({name: bindparam(name) for name in _WRITTEN}).returning(data_sources.c.id))


def _sealed_for(uuid: str) -> bytes:
    return f"data_source:{uuid}".encode()


def create(
    work: Work,
    sealer: Sealer,
    name: str,
    kind: SourceKind,
    *,
    definition: Definition,
    content: dict[str, Any],
    folder_uuid: str | None = None,
) -> Source:
    """Make a source without rows, the caller's own. Faults: FORBIDDEN; MISSING, INVALID, UNKNOWN_REFERENCE."""
    policy.require_may_write(work.principal)
    require_joins(work, definition)
    uuid = new_uuid()
    source_id = work.value(
        _INSERT,
        uuid=uuid,
        organisation_id=work.principal.organisation_id,
        owner_id=work.principal.person_id,
        folder_id=folder_id(work, folder_uuid, "data_source"),
        name=required_line(name, "name"),
        kind=kind,
        definition=msgspec.json.encode(definition).decode(),
        content=document_of(content),
        file_name=None,
        sealed_token=sealer.seal(new_secret("rbp").encode(), _sealed_for(uuid)).hex(),
        created_at=work.at,
        updated_at=work.at,
    )
    made = get_source(work, int(source_id))
    work.record("data_source.created", "data_source", made.id, uuid, after={"name": made.name, "kind": kind})
    return made


def require_joins(work: Work, definition: Definition) -> None:
    """Nobody joins what they do not see. Faults: UNKNOWN_REFERENCE naming ``joins``."""
    for join in definition.joins:
        if find_source(work, join.source) is None:
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, "joins", f"joins: there is no data source {join.source!r}")


def document_of(content: dict[str, Any]) -> str:
    """What a client keeps, as it is stored. Faults: TOO_LARGE naming ``content``."""
    encoded = msgspec.json.encode(content)
    if len(encoded) > LARGEST_CONTENT:
        raise field_fault(FaultCode.TOO_LARGE, "content", f"content may have at most {LARGEST_CONTENT:,} bytes")
    return encoded.decode()


def folder_id(work: Work, uuid: str | None, kind: FolderKind) -> int | None:
    """The id of a folder for things of a kind. Faults: UNKNOWN_REFERENCE naming ``folder``."""
    if uuid is None:
        return None
    found = find_folder(work, uuid)
    if found is None or found.kind != kind:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "folder", f"folder must be one for {kind.replace('_', ' ')}s")
    return found.id


@shapes
def _update(names: frozenset[str]) -> Rows:
    written: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(data_sources).where(data_sources.c.id == bindparam("id")).values(written))


def change(work: Work, source: Source, changes: SourceChanges) -> Source:
    """Change a source; nothing is written when nothing changed. Faults: FORBIDDEN; MISSING, INVALID, TOO_LARGE."""
    policy.require_may_change(work.principal, source)
    wanted: dict[str, Any] = {}
    if changes.name is not UNSET:
        wanted["name"] = required_line(changes.name, "name")
    if changes.file_name is not UNSET:
        wanted["file_name"] = checked_line(changes.file_name, "file_name")
    if changes.definition is not UNSET:
        require_joins(work, changes.definition)
        wanted["definition"] = msgspec.json.encode(changes.definition).decode()
    if changes.content is not UNSET:
        wanted["content"] = document_of(changes.content)
    columns = {name: value for name, value in wanted.items() if value != getattr(source, name)}
    if changes.folder_uuid is not UNSET and changes.folder_uuid != source.folder_uuid:
        columns["folder_id"] = folder_id(work, changes.folder_uuid, "data_source")
    if not columns:
        return source
    written = columns | {"updated_at": work.at}
    work.run(_update(frozenset(written)), id=source.id, **{f"new_{name}": value for name, value in written.items()})
    told = {name: value for name, value in columns.items() if name in ("name", "file_name")}
    before = {name: getattr(source, name) for name in told}
    work.record("data_source.updated", "data_source", source.id, source.uuid, before=before, after=told)
    return get_source(work, source.id)


FILES = "sources"
SIGNED_S = 3600


def new_file_key(source: Source) -> str:
    """Where a file lies that is loaded next."""
    return f"{FILES}/{source.uuid}/{new_uuid()}"


def sign_attaching(work: Work, files: FileStore, source: Source, headers: Mapping[str, str]) -> str | None:
    """An address to put the file to that is loaded next; None where it is posted to us. Faults: FORBIDDEN."""
    policy.require_may_change(work.principal, source)
    key = new_file_key(source)
    address = files.sign_put(key, expires_s=SIGNED_S, headers=headers)
    if address is not None:
        attach(work, files, source, key)
    return address


def attach(work: Work, files: FileStore, source: Source, file_key: str) -> None:
    """Note where the file is that is loaded next; the one before goes. Faults: FORBIDDEN."""
    policy.require_may_change(work.principal, source)
    work.run(_update(frozenset({"file_key"})), id=source.id, new_file_key=file_key)
    if source.file_key is not None:
        work.after_commit.append(partial(files.delete, source.file_key))


_DELETE = Rows(delete(data_sources).where(data_sources.c.id == bindparam("id")))


def remove(work: Work, source: Source) -> None:
    """Delete a source; the caller drops its table once this is committed. Faults: FORBIDDEN."""
    policy.require_may_change(work.principal, source)
    work.run(_DELETE, id=source.id)
    work.record("data_source.deleted", "data_source", source.id, source.uuid, before={"name": source.name})


def note_loaded(work: Work, source: Source, rows: int, how: str) -> None:
    """Record that a source's rows were replaced or merged."""
    after = {"rows": rows, "how": how}
    work.record("data_source.loaded", "data_source", source.id, source.uuid, after=after)


def token_of(source: Source, sealer: Sealer) -> str:
    """What rows are pushed to the source with."""
    return sealer.unseal(bytes.fromhex(source.sealed_token), _sealed_for(source.uuid)).decode()


def pushed_to(work: Work, sealer: Sealer, uuid: str, token: str) -> tuple[Source, int]:
    """The source that a token opens for pushing, and its organisation. Faults: NOT_FOUND, also for a wrong token."""
    found = find_source_anywhere(work, uuid)
    try:
        if found is not None and found[0].kind == "storage" and same_secret(token_of(found[0], sealer), token):
            return found
    except (SealBroken, UnicodeEncodeError):
        pass
    raise Fault(FaultCode.NOT_FOUND, "There is no such data source, or the token is not its own.")


_SHARE = Rows(insert(source_shares).values({name: bindparam(name) for name in ("source_id", "person_id", "group_id")}))


@shapes
def _shared(column: str) -> Rows:
    same = source_shares.c[column] == bindparam("other_id")
    return Lookup(select(source_shares.c.id).where(source_shares.c.source_id == bindparam("source_id"), same))


def share(work: Work, source: Source, other: Person | Entry) -> None:
    """Let a person, or everyone in a group, read a source; nothing when they may. Faults: FORBIDDEN."""
    policy.require_may_change(work.principal, source)
    column = "person_id" if isinstance(other, Person) else "group_id"
    if work.first(_shared(column), source_id=source.id, other_id=other.id) is not None:
        return
    ids = {"person_id": None, "group_id": None, column: other.id}
    work.run(_SHARE, source_id=source.id, **ids)
    name = other.full_name if isinstance(other, Person) else other.name
    work.record("data_source.shared", "data_source", source.id, source.uuid, after={"with": name})
