"""Faults as the vendor shows them: a JSON text, an object for what its framework refuses, a page for strangers.

Where it refuses a deletion for what depends on the record it answers 500; so do we, for clients know it by that.
"""

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.doors.opentera.arguments import BODY
from rollbook.web.routes import Reply

CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "*",
    "access-control-allow-methods": "*",
    "cross-origin-embedder-policy": "require-corp",
}
STATUS = "status"
"""In a fault's details: the status that the vendor has for this very case."""


def _status(code: FaultCode) -> int:
    match code:
        case FaultCode.MALFORMED | FaultCode.MISSING | FaultCode.INVALID | FaultCode.UNKNOWN_REFERENCE:
            return 400
        case FaultCode.UNAUTHENTICATED:
            return 401
        case FaultCode.FORBIDDEN | FaultCode.PROTECTED:
            return 403
        case FaultCode.NOT_FOUND:
            return 404
        case FaultCode.METHOD_NOT_ALLOWED:
            return 405
        case FaultCode.DUPLICATE:
            return 409
        case FaultCode.TOO_LARGE:
            return 413
        case FaultCode.UNSUPPORTED_TYPE:
            return 415
        case FaultCode.RATE_LIMITED:
            return 429
        case FaultCode.CONFLICT | FaultCode.INTERNAL:
            return 500
        case FaultCode.UNAVAILABLE:
            return 503


_FRAMEWORK = {
    FaultCode.METHOD_NOT_ALLOWED: "The method is not allowed for the requested URL.",
    FaultCode.MALFORMED: None,
    FaultCode.UNSUPPORTED_TYPE: None,
    FaultCode.INTERNAL: "Internal Server Error",
}
"""What its framework answers with an object; None keeps our own words."""


def render_fault(fault: Fault) -> Reply:
    """A JSON text, or the body that the fault brings."""
    status = fault.details.get(STATUS)
    code = status if isinstance(status, int) else _status(fault.code)
    headers = dict(CORS)
    if retry_after := fault.details.get("retry_after_s"):
        headers["retry-after"] = str(retry_after)
    if BODY in fault.details:
        return Reply(fault.details[BODY], code, headers)
    if fault.code is FaultCode.UNAUTHENTICATED and "credential" in fault.details:
        return Reply("Unauthorized", code, headers)
    if fault.code in _FRAMEWORK:
        return Reply({"message": _FRAMEWORK[fault.code] or fault.message}, code, headers)
    return Reply(fault.message, code, headers)


def render_to_people(fault: Fault) -> Reply:
    """As :func:`render_fault`, with a page for users and participants who are not known."""
    reply = render_fault(fault)
    is_stranger = fault.code is FaultCode.UNAUTHENTICATED and "credential" in fault.details
    if is_stranger or "needs" in fault.details:
        return Reply(b"Unauthorized", reply.status, reply.headers, media_type="text/html")
    return reply


def listed_fault(fault: Fault) -> Fault:
    """A fault about fields as a list of its texts, which the vendor has for participants that cannot be saved."""
    if fault.code is not FaultCode.CONFLICT or not fault.fields:
        return fault
    texts = [text for some in fault.fields.values() for text in some]
    return Fault(fault.code, fault.message, fields=fault.fields, details={BODY: texts})


def forbidden(message: str = "Forbidden") -> Fault:
    """A refusal in the vendor's words."""
    return Fault(FaultCode.FORBIDDEN, message)


def bad(message: str) -> Fault:
    """A mistake of the caller in the vendor's words."""
    return Fault(FaultCode.INVALID, message)
