"""Faults as the player's page reads them: ``{"error": {"code", "message", "fields", "details"}}``."""

from rollbook.core.kernel.faults import Fault
from rollbook.web.routes import Reply
from rollbook.web.statuses import status_of


def render_fault(fault: Fault) -> Reply:
    """The fault with what it says of fields."""
    told = {
        "code": fault.code.value,
        "message": fault.message,
        "fields": dict(fault.fields),
        "details": dict(fault.details),
    }
    return Reply({"error": told}, status_of(fault.code))
