"""Pages of a list: by number where a vendor counts pages, by cursor everywhere else."""

from typing import Generic, TypeVar

import msgspec

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.ids import from_address, to_address

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some rows of a list and, when it was asked for, how many there are in all."""

    rows: list[T]
    total: int | None = None
    next_cursor: str | None = None


def encode_cursor(*position: int | str) -> str:
    """An opaque, URL-safe cursor that holds a position."""
    return to_address(msgspec.json.encode(position))


def decode_cursor(cursor: str, *kinds: type, field: str = "cursor") -> list[int | str]:
    """The position in a cursor. Faults: INVALID when it was not made by :func:`encode_cursor` with these kinds."""
    try:
        raw = from_address(cursor)
        position = msgspec.json.decode(raw, type=list[int | str])
        if len(position) != len(kinds) or not all(type(v) is k for v, k in zip(position, kinds, strict=True)):
            raise ValueError
        if any(isinstance(v, int) and abs(v) >= 2**63 for v in position):
            raise ValueError
    except (ValueError, msgspec.MsgspecError):
        raise field_fault(
            FaultCode.INVALID, field, f"{field} must be a value that an earlier answer gave as the next cursor"
        ) from None
    return position
