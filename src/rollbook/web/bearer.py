"""Credentials in the Authorization header: reading them, and asking for them."""

import base64
import binascii

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.routes import Headers

_CARRIERS = ("authorization", "x-api-key", "x-auth-token")


def bearer_token(headers: Headers) -> str | None:
    """The token of ``Authorization: Bearer …``."""
    scheme, _, token = (headers.get("authorization") or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def basic_pair(headers: Headers) -> tuple[str, str] | None:
    """The name and secret of ``Authorization: Basic …``; None when there is none or it cannot be read."""
    scheme, _, encoded = (headers.get("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, found, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if found and "\0" not in name + secret else None


def unauthenticated(headers: Headers, wanted: str) -> Fault:
    """No credential, or one that is not good; ``wanted`` says what the request must carry."""
    if any(name in headers for name in _CARRIERS):
        message = f"The credential is unknown, has ended, or is one of another API. {wanted}"
        return Fault(FaultCode.UNAUTHENTICATED, message, details={"credential": "invalid"})
    return Fault(FaultCode.UNAUTHENTICATED, wanted, details={"credential": "missing"})


def challenge(realm: str, fault: Fault) -> dict[str, str]:
    """The header of an answer that asks for a bearer token (RFC 6750, section 3)."""
    error = ', error="invalid_token"' if fault.details.get("credential") == "invalid" else ""
    return {"www-authenticate": f'Bearer realm="{realm}"{error}'}
