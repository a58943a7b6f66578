"""Leading live sessions: starting, stopping, inviting, removing, and answering an invitation.

Everyone concerned is told, and whoever is in a session is busy, in one at a time.
"""

from typing import Any

from sqlalchemy import bindparam, delete, select

from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement, Store, among, insert_or_update, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import members, messages, queries, store, telling
from rollbook.core.sessions.entities import SESSION, SESSION_EVENT, SESSION_TYPE, Record
from rollbook.core.sessions.live import COMPLETED, IN_PROGRESS, Members
from rollbook.core.sessions.members import DEVICES, KINDS, PARTICIPANTS, PEOPLE
from rollbook.core.sessions.reach import is_live
from rollbook.core.sessions.tables.presence import busy_subjects
from rollbook.core.sessions.tables.sessions import session_events
from rollbook.core.sessions.telling import What
from rollbook.core.sessions.viewers import Kind

Rows = Statement[tuple[Any, ...]]
GENERAL_ERROR, START, STOP, JOIN, LEAVE, REFUSE = 0, 3, 4, 12, 13, 14
ACCEPTED, DENIED, BUSY, TIMED_OUT = 1, 2, 3, 4
REPLIES = {"accept": ACCEPTED, "reject": DENIED, "deny": DENIED, "busy": BUSY, "timeout": TIMED_OUT}


def _set_busy(store_name: Store) -> Any:
    made = insert_or_update(store_name, busy_subjects)
    made = made.values({c.name: bindparam(c.name) for c in busy_subjects.c})
    return made.on_conflict_do_update(
        index_elements=["kind", "subject_id"], set_={"session_id": made.excluded.session_id}
    )


_BUSY = Rows(_set_busy)
_BUSY_IN = Rows(
    select(busy_subjects.c.kind, busy_subjects.c.subject_id).where(
        busy_subjects.c.session_id == bindparam("session_id")
    )
)
_FREE_ALL = Rows(
    delete(busy_subjects)
    .where(busy_subjects.c.session_id == bindparam("session_id"))
    .returning(busy_subjects.c.kind, busy_subjects.c.subject_id)
)
_FREE = Rows(
    delete(busy_subjects)
    .where(
        busy_subjects.c.session_id == bindparam("session_id"),
        busy_subjects.c.kind == bindparam("kind"),
        among(busy_subjects.c.subject_id, "subjects"),
    )
    .returning(busy_subjects.c.subject_id)
)


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


def _make_busy(work: Work, session_id: int, who: Members) -> None:
    given = {"organisation_id": work.principal.organisation_id, "session_id": session_id}
    present = set(work.all(_BUSY_IN, session_id=session_id))
    for role, ids in who.items():
        kind = KINDS[role]
        new = [one for one in dict.fromkeys(ids) if (kind.value, one) not in present]
        work.run_many(_BUSY, [{"kind": kind.value, "subject_id": one, **given} for one in new])
        telling.presence(work, What.JOINED, kind, new)


def free_all(work: Work, session_id: int) -> None:
    """Nobody is busy with a session any more."""
    freed: dict[Kind, list[int]] = {}
    for kind, subject_id in work.all(_FREE_ALL, session_id=session_id):
        freed.setdefault(Kind(kind), []).append(subject_id)
    for of, ids in freed.items():
        telling.presence(work, What.LEFT, of, ids)


def start(work: Work, session_id: int, values: Record, who: Members, key: str) -> Record:
    """Begin a session, made now or before; everyone in it is busy from now on. ``key`` lets them in at its service."""
    if session_id:
        session = queries.get(work, SESSION, session_id)
        session = store.change(work, SESSION, session, status=IN_PROGRESS)
    else:
        kind = queries.get(work, SESSION_TYPE, values["session_type_id"])
        made: Record = {"name": kind["name"], "started_at": work.at, "status": IN_PROGRESS}
        session = store.add(work, SESSION, **(made | values))
    for role, ids in who.items():
        members.replace(work, role, session["id"], ids)
    note(work, session["id"], START)
    messages.invite(work, session, key)
    _make_busy(work, session["id"], who)
    return session


def stop(work: Work, session: Record) -> Record:
    """End a session: its length grows by the seconds since it was last started, and nobody is busy with it."""
    note(work, session["id"], STOP)
    started_at = work.value(_last_start(), session_id=session["id"]) or work.at
    length = session["duration_s"] + (work.at - started_at) // SECOND
    messages.stop(work, session)
    free_all(work, session["id"])
    return store.change(work, SESSION, session, status=COMPLETED, duration_s=length)


def invite(work: Work, session: Record, who: Members, key: str) -> None:
    """Let more take part in a session that goes on."""
    for role, ids in who.items():
        present = {member["id"] for member in members.of_sessions(work, role, [session["id"]])[session["id"]]}
        members.add(work, role, session["id"], [one for one in ids if one not in present])
        for _ in ids:
            note(work, session["id"], JOIN)
    messages.invite(work, session, key)
    _make_busy(work, session["id"], who)


def remove(work: Work, session: Record, who: Members) -> None:
    """Let some leave a session that goes on; that they were in it stays."""
    messages.leave(work, session, who)
    _free(work, session, who, LEAVE)


def _free(work: Work, session: Record, who: Members, kind: int) -> None:
    for role, ids in who.items():
        for _ in ids:
            note(work, session["id"], kind)
        freed = work.all(_FREE, session_id=session["id"], kind=KINDS[role].value, subjects=ids) if ids else []
        telling.presence(work, What.LEFT, KINDS[role], [row[0] for row in freed])


def reply(work: Work, session: Record, who: Members, code: int, text: str = "") -> Record:
    """Answer an invitation; who does not come is free, and the session ends when it is who made it."""
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
