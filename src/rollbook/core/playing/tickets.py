"""Addresses of a lesson's files for one learner.

Films and frames send no headers, and a page of a lesson can read the address that it was loaded from: so an address
holds a sealed ticket for this one file, which gives nothing else away.
"""

import msgspec

from rollbook.core.kernel.ids import from_address, to_address
from rollbook.core.kernel.ports import SealBroken, Sealer
from rollbook.core.playing.tokens import Seat

_BOUND = b"player file"


class Ticket(msgspec.Struct, frozen=True, array_like=True):
    """A file that someone who plays may have until an instant."""

    seat: Seat
    file: str
    until: int


_decode = msgspec.msgpack.Decoder(Ticket).decode


def write(sealer: Sealer, ticket: Ticket) -> str:
    """The ticket as part of an address."""
    return to_address(sealer.seal(msgspec.msgpack.encode(ticket), _BOUND))


def read(sealer: Sealer, text: str, now: int) -> Ticket | None:
    """The ticket in an address; None when it is none of ours or has ended."""
    try:
        ticket = _decode(sealer.unseal(from_address(text), _BOUND))
    except (ValueError, SealBroken, msgspec.DecodeError):
        return None
    return ticket if ticket.until > now else None
