"""Writing recorded changes as events: the last thing that happens in a writing transaction."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, Text, bindparam, cast, func, insert, select, update

from rollbook.core.events.tables import events
from rollbook.core.kernel.statements import Statement, Store, given_rows
from rollbook.core.kernel.work import Change, Work

Rows = Statement[tuple[Any, ...]]

LIFE = 2**48
"""More numbers than one database gives to transactions."""

_OF_ALL = ("organisation_id", "transaction_id", "at", "actor", "actor_person_id", "credential_id", "door", "import_id")
"""What is the same for every change of a transaction."""
_OF_EACH = ("kind", "entity", "entity_id", "entity_uuid", "person_id", "before", "after")
_INSERT = Rows(insert(events).values({name: bindparam(name) for name in (*_OF_ALL, *_OF_EACH)}))
_FEW = 4
"""Up to this many changes go to PostgreSQL one by one; SQLite, which is in this process, takes any number so."""


def _insert_many(store: Store) -> Any:
    rows = given_rows(store, "changes", Column("position", Integer()), *(events.c[name] for name in _OF_EACH))
    shared = (bindparam(name, type_=events.c[name].type) for name in _OF_ALL)
    listed = select(*shared, *(rows.c[name] for name in _OF_EACH)).order_by(rows.c.position)
    return insert(events).from_select([*_OF_ALL, *_OF_EACH], listed)


_INSERT_MANY = Rows(_insert_many)


def transaction_number(store: Store) -> Any:
    """PostgreSQL's own number, by way of text; on SQLite, where writers take turns, the next event's id."""
    if store == "postgresql":
        return select(cast(cast(func.pg_current_xact_id(), Text()), BigInteger()))
    return select(func.coalesce(func.max(events.c.id), 0) + 1)


_TRANSACTION = Rows(transaction_number)


def _insert_only(store: Store) -> Any:
    own = {"transaction_id": transaction_number(store).scalar_subquery()}
    made = insert(events).values({name: bindparam(name) for name in (*_OF_ALL, *_OF_EACH)} | own)
    return made.returning(events.c.transaction_id)


_INSERT_ONLY = Rows(_insert_only)
"""The one change of a transaction, as most have, which needs no other question for its number."""


def write_changes(work: Work) -> int:
    """Write what the unit of work recorded, which is something; the number that marks these events."""
    principal = work.principal
    shared = {
        "organisation_id": principal.organisation_id,
        "at": work.at,
        "actor": principal.actor.value,
        "actor_person_id": principal.person_id,
        "credential_id": principal.credential_id,
        "door": principal.door,
        "import_id": work.import_id,
    }
    rows = [_row(change) for change in work.changes]
    if len(rows) == 1:
        return int(work.value(_INSERT_ONLY, **shared, **rows[0]))
    number: int = work.value(_TRANSACTION)
    shared["transaction_id"] = number
    if work.store == "sqlite" or len(rows) <= _FEW:
        work.run_many(_INSERT, [{**shared, **row} for row in rows])
    else:
        numbered = [{"position": position, **row} for position, row in enumerate(rows)]
        work.run(_INSERT_MANY, changes=msgspec.json.encode(numbered).decode(), **shared)
    return number


def _row(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "entity": change.entity,
        "entity_id": change.entity_id,
        "entity_uuid": change.entity_uuid,
        "person_id": change.person_id,
        "before": _document(change.before),
        "after": _document(change.after),
    }


def _document(fields: Any) -> str | None:
    return None if fields is None else msgspec.json.encode(fields).decode()


_REBASE = Rows(update(events).values(transaction_id=events.c.transaction_id - LIFE))


def rebase(work: Work) -> None:
    """Move every event before all that the present database will number: for a restore into another database.

    There, transactions are numbered anew, and without this the change feed would show the old ones too late or never.
    Cursors from before go on where they were.
    """
    work.run(_REBASE)
