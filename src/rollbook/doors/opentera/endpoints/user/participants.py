"""Participants (OpenTera, "user")."""

from typing import Any

from rollbook.core.access.signin import checked_password
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import participants, presence, queries
from rollbook.core.sessions.entities import (
    DEVICE,
    PARTICIPANT,
    PARTICIPANT_GROUP,
    PROJECT,
    SESSION,
    SITE,
    Record,
)
from rollbook.core.sessions.presence import Presence
from rollbook.core.sessions.viewers import Kind
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.arguments import either
from rollbook.doors.opentera.bodies import Document, wrapped
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.errors import bad, listed_fault
from rollbook.doors.opentera.shown import moment, participant_document
from rollbook.doors.opentera.wire.user_places import ParticipantsDelete, ParticipantsOnlineQuery, ParticipantsQuery
from rollbook.web.routes import Call

MINIMAL = (
    "id_participant",
    "id_participant_group",
    "id_project",
    "participant_email",
    "participant_enabled",
    "participant_name",
    "participant_token_enabled",
    "participant_uuid",
)


def _chosen(asked: ParticipantsQuery) -> dict[str, Any]:
    return {
        "id": either(asked.id_participant, asked.id),
        "uuid": either(asked.participant_uuid, asked.uuid),
        "username": asked.username,
        "name": asked.name,
        "project_id": asked.id_project,
        "participant_group_id": asked.id_group,
        "session_id": asked.id_session,
        "device_id": asked.id_device,
        "site_id": asked.id_site,
    }


def index(call: Call[None, ParticipantsQuery]) -> Documents | None:
    """Participants ("GET /user/participants")."""
    asked, work = call.query, call.work
    chosen = {name: value for name, value in _chosen(asked).items() if value is not None}
    if not chosen:
        raise bad("Missing arguments")
    chosen |= {"is_enabled": asked.enabled, "has_no_group": True if asked.no_group is not None else None}
    order = "recent" if asked.orderby_recents else None
    found = queries.find(work, PARTICIPANT, order=order, limit=asked.limit, **chosen)
    here = presence.of_kind(work, Kind.PARTICIPANT)
    details = asked.list is None and (chosen.keys() & {"id", "participant_group_id"})
    return [_document(call, one, asked, here, with_details=bool(details)) for one in found] or None


def _document(
    call: Call[Any, Any], record: Record, asked: ParticipantsQuery, here: Presence, *, with_details: bool
) -> Document:
    work = call.work
    if asked.list:
        return objects.PARTICIPANT.only(record, *MINIMAL) | _flags(record, here)
    out = participant_document(record, call.services) | _flags(record, here)
    if with_details:
        out["participant_lastsession"] = _last_session(work, record["id"])
        if either(asked.id_participant, asked.id) is not None:
            out["id_site"] = record["site_id"]
    if asked.full:
        out |= _full(work, record)
    return out


def _flags(record: Record, here: Presence) -> Document:
    return {"participant_online": record["id"] in here.online, "participant_busy": record["id"] in here.busy}


def _last_session(work: Work, participant_id: int) -> str | None:
    found = queries.first(work, SESSION, participant_id=participant_id)
    return moment(found["started_at"]) if found else None


def _full(work: Work, record: Record) -> Document:
    every = queries.anyone(work)
    devices = queries.find(work, DEVICE, viewer=every, participant_id=record["id"])
    out: Document = {
        "participant_devices": [objects.DEVICE.shown(device) | {"device_token": None} for device in devices],
        "participant_project": objects.PROJECT.shown(queries.get(work, PROJECT, record["project_id"])),
    }
    if record["participant_group_id"]:
        group = queries.get(work, PARTICIPANT_GROUP, record["participant_group_id"])
        out["participant_participant_group"] = objects.GROUP.shown(group, "project_name")
    return out


def hashed(call: Call[Any, Any], given: Document) -> Record:
    """The hash of the password that is posted with a participant, where there is one. Faults: INVALID."""
    password = given.pop("participant_password", None) or ""
    if not isinstance(password, str):
        raise bad("Bad parameter: participant_password must be text")
    return {"password_hash": call.services.hasher.hash(checked_password(password, shortest=1))} if password else {}


def save(call: Call[None, None]) -> Documents:
    """Make or change a participant ("POST /user/participants")."""
    given = wrapped(call, "participant")
    participant_id = given_id(given, "id_participant")
    password = hashed(call, given)
    values = read(objects.PARTICIPANT, given) | password
    try:
        record = participants.save(call.work, participant_id, values)
    except Fault as fault:
        raise listed_fault(fault) from None
    here = presence.of_kind(call.work, Kind.PARTICIPANT)
    return [participant_document(record, call.services) | _flags(record, here)]


def delete(call: Call[None, ParticipantsDelete]) -> str:
    """Delete a participant ("DELETE /user/participants")."""
    participants.remove(call.work, call.query.id)
    return ""


def index_online(call: Call[None, ParticipantsOnlineQuery]) -> Documents:
    """Participants who are online or busy ("GET /user/participants/online")."""
    asked, work = call.query, call.work
    here = presence.of_kind(work, Kind.PARTICIPANT)
    out = []
    for record in queries.find(work, PARTICIPANT, id_among=here.here):
        document = objects.PARTICIPANT.only(record, *MINIMAL) | _flags(record, here)
        if asked.with_projects:
            document |= {"project_name": queries.get(work, PROJECT, record["project_id"])["name"]}
        if asked.with_sites:
            site = queries.get(work, SITE, record["site_id"])
            document |= {"id_site": site["id"], "site_name": site["name"]}
        out.append(document)
    return out
