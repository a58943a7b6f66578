"""Keys that read the data of some sources and do nothing else; administrators make them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select

from rollbook.core.access import credentials
from rollbook.core.access.tables import credentials as credentials_table
from rollbook.core.analytics.queries import get_source
from rollbook.core.analytics.tables import data_key_sources, data_sources
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Lookup, Statement, among
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people.policy import require

Rows = Statement[tuple[Any, ...]]
KIND = "data_key"
MOST_SOURCES = 500
MOST_LISTED = 1_000


class DataKey(msgspec.Struct, frozen=True):
    """A key without its secret; ``hint`` is the secret's end."""

    id: int
    uuid: str
    name: str
    hint: str
    created_at: int
    last_used_at: int | None


_ALLOW = Rows(insert(data_key_sources).values({name: bindparam(name) for name in ("credential_id", "source_id")}))
_table = credentials_table
_live = (
    select(*(_table.c[name] for name in DataKey.__struct_fields__))
    .where(
        _table.c.organisation_id == bindparam("organisation_id"),
        _table.c.kind == "data_key",
        _table.c.revoked_at.is_(None),
    )
)  # fmt: skip
_LIST = Statement(_live.order_by(_table.c.id.desc()).limit(bindparam("limit")), DataKey)
_ONE = Lookup(_live.where(_table.c.uuid == bindparam("uuid")), DataKey)
_SOURCES = Rows(
    select(data_key_sources.c.credential_id, data_sources.c.uuid)
    .join(data_sources, data_sources.c.id == data_key_sources.c.source_id)
    .where(among(data_key_sources.c.credential_id, "keys"))
    .order_by(data_sources.c.id)
)


def create(work: Work, door: str, name: str, source_uuids: Sequence[str]) -> tuple[DataKey, str]:
    """Make a key to some sources; the key and its secret, shown this once.

    Faults: FORBIDDEN; MISSING, INVALID or UNKNOWN_REFERENCE naming the field.
    """
    require(work.principal, Permission.ANALYTICS_ADMIN)
    if not 1 <= len(source_uuids) <= MOST_SOURCES:
        raise field_fault(FaultCode.INVALID, "sources", f"sources must name 1 to {MOST_SOURCES} data sources")
    cleaned = required_line(name, "name")
    ids = {_source_id(work, uuid) for uuid in source_uuids}
    organisation_id = work.principal.organisation_id
    key_id, secret = credentials.issue(
        work, KIND, cleaned, organisation_id=organisation_id, door=door, roles=frozenset()
    )
    work.run_many(_ALLOW, [{"credential_id": key_id, "source_id": source_id} for source_id in sorted(ids)])
    made = credentials.get_credential(work, key_id)
    after = {"kind": KIND, "name": cleaned, "sources": sorted(source_uuids)}
    work.record("credential.created", "credential", key_id, made.uuid, after=after)
    return get_key(work, made.uuid), secret


def _source_id(work: Work, uuid: str) -> int:
    try:
        return get_source(work, uuid).id
    except Fault:
        message = f"sources: there is no data source {uuid[:40]!r}"
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "sources", message) from None


def list_keys(work: Work) -> list[DataKey]:
    """The organisation's keys to data, newest first. Faults: FORBIDDEN."""
    require(work.principal, Permission.ANALYTICS_ADMIN)
    return work.all(_LIST, organisation_id=work.principal.organisation_id, limit=MOST_LISTED)


def get_key(work: Work, uuid: str) -> DataKey:
    """A key to data. Faults: FORBIDDEN, NOT_FOUND."""
    require(work.principal, Permission.ANALYTICS_ADMIN)
    found = work.first(_ONE, organisation_id=work.principal.organisation_id, uuid=uuid)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such key.")
    return found


def sources_of(work: Work, keys: Sequence[DataKey]) -> dict[int, list[str]]:
    """The uuids of the sources that each key opens."""
    found: dict[int, list[str]] = {key.id: [] for key in keys}
    for key_id, uuid in work.all(_SOURCES, keys=sorted(found)):
        found[key_id].append(uuid)
    return found


def revoke(work: Work, key: DataKey) -> None:
    """End a key, now. Faults: FORBIDDEN."""
    require(work.principal, Permission.ANALYTICS_ADMIN)
    credentials.end(work, key.id)
    work.record("credential.revoked", "credential", key.id, key.uuid, before={"name": key.name})
