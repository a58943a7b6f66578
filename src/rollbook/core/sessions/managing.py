"""Leading live sessions: starting, stopping, inviting, removing, and answering an invitation.

Everyone concerned is told, and whoever is in a session is busy, in one at a time.
"""

from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import busy, live, members, messages, queries, store
from rollbook.core.sessions.entities import SESSION, SESSION_EVENT, SESSION_TYPE, Record
from rollbook.core.sessions.live import COMPLETED, IN_PROGRESS, Members
from rollbook.core.sessions.members import DEVICES, PARTICIPANTS, PEOPLE
from rollbook.core.sessions.reach import is_live
from rollbook.core.sessions.tables.sessions import session_events

Rows = Statement[tuple[Any, ...]]
GENERAL_ERROR, START, STOP, JOIN, LEAVE, REFUSE = 0, 3, 4, 12, 13, 14
ACCEPTED, DENIED, BUSY, TIMED_OUT = 1, 2, 3, 4
REPLIES = {"accept": ACCEPTED, "reject": DENIED, "deny": DENIED, "busy": BUSY, "timeout": TIMED_OUT}


@shapes
def _last_start() -> Rows:
    of = session_events.c
    return Rows(
        select(of.at)
        .where(of.session_id == bindparam("session_id"), of.kind == START, is_live(session_events))
        .order_by(of.at.desc(), of.id.desc())
        .limit(1)
    )


def note(work: Work, session_id: int, kind: int, text: str = "") -> None:
    """Write down what happened in a session just now."""
    store.add(work, SESSION_EVENT, session_id=session_id, kind=kind, at=work.at, text=text, context="")


def _require_in_progress(session: Record) -> None:
    """Faults: CONFLICT for a session that nobody is in."""
    if session["status"] != IN_PROGRESS:
        raise Fault(FaultCode.CONFLICT, "That session is not in progress.")


def _note_each(work: Work, session: Record, who: Members, kind: int) -> None:
    """Write down what each of them who takes part did, by name."""
    for role, present in messages.present_in(work, session["id"]).items():
        for member in present:
            if member["id"] in who.get(role, ()):
                note(work, session["id"], kind, members.name_of(member))


def start(work: Work, session_id: int, values: Record, who: Members, key: str) -> Record:
    """Begin a session, made now or before; everyone in it is busy from now on. ``key`` lets them in at its service.

    Faults: FORBIDDEN for a creator that there is not.
    """
    if session_id:
        session = queries.get(work, SESSION, session_id)
        given = {} if values.get("parameters") is None else {"parameters": values["parameters"]}
        session = store.change(work, SESSION, session, status=IN_PROGRESS, **given)
    else:
        live.require_creators(work, values)
        kind = queries.get(work, SESSION_TYPE, values["session_type_id"])
        made: Record = {"name": kind["name"], "started_at": work.at, "status": IN_PROGRESS}
        session = store.add(work, SESSION, **(made | values))
    for role, ids in who.items():
        members.replace(work, role, session["id"], ids)
    note(work, session["id"], START)
    messages.invite(work, session, who, key)
    busy.begin(work, session["id"], who)
    return session


def stop(work: Work, session: Record) -> Record:
    """End a session: its length grows by the seconds since it was last started, and nobody is busy with it.

    Faults: CONFLICT for one that is not in progress.
    """
    _require_in_progress(session)
    note(work, session["id"], STOP)
    started_at = work.value(_last_start(), session_id=session["id"]) or work.at
    length = session["duration_s"] + (work.at - started_at) // SECOND
    messages.stop(work, session)
    busy.end_all(work, session["id"])
    return store.change(work, SESSION, session, status=COMPLETED, duration_s=length)


def invite(work: Work, session: Record, who: Members, key: str) -> None:
    """Let more take part in a session that goes on; who left it stays away. Faults: CONFLICT."""
    _require_in_progress(session)
    staying = busy.among_members(work, session["id"])
    for role, ids in who.items():
        present = {member["id"] for member in members.of_sessions(work, role, [session["id"]])[session["id"]]}
        members.add(work, role, session["id"], [one for one in ids if one not in present])
    _note_each(work, session, who, JOIN)
    messages.invite(work, session, {role: [*ids, *who.get(role, ())] for role, ids in staying.items()}, key)
    busy.begin(work, session["id"], who)


def remove(work: Work, session: Record, who: Members) -> None:
    """Let some leave a session that goes on; that they were in it stays. Faults: CONFLICT."""
    _require_in_progress(session)
    messages.leave(work, session, who)
    _free(work, session, who, LEAVE)


def _free(work: Work, session: Record, who: Members, kind: int) -> None:
    _note_each(work, session, who, kind)
    for role, ids in who.items():
        busy.end(work, session["id"], role, ids)


def reply(work: Work, session: Record, who: Members, code: int, text: str = "") -> Record:
    """Answer an invitation; who does not come is free, and the session ends when it is who made it.

    Faults: CONFLICT.
    """
    _require_in_progress(session)
    messages.reply(work, session, who, code, text)
    if code == ACCEPTED:
        return session
    _free(work, session, who, REFUSE)
    makers = {
        PEOPLE: session["creator_person_id"],
        PARTICIPANTS: session["creator_participant_id"],
        DEVICES: session["creator_device_id"],
    }
    if any(makers[role] in ids for role, ids in who.items()):
        return stop(work, session)
    return session


def reply_code(given: Any) -> int:
    """The answer to an invitation, from its number or its word. Faults: INVALID."""
    if isinstance(given, str):
        given = REPLIES.get(given.lower(), int(given) if given.isdecimal() and len(given) < 3 else None)
    if isinstance(given, bool) or given not in REPLIES.values():
        raise Fault(FaultCode.INVALID, f"reply_code must be one of {', '.join(REPLIES)}.")
    return int(given)
