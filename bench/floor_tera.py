"""The floor's OpenTera: the same answers by hand-written SQL under the same rule, for one who administers sites.

Who calls is told by a header, as there is no authentication but in the login.
"""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec

from bench.floor import Store
from bench.floor_writes import EVENT, begin, insert

CALLER = "x-floor-caller"
_KEY = b"0" * 64
_HEADER = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"HS256"}').rstrip(b"=")

_ROLE = """EXISTS (SELECT 1 FROM memberships m JOIN service_access a ON a.group_id = m.group_id AND a.deleted_at IS NULL
  JOIN groups g ON g.id = a.group_id AND g.inactivated_at IS NULL
  JOIN service_roles r ON r.id = a.service_role_id AND r.deleted_at IS NULL
  JOIN services v ON v.id = r.service_id AND v.is_home
  WHERE m.person_id = {p} AND (r.project_id = p.id OR (r.site_id = p.site_id AND r.name = 'admin')))"""
_PARTICIPANTS = f"""SELECT t.id, t.participant_group_id, t.project_id, t.email, t.is_enabled, t.last_online_at,
  t.may_sign_in, t.name, t.has_token, t.username, t.uuid, t.token_name, p.is_enabled
FROM participants t JOIN projects p ON p.id = t.project_id
WHERE t.organisation_id = {{p}} AND t.project_id = {{p}} AND t.deleted_at IS NULL AND p.deleted_at IS NULL AND {_ROLE}
ORDER BY t.id"""
_IS_SEEN = f"""SELECT 1 FROM participants t JOIN projects p ON p.id = t.project_id
WHERE t.organisation_id = {{k}} AND t.id = {{k}} AND t.deleted_at IS NULL AND p.deleted_at IS NULL AND {_ROLE}"""
_SESSIONS = """SELECT s.creator_device_id, s.creator_participant_id, s.creator_service_id, s.creator_person_id, s.id,
  s.session_type_id, s.comments, s.duration_s, s.name, s.parameters, s.started_at, s.status, s.uuid,
  c.first_name, c.last_name, c.uuid
FROM session_participants x JOIN sessions s ON s.id = x.session_id LEFT JOIN people c ON c.id = s.creator_person_id
WHERE x.participant_id = {p} AND x.deleted_at IS NULL AND s.deleted_at IS NULL
ORDER BY s.started_at DESC, s.id DESC LIMIT {p} OFFSET {p}"""
_TAKING_PART = """SELECT x.session_id, t.id, t.uuid, t.name, t.project_id, p.name FROM session_participants x
  JOIN participants t ON t.id = x.participant_id LEFT JOIN projects p ON p.id = t.project_id
WHERE x.session_id {among} AND x.deleted_at IS NULL ORDER BY x.id"""
_PEOPLE = """SELECT x.session_id, t.id, t.uuid, t.first_name, t.last_name FROM session_people x
  JOIN people t ON t.id = x.person_id WHERE x.session_id {among} AND x.deleted_at IS NULL ORDER BY x.id"""
_USED = """SELECT x.session_id, t.id, t.uuid, t.name FROM session_devices x
  JOIN devices t ON t.id = x.device_id WHERE x.session_id {among} AND x.deleted_at IS NULL ORDER BY x.id"""
_COUNT = "SELECT session_id, count(*) FROM {table} WHERE session_id {among} AND deleted_at IS NULL GROUP BY session_id"
_AT_SITE = """SELECT d.config, d.is_enabled, d.infos, d.last_online_at, d.name, d.notes, d.goes_online, d.uuid, d.id,
  d.device_subtype_id, d.device_type_id, d.token_name, t.status, t.at
FROM device_sites x JOIN devices d ON d.id = x.device_id LEFT JOIN device_statuses t ON t.device_id = d.id
WHERE x.site_id = {p} AND x.deleted_at IS NULL AND d.deleted_at IS NULL AND d.organisation_id = {p}
  AND EXISTS (SELECT 1 FROM memberships m JOIN service_access a ON a.group_id = m.group_id AND a.deleted_at IS NULL
  JOIN groups g ON g.id = a.group_id AND g.inactivated_at IS NULL
  JOIN service_roles r ON r.id = a.service_role_id AND r.deleted_at IS NULL
  JOIN services v ON v.id = r.service_id AND v.is_home
  LEFT JOIN projects p ON p.id = r.project_id AND p.deleted_at IS NULL
  WHERE m.person_id = {p} AND (r.site_id = x.site_id OR p.site_id = x.site_id))
ORDER BY d.id"""
_ONLINE = """SELECT subject_id FROM open_sockets WHERE organisation_id = {p} AND kind = {p} AND leased_until > {p}"""
_BUSY = "SELECT subject_id FROM busy_subjects WHERE organisation_id = {p} AND kind = {p}"
_SESSION_SEEN = f"""SELECT 1 FROM sessions s WHERE s.organisation_id = {{k}} AND s.id = {{k}} AND s.deleted_at IS NULL
  AND (s.creator_person_id = {{k}} OR EXISTS (SELECT 1 FROM session_participants x
    JOIN participants t ON t.id = x.participant_id AND t.deleted_at IS NULL
    JOIN projects p ON p.id = t.project_id AND p.deleted_at IS NULL
    WHERE x.session_id = s.id AND x.deleted_at IS NULL AND {_ROLE}))"""
_USER = """SELECT p.id, p.uuid, p.first_name, p.last_name, w.hash, u.has_second_factor,
  (SELECT {aggregate}(r.role, ',') FROM person_roles r WHERE r.person_id = p.id)
FROM people p JOIN passwords w ON w.person_id = p.id LEFT JOIN user_profiles u ON u.person_id = p.id
WHERE p.username_key = {k} AND p.is_active AND u.deleted_at IS NULL"""
_SEEN = """INSERT INTO user_profiles (person_id, last_online_at) VALUES ({p}, {p})
ON CONFLICT (person_id) DO UPDATE SET last_online_at = excluded.last_online_at"""
_OWN_ROLES = """SELECT v.key, r.name FROM memberships m JOIN service_access a ON a.group_id = m.group_id
  AND a.deleted_at IS NULL JOIN groups g ON g.id = a.group_id AND g.inactivated_at IS NULL
  JOIN service_roles r ON r.id = a.service_role_id AND r.deleted_at IS NULL
  JOIN services v ON v.id = r.service_id AND NOT v.is_home WHERE m.person_id = {p}"""

_verified: set[bytes] = set()


def answer(store: Store, method: str, path: str, query: bytes, headers: Mapping[bytes, bytes], body: bytes) -> bytes:
    """The answer of one of the API's addresses."""
    if path == "/api/user/login":
        return _login(store, headers[b"authorization"])
    caller = int(headers[CALLER.encode()])
    if method == "POST":
        return _note(store, caller, body)
    asked = {name: values[0] for name, values in parse_qs(query.decode()).items()}
    match path:
        case "/api/user/participants":
            return _participants(store, caller, int(asked["id_project"]))
        case "/api/user/sessions":
            page = int(asked["limit"]), int(asked["offset"])
            return _sessions(store, caller, int(asked["id_participant"]), *page)
    return _devices(store, caller, int(asked["id_site"]))


def _token(claims: dict[str, Any]) -> str:
    signed = _HEADER + b"." + base64.urlsafe_b64encode(msgspec.json.encode(claims)).rstrip(b"=")
    mark = hmac.digest(_KEY, signed, "sha256")
    return (signed + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


def _moment(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant / 1_000_000, UTC).isoformat()


def _here(store: Store, kind: str) -> tuple[set[int], set[int]]:
    online = store.rows(store.sql(_ONLINE), store.organisation_id, kind, time.time_ns() // 1000)
    return {row[0] for row in online}, {row[0] for row in store.rows(store.sql(_BUSY), store.organisation_id, kind)}


def _participants(store: Store, caller: int, project: int) -> bytes:
    rows = store.rows(store.sql(_PARTICIPANTS), store.organisation_id, project, caller)
    online, busy = _here(store, "participant")
    return msgspec.json.encode(
        [
            {
                "id_participant": row[0],
                "id_participant_group": row[1],
                "id_project": row[2],
                "participant_email": row[3],
                "participant_enabled": bool(row[4]),
                "participant_lastonline": _moment(row[5]),
                "participant_login_enabled": bool(row[6]),
                "participant_name": row[7],
                "participant_token_enabled": bool(row[8]),
                "participant_username": row[9],
                "participant_uuid": row[10],
                "participant_token": _token(
                    {"iss": "TeraServer", "jti": row[11], "participant_uuid": row[10], "id_participant": row[0]}
                ),
                "participant_project_enabled": bool(row[12]),
                "participant_online": row[0] in online,
                "participant_busy": row[0] in busy,
            }
            for row in rows
        ]
    )


def _among(store: Store, sql: str, ids: list[int]) -> list[tuple[Any, ...]]:
    if store.kind == "sqlite":
        return store.rows(sql.replace("{among}", "IN (SELECT value FROM json_each(?))"), json.dumps(ids))
    return store.rows(sql.replace("{among}", "= ANY(%s)"), ids)


def _by_session(rows: list[tuple[Any, ...]], *names: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(dict(zip(names, row[1:], strict=True)))
    return found


def _sessions(store: Store, caller: int, participant: int, limit: int, offset: int) -> bytes:
    assert store.rows(store.sql(_IS_SEEN), store.organisation_id, participant, caller)
    rows = store.rows(store.sql(_SESSIONS), participant, limit, offset)
    ids = [row[4] for row in rows]
    assets, tests = (dict(_among(store, _COUNT.replace("{table}", table), ids)) for table in ("assets", "tests"))
    participants = _by_session(
        _among(store, _TAKING_PART, ids),
        "id_participant",
        "participant_uuid",
        "participant_name",
        "id_project",
        "project_name",
    )
    users = _by_session(_among(store, _PEOPLE, ids), "id_user", "user_uuid", "first", "last")
    devices = _by_session(_among(store, _USED, ids), "id_device", "device_uuid", "device_name")
    return msgspec.json.encode(
        [
            {
                "id_creator_device": row[0],
                "id_creator_participant": row[1],
                "id_creator_service": row[2],
                "id_creator_user": row[3],
                "id_session": row[4],
                "id_session_type": row[5],
                "session_comments": row[6],
                "session_duration": row[7],
                "session_name": row[8],
                "session_parameters": msgspec.json.decode(row[9]) if row[9] else None,
                "session_start_datetime": _moment(row[10]),
                "session_status": row[11],
                "session_uuid": row[12],
                "session_creator_user": f"{row[13]} {row[14]}",
                "session_creator_user_uuid": row[15],
                "session_assets_count": assets.get(row[4], 0),
                "session_tests_count": tests.get(row[4], 0),
                "session_participants": participants.get(row[4], []),
                "session_users": users.get(row[4], []),
                "session_devices": devices.get(row[4], []),
            }
            for row in rows
        ]
    )


def _devices(store: Store, caller: int, site: int) -> bytes:
    rows = store.rows(store.sql(_AT_SITE), site, store.organisation_id, caller)
    online, busy = _here(store, "device")
    return msgspec.json.encode(
        [
            {
                "device_config": row[0],
                "device_enabled": bool(row[1]),
                "device_infos": row[2],
                "device_lastonline": _moment(row[3]),
                "device_name": row[4],
                "device_notes": row[5],
                "device_onlineable": bool(row[6]),
                "device_uuid": row[7],
                "id_device": row[8],
                "id_device_subtype": row[9],
                "id_device_type": row[10],
                "device_token": _token(
                    {"iss": "TeraServer", "jti": row[11], "device_uuid": row[7], "id_device": row[8]}
                ),
                "device_online": row[8] in online,
                "device_busy": row[8] in busy,
                "device_status": {
                    "busy": row[8] in busy,
                    "online": True,
                    "status": {"status": row[12], "timestamp": row[13] / 1_000_000} if row[13] else None,
                }
                if row[8] in online
                else None,
            }
            for row in rows
        ]
    )


def _note(store: Store, caller: int, body: bytes) -> bytes:
    given = msgspec.json.decode(body)["session_event"]
    now, number = begin(store)
    assert store.rows(store.sql(_SESSION_SEEN), store.organisation_id, given["id_session"], caller, caller)
    made = {
        "session_id": given["id_session"],
        "kind": given["id_session_event_type"],
        "text": given["session_event_text"],
        "context": given["session_event_context"],
        "at": now,
    }
    new_id = store.rows(insert(store, "session_events", list(made), "RETURNING id"), *made.values())[0][0]
    told = msgspec.json.encode(made).decode()
    row = (store.organisation_id, number, now, "session_event.created", "session_event", new_id, str(new_id), None)
    store.run(insert(store, "events", EVENT), *row, "person", caller, "opentera", None, told)
    store.run("COMMIT")
    shown = {
        "id_session": made["session_id"],
        "id_session_event": new_id,
        "id_session_event_type": made["kind"],
        "session_event_context": made["context"],
        "session_event_datetime": _moment(now),
        "session_event_text": made["text"],
    }
    return msgspec.json.encode([shown])


def _login(store: Store, credentials: bytes) -> bytes:
    name, _, password = base64.b64decode(credentials.removeprefix(b"Basic ")).decode().partition(":")
    row = store.rows(store.sql(_USER), name.casefold())[0]
    proof = hmac.digest(_KEY, f"{password}\0{row[4]}".encode(), hashlib.sha256)
    _verified.add(proof)  # as it is after the first time, which hashes
    now, _ = begin(store)
    store.run(store.sql(_SEEN), row[0], now)
    roles: dict[str, list[str]] = {}
    for key, role in store.rows(store.sql(_OWN_ROLES), row[0]):
        roles.setdefault(key, []).append(role)
    store.run("COMMIT")
    second, full_name = now // 1_000_000, f"{row[2]} {row[3]}"
    claims = {
        "iss": "TeraServer",
        "jti": str(uuid.uuid4()),
        "iat": second,
        "exp": second + 3600,
        "user_uuid": row[1],
        "id_user": row[0],
        "user_fullname": full_name,
        "user_superadmin": False,
        "service_access": roles,
    }
    _token({"iss": "TeraServer", "jti": claims["jti"], "iat": second, "exp": second + 600, "person_id": row[0]})
    return msgspec.json.encode({"user_uuid": row[1], "user_fullname": full_name, "user_token": _token(claims)})
