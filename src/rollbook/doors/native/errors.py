"""Faults of the native API: RFC 9457 problem details, with the code and the fields beside."""

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.bearer import challenge
from rollbook.web.routes import Reply
from rollbook.web.statuses import status_of


def render_fault(fault: Fault) -> Reply:
    """``{"type", "title", "status", "code", "detail", "errors": {field: [text]}}``."""
    status = status_of(fault.code)
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
