"""The floor's Velpic requests: users by a part of their name, a user's schedules, ten thousand users at once."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec

from bench.floor import Store
from bench.floor_writes import begin, stored, values_of, write_changed, write_new

_USER = """
SELECT p.id, p.username, p.first_name, p.last_name, p.email, p.phone, p.mobile, p.external_id, p.is_active,
  (SELECT {aggregate}(r.role, ',') FROM person_roles r WHERE r.person_id = p.id), p.time_zone, p.last_seen_at,
  p.created_at, p.updated_at
FROM people p
"""
_NAMED = {
    "sqlite": "p.id IN (SELECT rowid FROM people_search WHERE people_search MATCH {p}) AND instr(p.search_text, {p})"
    " BETWEEN 1 AND length(p.name_key) + 1 + length(p.username_key)",
    "postgresql": "p.search_text LIKE {p} AND strpos(p.search_text, {p})"
    " BETWEEN 1 AND length(p.name_key) + 1 + length(p.username_key)",
}
_SCHEDULES = """
SELECT a.id, a.content_id, a.person_id, a.start_at, a.due_at, a.started_at, a.completed_at, p.first_name, p.last_name,
  a.progress, a.outcome, a.created_at, a.updated_at, a.completed_via, a.assigned_by, coalesce(k.title, c.title),
  v.id, v.number, v.step_count, v.question_count, v.evolution, v.thumbnail,
  coalesce(nullif(v.duration_ms, 0), c.duration_min * 60000),
  w.person_id, o.first_name, o.last_name
FROM assignments a JOIN people p ON p.id = a.person_id JOIN contents c ON c.id = a.content_id
  LEFT JOIN courses k ON k.id = a.course_id
  LEFT JOIN content_versions v ON v.id = coalesce(a.content_version_id, (SELECT n.id FROM content_versions n
    WHERE n.content_id = a.content_id ORDER BY n.state = 'published' DESC, n.number DESC LIMIT 1))
  LEFT JOIN completion_vouchers w ON w.assignment_id = a.id LEFT JOIN people o ON o.id = w.person_id
WHERE a.organisation_id = {k} AND a.person_id = {k} ORDER BY a.created_at, a.id LIMIT 20
"""


def users(store: Store, sought: str) -> bytes:
    """The first twenty users with a part in their names, and how many there are."""
    pattern = f'"{sought}"' if store.kind == "sqlite" else f"%{sought}%"
    where = f" WHERE p.organisation_id = {{p}} AND p.is_active AND {_NAMED[store.kind]}"
    given = (store.organisation_id, pattern, sought)
    rows = store.rows(store.sql(f"{_USER}{where} ORDER BY p.id LIMIT 20"), *given)
    total = store.rows(store.sql(f"SELECT count(*) FROM people p{where}"), *given)[0][0]
    return msgspec.json.encode(
        {
            "results": _shown(store, rows),
            "meta": {"totalResultCount": total, "startIndex": 0, "endIndex": len(rows)},
        }
    )


def _shown(store: Store, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    ids = [row[0] for row in rows]
    zone = store.rows(store.sql("SELECT time_zone FROM organisations WHERE id = {k}"), store.organisation_id)[0][0]
    groups, supervised = (_groups(store, table, ids) for table in ("memberships", "group_supervisors"))
    return [
        {
            "id": row[0],
            "userName": row[1],
            "firstName": row[2],
            "lastName": row[3],
            "emailAddress": row[4] or "",
            "phoneNumber": row[5] or "",
            "mobileNumber": row[6] or "",
            "employeeNumber": row[7] or "",
            "clientStatusId": 56 if row[8] else 57,
            "active": bool(row[8]),
            "clientId": store.organisation_id,
            "groups": groups.get(row[0], []),
            "groupsSupervised": supervised.get(row[0], []),
            "roles": [6] if not row[9] or row[9] == "learner" else [7],
            "timeZone": row[10] or zone,
            "lastLoggedInDate": _zulu(row[11]),
            "createdDate": _offset(row[12]),
            "modifiedDate": _offset(row[13]),
        }
        for row in rows
    ]


def _groups(store: Store, table: str, ids: list[int]) -> dict[int, list[dict[str, int]]]:
    select = f"SELECT group_id, person_id FROM {table} WHERE person_id "
    if store.kind == "sqlite":
        rows = store.rows(f"{select}IN (SELECT value FROM json_each(?)) ORDER BY 2, 1", json.dumps(ids))
    else:
        rows = store.rows(f"{select}= ANY(%s) ORDER BY 2, 1", ids)
    found: dict[int, list[dict[str, int]]] = {}
    for group_id, person_id in rows:
        found.setdefault(person_id, []).append({"id": group_id})
    return found


def _zulu(instant: int | None) -> str | None:
    if instant is None:
        return None
    moment = datetime.fromtimestamp(instant / 1_000_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _offset(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def schedules(store: Store, person_id: int) -> bytes:
    """A user's schedules."""
    assert store.rows(
        store.sql("SELECT 1 FROM people WHERE organisation_id = {k} AND id = {k}"), store.organisation_id, person_id
    )
    rows = store.rows(store.sql(_SCHEDULES), store.organisation_id, person_id)
    total = store.rows(
        store.sql("SELECT count(*) FROM assignments WHERE organisation_id = {k} AND person_id = {k}"),
        store.organisation_id,
        person_id,
    )[0][0]
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    return msgspec.json.encode(
        {
            "results": [_schedule(row, now) for row in rows],
            "meta": {"totalResultCount": total, "startIndex": 0, "endIndex": len(rows)},
        }
    )


def _schedule(row: tuple[Any, ...], now: int) -> dict[str, Any]:
    is_done = row[10] in ("completed", "credited")
    status = "completed" if is_done else "scheduled" if row[3] > now else "due"
    if status == "due" and row[4] is not None and row[4] < now:
        status = "overdue"
    shown = {
        "lessonName": row[15],
        "lessonId": row[1],
        "userId": row[2],
        "startDate": _zulu(row[3]),
        "userFirstName": row[7],
        "userLastName": row[8],
        "lessonDuration": row[22],
        "progress": round(row[22] * row[9] / 100),
        "chapterCount": row[18] or 0,
        "questionnaireType": 19 if row[19] else 18,
        "questionCount": row[19] or 0,
        "scheduleType": "manual",
        "typeId": 1081,
        "status": status,
        "statusId": {"completed": 94, "scheduled": 1094, "due": 1095, "overdue": 1096}[status],
        "lessonEvolution": 129 if row[20] == "video" else 1129,
        "id": row[0],
        "createdDate": _zulu(row[11]),
        "modifiedDate": _zulu(row[12]),
    }
    if row[16] is not None:
        shown |= {"lessonVersionId": row[16], "version": row[17]}
    for name, value in (("endDate", row[4]), ("lessonStartedDate", row[5]), ("lessonCompletedDate", row[6])):
        if value is not None:
            shown[name] = _zulu(value)
    if row[6] is not None:
        name = f"{row[24]} {row[25]}" if row[23] else f"{row[7]} {row[8]}"
        code = {"player": 77, "activity": 1078, "class": 1079}.get(row[13], 1077)
        shown |= {"completionTypeId": code, "lessonCompletedBy": row[23] or row[2], "lessonCompletedByName": name}
    return shown


def import_users(store: Store, body: bytes) -> bytes:
    """Add and change many users by employee number, with an event each; everyone is shown as they are now."""
    given = msgspec.json.decode(body)["users"]
    rows = [
        {
            "external_id": user["employeeNumber"],
            "email": user["emailAddress"],
            "first_name": user["firstName"],
            "last_name": user["lastName"],
            "birth_date": None,
        }
        for user in given
    ]
    now, number = begin(store)
    held = stored(store, [row["external_id"] for row in rows])
    root = store.rows(
        store.sql("SELECT id FROM groups WHERE organisation_id = {k} AND external_id = 'root'"), store.organisation_id
    )[0][0]
    new, changed = [], []
    for row in rows:
        values, known = values_of(store, row, now), held.get(row["external_id"])
        if known is None:
            new.append((values, root))
            continue
        values["birth_date"] = known["birth_date"]
        before = {name: known[name] for name in ("email", "first_name", "last_name") if known[name] != values[name]}
        if before:
            changed.append((values, known, before))
    write_new(store, number, now, new)
    write_changed(store, number, now, changed)
    store.run("COMMIT")
    ids = [one["id"] for one in stored(store, [row["external_id"] for row in rows]).values()]
    user = store.sql(_USER)
    if store.kind == "sqlite":
        found = store.rows(f"{user} WHERE p.id IN (SELECT value FROM json_each(?))", json.dumps(ids))
    else:
        found = store.rows(f"{user} WHERE p.id = ANY(%s)", ids)
    return msgspec.json.encode(_shown(store, found))
