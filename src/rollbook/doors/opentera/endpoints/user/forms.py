"""Forms that clients draw: what an object has, and what its fields may be chosen from (OpenTera, "user", forms)."""

from rollbook.core.sessions import queries
from rollbook.core.sessions.entities import SERVICE, SESSION_TYPE
from rollbook.core.sessions.forms import Asked, choices_of
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.form_items import FORMS, Item, Section
from rollbook.doors.opentera.wire.user_people import FormsQuery
from rollbook.web.routes import Call


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
    known = _of_service(call) if kind == "service_config" else {}
    sections = [_section(call, section, number) for number, section in enumerate(FORMS[kind], 1)]
    for item in (item for section in sections for item in section["items"]):
        item |= known.get(item["id"], {})
    return {"objecttype": kind, "sections": sections}


def _of_service(call: Call[None, FormsQuery]) -> dict[str, Document]:
    """What the form of a service's settings begins with. Faults: INVALID without a key; FORBIDDEN."""
    if not call.query.key:
        raise bad("Missing service key")
    found = queries.first(call.work, SERVICE, key=call.query.key)
    if found is None:
        raise forbidden()
    begins = found["default_config"]
    return {
        "id_service": {"default": found["id"]},
        "service_config_name": {"default": found["name"]},
        "service_config_config": {"default": begins} if begins and begins != "{}" else {},
    }


def _section(call: Call[None, FormsQuery], section: Section, order: int) -> Document:
    name, label, items = section
    shown = [_item(call, item, number) for number, item in enumerate(items, 1)]
    return {"id": name, "label": label, "_order": order, "items": shown}


def _item(call: Call[None, FormsQuery], item: Item, order: int) -> Document:
    """A field; choices that are none are left out."""
    out: Document = {"id": item.name, "label": item.label, "type": item.control, "_order": order} | item.more
    asked = Asked(call.query.id, call.query.id_site, call.query.id_project)
    choices = choices_of(call.work, item.field, asked) if item.field else []
    return out | ({"values": [{"id": one.id, "value": one.name} for one in choices]} if choices else {})
