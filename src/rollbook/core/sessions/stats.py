"""How much there is of a user, group, site, project, participant, device or session."""

from typing import Any

from sqlalchemy import bindparam, func, select

from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import grants, members, queries
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.live import CANCELLED, COMPLETED, IN_PROGRESS, PLANNED, TERMINATED
from rollbook.core.sessions.reach import ADMIN, ids, is_live
from rollbook.core.sessions.tables.places import participants
from rollbook.core.sessions.tables.sessions import session_participants, session_people, sessions

Rows = Statement[tuple[Any, ...]]
Counts = dict[str, Any]
_taking_part = session_participants.join(sessions, sessions.c.id == session_participants.c.session_id)
_SESSIONS_OF = Rows(
    select(
        session_participants.c.participant_id,
        func.count(),
        func.min(sessions.c.started_at),
        func.max(sessions.c.started_at),
    )
    .select_from(_taking_part)
    .where(
        among(session_participants.c.participant_id, "participants"), is_live(session_participants), is_live(sessions)
    )
    .group_by(session_participants.c.participant_id)
)
_TIMES = Rows(
    select(sessions.c.status, func.count(), func.sum(sessions.c.duration_s))
    .select_from(_taking_part)
    .where(
        session_participants.c.participant_id == bindparam("participant_id"),
        is_live(session_participants),
        is_live(sessions),
    )
    .group_by(sessions.c.status)
)
_with_user = ids(
    session_people.c.session_id, is_live(session_people), session_people.c.person_id == bindparam("user_id")
)
_MET = Rows(
    select(participants.c.is_enabled, func.count(participants.c.id.distinct()))
    .join(session_participants, session_participants.c.participant_id == participants.c.id)
    .where(is_live(session_participants), is_live(participants), session_participants.c.session_id.in_(_with_user))
    .group_by(participants.c.is_enabled)
)
_STATUSES = {
    "planned": PLANNED,
    "completed": COMPLETED,
    "inprogress": IN_PROGRESS,
    "cancelled": CANCELLED,
    "terminated": TERMINATED,
}


def _counter(work: Work, entity: e.Entity, **by: Any) -> int:
    return queries.count(work, entity, viewer=queries.anyone(work), **by)


def _participants(work: Work, **by: Any) -> tuple[Counts, list[Record]]:
    found = queries.find(work, e.PARTICIPANT, viewer=queries.anyone(work), **by)
    enabled = sum(one["is_enabled"] for one in found)
    return {"participants_total_count": len(found), "participants_enabled_count": enabled}, found


def sessions_of(work: Work, found: list[Record]) -> dict[int, tuple[int, int, int]]:
    """How many sessions participants took part in, and when the first and the last were, by participant."""
    rows = work.all(_SESSIONS_OF, participants=[one["id"] for one in found])
    return {participant_id: (count, first, last) for participant_id, count, first, last in rows}


def _times_taken_part(work: Work, found: list[Record]) -> int:
    return sum(count for count, _, _ in sessions_of(work, found).values())


def _users(work: Work, **by: Any) -> Counts:
    enabled = _counter(work, e.USER, is_active=True, **by)
    return {"users_total_count": _counter(work, e.USER, **by), "users_enabled_count": enabled}


def of_user_group(work: Work, group_id: int) -> Counts:
    """Of a group of users. The vendor's server counts none of them as enabled, and clients know it so."""
    out: Counts = {"users_total_count": _counter(work, e.MEMBERSHIP, group_id=group_id), "users_enabled_count": 0}
    for what in ("project", "site"):
        held = grants.find(work, what, queries.anyone(work), group_id=group_id).values()
        out[f"{what}s_total_count"] = len(held)
        out[f"{what}s_admin_count"] = sum(grant.role == ADMIN for grant in held)
    return out


def of_user(work: Work, user_id: int) -> Counts:
    """Of a user: sessions made and taken part in, and the participants met there."""
    met: dict[bool, int] = dict(work.all(_MET, user_id=user_id))
    return {
        "sessions_created_total_count": _counter(work, e.SESSION, creator_person_id=user_id),
        "sessions_total_count": _counter(work, e.SESSION, person_id=user_id),
        "participants_total_count": sum(met.values()),
        "participants_enabled_count": met.get(True, 0),
    }


def of_site(work: Work, site_id: int) -> tuple[Counts, list[Record]]:
    """Of a site, with its participants."""
    counts, found = _participants(work, site_id=site_id)
    out = _users(work, site_id=site_id)
    out["projects_count"] = _counter(work, e.PROJECT, site_id=site_id)
    projects = queries.find(work, e.PROJECT, viewer=queries.anyone(work), site_id=site_id)
    groups = _counter(work, e.PARTICIPANT_GROUP, project_id_among=[one["id"] for one in projects])
    out |= {"participants_groups_count": groups} | counts
    out["sessions_total_count"] = _times_taken_part(work, found)
    return out | {"devices_total_count": _counter(work, e.DEVICE_SITE, site_id=site_id)}, found


def of_project(work: Work, project_id: int) -> tuple[Counts, list[Record]]:
    """Of a project, with its participants. The vendor's server counts no sessions here, and clients know it so."""
    counts, found = _participants(work, project_id=project_id)
    out = _users(work, project_id=project_id)
    out |= {"participants_groups_count": _counter(work, e.PARTICIPANT_GROUP, project_id=project_id)} | counts
    out["devices_total_count"] = _counter(work, e.DEVICE_PROJECT, project_id=project_id)
    out["devices_enabled_count"] = _counter(work, e.DEVICE_PROJECT, project_id=project_id, device_is_enabled=True)
    return out | {"sessions_total_count": 0}, found


def of_group(work: Work, group_id: int) -> tuple[Counts, list[Record]]:
    """Of a group of participants, with them."""
    counts, found = _participants(work, participant_group_id=group_id)
    return counts | {"sessions_total_count": _times_taken_part(work, found)}, found


def of_session(work: Work, session_id: int) -> Counts:
    """Of a session."""
    taking_part = {
        name: len(members.of_sessions(work, role, [session_id])[session_id])
        for name, role in (
            ("users", members.PEOPLE),
            ("participants", members.PARTICIPANTS),
            ("devices", members.DEVICES),
        )
    }
    kept = {"assets": e.ASSET, "events": e.SESSION_EVENT, "tests": e.TEST}
    counted = taking_part | {name: _counter(work, entity, session_id=session_id) for name, entity in kept.items()}
    return {f"{name}_total_count": count for name, count in counted.items()}


def of_participant(work: Work, participant_id: int) -> Counts:
    """Of a participant: times in seconds; the tests are those that are completed."""
    rows = {status: (count, int(time or 0)) for status, count, time in work.all(_TIMES, participant_id=participant_id)}
    count, time = (sum(row[i] for row in rows.values()) for i in (0, 1))
    out: Counts = {
        "sessions_total_count": count,
        "sessions_total_time": time,
        "sessions_mean_time": time / count if count else 0,
    }
    out |= {f"sessions_{name}_count": rows.get(status, (0, 0))[0] for name, status in _STATUSES.items()}
    out["assets_total_count"] = _counter(work, e.ASSET, with_participant=participant_id)
    out["tests_total_count"] = _counter(work, e.TEST, participant_id=participant_id, status=COMPLETED)
    return out


def of_device(work: Work, device_id: int) -> Counts:
    """Of a device."""
    return {
        "assets_total_count": _counter(work, e.ASSET, device_id=device_id),
        "projects_total_count": _counter(work, e.DEVICE_PROJECT, device_id=device_id),
        "participants_total_count": _counter(work, e.DEVICE_PARTICIPANT, device_id=device_id),
        "sessions_total_count": _counter(work, e.SESSION, device_id=device_id),
    }
