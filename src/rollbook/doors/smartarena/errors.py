"""Faults as Smart Arena would show them: a Laravel-like body with the field named as the caller spells it.

The token endpoint has errors of its own: RFC 6749, section 5.2.
"""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.doors.smartarena.translate.courses import FIELDS as COURSE_FIELDS
from rollbook.doors.smartarena.wire.tokens import TokenError
from rollbook.web.bearer import challenge
from rollbook.web.naming import renamed
from rollbook.web.routes import Refused, Reply

TOKEN_PATH = "/oauth/access_token"  # noqa: S105 - an address
NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
"""What RFC 6749, section 5.1, asks of every answer of the token endpoint."""

_FIELDS = COURSE_FIELDS | {
    "external_id": "mapping_code",
    "first_name": "firstname",
    "last_name": "lastname",
    "birth_date": "date_of_birth",
    "language": "language_code",
    "group_id": "branch_mapping_code",
    "location_id": "location_mapping_code",
    "workplace_id": "workplace_mapping_code",
    "parent_id": "parent_mapping_code",
    "is_sync_protected": "synch_protected",
    "is_active": "active",
}
"""Core's names of fields, where the document has another."""


def _status(code: FaultCode) -> int:
    match code:
        case FaultCode.MALFORMED:
            return 400
        case FaultCode.MISSING | FaultCode.INVALID:
            return 422
        case FaultCode.UNKNOWN_REFERENCE | FaultCode.NOT_FOUND:
            return 404
        case FaultCode.DUPLICATE | FaultCode.CONFLICT | FaultCode.PROTECTED:
            return 409
        case FaultCode.UNAUTHENTICATED:
            return 401
        case FaultCode.FORBIDDEN:
            return 403
        case FaultCode.METHOD_NOT_ALLOWED:
            return 405
        case FaultCode.TOO_LARGE:
            return 413
        case FaultCode.UNSUPPORTED_TYPE:
            return 415
        case FaultCode.RATE_LIMITED:
            return 429
        case FaultCode.INTERNAL:
            return 500
        case FaultCode.UNAVAILABLE:
            return 503


def render_fault(fault: Fault) -> Reply:
    """``{"error": code, "message": text, "errors": {field: [text]}}``."""
    shown = renamed(fault, _FIELDS)
    body: dict[str, Any] = {"error": shown.code.value, "message": shown.message, "errors": shown.fields}
    headers: dict[str, str] = {}
    if fault.code is FaultCode.UNAUTHENTICATED:
        headers |= challenge("Smart Arena API", fault)
    if retry_after := fault.details.get("retry_after_s"):
        headers["retry-after"] = str(retry_after)
    return Reply(body, _status(fault.code), headers)


def show_refused(refused: Refused) -> Reply:
    """A fault in the shape of the address it met."""
    if refused.target.partition("?")[0] == TOKEN_PATH:
        return render_token_fault(refused.fault)
    return render_fault(refused.fault)


def render_token_fault(fault: Fault) -> Reply:
    """A request for a token that could not even be read, as RFC 6749, section 5.2, wants it: 400 for what is wrong."""
    status = _status(fault.code)
    match status:
        case 500:
            code = "server_error"
        case 503:
            code = "temporarily_unavailable"
        case _:
            code = "invalid_request"
    is_unreadable = fault.code in (FaultCode.MISSING, FaultCode.INVALID, FaultCode.UNSUPPORTED_TYPE)
    return Reply(TokenError(code, described(fault.message)), 400 if is_unreadable else status, NO_STORE)


def described(text: str) -> str:
    """A sentence in the characters that RFC 6749 allows: printable ASCII without quotation marks and backslashes."""
    plain = text.replace('"', "'").replace("\\", "/").replace("`", "'")
    return "".join(letter if " " <= letter <= "~" else "?" for letter in plain)
