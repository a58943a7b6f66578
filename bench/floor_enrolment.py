"""The floor's enrolment: many people on one course by their codes, with an event each."""

import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

from bench.floor import Store
from bench.floor_writes import EVENT, begin, insert

_ROW = (
    "uuid", "organisation_id", "person_id", "content_id", "course_id", "outcome", "start_at", "status_changed_at",
    "created_at", "updated_at",
)  # fmt: skip
_UNKNOWN = (
    "content_version_id", "due_at", "access_ends_at", "started_at", "completed_at", "cancelled_at", "cancel_reason",
    "score", "certificate_number",
)  # fmt: skip


def enrol(store: Store, body: bytes) -> bytes:
    """Put the people with these codes on the course with this code."""
    asked = msgspec.json.decode(body)
    codes: list[str] = asked["users_mapping_codes"]
    now, number = begin(store)
    course = store.rows(
        store.sql(
            "SELECT c.id, c.uuid, c.external_id, c.title, c.start_date, t.id, t.uuid, t.title FROM courses c"
            " JOIN contents t ON t.id = c.content_id WHERE c.organisation_id = {p} AND c.external_id = {p}"
        ),
        store.organisation_id,
        asked["mapping_code"],
    )[0]
    found = _people(store, codes)
    on_course = {
        row[0]
        for row in store.rows(
            store.sql("SELECT person_id FROM assignments WHERE course_id = {p} AND outcome <> 'cancelled'"), course[0]
        )
    }
    chosen = [(code, *found[code]) for code in codes if found[code][0] not in on_course]
    _write(store, number, now, course, chosen)
    store.run("COMMIT")
    added = [row[0] for row in chosen]
    already = [code for code in codes if found[code][0] in on_course]
    return msgspec.json.encode({"mapping_code": course[2], "added": added, "already_added": already})


def _people(store: Store, codes: list[str]) -> dict[str, tuple[int, str]]:
    select = (
        f"SELECT external_id, id, uuid FROM people WHERE organisation_id = {store.mark} AND is_active AND external_id "
    )
    if store.kind == "sqlite":
        given = msgspec.json.encode(codes).decode()
        rows = store.rows(select + "IN (SELECT value FROM json_each(?))", store.organisation_id, given)
    else:
        rows = store.rows(select + "= ANY(%s)", store.organisation_id, codes)
    return {code: (person_id, key) for code, person_id, key in rows}


def _write(store: Store, number: int, now: int, course: Any, chosen: list[tuple[str, int, str]]) -> None:
    day = datetime.fromisoformat(course[4]).replace(tzinfo=UTC)
    start_at = max(now, int(day.timestamp()) * 1_000_000)
    own = store.organisation_id
    rows = [
        (str(uuid.uuid4()), own, person_id, course[5], course[0], "open", start_at, now, now, now)
        for _, person_id, _ in chosen
    ]
    store.many(insert(store, "assignments", _ROW), rows)
    ids = dict(
        store.rows(
            store.sql("SELECT person_id, id FROM assignments WHERE course_id = {p} AND created_at = {p}"),
            course[0],
            now,
        )
    )
    known = dict.fromkeys(_UNKNOWN) | {
        "content_id": course[5],
        "content_uuid": course[6],
        "content_title": course[7],
        "course_id": course[0],
        "course_uuid": course[1],
        "course_external_id": course[2],
        "course_title": course[3],
        "outcome": "open",
        "status": "due",
        "stage": "not_started",
        "start_at": start_at,
        "progress": 0.0,
        "time_s": 0,
        "attempts": 0,
    }
    events = []
    for row, (_, person_id, key) in zip(rows, chosen, strict=True):
        after = msgspec.json.encode(known | {"person_id": person_id, "person_uuid": key}).decode()
        who = ("assignment", ids[person_id], row[0], person_id)
        events.append((own, number, now, "assignment.created", *who, "client", 1, "smartarena", None, after))
    store.many(insert(store, "events", EVENT), events)
