"""Making, changing and deleting devices and their types, and giving devices to participants."""

from typing import Any
from uuid import uuid4

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import links, policy, queries, store
from rollbook.core.sessions.entities import (
    DEVICE,
    DEVICE_PARTICIPANT,
    DEVICE_PROJECT,
    DEVICE_SUBTYPE,
    DEVICE_TYPE,
    PARTICIPANT,
    PROJECT,
    Entity,
    Record,
)
from rollbook.core.sessions.guards import refuse_used

LONGEST = 255


def _unsaved(message: str) -> Fault:
    """What the database would refuse."""
    return Fault(FaultCode.CONFLICT, f"Database error: {message}")


def _checked(work: Work, values: Record, *, is_new: bool) -> Record:
    """Faults: CONFLICT for a name or type that is missing or unknown."""
    if (is_new or "name" in values) and not values.get("name"):
        raise _unsaved("device_name is required")
    if (is_new or "device_type_id" in values) and not _is_there(work, DEVICE_TYPE, values.get("device_type_id")):
        raise _unsaved("id_device_type must be a device type")
    if values.get("device_subtype_id") and not _is_there(work, DEVICE_SUBTYPE, values["device_subtype_id"]):
        raise _unsaved("id_device_subtype must be a device subtype")
    if values.get("device_subtype_id") == 0:
        values = values | {"device_subtype_id": None}
    for name in ("name", "uuid", "token_name"):
        if len(values.get(name) or "") > LONGEST:
            raise _unsaved(f"device_{name} is longer than {LONGEST} characters")
    return values


def _is_there(work: Work, entity: Entity, record_id: Any) -> bool:
    return record_id is not None and queries.first(work, entity, viewer=queries.anyone(work), id=record_id) is not None


def save(
    work: Work, device_id: int, values: Record, *, site_ids: list[int] | None, project_ids: list[int] | None
) -> Record:
    """Make a device (id 0) or change one, with the sites and projects that it is used at where they are given.

    New ones are made by who sees all, or by administrators for sites of theirs; others changed by administrators of a
    site of the device. Faults: FORBIDDEN, CONFLICT, INVALID.
    """
    if device_id:
        device = policy.seen(work, DEVICE, device_id, only_admin=True)
        device = store.change(work, DEVICE, device, **_checked(work, values, is_new=False))
    else:
        _require_own_places(work, site_ids, project_ids)
        if values.get("uuid") and _is_there_uuid(work, values["uuid"]):
            raise _unsaved("device_uuid is taken")
        made = {"uuid": new_uuid(), "token_name": str(uuid4())} | _checked(work, values, is_new=True)
        device = store.add(work, DEVICE, **made)
    _place(work, device["id"], site_ids, project_ids)
    return device


def _is_there_uuid(work: Work, uuid: str) -> bool:
    return queries.first(work, DEVICE, viewer=queries.anyone(work), uuid=uuid) is not None


def _require_own_places(work: Work, site_ids: list[int] | None, project_ids: list[int] | None) -> None:
    if policy.is_super(work):
        return
    if not site_ids and not project_ids:
        raise policy.forbidden()
    for site_id in site_ids or []:
        policy.require_site_admin(work, site_id)
    for project_id in project_ids or []:
        policy.require_site_admin(work, queries.get(work, PROJECT, project_id)["site_id"])


def _place(work: Work, device_id: int, site_ids: list[int] | None, project_ids: list[int] | None) -> None:
    for site_id in site_ids or []:
        if not policy.is_site_admin(work, site_id):
            raise policy.forbidden()
        links.make(work, links.DEVICE_SITES, {"device_id": device_id, "site_id": site_id})
    for project_id in project_ids or []:
        project = policy.seen(work, PROJECT, project_id, only_admin=True)
        links.make(work, links.DEVICE_SITES, {"device_id": device_id, "site_id": project["site_id"]})
        links.make(work, links.DEVICE_PROJECTS, {"device_id": device_id, "project_id": project_id})


def remove(work: Work, device_id: int) -> None:
    """Delete a device. Faults: FORBIDDEN; INVALID where there is none; CONFLICT where history depends on it."""
    policy.require_super(work)
    device = queries.first(work, DEVICE, id=device_id)
    if device is None:
        raise Fault(FaultCode.INVALID, "Invalid id")
    refuse_used(work, "device", device_id)
    store.remove(work, DEVICE, device)


def save_type(work: Work, entity: Entity, type_id: int, values: Record) -> Record:
    """Make a type or subtype of devices (id 0) or change one. Faults: FORBIDDEN, INVALID, CONFLICT."""
    policy.require_super(work)
    present = queries.first(work, entity, id=type_id) if type_id else None
    if type_id and present is None:
        raise Fault(FaultCode.INVALID, f"Invalid {entity.name.replace('_', ' ')}")
    if (key := values.get("key")) is not None:
        found = queries.first(work, DEVICE_TYPE, key=key)
        if found is not None and found["id"] != type_id:
            raise _unsaved("device_type_key is taken")
    of_type = (present or {}) | values
    if entity is DEVICE_SUBTYPE and not _is_there(work, DEVICE_TYPE, of_type.get("device_type_id")):
        raise _unsaved("id_device_type must be a device type")
    if present is None:
        if not values.get("name") or (entity is DEVICE_TYPE and not values.get("key")):
            raise _unsaved("a name and a key are required")
        return store.add(work, entity, **values)
    return store.change(work, entity, present, **values)


def remove_type(work: Work, entity: Entity, **by: Any) -> None:
    """Delete a type or subtype that no device has. Faults: FORBIDDEN, INVALID, CONFLICT."""
    policy.require_super(work)
    found = queries.first(work, entity, **by)
    if found is None:
        raise Fault(FaultCode.INVALID, f"{entity.name.replace('_', ' ').capitalize()} not found")
    refuse_used(work, entity.name, found["id"])
    store.remove(work, entity, found)


def assign(work: Work, device_id: int, participant_id: int) -> tuple[Record, bool]:
    """Give a device to a participant; the assignment, and whether it is new. Faults: FORBIDDEN."""
    participant = queries.first(work, PARTICIPANT, only_admin=True, id=participant_id)
    if participant is None:
        raise policy.forbidden("User is not admin of the participant's project")
    used = queries.first(work, DEVICE_PROJECT, device_id=device_id, project_id=participant["project_id"])
    if used is None:
        raise policy.forbidden("Access denied to device")
    pair = {"device_id": device_id, "participant_id": participant_id}
    present = queries.first(work, DEVICE_PARTICIPANT, **pair)
    return (present, False) if present else (store.add(work, DEVICE_PARTICIPANT, **pair), True)


def unassign(work: Work, assignment_id: int) -> None:
    """Take a device from a participant. Faults: INVALID where there is no such assignment; FORBIDDEN."""
    found = queries.first(work, DEVICE_PARTICIPANT, viewer=queries.anyone(work), id=assignment_id)
    if found is None:
        raise Fault(FaultCode.INVALID, "Not found")
    if not policy.administers_participant(work, found["participant_id"]):
        raise policy.forbidden()
    store.remove(work, DEVICE_PARTICIPANT, found)


def save_by_service(work: Work, device_id: int, values: Record) -> Record:
    """Change a device that the calling service sees, or make one (id 0). Faults: FORBIDDEN, CONFLICT."""
    if device_id:
        device = policy.seen(work, DEVICE, device_id)
        return store.change(work, DEVICE, device, **_checked(work, values, is_new=False))
    made = {"uuid": new_uuid(), "token_name": str(uuid4())} | _checked(work, values, is_new=True)
    return store.add(work, DEVICE, **made)
