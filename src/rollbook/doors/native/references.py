"""Records that a query names: what is not there is a fault of the parameter, not of the address."""

from collections.abc import Callable

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault


def known(key: str | None, field: str, find: Callable[[str], int]) -> int | None:
    """The id behind a key; None where there is none. Faults: UNKNOWN_REFERENCE naming the field."""
    if not key:
        return None
    try:
        return find(key)
    except Fault as fault:
        if fault.code is not FaultCode.NOT_FOUND:
            raise
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field} names nothing that is here") from None
