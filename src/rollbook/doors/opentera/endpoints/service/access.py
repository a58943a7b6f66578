"""What services learn of who sees what, and of the users (OpenTera, "service")."""

from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import grants, queries, sockets
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.viewers import Kind, Viewer, viewer_of
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.addresses import server_url
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.endpoints.user.server import target_of
from rollbook.doors.opentera.endpoints.user.services import service_document
from rollbook.doors.opentera.endpoints.user.sites import Documents
from rollbook.doors.opentera.endpoints.user.users import user_document
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.wire.service import (
    AccessQuery,
    AuthCodeQuery,
    DisconnectQuery,
    ServicesQuery,
    SitesQuery,
    UsersAccessQuery,
    UsersQuery,
)
from rollbook.web.routes import Call

_SUBJECTS = (
    ("from_user_uuid", Kind.USER, "user"),
    ("from_participant_uuid", Kind.PARTICIPANT, "participant"),
    ("from_device_uuid", Kind.DEVICE, "device"),
)
_LISTS: tuple[tuple[str, e.Entity, str], ...] = (
    ("users", e.USER, "uuid"),
    ("projects", e.PROJECT, "id"),
    ("participants", e.PARTICIPANT, "uuid"),
    ("devices", e.DEVICE, "uuid"),
    ("sites", e.SITE, "id"),
)
_OWN = {Kind.PARTICIPANT: ("participants",), Kind.DEVICE: ("participants", "devices")}
"""Which of the lists participants and devices have at all."""


def viewer_for(work: Work, kind: Kind, uuid: str, name: str) -> Viewer:
    """Another actor as a viewer. Faults: INVALID for an unknown one."""
    found = queries.first(work, queries.ENTITY_OF[kind], viewer=queries.anyone(work), uuid=uuid)
    if found is None:
        raise bad(f"Invalid {name} uuid")
    return Viewer(Kind.SUPER if found.get("is_super") else kind, work.principal.organisation_id, found["id"])


def show(call: Call[None, AccessQuery]) -> Document:
    """What another actor sees ("GET /service/access"). Faults: INVALID."""
    asked, work = call.query, call.work
    for name, kind, word in _SUBJECTS:
        uuid = getattr(asked, name)
        if uuid is None:
            continue
        if asked.admin and kind is not Kind.USER:
            raise bad(f"{word.capitalize()} cannot be admin")
        viewer = viewer_for(work, kind, uuid, word)
        out: Document = {name: uuid} | ({"admin": bool(asked.admin)} if kind is Kind.USER else {})
        return out | _seen(work, asked, viewer)
    raise bad("Missing argument")


def _seen(work: Work, asked: AccessQuery, viewer: Viewer) -> Document:
    out: Document = {}
    for name, entity, key in _LISTS:
        if not getattr(asked, f"with_{name}"):
            continue
        has_any = viewer.kind not in _OWN or name in _OWN[viewer.kind]
        found = queries.find(work, entity, viewer=viewer, only_admin=bool(asked.admin)) if has_any else []
        out[name] = [{key: one[key]} | ({"name": _name(one)} if asked.with_names else {}) for one in found]
    return out


def _name(record: Record) -> Any:
    return record["name"] if "name" in record else f"{record['first_name']} {record['last_name']}"


def index_users(call: Call[None, UsersQuery]) -> Document:
    """One user ("GET /service/users"). Faults: INVALID, FORBIDDEN."""
    asked = call.query
    if asked.user_uuid is None and asked.id_user is None:
        raise bad("Missing arguments")
    found = queries.first(call.work, e.USER, id=asked.id_user, uuid=asked.user_uuid)
    if found is None:
        raise forbidden()
    return user_document(found)


def show_role(call: Call[None, UsersAccessQuery]) -> Document:
    """A user's role at a site or in a project ("GET /service/users/access"). Faults: INVALID, FORBIDDEN."""
    asked, work = call.query, call.work
    wanted: tuple[tuple[grants.What, int | None], ...] = (("site", asked.id_site), ("project", asked.id_project))
    person = viewer_for(work, Kind.USER, asked.uuid_user, "user")
    out: Document = {}
    for what, place_id in wanted:
        if place_id is not None:
            role = grants.of_person(work, what, queries.anyone(work), person.id).get(place_id)
            out[f"{what}_role"] = "admin" if person.is_super else role.role if role else None
    if not out:
        raise bad("Missing arguments")
    return out


def index_sites(call: Call[None, SitesQuery]) -> Documents:
    """Sites, those of a user where one is named ("GET /service/sites")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {"id": asked.id_site}
    if asked.id_user is not None:
        is_super = queries.count(work, e.USER, viewer=queries.anyone(work), id=asked.id_user, is_super=True)
        chosen["of_person"] = None if is_super else asked.id_user
    return [objects.SITE.shown(site) for site in queries.find(work, e.SITE, **chosen)]


def index_services(call: Call[None, ServicesQuery]) -> Documents:
    """A service by its id, uuid or key ("GET /service/services"). Faults: INVALID."""
    asked, work = call.query, call.work
    chosen = {"id": asked.id_service, "uuid": asked.uuid_service, "key": asked.service_key}
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    if not given:
        raise bad("Missing arguments")
    found = queries.find(work, e.SERVICE, viewer=queries.anyone(work), **given)
    out = [service_document(work, one, is_brief=True) for one in found]
    if asked.with_base_url:
        for shown, one in zip(out, found, strict=True):
            shown["service_base_url"] = server_url(call, one["client_endpoint"])
    return out


def disconnect(call: Call[None, DisconnectQuery]) -> str:
    """Close someone's socket ("GET /service/disconnect"). Faults: INVALID, FORBIDDEN."""
    kind, wanted = target_of(call.query)
    found = queries.first(call.work, queries.ENTITY_OF[kind], **wanted)
    if found is None:
        raise forbidden()
    sockets.close_all(call.work, kind, found["id"])
    return "Success"


def auth_code(call: Call[None, AuthCodeQuery]) -> Document:
    """A code that opens an address of the service, once, within a minute ("GET /service/auth/code")."""
    viewer = viewer_of(call.principal)
    return {"auth_code": sockets.auth_code(call.work, viewer.id, call.query.endpoint_url)}
