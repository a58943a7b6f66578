"""Sessions that participants and devices make themselves."""

from typing import Any

from sqlalchemy import bindparam, func, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import members, policy, queries, store
from rollbook.core.sessions.entities import PARTICIPANT, SESSION, SESSION_EVENT, SESSION_TYPE, Record
from rollbook.core.sessions.fitting import changes
from rollbook.core.sessions.live import IN_PROGRESS, require_status
from rollbook.core.sessions.members import PARTICIPANTS
from rollbook.core.sessions.reach import is_live
from rollbook.core.sessions.tables.sessions import session_participants, sessions
from rollbook.core.sessions.viewers import Kind, viewer_of

_taking_part = session_participants.join(sessions, sessions.c.id == session_participants.c.session_id)
_ALIKE = Statement[tuple[Any, ...]](
    select(sessions.c.id)
    .select_from(_taking_part)
    .where(
        sessions.c.organisation_id == bindparam("organisation_id"),
        sessions.c.name == bindparam("name"),
        sessions.c.session_type_id == bindparam("session_type_id"),
        sessions.c.started_at == bindparam("started_at"),
        is_live(sessions),
        is_live(session_participants),
        among(session_participants.c.participant_id, "participants"),
    )
    .group_by(sessions.c.id)
    .having(func.count() == bindparam("how_many"))
)


def save(work: Work, session_id: int, values: Record, participant_uuids: list[str]) -> Record:
    """Make a session (id 0), or change one that the caller sees; the same session again is the one that is there.

    Who takes part is said when it is made, and who made it is who calls.

    Faults: FORBIDDEN, MISSING, INVALID for participants whom nobody knows.
    """
    require_status(values)
    values = {name: value for name, value in values.items() if not name.startswith("creator_")}
    wanted = values.get("session_type_id")
    if wanted is not None and not queries.sees(work, SESSION_TYPE, wanted):
        raise policy.forbidden("No access to session type")
    if session_id and queries.first(work, SESSION, id=session_id) is None:
        raise policy.forbidden("Unauthorized")
    found = _participants(work, participant_uuids)
    if session_id:
        return store.change(work, SESSION, queries.get(work, SESSION, session_id), **changes(SESSION, values))
    if not values.get("name") or wanted is None:
        raise Fault(FaultCode.MISSING, "Missing session_name or id_session_type")
    if (present := _alike(work, values, found)) is not None:
        return present
    session = _made(work, values)
    members.add(work, PARTICIPANTS, session["id"], found)
    return session


def _given(values: Record) -> Record:
    return {name: value for name, value in values.items() if value is not None}


def _participants(work: Work, uuids: list[str]) -> list[int]:
    every = queries.find(work, PARTICIPANT, viewer=queries.anyone(work), uuid_among=uuids) if uuids else []
    if len(every) != len(set(uuids)):
        raise Fault(FaultCode.INVALID, "Invalid participant uuid")
    seen = {one["id"] for one in queries.find(work, PARTICIPANT, uuid_among=uuids)} if uuids else set()
    if any(one["id"] not in seen for one in every):
        raise policy.forbidden("Unauthorized")
    by_uuid = {one["uuid"]: one["id"] for one in every}
    return [by_uuid[uuid] for uuid in uuids]


def _alike(work: Work, values: Record, participants: list[int]) -> Record | None:
    if values.get("started_at") is None or not participants:
        return None
    given = {name: values[name] for name in ("name", "session_type_id", "started_at")}
    found = work.value(
        _ALIKE,
        organisation_id=work.principal.organisation_id,
        participants=participants,
        how_many=len(set(participants)),
        **given,
    )
    return queries.get(work, SESSION, found) if found is not None else None


def _made(work: Work, values: Record) -> Record:
    viewer = viewer_of(work.principal)
    creator = "creator_device_id" if viewer.kind is Kind.DEVICE else "creator_participant_id"
    made: Record = {"started_at": work.at} | _given(values)
    made |= {"status": values.get("status") or IN_PROGRESS, "uuid": new_uuid(), creator: viewer.id}
    return store.add(work, SESSION, **made)


def save_event(work: Work, event_id: int, values: Record) -> Record:
    """Note what happened in a session that the caller sees. Faults: FORBIDDEN, MISSING."""
    session_id = values.get("session_id")
    if session_id is None or not queries.sees(work, SESSION, session_id):
        raise policy.forbidden("Unauthorized")
    if event_id:
        event = queries.first(work, SESSION_EVENT, id=event_id)
        if event is None:
            raise policy.forbidden("Unauthorized")
        return store.change(work, SESSION_EVENT, event, **changes(SESSION_EVENT, values))
    if values.get("kind") is None:
        raise Fault(FaultCode.MISSING, "Missing id_session_event_type")
    return store.add(work, SESSION_EVENT, **({"at": work.at} | _given(values)))
