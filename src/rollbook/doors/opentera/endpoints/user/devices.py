"""Devices, their types, and who has them (OpenTera, "user")."""

from collections.abc import Mapping
from typing import Any

from rollbook.core.kernel.ids import is_uuid
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import devices, presence, queries
from rollbook.core.sessions.entities import (
    DEVICE,
    DEVICE_PARTICIPANT,
    DEVICE_PROJECT,
    DEVICE_SITE,
    DEVICE_SUBTYPE,
    DEVICE_TYPE,
    PARTICIPANT,
    PROJECT,
    SITE,
    Record,
)
from rollbook.core.sessions.presence import Presence
from rollbook.core.sessions.viewers import Kind
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.bodies import Document, listed, number, wrapped
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.shown import device_document, device_token, participant_document
from rollbook.doors.opentera.wire.user_devices import (
    DevicesDelete,
    DevicesParticipantsDelete,
    DevicesParticipantsQuery,
    DevicesQuery,
    DevicesubtypesDelete,
    DevicesubtypesQuery,
    DevicetypesDelete,
    DevicetypesQuery,
)
from rollbook.web.routes import Call

MINIMAL = ("device_enabled", "device_name", "device_uuid", "id_device", "id_device_subtype", "id_device_type")


def _chosen(asked: DevicesQuery) -> dict[str, Any]:
    given: dict[str, list[Any]] = {
        "id": [asked.id_device, asked.id],
        "uuid": [asked.device_uuid, asked.uuid],
        "site_id": [asked.id_site],
        "project_id": [asked.id_project],
        "device_type_id": [asked.id_device_type],
        "device_subtype_id": [asked.id_device_subtype],
        "name": [asked.name],
    }
    found = [(name, value) for name, values in given.items() for value in values if value is not None]
    names = [name for name, _ in found]
    if len(found) > 1 and names not in (["site_id", "device_type_id"], ["project_id", "device_type_id"]):
        raise bad("Too many IDs")
    return dict(found)


def index(call: Call[None, DevicesQuery]) -> Documents:
    """Devices ("GET /user/devices")."""
    asked, work = call.query, call.work
    found = queries.find(work, DEVICE, is_enabled=True if asked.enabled else None, **_chosen(asked))
    documents = [_document(call, device) for device in found]
    return with_statuses(work, documents) if asked.with_status else documents


def _document(call: Call[None, DevicesQuery], device: Record) -> Document:
    asked, work = call.query, call.work
    is_brief = bool(asked.list)
    out = objects.DEVICE.only(device, *MINIMAL) if is_brief else device_document(device, call.services)
    if asked.projects:
        used = queries.find(work, DEVICE_PROJECT, device_id=device["id"])
        out["device_projects"] = [_project(work, row, is_brief=is_brief) for row in used]
    if asked.with_sites:
        at = [
            queries.get(work, SITE, row["site_id"]) for row in queries.find(work, DEVICE_SITE, device_id=device["id"])
        ]
        out["device_sites"] = [objects.SITE.shown(site, *(["site_name"] if is_brief else [])) for site in at]
    if asked.with_participants:
        given = queries.find(work, DEVICE_PARTICIPANT, device_id=device["id"])
        out["device_participants"] = [_participant(work, row, is_brief=is_brief) for row in given]
    return out


def _project(work: Work, row: Record, *, is_brief: bool) -> Document:
    out = {"id_device": row["device_id"], "id_device_project": row["id"], "id_project": row["project_id"]}
    return out if is_brief else out | {"project": objects.PROJECT.shown(queries.get(work, PROJECT, row["project_id"]))}


def _participant(work: Work, row: Record, *, is_brief: bool) -> Document:
    project_id = row["participant_project_id"]
    out = {
        "id_participant": row["participant_id"],
        "id_project": project_id,
        "participant_name": row["participant_name"],
    }
    return out if is_brief else out | {"project_name": queries.get(work, PROJECT, project_id)["name"]}


def with_statuses(work: Work, documents: Documents) -> Documents:
    """Devices with whether each is online and busy, and what it said last."""
    here = presence.of_kind(work, Kind.DEVICE)
    said = presence.statuses(work, [document["id_device"] for document in documents])
    return [document | _status(document["id_device"], here, said) for document in documents]


def _status(device_id: int, here: Presence, said: Mapping[int, tuple[str | None, int]]) -> Document:
    online, busy = device_id in here.online, device_id in here.busy
    last = said.get(device_id)
    status = {"status": last[0], "timestamp": last[1] / 1_000_000} if last else None
    entry = {"busy": busy, "online": online, "status": status} if online else None
    return {"device_online": online, "device_busy": busy, "device_status": entry}


def _ids(given: Document, name: str, key: str) -> list[int] | None:
    held = given.pop(name, None)
    if held is None:
        return None
    if not isinstance(held, list):
        raise bad(f"{name} must be a list")
    return [number(one.get(key) if isinstance(one, dict) else one, key) for one in held]


def save(call: Call[None, None]) -> Documents:
    """Make or change a device ("POST /user/devices")."""
    given, work = wrapped(call, "device"), call.work
    device_id = given_id(given, "id_device")
    site_ids, project_ids = _ids(given, "device_sites", "id_site"), _ids(given, "device_projects", "id_project")
    token, uuid = given.get("device_token"), given.get("device_uuid")
    values = read(objects.DEVICE, given)
    if not device_id and isinstance(uuid, str) and uuid:
        values["uuid"] = uuid
    present = queries.first(work, DEVICE, id=device_id) if device_id and isinstance(token, str) else None
    if present and token != device_token(present, call.services) and not is_uuid(str(token)):
        values["token_name"] = token
    saved = devices.save(work, device_id, values, site_ids=site_ids, project_ids=project_ids)
    return [device_document(saved, call.services)]


def delete(call: Call[None, DevicesDelete]) -> str:
    """Delete a device ("DELETE /user/devices")."""
    devices.remove(call.work, call.query.id)
    return "Device successfully deleted"


def index_online(call: Call[None, None]) -> Documents:
    """Devices that are online or busy ("GET /user/devices/online")."""
    here = presence.of_kind(call.work, Kind.DEVICE)
    found = queries.find(call.work, DEVICE, id_among=here.here)
    return with_statuses(call.work, [objects.DEVICE.only(device, *MINIMAL) for device in found])


def index_types(call: Call[None, DevicetypesQuery]) -> Documents:
    """Types of devices ("GET /user/devicetypes"). Faults: FORBIDDEN for one that there is not."""
    asked = call.query
    found = queries.find(call.work, DEVICE_TYPE, id=asked.id_device_type, key=asked.device_type_key)
    if asked.id_device_type and not found:
        raise forbidden("Unexisting ID/Forbidden access")
    return [objects.DEVICE_TYPE.shown(one) for one in found]


def save_type(call: Call[None, None]) -> Documents:
    """Make or change a type of devices ("POST /user/devicetypes")."""
    given = wrapped(call, "device_type")
    type_id = given_id(given, "id_device_type")
    return [
        objects.DEVICE_TYPE.shown(devices.save_type(call.work, DEVICE_TYPE, type_id, read(objects.DEVICE_TYPE, given)))
    ]


def delete_type(call: Call[None, DevicetypesDelete]) -> str:
    """Delete a type of devices by its id or its key ("DELETE /user/devicetypes")."""
    asked = call.query
    if asked.id is None and asked.device_type_key is None:
        raise bad("Missing id or device_type_key")
    by = {"key": asked.device_type_key} if asked.device_type_key is not None else {"id": asked.id}
    devices.remove_type(call.work, DEVICE_TYPE, **by)
    return "Device type successfully deleted"


def _subtype(record: Record) -> Document:
    return objects.DEVICE_SUBTYPE.shown(record) | {"device_subtype_parent": record["device_type_name"]}


def index_subtypes(call: Call[None, DevicesubtypesQuery]) -> Documents:
    """Subtypes of devices ("GET /user/devicesubtypes"). Faults: FORBIDDEN for a type that there is not."""
    asked, work = call.query, call.work
    if asked.id_device_type is not None and not queries.sees(work, DEVICE_TYPE, asked.id_device_type):
        raise forbidden("No access to device type")
    found = queries.find(work, DEVICE_SUBTYPE, id=asked.id_device_subtype, device_type_id=asked.id_device_type)
    if asked.id_device_subtype is not None and not found:
        raise forbidden("No access to device subtype")
    return [_subtype(one) for one in found]


def save_subtype(call: Call[None, None]) -> Documents:
    """Make or change a subtype of devices ("POST /user/devicesubtypes")."""
    given = wrapped(call, "device_subtype")
    type_id = given_id(given, "id_device_subtype")
    return [_subtype(devices.save_type(call.work, DEVICE_SUBTYPE, type_id, read(objects.DEVICE_SUBTYPE, given)))]


def delete_subtype(call: Call[None, DevicesubtypesDelete]) -> str:
    """Delete a subtype of devices ("DELETE /user/devicesubtypes")."""
    devices.remove_type(call.work, DEVICE_SUBTYPE, id=call.query.id)
    return "Device subtype successfully deleted"


def _assignment(row: Record, *, is_brief: bool) -> Document:
    out = {
        "id_device": row["device_id"],
        "id_device_participant": row["id"],
        "id_participant": row["participant_id"],
    }
    if is_brief:
        return out
    return out | {"device_name": row["device_name"], "participant_name": row["participant_name"]}


def index_assignments(call: Call[None, DevicesParticipantsQuery]) -> Documents:
    """Which participant has which device ("GET /user/devices/participants")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {
        "device_id": asked.id_device,
        "participant_id": asked.id_participant,
        "site_id": asked.id_site,
        "device_type_id": asked.id_device_type,
    }
    if all(value is None for value in chosen.values()):
        raise bad("Missing arguments")
    if asked.id_device_type is not None and asked.id_participant is None:
        return []  # The vendor's server takes a type only to narrow down a participant's devices.
    out = []
    for row in queries.find(work, DEVICE_PARTICIPANT, **chosen):
        shown = _assignment(row, is_brief=bool(asked.list))
        out.append(shown if asked.list else shown | _ends(call, row, asked))
    return out


def _ends(call: Call[Any, Any], row: Record, asked: DevicesParticipantsQuery) -> Document:
    """The device itself where a participant's are asked for, the participant where a device's are."""
    work, every = call.work, queries.anyone(call.work)
    if asked.id_participant is not None:
        device = queries.first(work, DEVICE, viewer=every, id=row["device_id"])
        return {"device_participant_device": device_document(device, call.services)} if device else {}
    if asked.id_device is not None:
        found = queries.first(work, PARTICIPANT, viewer=every, id=row["participant_id"])
        return {"device_participant_participant": participant_document(found, call.services)} if found else {}
    return {}


def save_assignments(call: Call[None, None]) -> Documents:
    """Give devices to participants ("POST /user/devices/participants")."""
    out = []
    for given in listed(call, "device_participant"):
        pair = [given_id(given, name) for name in ("id_device", "id_participant")]
        row, is_new = devices.assign(call.work, *pair)
        out.append(_assignment(row, is_brief=not is_new))
    return out


def delete_assignment(call: Call[None, DevicesParticipantsDelete]) -> str:
    """Take a device from a participant ("DELETE /user/devices/participants")."""
    devices.unassign(call.work, call.query.id)
    return ""
