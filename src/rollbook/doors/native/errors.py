"""Faults of the native API: RFC 9457 problem details, with the code and the fields beside."""

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.bearer import challenge
from rollbook.web.routes import Reply

_STATUS = {
    FaultCode.MALFORMED: 400,
    FaultCode.MISSING: 422,
    FaultCode.INVALID: 422,
    FaultCode.UNKNOWN_REFERENCE: 422,
    FaultCode.NOT_FOUND: 404,
    FaultCode.DUPLICATE: 409,
    FaultCode.CONFLICT: 409,
    FaultCode.PROTECTED: 409,
    FaultCode.UNAUTHENTICATED: 401,
    FaultCode.FORBIDDEN: 403,
    FaultCode.METHOD_NOT_ALLOWED: 405,
    FaultCode.TOO_LARGE: 413,
    FaultCode.UNSUPPORTED_TYPE: 415,
    FaultCode.RATE_LIMITED: 429,
    FaultCode.INTERNAL: 500,
    FaultCode.UNAVAILABLE: 503,
}


def render_fault(fault: Fault) -> Reply:
    """``{"type", "title", "status", "code", "detail", "errors": {field: [text]}}``."""
    status = _STATUS[fault.code]
    body = {
        "type": "about:blank",
        "title": fault.code.value.replace("_", " "),
        "status": status,
        "code": fault.code.value,
        "detail": fault.message,
        "errors": dict(fault.fields),
        **fault.details,
    }
    headers: dict[str, str] = {}
    if fault.code is FaultCode.UNAUTHENTICATED:
        headers |= challenge("Rollbook", fault)
    if retry_after := fault.details.get("retry_after_s"):
        headers["retry-after"] = str(retry_after)
    return Reply(body, status, headers)
