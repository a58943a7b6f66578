"""The change feed."""

from rollbook.core.events.feed import list_changes
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.doors.native.translate.changes import from_core_change
from rollbook.doors.native.wire.changes import ChangesOut, ChangesQuery
from rollbook.web.routes import Call

MOST_CHANGES = 1_000


def index(call: Call[None, ChangesQuery]) -> ChangesOut:
    """What has changed since a cursor, oldest first, with tombstones: to follow the record from elsewhere."""
    asked = call.query
    if not 1 <= asked.limit <= MOST_CHANGES:
        raise field_fault(FaultCode.INVALID, "limit", f"limit must lie between 1 and {MOST_CHANGES}")
    found = list_changes(call.work, asked.since, asked.limit)
    return ChangesOut([from_core_change(event) for event in found.events], found.next, found.more)
