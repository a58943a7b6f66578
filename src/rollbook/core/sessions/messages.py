"""What those in a session are told: that they are to join, that it ended, who left, and who answered what.

Told are those who take part, and the services that lead or made the session.
"""

from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import members, queries, telling
from rollbook.core.sessions.entities import SERVICE, SESSION_TYPE, Record
from rollbook.core.sessions.members import KINDS, PARTICIPANTS, PEOPLE, ROLES, Member, Role
from rollbook.core.sessions.telling import Address, What
from rollbook.core.sessions.viewers import Kind

NAMES: dict[Role, str] = {PEOPLE: "users", PARTICIPANTS: "participants", members.DEVICES: "devices"}
"""What a body calls those who take part in a way: lists of uuids."""
Present = dict[Role, list[Member]]


def present_in(work: Work, session_id: int) -> Present:
    """Who takes part in a session."""
    return {role: members.of_sessions(work, role, [session_id])[session_id] for role in ROLES}


def service_of(work: Work, session: Record) -> Record | None:
    """The service that leads a session."""
    service_id = queries.get(work, SESSION_TYPE, session["session_type_id"])["service_id"]
    return queries.first(work, SERVICE, viewer=queries.anyone(work), id=service_id) if service_id else None


def addresses(service: Record | None, session: Record, key: str) -> dict[str, str]:
    """Where each kind of member joins a session: paths of its service, with the key that it knows the session by."""
    if service is None:
        return {}
    root = service["client_endpoint"].rstrip("/")
    return {
        kind.value: f"{root}{service[f'{kind.value}_endpoint'] or ''}?session_uuid={session['uuid']}&key={key}"
        for kind in (Kind.USER, Kind.PARTICIPANT, Kind.DEVICE)
    }


def _receivers(present: Present, session: Record, service: Record | None) -> list[Address]:
    found = [(KINDS[role], member["id"]) for role, some in present.items() for member in some]
    leading = {service["id"] if service else None, session["creator_service_id"]} - {None}
    return [*found, *((Kind.SERVICE, service_id) for service_id in sorted(leading))]


def _uuids(present: Present) -> dict[str, list[str]]:
    return {NAMES[role]: [member["uuid"] for member in some] for role, some in present.items()}


def _about(session: Record, service: Record | None) -> dict[str, Any]:
    return {"session": session["uuid"], "service": service["uuid"] if service else ""}


def _creator(session: Record) -> str:
    if session["creator_person_id"] is not None:
        return f"{session['creator_first_name']} {session['creator_last_name']}"
    names = (session[f"creator_{kind}_name"] for kind in ("participant", "device", "service"))
    return next((name for name in names if name), "")


def invite(work: Work, session: Record, who: dict[Role, list[int]], key: str) -> None:
    """These members of a session are to join it; the key lets them in at its service."""
    taking_part, service = present_in(work, session["id"]), service_of(work, session)
    present = {role: [one for one in some if one["id"] in who.get(role, ())] for role, some in taking_part.items()}
    body = _about(session, service) | _uuids(present)
    body |= {
        "creator": _creator(session),
        "parameters": session["parameters"] or "",
        "addresses": addresses(service, session, key),
    }
    telling.those(work, What.INVITED, _receivers(present, session, service), body)


def stop(work: Work, session: Record) -> None:
    """The session ended."""
    present, service = present_in(work, session["id"]), service_of(work, session)
    telling.those(work, What.STOPPED, _receivers(present, session, service), _about(session, service))


def leave(work: Work, session: Record, who: dict[Role, list[int]]) -> None:
    """Some leave the session."""
    present, service = present_in(work, session["id"]), service_of(work, session)
    leaving = {role: [one for one in some if one["id"] in who.get(role, ())] for role, some in present.items()}
    body = _about(session, service) | _uuids(leaving)
    telling.those(work, What.REMOVED, _receivers(present, session, service), body)


def reply(work: Work, session: Record, who: dict[Role, list[int]], code: int, text: str) -> None:
    """Some answered an invitation; the others are told, one by one, and who made the session with them."""
    present, service = present_in(work, session["id"]), service_of(work, session)
    receivers = _receivers(present, session, service)
    if session["creator_person_id"] is not None:
        receivers.append((Kind.USER, session["creator_person_id"]))
    for role, ids in who.items():
        for member in present[role]:
            if member["id"] in ids:
                sender = (KINDS[role], member["id"])
                body = _about(session, service) | {"code": code, "text": text, "of": KINDS[role].value}
                others = [one for one in receivers if one != sender]
                telling.those(work, What.REPLIED, others, body | {"uuid": member["uuid"]})
