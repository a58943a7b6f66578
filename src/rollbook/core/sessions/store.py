"""Writing records of sites and sessions: each change is told as an event, and what is deleted is only marked."""

from typing import Any

from sqlalchemy import bindparam, delete, insert, update

from rollbook.core.kernel.statements import Lookup, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries
from rollbook.core.sessions.entities import Entity, Record
from rollbook.core.sessions.fitting import require_fitting
from rollbook.core.sessions.parts import PARTS

Rows = Lookup[tuple[Any, ...]]
_UNTOLD = frozenset({"password_hash", "token_name", "certificate", "organisation_id", "key"})
"""Columns that no event tells of: they are secrets, or go without saying."""
REPLACED = {"password_hash": "has_new_password", "token_name": "has_new_token"}
"""What is told of a secret that took another's place."""


@shapes
def _insert(entity: Entity, names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(name) for name in sorted(names)}
    return Rows(insert(entity.table).values(values).returning(entity.table.c.id))


@shapes
def _update(entity: Entity, names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Rows(update(entity.table).where(entity.table.c.id == bindparam("record_id")).values(values))


@shapes
def _mark(entity: Entity, column: str) -> Rows:
    table = entity.table
    marked = update(table).where(among(table.c[column], "ids"), table.c.deleted_at.is_(None))
    return Rows(marked.values(deleted_at=bindparam("at")).returning(table.c.id))


@shapes
def _drop(entity: Entity) -> Rows:
    return Rows(delete(entity.table).where(entity.table.c.id == bindparam("record_id")))


def add(work: Work, entity: Entity, **values: Any) -> Record:
    """Make a record in the caller's organisation. Faults: MISSING, INVALID; those of the database's own checks."""
    if "organisation_id" in entity.table.c:
        values["organisation_id"] = work.principal.organisation_id
    require_fitting(entity, values)
    new_id = int(work.value(_insert(entity, frozenset(values)), **values))
    told = {name: value for name, value in values.items() if name not in _UNTOLD and value is not None}
    uuid = str(values.get("uuid", new_id))
    work.record(f"{entity.name}.created", entity.name, new_id, uuid, after=told)
    return queries.get(work, entity, new_id)


def change(work: Work, entity: Entity, record: Record, **values: Any) -> Record:
    """Change a record; nothing is written when nothing changed. Faults: as :func:`add`."""
    after = {name: value for name, value in values.items() if record[name] != value}
    if not after:
        return record
    require_fitting(entity, after)
    given = {f"new_{name}": value for name, value in after.items()}
    work.run(_update(entity, frozenset(after)), record_id=record["id"], **given)
    told = {name: value for name, value in after.items() if name not in _UNTOLD}
    before = {name: record[name] for name in told}
    told |= {said: True for name, said in REPLACED.items() if record.get(name) and after.get(name)}
    _note(work, entity, "updated", record, before=before, after=told)
    return queries.get(work, entity, record["id"])


@shapes
def _touch(entity: Entity) -> Rows:
    table = entity.table
    return Rows(update(table).where(table.c.id == bindparam("record_id")).values(last_online_at=bindparam("at")))


def touch(work: Work, entity: Entity, record_id: int) -> None:
    """Note that a participant or device was here just now; that is no event."""
    work.run(_touch(entity), record_id=record_id, at=work.at)


def remove(work: Work, entity: Entity, record: Record) -> None:
    """Delete a record with all that is part of it; where the table keeps what is deleted, it can come back."""
    if "deleted_at" in entity.table.c:
        _mark_all(work, entity, "id", [record["id"]])
    else:
        work.run(_drop(entity), record_id=record["id"])
    _note(work, entity, "deleted", record)


def _mark_all(work: Work, entity: Entity, column: str, ids: list[int]) -> None:
    marked = [row[0] for row in work.all(_mark(entity, column), ids=ids, at=work.at)]
    if marked:
        for part, reference in PARTS.get(entity.name, ()):
            _mark_all(work, part, reference, marked)


def _note(work: Work, entity: Entity, verb: str, record: Record, **told: Any) -> None:
    uuid = str(record.get("uuid", record["id"]))
    work.record(f"{entity.name}.{verb}", entity.name, record["id"], uuid, **told)
