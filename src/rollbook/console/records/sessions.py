"""The room of sessions, and what a session's page has that others have not: who, what happened, what is left."""

from typing import Any

from rollbook.console import words
from rollbook.console.records.shape import Column, Filter, Kind, Row, name
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.values import checked_prose
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import asset_files, live, members, opening, queries
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.forms import STATUSES
from rollbook.core.sessions.members import DEVICES, PARTICIPANTS, PEOPLE, Role
from rollbook.core.sessions.pages import sought
from rollbook.core.sessions.ties import MOST_CANDIDATES, called
from rollbook.web.files import Held, file_answer
from rollbook.web.routes import Reply, Stream

MOST_EVENTS = 1000
NOTE_LIMIT = 2000
_STATES = ("not_started", "in_progress", "completed", "cancelled", "terminated")
_EVENTS: dict[int, tuple[str, str, str | None]] = {
    0: ("Error", "st-bad", "bad"),
    1: ("Information", "info", None),
    2: ("Warning", "st-warn", "warn"),
    3: ("Started", "play", "active"),
    4: ("Stopped", "check", "good"),
    5: ("Put on charge", "devices", None),
    6: ("Taken off charge", "devices", None),
    7: ("Battery low", "devices", "warn"),
    8: ("Storage low", "devices", "warn"),
    9: ("Storage full", "devices", "bad"),
    10: ("From a device", "devices", None),
    11: ("From a user", "person", None),
    12: ("Joined", "person", "good"),
    13: ("Left", "person-off", None),
    14: ("Did not join", "person-off", "warn"),
}
"""What an event is called, its picture and whether it is good news."""
NOTES = ((1, "Information"), (2, "Warning"), (0, "Error"), (11, "Something that a user did"))
"""The kinds of events that someone writes down by hand."""
_ROLES: dict[str, tuple[Role, e.Entity, str, str]] = {
    "participant": (PARTICIPANTS, e.PARTICIPANT, "Participants", "participants"),
    "user": (PEOPLE, e.USER, "Users", "users"),
    "device": (DEVICES, e.DEVICE, "Devices", "devices"),
}


def state_of(status: int) -> Row:
    """What has become of a session."""
    return {"key": _STATES[status], "word": STATUSES[status], "tone": "off" if status == live.TERMINATED else None}


def rows(work: Work, found: list[Record]) -> list[Row]:
    """The cells of a list that need more than the sessions themselves."""
    ids = [one["id"] for one in found]
    taking_part = members.of_sessions(work, PARTICIPANTS, ids) if ids else {}
    wanted = list({one["session_type_id"] for one in found})
    types = queries.find(work, e.SESSION_TYPE, viewer=queries.anyone(work), id_among=wanted) if wanted else []
    named = {one["id"]: one["name"] for one in types}
    return [
        {
            "type": named.get(one["session_type_id"]),
            "participants": ", ".join(who["name"] for who in taking_part[one["id"]]),
        }
        for one in found
    ]


def save(work: Work, session_id: int, values: Record) -> Record:
    """A session; a new one is the caller's, with the first participant where one was named."""
    participant = values.pop("participant_id", None)
    if not session_id:
        values["creator_person_id"] = work.principal.person_id
    return live.save(work, session_id, values, {PARTICIPANTS: [participant]} if participant else {})


SESSIONS = Kind(
    "sessions",
    e.SESSION,
    "session",
    "Sessions",
    "sessions",
    "What was held, is going on or is planned, with participants, users and devices.",
    "Plan a session here, or let a service or a device begin one.",
    (
        name("sessions", "Session"),
        Column("type", "Type", lambda one: None),
        Column("participants", "Participants", lambda one: None, looks={"broad": True}),
        Column("started", "Begins", lambda one: iso(one["started_at"]), "date-time", "started_at"),
        Column(
            "length", "Length", lambda one: words.minutes(one["duration_s"] or None), "", "duration_s", {"end": True}
        ),
        Column("status", "Status", lambda one: state_of(one["status"]), "status"),
    ),
    save,
    live.remove,
    "Everything in it goes with it: events, files, tests. One that is going on has to end first.",
    filters=(
        Filter("site_id", "Site", e.SITE),
        Filter("project_id", "Project", e.PROJECT),
        Filter("session_type_id", "Type", e.SESSION_TYPE),
        Filter("status", "Status", options=tuple(enumerate(STATUSES))),
        Filter("participant_id", "Participant", e.PARTICIPANT, is_given_only=True),
        Filter("person_id", "User", e.USER, is_given_only=True),
        Filter("device_id", "Device", e.DEVICE, is_given_only=True),
    ),
    rows=rows,
    defaults={"status": live.PLANNED},
)


# --- One session -------------------------------------------------------------------------------------------------


def context(visit: Visit, session: Record, *, may_change: bool) -> dict[str, Any]:
    """What a session's page has of its own."""
    work = visit.work
    events = queries.find(work, e.SESSION_EVENT, order="in_time", limit=MOST_EVENTS, session_id=session["id"])
    return {
        "state": state_of(session["status"]),
        "maker": _maker(session),
        "length": words.minutes(session["duration_s"] or None),
        "events": [_moment(one) for one in events],
        "taking_part": [
            _role(work, key, session, visit.query.get(f"find_{key}"), may_change=may_change) for key in _ROLES
        ],
        "assets": _assets(work, session["id"]),
        "tests": [_left(one, one["test_type_name"]) for one in queries.find(work, e.TEST, session_id=session["id"])],
        "notes": NOTES,
    }


def _assets(work: Work, session_id: int) -> list[Row]:
    """The files of a session; those whose bytes are kept here can be had."""
    found = queries.find(work, e.ASSET, session_id=session_id)
    held = asset_files.of_assets(work, [one["id"] for one in found])
    at = f"/console/sessions/{session_id}/files"
    return [
        _left(one, one["media_type"])
        | {"name": {"label": one["name"], "href": f"{at}/{one['uuid']}" if one["id"] in held else None}}
        for one in found
    ]


def hand_over(visit: Visit) -> Stream | Reply:
    """The bytes of a session's file, to be saved. Faults: NOT_FOUND."""
    asset, file = opening.seen_asset(visit.work, str(visit.call.path["uuid"]))
    if asset["session_id"] != visit.call.path["id"]:
        raise Fault(FaultCode.NOT_FOUND, "The session has no such file.")
    held = Held(key=file.key, name=file.name, media_type=file.given_type, size=file.size, tag=file.sha256)
    return file_answer(visit.services.files, held, visit.call.headers)


def _moment(event: Record) -> Row:
    word, icon, tone = _EVENTS.get(event["kind"], ("From a service", "webhooks", None))
    return {
        "id": event["id"],
        "at": iso(event["at"]),
        "form": "date-time",
        "text": word,
        "detail": event["text"] or event["context"],
        "icon": icon,
        "tone": tone,
    }


def _maker(session: Record) -> str:
    """Who made a session: one of four."""
    person = f"{session['creator_first_name'] or ''} {session['creator_last_name'] or ''}".strip()
    names = (person, *(session[f"creator_{kind}_name"] for kind in ("participant", "device", "service")))
    return next((one for one in names if one), "")


def _role(work: Work, key: str, session: Record, typed: str | None, *, may_change: bool) -> Row:
    role, entity, title, room = _ROLES[key]
    present = members.of_sessions(work, role, [session["id"]])[session["id"]]
    seen = (
        {one["id"] for one in queries.find(work, entity, id_among=[one["id"] for one in present])} if present else set()
    )
    narrowed = _open_to(key) | {"searched": sought(typed), "limit": MOST_CANDIDATES}
    found = queries.find(work, entity, **narrowed) if may_change else []
    taken = {one["id"] for one in present}
    return {
        "key": key,
        "title": title,
        "rows": [
            {
                "id": one["id"],
                "name": called(one),
                "detail": one.get("project_name"),
                "href": f"/console/{room}/{one['id']}" if one["id"] in seen else None,
            }
            for one in present
        ],
        "options": [(one["id"], called(one)) for one in found if one["id"] not in taken],
        "typed": typed,
        "is_cut": len(found) == MOST_CANDIDATES,
    }


def _open_to(key: str) -> dict[str, Any]:
    return {"is_active": True} if key == "user" else {"is_enabled": True}


def _left(one: Record, what: str) -> Row:
    """An asset or a test, with who it is from."""
    person = f"{one['person_first_name'] or ''} {one['person_last_name'] or ''}".strip()
    makers = (one["participant_name"], person, one["device_name"], one["service_name"])
    out = {
        "id": one["id"],
        "name": one["name"],
        "what": what,
        "by": next((maker for maker in makers if maker), None),
        "at": iso(one["at"]),
    }
    if "summary" in one:
        out |= {"status": ("not_started", "in_progress", "completed")[min(one["status"], 2)], "summary": one["summary"]}
    return out


def act(visit: Visit, session: Record) -> str:
    """A button of a session's page; what was done. Faults: those of doing it."""
    work = visit.work
    match visit.text("action"):
        case "join":
            role, member = _member(visit)
            live.add_members(work, session["id"], role, [member])
            return "They take part now."
        case "leave":
            role, member = _member(visit)
            live.remove_member(work, session["id"], role, member)
            return "They do not take part any more."
        case "note":
            written = checked_prose(visit.text("text"), "text", NOTE_LIMIT)
            if written is None:
                raise field_fault(FaultCode.MISSING, "text", "Write what happened.")
            kind = visit.number("kind")
            kind = kind if kind in dict(NOTES) else 1
            live.save_event(work, 0, {"session_id": session["id"], "kind": kind, "text": written, "context": ""})
            return "It is written down."
        case "forget":
            number = visit.number("event") or 0
            if queries.first(work, e.SESSION_EVENT, id=number, session_id=session["id"]) is None:
                raise Fault(FaultCode.NOT_FOUND, "That event is not there any more.")
            live.remove_event(work, number)
            return "The event is taken out."
        case _:
            raise Fault(FaultCode.INVALID, "There is no such action.")


def _member(visit: Visit) -> tuple[Role, int]:
    """Who is meant. Faults: MISSING."""
    number = visit.number("member")
    if visit.text("as") not in _ROLES or number is None:
        raise Fault(FaultCode.MISSING, "Choose who it is about.")
    return _ROLES[str(visit.text("as"))][0], number
