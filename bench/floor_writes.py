"""The floor's writes: create a person, upsert ten thousand. The same rows that the product writes, by hand."""

import json
import time
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from bench.floor import Store, shown

_PERSON = [
    "uuid",
    "organisation_id",
    "external_id",
    "username",
    "username_key",
    "email",
    "email_key",
    "first_name",
    "last_name",
    "name_key",
    "search_text",
    "birth_date",
    "language",
    "is_active",
    "welcome",
    "created_at",
    "updated_at",
]
EVENT = [
    "organisation_id",
    "transaction_id",
    "at",
    "kind",
    "entity",
    "entity_id",
    "entity_uuid",
    "person_id",
    "actor",
    "credential_id",
    "door",
    "before",
    "after",
]
_CHANGED = ["email", "email_key", "first_name", "last_name", "name_key", "search_text", "birth_date", "updated_at"]


def values_of(store: Store, given: dict[str, Any], now: int) -> dict[str, Any]:
    first, last, email, code = given["first_name"], given["last_name"], given["email"], given["external_id"]
    return {
        "uuid": str(uuid.uuid4()),
        "organisation_id": store.organisation_id,
        "external_id": code,
        "username": email,
        "username_key": email.casefold(),
        "email": email,
        "email_key": email.casefold(),
        "first_name": first,
        "last_name": last,
        "name_key": f"{last} {first}".casefold(),
        "search_text": f"{first} {last} {email} {email} {code}".casefold(),
        "birth_date": given["birth_date"],
        "language": "en",
        "is_active": True,
        "welcome": "never",
        "created_at": now,
        "updated_at": now,
    }


def insert(store: Store, table: str, columns: Sequence[str], returning: str = "") -> str:
    """An INSERT of one row's parameters."""
    marks = ", ".join([store.mark] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {returning}"


def begin(store: Store) -> tuple[int, int]:
    """Open a writing transaction; the time, and the number that its events carry."""
    store.run("BEGIN IMMEDIATE" if store.kind == "sqlite" else "BEGIN")
    number = (
        "SELECT coalesce(max(id), 0) + 1 FROM events"
        if store.kind == "sqlite"
        else "SELECT pg_current_xact_id()::text::bigint"
    )
    return time.time_ns() // 1000, store.rows(number)[0][0]


def _event(
    store: Store, number: int, now: int, kind: str, person_id: int, key: str, before: Any, after: Any
) -> tuple[Any, ...]:
    documents = (msgspec.json.encode(d).decode() if d is not None else None for d in (before, after))
    return (
        store.organisation_id,
        number,
        now,
        kind,
        "person",
        person_id,
        key,
        person_id,
        "client",
        1,
        "native",
        *documents,
    )


def create(store: Store, body: bytes) -> bytes:
    """Add one person: unique checks, unit, role, event, commit."""
    given = msgspec.json.decode(body)
    now, number = begin(store)
    values = values_of(store, given, now)
    taken = store.rows(
        store.sql("SELECT id FROM people WHERE organisation_id = {k} AND (username_key = {k} OR external_id = {k})"),
        store.organisation_id,
        values["username_key"],
        values["external_id"],
    )
    assert not taken
    group = store.rows(
        store.sql("SELECT id FROM groups WHERE organisation_id = {k} AND external_id = {k}"),
        store.organisation_id,
        given["group"],
    )
    row = [values[name] for name in _PERSON]
    person_id = store.rows(insert(store, "people", _PERSON, "RETURNING id"), *row)[0][0]
    store.run(insert(store, "person_roles", ["person_id", "role"]), person_id, "learner")
    membership = (person_id, group[0][0], True, now)
    store.run(insert(store, "memberships", ["person_id", "group_id", "is_primary", "joined_at"]), *membership)
    after = {
        k: values[k] for k in ("external_id", "username", "email", "first_name", "last_name", "birth_date", "language")
    }
    after |= {"is_active": True, "roles": ["learner"], "group_id": group[0][0]}
    store.run(
        insert(store, "events", EVENT),
        *_event(store, number, now, "person.created", person_id, values["uuid"], None, after),
    )
    store.run("COMMIT")
    return msgspec.json.encode(shown(store.rows(store.one, store.organisation_id, values["uuid"])[0]))


def upsert(store: Store, body: bytes) -> bytes:
    """Add and change many people by external id, with units, roles and an event each."""
    rows: list[dict[str, Any]] = msgspec.json.decode(body)
    now, number = begin(store)
    found = stored(store, [row["external_id"] for row in rows])
    groups = dict(
        store.rows(store.sql("SELECT external_id, id FROM groups WHERE organisation_id = {p}"), store.organisation_id)
    )
    new, changed = [], []
    outcomes: list[tuple[int, str, str, tuple[str, ...]]] = []
    for position, given in enumerate(rows):
        values = values_of(store, given, now)
        held = found.get(given["external_id"])
        if held is None:
            new.append((values, groups[given["group"]]))
            outcomes.append((position, "created", values["uuid"], ()))
            continue
        before = {k: held[k] for k in ("email", "first_name", "last_name", "birth_date") if held[k] != values[k]}
        changed.append((values, held, before)) if before else None
        outcomes.append((position, "changed" if before else "unchanged", held["uuid"], tuple(before)))
    write_new(store, number, now, new)
    write_changed(store, number, now, changed)
    store.run("COMMIT")
    shown_rows = [{"position": p, "result": r, "id": i, "changes": c} for p, r, i, c in outcomes]
    counts = {r: sum(1 for o in outcomes if o[1] == r) for r in ("created", "changed", "unchanged")}
    return msgspec.json.encode({**counts, "rows": shown_rows})


def stored(store: Store, codes: list[str]) -> dict[str, dict[str, Any]]:
    names = ("id", "uuid", "external_id", "email", "first_name", "last_name", "birth_date")
    select = f"SELECT {', '.join(names)} FROM people WHERE organisation_id = {store.mark} AND external_id "
    if store.kind == "sqlite":
        found = store.rows(select + "IN (SELECT value FROM json_each(?))", store.organisation_id, json.dumps(codes))
    else:
        found = store.rows(select + "= ANY(%s)", store.organisation_id, codes)
    return {row[2]: dict(zip(names, row, strict=True)) for row in found}


def write_new(store: Store, number: int, now: int, new: list[tuple[dict[str, Any], int]]) -> None:
    if not new:
        return
    store.many(insert(store, "people", _PERSON), [tuple(values[n] for n in _PERSON) for values, _ in new])
    ids = {code: row["id"] for code, row in stored(store, [values["external_id"] for values, _ in new]).items()}
    made = [(ids[values["external_id"]], values, group_id) for values, group_id in new]
    store.many(insert(store, "person_roles", ["person_id", "role"]), [(i, "learner") for i, _, _ in made])
    columns = ["person_id", "group_id", "is_primary", "joined_at"]
    store.many(insert(store, "memberships", columns), [(i, g, True, now) for i, _, g in made])
    kept = ("external_id", "username", "email", "first_name", "last_name", "birth_date", "language")
    events = []
    for person_id, values, group_id in made:
        after = {k: values[k] for k in kept} | {"is_active": True, "roles": ["learner"], "group_id": group_id}
        events.append(_event(store, number, now, "person.created", person_id, values["uuid"], None, after))
    store.many(insert(store, "events", EVENT), events)


def write_changed(store: Store, number: int, now: int, changed: list[Any]) -> None:
    if not changed:
        return
    sets = ", ".join(f"{name} = {store.mark}" for name in _CHANGED)
    store.many(
        f"UPDATE people SET {sets} WHERE id = {store.mark}",
        [(*(values[n] for n in _CHANGED), held["id"]) for values, held, _ in changed],
    )
    events = []
    for values, held, before in changed:
        after = {k: values[k] for k in before}
        events.append(_event(store, number, now, "person.updated", held["id"], held["uuid"], before, after))
    store.many(insert(store, "events", EVENT), events)
