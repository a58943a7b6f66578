"""Making, changing and deleting sessions and what happened in them."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import busy, members, policy, queries, store
from rollbook.core.sessions.entities import (
    DEVICE,
    PARTICIPANT,
    SERVICE,
    SESSION,
    SESSION_EVENT,
    SESSION_TYPE,
    USER,
    Entity,
    Record,
)
from rollbook.core.sessions.fitting import changes
from rollbook.core.sessions.members import DEVICES, PARTICIPANTS, PEOPLE, Role
from rollbook.core.sessions.viewers import Kind, viewer_of

PLANNED, IN_PROGRESS, COMPLETED, CANCELLED, TERMINATED = range(5)
Members = dict[Role, list[int]]
_ENTITIES: dict[Role, tuple[Entity, str]] = {
    PARTICIPANTS: (PARTICIPANT, "participant"),
    PEOPLE: (USER, "user"),
    DEVICES: (DEVICE, "device"),
}
_CREATORS: dict[str, Entity] = {
    "creator_person_id": USER,
    "creator_participant_id": PARTICIPANT,
    "creator_device_id": DEVICE,
    "creator_service_id": SERVICE,
}


def _require_members(work: Work, wanted: Members) -> None:
    """Faults: FORBIDDEN for someone whom the caller does not see."""
    for role, ids in wanted.items():
        entity, name = _ENTITIES[role]
        seen = {record["id"] for record in queries.find(work, entity, id_among=list(set(ids)))}
        if set(ids) - seen:
            raise policy.forbidden(f"User doesn't have access to at least one {name} of that session.")


def _members_of(work: Work, session_id: int) -> Members:
    return {
        role: [member["id"] for member in members.of_sessions(work, role, [session_id])[session_id]]
        for role in _ENTITIES
    }


def _require_whole(work: Work, session_id: int) -> None:
    """Faults: FORBIDDEN unless a user sees everyone in a session."""
    if viewer_of(work.principal).kind is Kind.USER:
        _require_members(work, _members_of(work, session_id))


def save(work: Work, session_id: int, values: Record, wanted: Members) -> Record:
    """Make a session (id 0) or change one; members given replace those of their kind, where there are any.

    One without a status is in progress. Faults: FORBIDDEN, MISSING, INVALID.
    """
    _require_members(work, wanted)
    present = policy.seen(work, SESSION, session_id) if session_id else {}
    require_creators(work, {name: id_ for name, id_ in values.items() if id_ != present.get(name)})
    if session_id:
        _require_whole(work, session_id)
        session = store.change(work, SESSION, present, **_checked(work, values, is_new=False))
        if session["status"] != IN_PROGRESS:
            busy.end_all(work, session_id)
    else:
        if not values.get("name") or values.get("session_type_id") is None:
            raise Fault(FaultCode.MISSING, "Missing session_name or id_session_type")
        made: Record = {"started_at": work.at} | {k: v for k, v in values.items() if v is not None}
        made = {"status": IN_PROGRESS} | made | {"uuid": new_uuid()}
        session = store.add(work, SESSION, **_checked(work, made, is_new=True))
    for role, ids in wanted.items():
        if ids:
            members.replace(work, role, session["id"], ids)
    return session


def require_creators(work: Work, values: Record) -> None:
    """Faults: FORBIDDEN for a creator whom the caller does not see; services may name anyone there is."""
    viewer = queries.anyone(work) if viewer_of(work.principal).kind is Kind.SERVICE else None
    for name, entity in _CREATORS.items():
        creator = values.get(name)
        if creator is not None and queries.first(work, entity, viewer=viewer, id=creator) is None:
            raise policy.forbidden("User doesn't have access to the creator of that session.")


def require_status(values: Record) -> None:
    """Faults: INVALID for what is none."""
    status = values.get("status")
    if status is not None and status not in range(5):
        raise Fault(FaultCode.INVALID, "session_status must be 0, 1, 2, 3 or 4.")


def _checked(work: Work, values: Record, *, is_new: bool) -> Record:
    require_status(values)
    if "session_type_id" in values:
        wanted = values["session_type_id"]
        found = queries.first(work, SESSION_TYPE, id=wanted) if wanted is not None else None
        if found is None:
            raise policy.forbidden("User doesn't have access to that session type.")
    if not is_new:
        required = ("name", "session_type_id", "started_at", "duration_s", "status")
        values = {name: value for name, value in values.items() if not (name in required and value is None)}
    return values


def remove(work: Work, session_id: int) -> None:
    """Delete a session that is not under way, with everything in it. Faults: FORBIDDEN."""
    session = queries.first(work, SESSION, viewer=queries.anyone(work), id=session_id)
    if session is None:
        raise policy.forbidden()
    _require_whole(work, session_id)
    policy.seen(work, SESSION, session_id)
    if session["status"] == IN_PROGRESS:
        raise policy.forbidden("Session is in progress: can't delete that session.")
    store.remove(work, SESSION, session)


def add_members(work: Work, session_id: int, role: Role, ids: list[int]) -> None:
    """Let more take part in a session. Faults: FORBIDDEN for a session or someone whom the caller does not see."""
    session = policy.seen(work, SESSION, session_id)
    _require_whole(work, session_id)
    _require_members(work, {role: ids})
    present = _members_of(work, session_id)[role]
    _set_members(work, session, role, present, [*present, *(one for one in ids if one not in present)])


def remove_member(work: Work, session_id: int, role: Role, member_id: int) -> None:
    """Take someone out of a session. Faults: FORBIDDEN."""
    session = policy.seen(work, SESSION, session_id)
    _require_whole(work, session_id)
    present = _members_of(work, session_id)[role]
    _set_members(work, session, role, present, [one for one in present if one != member_id])


def _set_members(work: Work, session: Record, role: Role, before: list[int], after: list[int]) -> None:
    if before == after:
        return
    members.replace(work, role, session["id"], after)
    name = f"{role.column}s"
    told: Record = {"before": {name: before}, "after": {name: after}}
    work.record("session.updated", "session", session["id"], session["uuid"], **told)


def sees_whole(work: Work, session_id: int) -> bool:
    """Whether the caller sees a session with everyone in it, and so may change it."""
    try:
        policy.seen(work, SESSION, session_id)
        _require_whole(work, session_id)
    except Fault:
        return False
    return True


def save_event(work: Work, event_id: int, values: Record) -> Record:
    """Note what happened in a session (id 0), or change the note. Faults: FORBIDDEN, MISSING."""
    if event_id:
        event = policy.seen(work, SESSION_EVENT, event_id)
        if values.get("session_id", event["session_id"]) != event["session_id"]:
            policy.seen(work, SESSION, values["session_id"])
        return store.change(work, SESSION_EVENT, event, **changes(SESSION_EVENT, values))
    if values.get("session_id") is None or values.get("kind") is None:
        raise Fault(FaultCode.MISSING, "Missing id_session or id_session_event_type")
    policy.seen(work, SESSION, values["session_id"])
    made: dict[str, Any] = values | {"at": values.get("at") or work.at}
    return store.add(work, SESSION_EVENT, **made)


def remove_event(work: Work, event_id: int) -> None:
    """Delete the note of something. Faults: FORBIDDEN."""
    store.remove(work, SESSION_EVENT, policy.seen(work, SESSION_EVENT, event_id))
