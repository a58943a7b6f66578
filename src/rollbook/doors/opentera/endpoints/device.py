"""What devices do: register, sign in, and tell of their sessions (OpenTera, "device")."""

import json
from typing import Any

import msgspec

from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.certifying import RequestUnreadable, SignedCertificate
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.sessions import certificates, own_sessions, presence, queries, registering, sockets, store
from rollbook.core.sessions.entities import ASSET, DEVICE, PARTICIPANT, SESSION_TYPE, Record
from rollbook.core.sessions.viewers import Kind
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.addresses import socket_url
from rollbook.doors.opentera.auth import NAME
from rollbook.doors.opentera.bodies import Document, document, wrapped
from rollbook.doors.opentera.endpoints.user.devices import MINIMAL
from rollbook.doors.opentera.endpoints.user.materials import assets_shown
from rollbook.doors.opentera.endpoints.user.sessions import documents, readied
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.endpoints.user.types import BRIEF
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.shown import device_document, device_token, participant_document
from rollbook.doors.opentera.wire.device import AssetsQuery, RegisterQuery
from rollbook.web.routes import Call, Reply

PEM = "application/octet-stream"
PEM_FILE = "application/x-pem-file"
LIST = "/pki/devices.crl"
"""Where the list of revoked certificates is; certificates name it."""
LIST_KEPT_S = 300


def own(call: Call[Any, Any]) -> Record:
    """The device that calls."""
    return queries.get(call.work, DEVICE, call.principal.subject_id or 0)


def _around(call: Call[Any, Any]) -> Document:
    """Whom a device is given to, and what sessions it may make."""
    people, kinds = queries.find(call.work, PARTICIPANT), queries.find(call.work, SESSION_TYPE)
    return {
        "participants_info": [{"participant_name": one["name"], "participant_uuid": one["uuid"]} for one in people],
        "session_types_info": [objects.SESSION_TYPE.only(kind, *BRIEF) for kind in kinds],
    }


def login(call: Call[None, None]) -> Document:
    """What a device is to know when it begins ("GET /device/login"). Faults: FORBIDDEN when it is online already."""
    work, device = call.work, own(call)
    info = device_document(device, call.services) | {"device_type": device["type_name"]}
    if device["subtype_name"] is not None:
        info["device_subtype"] = device["subtype_name"]
    out: Document = {"device_info": info} | _around(call)
    if device["goes_online"]:
        if presence.is_online(work, Kind.DEVICE, device["id"]):
            raise forbidden("Device already logged in.")
        out["websocket_url"] = socket_url(call, work, Kind.DEVICE, device["id"])
    store.touch(work, DEVICE, device["id"])
    return out


def logout(call: Call[None, None]) -> str:
    """Say that a device is done ("GET /device/logout"): its socket is closed, its token stays good."""
    sockets.close_all(call.work, Kind.DEVICE, call.principal.subject_id or 0)
    return "Device logged out."


def show(call: Call[None, None]) -> Document:
    """The device with whom it is given to ("GET /device/devices")."""
    return {"device_info": objects.DEVICE.only(own(call), *MINIMAL)} | _around(call)


def save(call: Call[None, None]) -> Documents:
    """Set the device's own configuration ("POST /device/devices")."""
    given = wrapped(call, "device")
    if given.get("id_device") not in (None, call.principal.subject_id):
        raise forbidden()
    device = own(call)
    if "device_config" in given:
        config = given["device_config"]
        if not isinstance(config, str | None):
            config = msgspec.json.encode(config).decode()
        device = store.change(call.work, DEVICE, device, config=config)
    return [device_document(device, call.services)]


def index_participants(call: Call[None, None]) -> Document:
    """Whom the device is given to ("GET /device/participants")."""
    found = queries.find(call.work, PARTICIPANT)
    return {"participants_info": [participant_document(one, call.services) for one in found]}


def index_assets(call: Call[None, AssetsQuery]) -> Documents:
    """The device's own assets ("GET /device/assets")."""
    asked = call.query
    chosen: dict[str, Any] = {"id": asked.id_asset, "uuid": asked.asset_uuid, "session_id": asked.id_session}
    return assets_shown(call, queries.find(call.work, ASSET, **chosen), full=True)


def uuids_in(given: Document) -> list[str]:
    """The participants of a session, by uuid. Faults: INVALID."""
    held = given.pop("session_participants", [])
    if not isinstance(held, list) or not all(isinstance(one, str) for one in held):
        raise bad("session_participants must be a list of uuids")
    return list(dict.fromkeys(held))


def save_session(call: Call[None, None]) -> Document:
    """Make or change a session of the device ("POST /device/sessions")."""
    given = wrapped(call, "session")
    session_id, uuids = given_id(given, "id_session"), uuids_in(given)
    values = read(objects.SESSION, readied(given))
    return documents(call.work, [own_sessions.save(call.work, session_id, values, uuids)])[0]


def save_event(call: Call[None, None]) -> Documents:
    """Tell what happened in a session of the device ("POST /device/sessions/events")."""
    given = wrapped(call, "session_event")
    event_id = given_id(given, "id_session_event")
    values = read(objects.SESSION_EVENT, given)
    return [objects.SESSION_EVENT.shown(own_sessions.save_event(call.work, event_id, values))]


def refuse(call: Call[None, None]) -> str:
    """Sessions are not read or deleted by devices. Faults: FORBIDDEN."""
    raise forbidden("Forbidden for security reasons")


def save_status(call: Call[None, None]) -> Document:
    """Say how the device is ("POST /device/status"). Faults: FORBIDDEN for one that is offline; INVALID."""
    given = document(call)
    if not isinstance(given, dict) or "status" not in given or "timestamp" not in given:
        raise bad("Missing status or timestamp")
    device = own(call)
    if not presence.is_online(call.work, Kind.DEVICE, device["id"]):
        raise forbidden("Status update forbidden on offline device.")
    if isinstance(given["timestamp"], bool) or not isinstance(given["timestamp"], int | float):
        raise bad("timestamp must be seconds since 1970")
    status = json.dumps(given["status"])
    told = json.dumps({"status": status, "timestamp": given["timestamp"]})
    presence.set_status(call.work, device["id"], status, int(given["timestamp"] * 1_000_000), told)
    return {"uuid": device["uuid"], "status": status, "timestamp": given["timestamp"]}


def register(call: Call[None, RegisterQuery]) -> Document:
    """Register a new device by the server's key ("GET /device/register"). Faults: UNAUTHENTICATED, INVALID."""
    _admit(call)
    return _registered(call, None, None)


def register_by_request(call: Call[None, RegisterQuery]) -> Document:
    """As :func:`register`, with a certificate for a signing request ("POST /device/register")."""
    _admit(call)
    uuid = new_uuid()
    signed = _signed(call, uuid)
    return _registered(call, uuid, signed) | _shown(signed)


def _signed(call: Call[Any, Any], uuid: str) -> SignedCertificate:
    """A certificate for the request in the body. Faults: INVALID."""
    content, services = call.content, call.services
    if content is None or content.media_type != PEM:
        raise bad("Invalid content type")
    try:
        return services.authority.sign(content.data, uuid, list_url=services.base_url() + LIST)
    except RequestUnreadable as problem:
        raise bad(f"Invalid certificate signing request: {problem}") from None


def _shown(signed: SignedCertificate) -> Document:
    return {"device_certificate": signed.certificate, "ca_info": signed.authority}


def renew(call: Call[None, None]) -> Document:
    """Get a newer certificate for a signing request; the one before stays good for a week."""
    uuid = str(own(call)["uuid"])
    signed = _signed(call, uuid)
    certificates.renew(call.work, call.principal.subject_id or 0, signed)
    return {"device_uuid": uuid} | _shown(signed)


def show_authority(call: Call[None, None]) -> Reply:
    """The certificate of the authority that signs those of devices, in PEM."""
    return Reply(call.services.authority.certificate().encode(), media_type=PEM_FILE)


def show_revoked(call: Call[None, None]) -> Reply:
    """The certificates of devices that are good no more, signed by our authority (RFC 5280), in DER."""
    return _list(call, as_pem=False)


def show_revoked_pem(call: Call[None, None]) -> Reply:
    """As :func:`show_revoked`, in PEM."""
    return _list(call, as_pem=True)


def _list(call: Call[Any, Any], *, as_pem: bool) -> Reply:
    made = call.services.authority.revocation_list(certificates.list_revoked(call.work), call.work.at, as_pem=as_pem)
    headers = {"cache-control": f"public, max-age={LIST_KEPT_S}"}
    return Reply(made, headers=headers, media_type=PEM_FILE if as_pem else "application/pkix-crl")


def _admit(call: Call[Any, Any]) -> None:
    """Faults: RATE_LIMITED; never on a server for tests, as with the vendor."""
    if call.services.reset is None:
        registering.admit(call.services.database, call.address)


def _registered(call: Call[None, RegisterQuery], uuid: str | None, signed: SignedCertificate | None) -> Document:
    asked, services = call.query, call.services
    if not asked.name or not asked.type_key:
        raise Fault(FaultCode.MISSING, "Missing name or type_key")
    with services.database.writing() as work:
        organisation_id = registering.organisation_of(work, services.sealer, asked.key)
        work.act_as(system_principal(organisation_id, NAME))
        device = registering.register(
            work,
            name=asked.name,
            type_key=asked.type_key,
            subtype_name=asked.subtype_name,
            goes_online=bool(asked.onlineable),
            signed=signed,
            uuid=uuid,
        )
        return {
            "device_enabled": device["is_enabled"],
            "device_name": device["name"],
            "device_uuid": device["uuid"],
            "device_token": device_token(device, services),
        }
