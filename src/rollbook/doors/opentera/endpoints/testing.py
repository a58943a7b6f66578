"""Putting the reference data back, on a server that was started for tests."""

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.routes import Call


def reset(call: Call[None, None]) -> int:
    """Put the reference data back and forget everything else ("GET /test/database/reset"). Faults: NOT_FOUND."""
    if call.services.reset is None:
        raise Fault(FaultCode.NOT_FOUND, "This server holds a real record, not test data.")
    call.services.reset()
    return 200
