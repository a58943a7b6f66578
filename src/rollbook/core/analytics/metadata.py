"""What row policies go by: values for each person, set one by one or from a source whose first column is the login."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from sqlglot import exp

from rollbook.core.analytics.policy import require_may_change
from rollbook.core.analytics.queries import get_source, metadata_of
from rollbook.core.analytics.records import Source
from rollbook.core.analytics.tables import person_metadata
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.statements import Statement, Store, given_rows, insert_or_update
from rollbook.core.kernel.warehouse import Warehouse, WarehouseRefused
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.policy import require
from rollbook.core.people.queries import find_person_ids
from rollbook.core.people.records import Person

Rows = Statement[tuple[Any, ...]]
LOGIN = "login"
LARGEST = 20_000
"""Bytes of one person's metadata."""
MOST_PEOPLE = 200_000


def _keep(store: Store) -> Any:
    rows = given_rows(store, "given", person_metadata.c.person_id, person_metadata.c.metadata)
    at: Any = bindparam("at", type_=person_metadata.c.updated_at.type)
    listed = select(rows.c.person_id, rows.c.metadata, at).where(rows.c.person_id.is_not(None))
    made = insert_or_update(store, person_metadata).from_select(["person_id", "metadata", "updated_at"], listed)
    new = {name: made.excluded[name] for name in ("metadata", "updated_at")}
    return made.on_conflict_do_update(index_elements=["person_id"], set_=new)


_KEEP = Rows(_keep)


def set_metadata(work: Work, person: Person, metadata: dict[str, Any]) -> None:
    """Replace a person's metadata; nothing when it is the same. Faults: FORBIDDEN, TOO_LARGE."""
    require(work.principal, Permission.ANALYTICS_ADMIN)
    before = metadata_of(work, person.id)
    if before != metadata:
        _write(work, {person.id: metadata})
        # What it says may be anything about a person, and the audit trail outlives it.
        work.record("person.metadata_set", "person", person.id, person.uuid, person_id=person.id)


def _write(work: Work, values: dict[int, dict[str, Any]]) -> None:
    encoded = {person_id: msgspec.json.encode(one).decode() for person_id, one in values.items()}
    if any(len(one) > LARGEST for one in encoded.values()):
        raise field_fault(FaultCode.TOO_LARGE, "metadata", f"metadata may have at most {LARGEST:,} bytes a person")
    rows = [{"person_id": person_id, "metadata": one} for person_id, one in encoded.items()]
    work.run(_KEEP, given=msgspec.json.encode(rows).decode(), at=work.at)


def reload(database: Database, warehouse: Warehouse, principal: Principal, uuid: str) -> int:
    """Take everyone's metadata from a source: a row per login, a column per value. How many people it was for.

    Logins that nobody has are passed over. Opens units of work of its own, as reading the source may take a while.
    Faults: NOT_FOUND, FORBIDDEN; INVALID for a source without the column ``login``.
    """
    require(principal, Permission.ANALYTICS_ADMIN)
    with database.reading() as work:
        work.act_as(principal)
        source = get_source(work, uuid)
    require_may_change(principal, source)
    found = _read(warehouse, source)
    with database.writing() as work:
        work.act_as(principal)
        ids = find_person_ids(work, "username_key", list(found))
        values = {person_id: found[login] for login, person_id in ids.items()}
        if values:
            _write(work, values)
            after = {"people": len(values)}
            work.record("data_source.metadata_taken", "data_source", source.id, source.uuid, after=after)
    return len(values)


def _read(warehouse: Warehouse, source: Source) -> dict[str, dict[str, Any]]:
    """A source's values by login, in lower case. Faults: INVALID, TOO_LARGE."""
    shape = warehouse.shape(source.table)
    if shape is None or shape.columns[0].name != LOGIN:
        raise Fault(FaultCode.INVALID, f"The source's first column must be called {LOGIN}.")
    names = [column.name for column in shape.columns[1:]]
    try:
        rows = warehouse.query(exp.select("*").from_(exp.to_table(source.table)).limit(MOST_PEOPLE + 1)).rows
    except WarehouseRefused as refused:
        raise Fault(FaultCode.INVALID, refused.reason) from None
    if len(rows) > MOST_PEOPLE:
        raise Fault(FaultCode.TOO_LARGE, f"The source may have at most {MOST_PEOPLE:,} rows.")
    return {
        str(login).strip().casefold(): {
            name: _value(cell) for name, cell in zip(names, cells, strict=True) if cell is not None
        }
        for login, *cells in rows
    }


def _value(cell: Any) -> Any:
    """A cell; a list is written as JSON."""
    if isinstance(cell, str) and cell.lstrip().startswith("["):
        try:
            return msgspec.json.decode(cell, type=list[str | int | float | bool | None])
        except (msgspec.MsgspecError, RecursionError):
            return cell
    return cell if isinstance(cell, str | int | float | bool) else str(cell)
