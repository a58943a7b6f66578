"""Who is told of somebody's presence: everyone who sees them, found from the one who is seen.

These are the rules of ``scopes`` read the other way round, for one event goes to thousands and asking for each of them
would take as many queries. A test compares both for everyone in the reference data. As OpenTera has it, participants
and devices are told nothing of users.
"""

from typing import Any

from sqlalchemy import bindparam, literal_column, select, union_all

from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import memberships, people
from rollbook.core.sessions.grantees import SUPERS, granted_at
from rollbook.core.sessions.reach import Ids, held, ids, is_live, linked, projects_of_person
from rollbook.core.sessions.tables.devices import device_participants, device_projects, device_sites
from rollbook.core.sessions.tables.places import participants, projects
from rollbook.core.sessions.tables.presence import live_event_receivers
from rollbook.core.sessions.tables.services import service_projects, service_roles, services
from rollbook.core.sessions.telling import Address
from rollbook.core.sessions.viewers import Kind

Rows = Statement[tuple[Any, ...]]
_SUBJECT: Any = bindparam("subject_id")
_ORGANISATION: Any = bindparam("organisation_id")


def _as(kind: Kind, chosen: Ids) -> Any:
    found = chosen.subquery()
    return select(literal_column(f"'{kind.value}'"), found.c[0])


def _self(kind: Kind) -> Any:
    return select(literal_column(f"'{kind.value}'"), literal_column("0") + _SUBJECT)


_SUPERS = ids(people.c.id, people.c.organisation_id == _ORGANISATION, people.c.id.in_(SUPERS))


def _members(groups: Any) -> Ids:
    return ids(memberships.c.person_id, memberships.c.group_id.in_(groups))


def _working_in(chosen: Any) -> Ids:
    used = service_projects
    return ids(used.c.service_id, is_live(used), used.c.project_id.in_(chosen))


def _around(chosen: Ids) -> Ids:
    return ids(projects.c.site_id, is_live(projects), projects.c.id.in_(chosen))


def _live(chosen: Ids) -> Ids:
    return ids(projects.c.id, is_live(projects), projects.c.id.in_(chosen))


def _of_participant() -> Any:
    project = _live(ids(participants.c.project_id, participants.c.id == _SUBJECT))
    return union_all(
        _as(Kind.USER, _SUPERS),
        _as(Kind.USER, _members(granted_at(project, _around(project)))),
        _self(Kind.PARTICIPANT),
        _as(Kind.DEVICE, linked(device_participants, "device_id", participant_id=_SUBJECT)),
        _as(Kind.SERVICE, _working_in(project)),
    )


def _of_device() -> Any:
    sites = linked(device_sites, "site_id", device_id=_SUBJECT)
    inside = ids(projects.c.id, is_live(projects), projects.c.site_id.in_(sites))
    return union_all(
        _as(Kind.USER, _SUPERS),
        _as(Kind.USER, _members(granted_at(inside, sites, any_role=True))),
        _self(Kind.DEVICE),
        _as(Kind.PARTICIPANT, linked(device_participants, "participant_id", device_id=_SUBJECT)),
        _as(Kind.SERVICE, _working_in(linked(device_projects, "project_id", device_id=_SUBJECT))),
    )


def _of_user() -> Any:
    direct = _live(held(service_roles.c.project_id, _SUBJECT, only_admin=False))
    all_services = ids(
        services.c.id, is_live(services), services.c.organisation_id == _ORGANISATION, _SUBJECT.in_(SUPERS)
    )
    return union_all(
        _as(Kind.USER, _SUPERS),
        _as(Kind.USER, _members(granted_at(direct, _around(direct)))),
        _self(Kind.USER),
        _as(Kind.SERVICE, _working_in(projects_of_person(_SUBJECT))),
        _as(Kind.SERVICE, all_services),
    )


_TOLD = {
    Kind.USER.value: Rows(_of_user()),
    Kind.PARTICIPANT.value: Rows(_of_participant()),
    Kind.DEVICE.value: Rows(_of_device()),
}
_ADDRESSED = Rows(
    select(live_event_receivers.c.event_id, live_event_receivers.c.kind, live_event_receivers.c.subject_id).where(
        among(live_event_receivers.c.event_id, "events")
    )
)
_KINDS = {kind.value: kind for kind in Kind}


def of_presence(work: Work, organisation_id: int, kind: str, subject_id: int) -> frozenset[Address]:
    """Who is told what becomes of a user, participant or device."""
    found = work.all(_TOLD[kind], organisation_id=organisation_id, subject_id=subject_id)
    return frozenset((_KINDS[name], receiver_id) for name, receiver_id in found)


def addressed(work: Work, event_ids: list[int]) -> dict[int, set[Address]]:
    """Whom each of these events names."""
    found: dict[int, set[Address]] = {event_id: set() for event_id in event_ids}
    for event_id, kind, subject_id in work.all(_ADDRESSED, events=event_ids):
        found[event_id].add((_KINDS[kind], subject_id))
    return found
