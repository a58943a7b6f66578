"""Faults as the player's page reads them: ``{"error": {"code", "message", "fields", "details"}}``."""

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.routes import Reply


def _status(code: FaultCode) -> int:
    match code:
        case FaultCode.UNAUTHENTICATED:
            return 401
        case FaultCode.FORBIDDEN:
            return 403
        case FaultCode.NOT_FOUND:
            return 404
        case FaultCode.METHOD_NOT_ALLOWED:
            return 405
        case FaultCode.MALFORMED:
            return 400
        case FaultCode.DUPLICATE | FaultCode.CONFLICT | FaultCode.PROTECTED:
            return 409
        case FaultCode.TOO_LARGE:
            return 413
        case FaultCode.UNSUPPORTED_TYPE:
            return 415
        case FaultCode.MISSING | FaultCode.INVALID | FaultCode.UNKNOWN_REFERENCE:
            return 422
        case FaultCode.RATE_LIMITED:
            return 429
        case FaultCode.INTERNAL:
            return 500
        case FaultCode.UNAVAILABLE:
            return 503


def render_fault(fault: Fault) -> Reply:
    """The fault with what it says of fields."""
    told = {
        "code": fault.code.value,
        "message": fault.message,
        "fields": dict(fault.fields),
        "details": dict(fault.details),
    }
    return Reply({"error": told}, _status(fault.code))
