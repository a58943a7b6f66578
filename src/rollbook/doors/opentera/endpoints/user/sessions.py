"""Sessions and what happened in them (OpenTera, "user")."""

from collections.abc import Callable
from typing import Any

import msgspec

from rollbook.core.kernel import clock
from rollbook.core.kernel.nesting import is_deep
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import live, members, queries
from rollbook.core.sessions.entities import (
    ASSET,
    DEVICE,
    PARTICIPANT,
    SESSION,
    SESSION_EVENT,
    SESSION_TYPE,
    TEST,
    USER,
    Record,
)
from rollbook.core.sessions.members import DEVICES, PARTICIPANTS, PEOPLE, Member
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.bodies import Document, number, wrapped
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.endpoints.user.types import session_type_document
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.wire.user_sessions import (
    SessionsDelete,
    SessionsEventsDelete,
    SessionsEventsQuery,
    SessionsQuery,
)
from rollbook.web.routes import Call

_LONG = ("session_comments", "session_parameters")


def _person(member: Member) -> Document:
    name = f"{member['first_name']} {member['last_name']}"
    return {"id_user": member["id"], "user_uuid": member["uuid"], "user_name": name}


def _participant(member: Member) -> Document:
    return {
        "id_participant": member["id"],
        "participant_uuid": member["uuid"],
        "participant_name": member["name"],
        "id_project": member["project_id"],
        "project_name": member["project_name"],
    }


def _device(member: Member) -> Document:
    return {"id_device": member["id"], "device_uuid": member["uuid"], "device_name": member["name"]}


SHOWN: dict[members.Role, tuple[str, Callable[[Member], Document]]] = {
    PARTICIPANTS: ("session_participants", _participant),
    PEOPLE: ("session_users", _person),
    DEVICES: ("session_devices", _device),
}


def _parameters(text: str | None) -> Any:
    """Parameters as an object where they are JSON of one that an answer can hold, else as the text they are."""
    if text is None:
        return None
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    return text if is_deep(found) else found


def creators(record: Record) -> Document:
    """Who made a session, by name and uuid, of each kind that there is."""
    out: Document = {}
    if record["creator_person_id"] is not None:
        name = f"{record['creator_first_name']} {record['creator_last_name']}"
        out |= {"session_creator_user": name, "session_creator_user_uuid": record["creator_person_uuid"]}
    for kind in ("device", "participant", "service"):
        if record[f"creator_{kind}_id"] is not None:
            out[f"session_creator_{kind}"] = record[f"creator_{kind}_name"]
            out[f"session_creator_{kind}_uuid"] = record[f"creator_{kind}_uuid"]
    return out


def documents(work: Work, found: list[Record], *, is_brief: bool = False) -> Documents:
    """Sessions, with how many assets and tests they have and, unless brief, who takes part."""
    ids = [record["id"] for record in found]
    counted = {name: queries.count_by(work, entity, ids) for name, entity in (("assets", ASSET), ("tests", TEST))}
    taking_part = {} if is_brief else {role: members.of_sessions(work, role, ids) for role in SHOWN}
    out = []
    for record in found:
        document = objects.SESSION.shown(record, *(_LONG if is_brief else ())) | creators(record)
        if not is_brief:
            document["session_parameters"] = _parameters(record["parameters"])
        for name, counts in counted.items():
            document[f"session_{name}_count"] = counts.get(record["id"], 0)
        for role, who in taking_part.items():
            name, shown = SHOWN[role]
            document[name] = [shown(member) for member in who[record["id"]]]
        out.append(document)
    return out


def _day(text: str | None, name: str) -> int | None:
    return None if text is None else clock.parse_instant(text, name)


def when_and_which(asked: Any) -> dict[str, Any]:
    """The filters that every list of sessions takes. Faults: INVALID."""
    live.require_status({"status": asked.status})
    return {
        "status": asked.status,
        "from_at": _day(asked.start_date, "start_date"),
        "to_at": _day(asked.end_date, "end_date"),
        "limit": asked.limit,
        "offset": asked.offset,
    }


def index(call: Call[None, SessionsQuery]) -> Documents:
    """Sessions, newest first ("GET /user/sessions")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {
        "id": asked.id_session,
        "uuid": asked.session_uuid,
        "participant_id": asked.id_participant,
        "person_id": asked.id_user,
        "device_id": asked.id_device,
    }
    if all(value is None for value in chosen.values()):
        raise bad("Missing arguments")
    seen = ((asked.id_participant, PARTICIPANT), (asked.id_user, USER), (asked.id_device, DEVICE))
    if any(wanted is not None and not queries.sees(work, entity, wanted) for wanted, entity in seen):
        raise forbidden()
    found = queries.find(work, SESSION, **when_and_which(asked), **chosen)
    shown = documents(work, found, is_brief=bool(asked.list))
    if not asked.with_session_type:
        return shown
    return [one | with_type(work, record) for one, record in zip(shown, found, strict=True)]


def with_type(work: Work, record: Record) -> Document:
    """The type of a session, as it stands in the session."""
    return {"session_type": session_type_document(queries.get(work, SESSION_TYPE, record["session_type_id"]))}


_LISTS = {
    "session_participants_ids": PARTICIPANTS,
    "session_users_ids": PEOPLE,
    "session_devices_ids": DEVICES,
}


def wanted_members(given: Document) -> live.Members:
    """Who is to take part, by the lists in what is posted."""
    out: live.Members = {}
    for name, role in _LISTS.items():
        held = given.pop(name, None)
        if held is not None:
            if not isinstance(held, list):
                raise bad(f"{name} must be a list")
            out[role] = [number(one, name) for one in held]
    return out


def readied(given: Document) -> Document:
    """What is posted, with parameters as text and without what a session only shows."""
    out = {name: value for name, value in given.items() if name not in _SHOWN_ONLY}
    if isinstance(out.get("session_parameters"), dict | list):
        out["session_parameters"] = msgspec.json.encode(out["session_parameters"]).decode()
    return out


def begun(values: Record, *, is_new: bool) -> Record:
    """A new session with status 0 is in progress, as one without any: so does the vendor's server."""
    return {name: value for name, value in values.items() if not (is_new and name == "status" and not value)}


_SHOWN_ONLY = frozenset(
    {
        "session_participants",
        "session_users",
        "session_devices",
        "session_assets_count",
        "session_tests_count",
        *(
            f"session_creator_{kind}{end}"
            for kind in ("user", "device", "participant", "service")
            for end in ("", "_uuid")
        ),
    }
)


def save(call: Call[None, None]) -> Documents:
    """Make or change a session ("POST /user/sessions")."""
    given = wrapped(call, "session")
    session_id = given_id(given, "id_session")
    if not session_id and not given.keys() & {"session_participants_ids", "session_users_ids"}:
        raise bad("Missing session participants and users")
    wanted = wanted_members(given)
    values = begun(read(objects.SESSION, readied(given)), is_new=not session_id)
    return documents(call.work, [live.save(call.work, session_id, values, wanted)])


def delete(call: Call[None, SessionsDelete]) -> str:
    """Delete a session ("DELETE /user/sessions")."""
    live.remove(call.work, call.query.id)
    return ""


def index_events(call: Call[None, SessionsEventsQuery]) -> Documents:
    """What happened in a session ("GET /user/sessions/events"). Faults: FORBIDDEN."""
    if not queries.sees(call.work, SESSION, call.query.id_session):
        raise forbidden()
    found = queries.find(call.work, SESSION_EVENT, session_id=call.query.id_session)
    return [objects.SESSION_EVENT.shown(event) for event in found]


def save_event(call: Call[None, None]) -> Documents:
    """Note that something happened in a session ("POST /user/sessions/events")."""
    given = wrapped(call, "session_event")
    event_id = given_id(given, "id_session_event")
    return [objects.SESSION_EVENT.shown(live.save_event(call.work, event_id, read(objects.SESSION_EVENT, given)))]


def delete_event(call: Call[None, SessionsEventsDelete]) -> str:
    """Delete the note of something ("DELETE /user/sessions/events")."""
    live.remove_event(call.work, call.query.id)
    return ""
