"""Faults of the SENAR API, whose document shows none: a message, and the fields as the caller spells them."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.bearer import challenge
from rollbook.web.naming import renamed
from rollbook.web.routes import Reply

_FIELDS = {
    "first_name": "firstName",
    "last_name": "lastName",
    "company": "organization",
    "collection": "collectionId",
    "url": "hookUrl",
    "description": "provider",
}
"""Core's names of fields, where the document has another."""


def _status(code: FaultCode) -> int:
    match code:
        case FaultCode.MALFORMED:
            return 400
        case FaultCode.UNAUTHENTICATED:
            return 401
        case FaultCode.FORBIDDEN:
            return 403
        case FaultCode.NOT_FOUND | FaultCode.UNKNOWN_REFERENCE:
            return 404
        case FaultCode.METHOD_NOT_ALLOWED:
            return 405
        case FaultCode.DUPLICATE | FaultCode.CONFLICT | FaultCode.PROTECTED:
            return 409
        case FaultCode.TOO_LARGE:
            return 413
        case FaultCode.UNSUPPORTED_TYPE:
            return 415
        case FaultCode.MISSING | FaultCode.INVALID:
            return 422
        case FaultCode.RATE_LIMITED:
            return 429
        case FaultCode.INTERNAL:
            return 500
        case FaultCode.UNAVAILABLE:
            return 503


def render_fault(fault: Fault) -> Reply:
    """``{"message": text, "errors": {field: [text]}}``."""
    shown = renamed(fault, _FIELDS)
    body: dict[str, Any] = {"message": shown.message, "errors": dict(shown.fields)}
    headers: dict[str, str] = {}
    if fault.code is FaultCode.UNAUTHENTICATED:
        headers |= challenge("SENAR API", fault)
    if retry_after := fault.details.get("retry_after_s"):
        headers["retry-after"] = str(retry_after)
    return Reply(body, _status(fault.code), headers)
