"""What HTTP itself says of each fault (RFC 9110, section 15): for the doors that follow no vendor's document."""

from rollbook.core.kernel.faults import FaultCode


def status_of(code: FaultCode) -> int:
    """The status of an answer with this fault."""
    match code:
        case FaultCode.MALFORMED:
            return 400
        case FaultCode.UNAUTHENTICATED:
            return 401
        case FaultCode.FORBIDDEN:
            return 403
        case FaultCode.NOT_FOUND:
            return 404
        case FaultCode.METHOD_NOT_ALLOWED:
            return 405
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
