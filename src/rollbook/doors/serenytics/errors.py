"""Faults as the vendor's client reads them: ``{"status": "error", "errors": [text]}``.

Two addresses have ways of their own. A question about data that cannot be answered is told with status 200
("Formatted Data"); who may not make users is told 401 ("POST /api/user").
"""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.bearer import challenge
from rollbook.web.naming import renamed
from rollbook.web.routes import Refused, Reply

_FIELDS = {
    "content": "jsonContent",
    "file_name": "originalFileName",
    "joins": "joinConfig",
    "folder": "folder_uuid",
    "kind": "type",
    "reply_to": "from_address",
    "schedule": "schedule_infos",
    "separator": "csv_separator",
    "sources": "data_sources",
    "text": "text_msg",
}
"""Core's names of fields, where the document has another."""
_OF_QUESTIONS = frozenset({FaultCode.INVALID, FaultCode.MISSING, FaultCode.MALFORMED, FaultCode.UNKNOWN_REFERENCE})


def _status(code: FaultCode) -> int:
    match code:
        case FaultCode.MALFORMED | FaultCode.MISSING | FaultCode.INVALID | FaultCode.UNKNOWN_REFERENCE:
            return 400
        case FaultCode.DUPLICATE | FaultCode.CONFLICT | FaultCode.PROTECTED:
            return 400
        case FaultCode.UNAUTHENTICATED:
            return 401
        case FaultCode.FORBIDDEN:
            return 403
        case FaultCode.NOT_FOUND:
            return 404
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
    """The message, and every field's own sentences after it."""
    shown = renamed(fault, _FIELDS)
    errors = list(dict.fromkeys([shown.message, *(text for texts in shown.fields.values() for text in texts)]))
    body: dict[str, Any] = {"status": "error", "errors": errors}
    headers: dict[str, str] = {}
    if fault.code is FaultCode.UNAUTHENTICATED:
        headers |= challenge("Serenytics API", fault)
    if retry_after := fault.details.get("retry_after_s"):
        headers["retry-after"] = str(retry_after)
    return Reply(body, _status(fault.code), headers)


def show_refused(refused: Refused) -> Reply:
    """A fault with the status that its address has for it."""
    reply, path = render_fault(refused.fault), refused.target.partition("?")[0]
    if refused.fault.code in _OF_QUESTIONS and "/formatted_data/" in path:
        reply.status = 200
    if refused.fault.code is FaultCode.FORBIDDEN and refused.method == "POST" and path == "/api/user":
        reply.status = 401
    return reply
