"""Leading sessions, for users and services alike (OpenTera, "sessions/manager")."""

import hmac
import json
from typing import Any

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import Actor
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import calls, live, managing, members, messages, queries
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.members import DEVICES, PARTICIPANTS, PEOPLE
from rollbook.doors.opentera.addresses import server_url
from rollbook.doors.opentera.arguments import missing
from rollbook.doors.opentera.auth import key
from rollbook.doors.opentera.bodies import Document, document, number
from rollbook.doors.opentera.endpoints.user.sessions import documents
from rollbook.doors.opentera.errors import STATUS, bad, forbidden
from rollbook.web.routes import Call

_LISTS = {
    "session_users": (PEOPLE, e.USER),
    "session_participants": (PARTICIPANTS, e.PARTICIPANT),
    "session_devices": (DEVICES, e.DEVICE),
}
_CREATORS = {
    "id_creator_user": "creator_person_id",
    "id_creator_participant": "creator_participant_id",
    "id_creator_device": "creator_device_id",
    "id_creator_service": "creator_service_id",
}
SESSION = "session"
"""The kind of key that those of sessions come from."""
_ACTIONS = ("start", "stop", "invite", "remove", "invite_reply")


def manage(call: Call[None, None]) -> Document:
    """Start, stop or change a live session ("POST sessions/manager")."""
    action, asked = _wanted(call)
    work = call.work
    session = _session(work, asked)
    type_id = session["session_type_id"] if session else _type(work, asked)
    _require_service(work, asked, type_id)
    who = _members(work, asked)
    try:
        answer = _act(call, action, session, type_id, who, asked)
    except Fault as refused:
        if refused.code is not FaultCode.CONFLICT:
            raise
        return {"status": "error", "error_text": refused.message}
    led = queries.get(work, e.SESSION, answer["session"]["id_session"])
    calls.queue(work, led, json.dumps({"session_manage": asked, **answer}))
    return answer


def _wanted(call: Call[Any, Any]) -> tuple[str, Document]:
    """What is to be done, and all that is said of it. Faults: INVALID."""
    given = document(call)
    asked = given.get("session_manage") if isinstance(given, dict) else None
    if not isinstance(asked, dict):
        raise missing("session_manage", "Informations to manage the session", "the JSON body")
    action = asked.get("action")
    if not action:
        raise bad("Missing action")
    if action not in _ACTIONS:
        raise bad(f"Unknown action: {action}")
    return action, asked


def _session(work: Work, asked: Document) -> Record | None:
    """The session that is named; None for a new one. Faults: FORBIDDEN, INVALID."""
    if asked.get("id_session"):
        found = queries.first(work, e.SESSION, id=number(asked["id_session"], "id_session"))
        if found is None:
            raise forbidden("Forbidden")
        return found
    if uuid := asked.get("session_uuid"):
        found = queries.first(work, e.SESSION, uuid=str(uuid))
        if found is None:
            raise bad("Invalid session")
        return found
    return None


def _type(work: Work, asked: Document) -> int:
    if not asked.get("id_session_type"):
        raise bad("Missing required id_session_type for new sessions")
    type_id = number(asked["id_session_type"], "id_session_type")
    if not queries.sees(work, e.SESSION_TYPE, type_id) and not _is_known(work, type_id):
        raise forbidden()
    return type_id


def _is_known(work: Work, type_id: int) -> bool:
    """Services may start sessions of types that they do not lead."""
    is_service = work.principal.actor is Actor.SERVICE
    return is_service and queries.count(work, e.SESSION_TYPE, viewer=queries.anyone(work), id=type_id) > 0


def _require_service(work: Work, asked: Document, type_id: int) -> None:
    """A service leads the session: the one that is named, else its type's. Faults: INVALID, FORBIDDEN."""
    wanted = number(asked.get("id_service") or 0, "id_service")
    wanted = wanted or queries.get(work, e.SESSION_TYPE, type_id)["service_id"] or 0
    found = queries.first(work, e.SERVICE, viewer=queries.anyone(work), id=wanted)
    if found is None:
        if work.principal.actor is Actor.SERVICE:
            raise bad("Service not found")
        raise Fault(FaultCode.INVALID, "No service is associated to this session type.", details={STATUS: 501})
    if work.principal.actor is not Actor.SERVICE and not queries.sees(work, e.SERVICE, wanted):
        raise forbidden()


def _members(work: Work, asked: Document) -> live.Members:
    """Who is named, by uuid. Faults: INVALID; FORBIDDEN for someone whom the caller does not see."""
    out: live.Members = {}
    for name, (role, entity) in _LISTS.items():
        uuids = asked.get(name) or []
        if not isinstance(uuids, list) or not all(isinstance(one, str) for one in uuids):
            raise bad(f"{name} must be a list of uuids")
        found = queries.find(work, entity, uuid_among=uuids) if uuids else []
        if len(found) != len(set(uuids)):
            raise forbidden()
        out[role] = [one["id"] for one in found]
    return out


def _act(
    call: Call[Any, Any],
    action: str,
    session: Record | None,
    type_id: int,
    who: live.Members,
    asked: Document,
) -> Document:
    work, parameters = call.work, asked.get("parameters")
    if action == "start":
        uuid = session["uuid"] if session else new_uuid()
        values = _made_by(work, asked) | {"session_type_id": type_id, "parameters": _text(parameters), "uuid": uuid}
        present = _of(work, session) if session else {}
        session_key = _session_key(call, uuid)
        started = managing.start(work, session["id"] if session else 0, values, _filled(who, present), session_key)
        return _answer(work, "started", started, {"session_key": session_key} | _urls(call, started, session_key))
    if session is None:
        raise bad("Missing id_session or session_uuid")
    match action:
        case "stop":
            return _answer(work, "stopped", managing.stop(work, session))
        case "invite":
            managing.invite(work, session, who, _session_key(call, session["uuid"]))
            return _answer(work, "invited", session)
        case "remove":
            managing.remove(work, session, who)
            return _answer(work, "removed", session)
        case _:
            return _answer(work, "OK", _replied(work, session, who, parameters))


def _replied(work: Work, session: Record, who: live.Members, parameters: Any) -> Record:
    """Take the answer of those who are named, else of the user who calls."""
    given = parameters if isinstance(parameters, dict) else {}
    code = managing.reply_code(given.get("reply_code"))
    if not any(who.values()):
        if work.principal.actor is Actor.SERVICE:
            raise bad("Name who replies in session_users, session_participants or session_devices")
        who = {PEOPLE: [work.principal.person_id or 0]}
    return managing.reply(work, session, who, code, str(given.get("reply_msg") or ""))


def _made_by(work: Work, asked: Document) -> Record:
    """Who is the session's creator: the user who calls; services may name another than themselves."""
    if work.principal.actor is not Actor.SERVICE:
        return {"creator_person_id": work.principal.person_id}
    named = {column: number(asked.get(name) or 0, name) for name, column in _CREATORS.items()}
    return {column: one for column, one in named.items() if one} or {"creator_service_id": work.principal.subject_id}


def _text(parameters: Any) -> str | None:
    if parameters is None or isinstance(parameters, str):
        return parameters or None
    return msgspec.json.encode(parameters).decode()


def _of(work: Work, session: Record) -> live.Members:
    """Who takes part in a session."""
    return {
        role: [member["id"] for member in members.of_sessions(work, role, [session["id"]])[session["id"]]]
        for role, _ in _LISTS.values()
    }


def _filled(who: live.Members, present: live.Members) -> live.Members:
    """Kinds of which nobody is named are as they are in the session."""
    return {role: ids or present.get(role, []) for role, ids in who.items()}


def _session_key(call: Call[Any, Any], uuid: str) -> str:
    """What a service knows those by who may come into a session: the same for all of them, and each time."""
    return hmac.new(key(call.services, SESSION), uuid.encode(), "sha256").hexdigest()


def _urls(call: Call[Any, Any], session: Record, session_key: str) -> Document:
    """Where each kind of member joins."""
    paths = messages.addresses(messages.service_of(call.work, session), session, session_key)
    return {f"session_url_{kind}s": server_url(call, path) for kind, path in paths.items()}


def _answer(work: Work, status: str, session: Record, more: Document | None = None) -> Document:
    return {"status": status, "session": documents(work, [session])[0] | (more or {})}
