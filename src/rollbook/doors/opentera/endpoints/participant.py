"""What participants do: sign in, see their sessions, devices and assets (OpenTera, "participant")."""

from typing import Any

from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import own_sessions, presence, queries, sockets, store, tokens
from rollbook.core.sessions.entities import ASSET, DEVICE, PARTICIPANT, SESSION, SESSION_TYPE, Record
from rollbook.core.sessions.viewers import Kind
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.addresses import socket_url
from rollbook.doors.opentera.auth import PARTICIPANT as KIND
from rollbook.doors.opentera.auth import key, token_in
from rollbook.doors.opentera.bodies import Document, wrapped
from rollbook.doors.opentera.endpoints.device import uuids_in
from rollbook.doors.opentera.endpoints.user.devices import MINIMAL
from rollbook.doors.opentera.endpoints.user.materials import assets_shown
from rollbook.doors.opentera.endpoints.user.sessions import documents, readied, when_and_which
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.endpoints.user.types import BRIEF
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.shown import device_document, participant_document, participant_token
from rollbook.doors.opentera.wire.participant import (
    AssetsQuery,
    DevicesQuery,
    LoginQuery,
    LogoutQuery,
    ParticipantsQuery,
    RefreshTokenQuery,
    SessionsQuery,
)
from rollbook.web.routes import Call


def own(call: Call[Any, Any]) -> Record:
    """The participant who calls."""
    return queries.get(call.work, PARTICIPANT, call.principal.subject_id or 0)


def _is_full(call: Call[Any, Any]) -> bool:
    return call.principal.may(Permission.SESSIONS_JOIN)


def _token(call: Call[Any, Any], work: Work, record: Record, lives_s: int) -> str:
    about = {
        "participant_uuid": record["uuid"],
        "id_participant": record["id"],
        "user_fullname": record["name"],
    }
    return tokens.made(about, key(call.services, KIND), work.at, lives_s=lives_s)


def login(call: Call[None, LoginQuery]) -> Document:
    """What a participant is to know when they begin, with a token ("GET /participant/login"). Faults: FORBIDDEN."""
    work, record = call.work, own(call)
    out: Document = {"participant_name": record["name"], "participant_uuid": record["uuid"]}
    if not presence.is_online(work, Kind.PARTICIPANT, record["id"]):
        out["websocket_url"] = socket_url(call, work, Kind.PARTICIPANT, record["id"])
    elif call.query.with_websocket:
        raise forbidden("Participant already logged in.")
    out["session_types_info"] = [objects.SESSION_TYPE.only(kind, *BRIEF) for kind in queries.find(work, SESSION_TYPE)]
    if _is_full(call):
        out["participant_token"] = _token(call, work, record, tokens.LIVES_S)
    store.touch(work, PARTICIPANT, record["id"])
    return out | {"base_token": participant_token(record, call.services)}


def _claims(call: Call[Any, Any]) -> tokens.Claims | None:
    token = token_in(call.headers, call.target)
    return tokens.read(token, key(call.services, KIND), call.work.at) if token else None


def logout(call: Call[None, LogoutQuery]) -> str:
    """End the token that is shown, unless it is the lasting one, and close the socket ("GET /participant/logout")."""
    if (claims := _claims(call)) is not None:
        tokens.end(call.work, claims)
    sockets.close_all(call.work, Kind.PARTICIPANT, call.principal.subject_id or 0)
    return "Participant logged out."


def refresh(call: Call[None, RefreshTokenQuery]) -> Document:
    """Another token for a token, which ends ("GET /participant/refresh_token"). Faults: FORBIDDEN."""
    claims = _claims(call)
    if claims is None:
        raise forbidden("Token required")
    tokens.end(call.work, claims)
    return {"refresh_token": _token(call, call.work, own(call), tokens.REFRESHED_S)}


def show(call: Call[None, ParticipantsQuery]) -> Document:
    """The participant ("GET /participant/participants")."""
    record = own(call)
    if not _is_full(call) or call.query.list:
        return {"participant_name": record["name"]}
    return participant_document(record, call.services)


def save(call: Call[None, None]) -> Document:
    """Participants change nothing of themselves yet. Faults: FORBIDDEN."""
    raise forbidden("Not implemented")


def index_devices(call: Call[None, DevicesQuery]) -> Documents:
    """The participant's devices ("GET /participant/devices")."""
    found = queries.find(call.work, DEVICE, id=call.query.id_device)
    if call.query.list:
        return [objects.DEVICE.only(device, *MINIMAL) for device in found]
    return [device_document(device, call.services) for device in found]


def index_assets(call: Call[None, AssetsQuery]) -> Documents:
    """The participant's own assets ("GET /participant/assets").

    Where they are is told to those alone who showed more than a lasting token. Faults: FORBIDDEN.
    """
    asked = call.query
    chosen: dict[str, Any] = {"id": asked.id_asset, "uuid": asked.asset_uuid, "session_id": asked.id_session}
    if not _is_full(call) and all(value is None for value in chosen.values()):
        raise forbidden()
    if not _is_full(call):
        asked.with_urls = asked.with_only_token = None
    return assets_shown(call, queries.find(call.work, ASSET, **chosen), full=True)


def index_sessions(call: Call[None, SessionsQuery]) -> Documents:
    """The participant's sessions, newest first ("GET /participant/sessions")."""
    asked = call.query
    chosen: dict[str, Any] = {"id": asked.id_session, "uuid": asked.session_uuid}
    found = queries.find(call.work, SESSION, **when_and_which(asked), **chosen)
    return documents(call.work, found, is_brief=bool(asked.list))


def save_session(call: Call[None, None]) -> Document:
    """Make or change a session of the participant ("POST /participant/sessions")."""
    given = wrapped(call, "session")
    session_id, uuids = given_id(given, "id_session"), uuids_in(given)
    if not session_id and not uuids:
        raise bad("Missing session_participants")
    values = read(objects.SESSION, readied(given))
    return documents(call.work, [own_sessions.save(call.work, session_id, values, uuids)])[0]
