"""Forms that clients draw: what an object has, and what its fields may be chosen from (OpenTera, "user", forms)."""

from collections.abc import Callable
from typing import Any

from rollbook.core.sessions import queries
from rollbook.core.sessions.entities import (
    DEVICE,
    DEVICE_SUBTYPE,
    DEVICE_TYPE,
    PARTICIPANT,
    PARTICIPANT_GROUP,
    PROJECT,
    SERVICE,
    SESSION_TYPE,
    SITE,
    Record,
)
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.form_items import FORMS, Item, Section
from rollbook.doors.opentera.wire.user_people import FormsQuery
from rollbook.web.routes import Call

Choices = list[Document]
Choose = Callable[[Call[None, FormsQuery]], Choices]
_CATEGORIES = ("Service", "Data Collect", "File Transfer", "Protocol")
_STATUSES = ("Not started", "In progress", "Completed", "Cancelled", "Terminated")


def _named(found: list[Record]) -> Choices:
    return [{"id": one["id"], "value": one["name"]} for one in found]


def _sites(call: Call[None, FormsQuery]) -> Choices:
    return _named(queries.find(call.work, SITE, id=call.query.id_site))


def _projects(call: Call[None, FormsQuery]) -> Choices:
    """Projects with their site, those that the object can be in."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {"id": asked.id_project, "site_id": asked.id_site}
    if asked.id is not None:
        group = queries.first(work, PARTICIPANT_GROUP, id=asked.id)
        chosen["id"] = group["project_id"] if group else 0
    found = queries.find(work, PROJECT, **chosen)
    return [{"id": one["id"], "value": f"{one['name']} [{one['site_name']}]"} for one in found]


def _groups(call: Call[None, FormsQuery]) -> Choices:
    asked, work = call.query, call.work
    project_id = asked.id_project
    if asked.id is not None:
        participant = queries.first(work, PARTICIPANT, id=asked.id)
        project_id = participant["project_id"] if participant else 0
    return _named(queries.find(work, PARTICIPANT_GROUP, project_id=project_id))


def _device_types(call: Call[None, FormsQuery]) -> Choices:
    return _named(queries.find(call.work, DEVICE_TYPE))


def _device_subtypes(call: Call[None, FormsQuery]) -> Choices:
    """Of the type that the device has; for a new one the client asks by the hook of the field."""
    device = None if call.query.id is None else queries.first(call.work, DEVICE, id=call.query.id)
    return _named(queries.find(call.work, DEVICE_SUBTYPE, device_type_id=device["device_type_id"])) if device else []


def _services(call: Call[None, FormsQuery]) -> Choices:
    return _named(queries.find(call.work, SERVICE))


def _session_types(call: Call[None, FormsQuery]) -> Choices:
    return _named(queries.find(call.work, SESSION_TYPE, project_id=call.query.id_project))


def _numbered(names: tuple[str, ...], start: int) -> Choose:
    return lambda call: [{"id": number, "value": name} for number, name in enumerate(names, start)]


_CHOICES: dict[tuple[str, str], Choose] = {
    ("project", "id_site"): _sites,
    ("group", "id_project"): _projects,
    ("participant", "id_participant_group"): _groups,
    ("device", "id_device_type"): _device_types,
    ("device", "id_device_subtype"): _device_subtypes,
    ("device_subtype", "id_device_type"): _device_types,
    ("session_type", "session_type_category"): _numbered(_CATEGORIES, 1),
    ("session_type", "id_service"): _services,
    ("test_type", "id_service"): _services,
    ("session", "id_session_type"): _session_types,
    ("session", "session_status"): _numbered(_STATUSES, 0),
}


def show(call: Call[None, FormsQuery]) -> Document:
    """The form of a kind of object ("GET /user/forms")."""
    kind = call.query.type
    if kind not in FORMS:
        raise bad(f"Unknown form type: {kind}")
    if kind == "session_type_config":
        type_id = call.query.id
        if type_id is None:
            raise bad("Missing session type id")
        if not queries.sees(call.work, SESSION_TYPE, type_id):
            raise forbidden()
    sections = [_section(call, kind, section, number) for number, section in enumerate(FORMS[kind], 1)]
    return {"objecttype": kind, "sections": sections}


def _section(call: Call[None, FormsQuery], kind: str, section: Section, order: int) -> Document:
    name, label, items = section
    shown = [_item(call, kind, item, number) for number, item in enumerate(items, 1)]
    return {"id": name, "label": label, "_order": order, "items": shown}


def _item(call: Call[None, FormsQuery], kind: str, item: Item, order: int) -> Document:
    """A field; choices that are none, and a default that is false, are left out."""
    name, label, control, more = item
    out: Document = {"id": name, "label": label, "type": control, "_order": order}
    out |= {key: value for key, value in more.items() if key != "default" or value}
    choose = _CHOICES.get((kind, name))
    choices = choose(call) if choose else []
    return out | ({"values": choices} if choices else {})
