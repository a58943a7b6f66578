"""Signing in and out as a user (OpenTera, "user")."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import grants, presence, sockets, tokens, users
from rollbook.core.sessions.identity import Oneself, oneself
from rollbook.core.sessions.signin import Known, Who, check, find_verified
from rollbook.core.sessions.viewers import Kind, viewer_of
from rollbook.doors.opentera import versions
from rollbook.doors.opentera.addresses import socket_url
from rollbook.doors.opentera.auth import NAME, key, token_in
from rollbook.doors.opentera.auth import USER as KIND
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.cookies import login_cookie
from rollbook.doors.opentera.errors import CORS, forbidden
from rollbook.doors.opentera.wire.user_people import LoginQuery, RefreshTokenQuery
from rollbook.web.bearer import basic_pair
from rollbook.web.routes import Call, Reply


def login(call: Call[None, LoginQuery]) -> Reply:
    """A token for a user name and a password ("GET /user/login")."""
    database, hasher, pair = call.services.database, call.services.hasher, basic_pair(call.headers)
    known = None
    if pair is not None:
        with database.writing() as work:
            known = find_verified(work, hasher, Who.USER, *pair)
            if known is not None:
                return _let_in(call, work, known)
        known = check(database, hasher, Who.USER, *pair)
    if known is None:
        raise Fault(FaultCode.UNAUTHENTICATED, "Unauthorized", details={"credential": "invalid"})
    with database.writing() as work:
        return _let_in(call, work, known)


def _let_in(call: Call[None, LoginQuery], work: Work, known: Known) -> Reply:
    work.act_as(known.principal(NAME))
    if (more := _further_step(known)) is not None:
        return Reply(more, 200, CORS, cookies=(login_cookie(call.services, known.id, work.at),))
    latest, is_too_old = versions.told(work, call.headers)
    if is_too_old:
        return Reply(latest, 426, CORS)
    user = Oneself(known.id, known.uuid, known.first_name, known.last_name)
    out = latest | _signed_in(call, work, user, with_websocket=bool(call.query.with_websocket))
    return Reply(out, 200, CORS, cookies=(login_cookie(call.services, known.id, work.at),))


def _further_step(known: Known) -> Document | None:
    if known.must_change_password:
        message = "Password change required for this user."
        return {"message": message, "reason": "password_change", "redirect_url": "/login_change_password"}
    if not known.has_second_factor:
        return None
    if known.has_app_factor:
        return {"message": "2FA required for this user.", "reason": "2fa", "redirect_url": "/login_validate_2fa"}
    message = "2FA enabled but OTP not set for this user.Please setup 2FA."
    return {"message": message, "reason": "2fa_setup", "redirect_url": "/login_setup_2fa"}


def signed_in_document(call: Call[Any, Any], work: Work, *, with_websocket: bool = False) -> Document:
    """What the caller gets who has done every step of signing in. Faults: FORBIDDEN when they have a socket already."""
    return _signed_in(call, work, oneself(work), with_websocket=with_websocket)


def _signed_in(call: Call[Any, Any], work: Work, user: Oneself, *, with_websocket: bool) -> Document:
    users.seen_online(work, user.id)
    out: Document = {}
    if with_websocket:
        if presence.is_online(work, Kind.USER, user.id):
            raise forbidden("User already logged in.")
        out["websocket_url"] = socket_url(call, work, Kind.USER, user.id)
    return out | {
        "user_uuid": user.uuid,
        "user_fullname": user.full_name,
        "user_token": _token_of(call, work, user, tokens.LIVES_S),
    }


def _token_of(call: Call[Any, Any], work: Work, user: Oneself, lives_s: int) -> str:
    """A new token for the caller."""
    is_super = viewer_of(work.principal).is_super
    about = {
        "user_uuid": user.uuid,
        "id_user": user.id,
        "user_fullname": user.full_name,
        "user_superadmin": is_super,
        "service_access": {} if is_super else grants.service_roles_of(work, user.id),
    }
    return tokens.made(about, key(call.services, KIND), work.at, lives_s=lives_s)


def refresh(call: Call[None, RefreshTokenQuery]) -> Document:
    """Another token for a token, which ends ("GET /user/refresh_token")."""
    work = call.work
    claims = _claims(call)
    if claims is None:
        raise forbidden("Token required")
    tokens.end(work, claims)
    user = oneself(work)
    out: Document = {"refresh_token": _token_of(call, work, user, tokens.REFRESHED_S)}
    if call.query.with_websocket and not presence.is_online(work, Kind.USER, user.id):
        out["websocket_url"] = socket_url(call, work, Kind.USER, user.id)
    return out


def logout(call: Call[None, None]) -> str:
    """End the token that is shown, and close the user's socket ("GET /user/logout")."""
    if (claims := _claims(call)) is not None:
        tokens.end(call.work, claims)
    sockets.close_all(call.work, Kind.USER, call.principal.person_id or 0)
    return "User logged out."


def _claims(call: Call[Any, Any]) -> tokens.Claims | None:
    token = token_in(call.headers, call.target)
    return tokens.read(token, key(call.services, KIND), call.work.at) if token else None
