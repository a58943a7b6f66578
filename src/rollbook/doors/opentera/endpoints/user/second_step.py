"""The second step of signing in: a code from an app, setting the app up, a new password (OpenTera 1.3, "login").

Whoever showed the right password before is known by a cookie; wrong codes count like wrong passwords.
"""

import base64
import io
from collections.abc import Callable
from typing import Any, TypeVar

import segno

from rollbook.core.access import limits, signin
from rollbook.core.access.policy import principal_for
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_person
from rollbook.core.sessions import app_factor, identity, second_factor, users
from rollbook.core.sessions.administrating import as_administrator
from rollbook.core.sessions.entities import Record
from rollbook.doors.opentera.auth import NAME
from rollbook.doors.opentera.bodies import Document, document
from rollbook.doors.opentera.cookies import person_in
from rollbook.doors.opentera.endpoints.user.signing_in import signed_in_document
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.wire.user_people import LoginCodeQuery
from rollbook.web.routes import Call

T = TypeVar("T")
ISSUER = "OpenTera"


def _as_person(call: Call[Any, Any], job: Callable[[Work, Record], T]) -> T:
    """Do something as whoever the cookie says. Faults: FORBIDDEN without one."""
    services = call.services
    with services.database.writing() as work:
        person_id = person_in(call.headers, services, work.at)
        user = identity.known_user(work, person_id) if person_id is not None else None
        if user is None:
            raise forbidden("Sign in with your password first")
        work.act_as(principal_for(user["organisation_id"], NAME, user["roles"], person_id=user["id"]))
        return job(work, user)


def _counted(call: Call[Any, Any], job: Callable[[Work, Record], T]) -> T:
    """As :func:`_as_person`, where a refusal counts as a wrong code. Faults: RATE_LIMITED."""
    database = call.services.database
    person_id = _as_person(call, lambda work, user: int(user["id"]))
    counted = limits.begin(database, call.address, [app_factor.subject_of(person_id)])
    done = _as_person(call, job)
    limits.give_back(database, counted)
    return done


def show_setup(call: Call[None, None]) -> Document:
    """A new secret for an app, as text and as a picture ("GET /user/login/setup_2fa"). Faults: FORBIDDEN."""
    return _as_person(call, _new_secret)


def _new_secret(work: Work, user: Record) -> Document:
    if not user["has_second_factor"]:
        raise forbidden("User does not have 2FA enabled")
    secret = second_factor.new_secret()
    address = f"otpauth://totp/{ISSUER}:{user['username']}?secret={secret}&issuer={ISSUER}"
    picture = io.BytesIO()
    segno.make(address).save(picture, kind="png", scale=5)
    return {"qr_code": base64.b64encode(picture.getvalue()).decode(), "otp_secret": secret}


def set_up(call: Call[None, None]) -> Document:
    """Take an app for the second factor, and sign in ("POST /user/login/setup_2fa"). Faults: UNAUTHENTICATED."""
    given = document(call)
    if not isinstance(given, dict) or not all(isinstance(given.get(n), str) for n in ("otp_secret", "otp_code")):
        raise bad("Missing otp_secret or otp_code")
    sealer = call.services.sealer
    with_mail = bool(given.get("with_email_enabled"))

    def job(work: Work, user: Record) -> Document:
        if not user["has_second_factor"]:
            raise forbidden("User does not have 2FA enabled")
        app_factor.set_up(work, sealer, user["id"], given["otp_secret"], given["otp_code"], with_mail=with_mail)
        return signed_in_document(call, work)

    return _counted(call, job)


def check(call: Call[None, LoginCodeQuery]) -> Document:
    """Sign in by a code of the app ("GET /user/login/2fa"). Faults: UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED."""
    return _counted(call, _checking(call, call.query.otp_code, with_websocket=bool(call.query.with_websocket)))


def check_posted(call: Call[None, None]) -> Document:
    """As :func:`check`, with the code in the body ("POST /user/login/2fa")."""
    given = document(call)
    code = given.get("otp_code") if isinstance(given, dict) else None
    if code is None:
        raise bad("Missing otp_code")
    return _counted(call, _checking(call, str(code), with_websocket=bool(given.get("with_websocket"))))


def _checking(call: Call[Any, Any], code: str, *, with_websocket: bool) -> Callable[[Work, Record], Document]:
    def job(work: Work, user: Record) -> Document:
        if not app_factor.has_app(work, user["id"]):
            raise forbidden("User does not have 2FA OTP enabled or secret set")
        if not app_factor.is_right(work, call.services.sealer, user["id"], code):
            raise Fault(FaultCode.UNAUTHENTICATED, "Invalid OTP code")
        return signed_in_document(call, work, with_websocket=with_websocket)

    return job


def change_password(call: Call[None, None]) -> str:
    """Set a new password where one is wanted ("POST /user/login/change_password"). Faults: INVALID, FORBIDDEN."""
    given = document(call)
    new, again = (given.get(n) if isinstance(given, dict) else None for n in ("new_password", "confirm_password"))
    if not isinstance(new, str) or not isinstance(again, str):
        raise bad("Missing new_password or confirm_password")
    if new != again:
        raise bad("New password and confirm password do not match")

    def job(work: Work, user: Record) -> str:
        if not user["must_change_password"]:
            raise forbidden("User does not have to change password")
        present = signin.password_hash_of(work, user["id"])
        new_hash = users.checked_password(new, call.services.hasher, present)
        with as_administrator(work):
            signin.set_password(work, get_person(work, user["id"]), new_hash)
        return "Password changed"

    return _as_person(call, job)
