"""Making, changing and deleting sites, projects and groups of participants."""

from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import home, links, policy, queries, second_factor, store
from rollbook.core.sessions.entities import (
    DEVICE_PARTICIPANT,
    PARTICIPANT,
    PARTICIPANT_GROUP,
    PROJECT,
    SITE,
    Record,
)
from rollbook.core.sessions.participants import save as save_participant
from rollbook.core.sessions.reach import ids, is_live
from rollbook.core.sessions.tables.places import participants, projects
from rollbook.core.sessions.tables.sessions import session_participants, sessions
from rollbook.core.sessions.viewers import Kind, viewer_of

Rows = Statement[tuple[Any, ...]]


def save_site(work: Work, site_id: int, values: Record) -> Record:
    """Make a site (id 0) or change one. Faults: FORBIDDEN, MISSING."""
    if site_id:
        policy.require_site_admin(work, site_id)
        site = store.change(work, SITE, queries.get(work, SITE, site_id), **_named(values, is_new=False))
    else:
        policy.require_super(work)
        site = store.add(work, SITE, **_named(values, is_new=True))
        home.add_roles(work, site_id=site["id"])
    if site["needs_second_factor"]:
        second_factor.require_at(work, site["id"])
    return site


def _named(values: Record, *, is_new: bool) -> Record:
    if is_new or "name" in values:
        return values | {"name": required_line(values.get("name"), "name")}
    return values


def remove_site(work: Work, site_id: int) -> None:
    """Delete a site. Faults: FORBIDDEN; NOT_FOUND; CONFLICT where participants have had sessions."""
    policy.require_super(work)
    site = queries.get(work, SITE, site_id)
    if work.first(_HAD_SESSIONS_AT_SITE, place=site_id) is not None:
        raise Fault(
            FaultCode.CONFLICT, "Can't delete site: please delete all participants with sessions before deleting."
        )
    store.remove(work, SITE, site)


def _had_sessions(chosen: Any) -> Rows:
    taking_part = session_participants
    return Rows(
        select(taking_part.c.id)
        .where(
            is_live(taking_part),
            taking_part.c.session_id.in_(ids(sessions.c.id, is_live(sessions))),
            taking_part.c.participant_id.in_(ids(participants.c.id, is_live(participants), chosen)),
        )
        .limit(1)
    )


_place: Any = bindparam("place")
_HAD_SESSIONS_AT_SITE = _had_sessions(participants.c.project_id.in_(ids(projects.c.id, projects.c.site_id == _place)))
_HAD_SESSIONS_IN_PROJECT = _had_sessions(participants.c.project_id == _place)
_HAD_SESSIONS_IN_GROUP = _had_sessions(participants.c.participant_group_id == _place)


def save_project(work: Work, project_id: int, values: Record) -> Record:
    """Make a project (id 0) or change one. Faults: FORBIDDEN, MISSING."""
    if not project_id:
        if values.get("site_id") is None:
            raise Fault(FaultCode.MISSING, "Missing id_site arguments")
        policy.require_site_admin(work, values["site_id"])
        project = store.add(work, PROJECT, **{"is_enabled": True} | _named(values, is_new=True))
        home.add_roles(work, project_id=project["id"])
        if viewer_of(work.principal).kind is Kind.SERVICE:
            own = {"service_id": work.principal.subject_id, "project_id": project["id"]}
            links.make(work, links.SERVICE_PROJECTS, own)
        return project
    policy.require_project_admin(work, project_id)
    project = queries.get(work, PROJECT, project_id)
    if values.get("site_id", project["site_id"]) != project["site_id"]:
        policy.require_site_admin(work, values["site_id"])
    changed = store.change(work, PROJECT, project, **_named(values, is_new=False))
    if project["is_enabled"] and not changed["is_enabled"]:
        _disable_participants(work, project_id)
    return changed


def _disable_participants(work: Work, project_id: int) -> None:
    """Nobody takes part in a project that is disabled: participants are too, and their devices are taken from them."""
    for participant in queries.find(work, PARTICIPANT, viewer=queries.anyone(work), project_id=project_id):
        if participant["is_enabled"]:
            store.change(work, PARTICIPANT, participant, is_enabled=False)
        for used in queries.find(
            work, DEVICE_PARTICIPANT, viewer=queries.anyone(work), participant_id=participant["id"]
        ):
            store.remove(work, DEVICE_PARTICIPANT, used)


def remove_project(work: Work, project_id: int) -> None:
    """Delete a project. Faults: FORBIDDEN; CONFLICT where participants have had sessions."""
    project = queries.first(work, PROJECT, viewer=queries.anyone(work), id=project_id)
    if project is None or not policy.is_site_admin(work, project["site_id"]):
        raise policy.forbidden()
    if work.first(_HAD_SESSIONS_IN_PROJECT, place=project_id) is not None:
        raise Fault(
            FaultCode.CONFLICT, "Can't delete project: please delete all participants with sessions before deleting."
        )
    store.remove(work, PROJECT, project)


def save_group(work: Work, group_id: int, values: Record) -> Record:
    """Make a group of participants (id 0) or change one, whose participants are in its project.

    Faults: FORBIDDEN; MISSING; INVALID for a project that is disabled.
    """
    policy.require_project_admin(work, values["project_id"])
    if not group_id:
        return store.add(work, PARTICIPANT_GROUP, **_named(values, is_new=True))
    group = policy.seen(work, PARTICIPANT_GROUP, group_id, only_admin=True)
    changed = store.change(work, PARTICIPANT_GROUP, group, **_named(values, is_new=False))
    if changed["project_id"] != group["project_id"]:
        for participant in queries.find(work, PARTICIPANT, participant_group_id=group_id):
            save_participant(work, participant["id"], {"participant_group_id": group_id})
    return changed


def remove_group(work: Work, group_id: int) -> None:
    """Delete a group with its participants. Faults: FORBIDDEN; CONFLICT where one of them has had a session."""
    group = policy.seen(work, PARTICIPANT_GROUP, group_id, only_admin=True)
    if work.first(_HAD_SESSIONS_IN_GROUP, place=group_id) is not None:
        raise Fault(
            FaultCode.CONFLICT,
            "Can't delete participant group: please delete all sessions from all participants before deleting.",
        )
    store.remove(work, PARTICIPANT_GROUP, group)
