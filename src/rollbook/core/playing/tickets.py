"""Addresses of a lesson's files for one learner.

Films and frames send no headers, and a page of a lesson can read the address that it was loaded from: so an address
holds a sealed ticket for this one file, which gives nothing else away.
"""

import base64
import binascii

import msgspec

from rollbook.core.kernel.ports import SealBroken, Sealer
from rollbook.core.playing.tokens import LIVES_S as LIVES_S

_BOUND = b"player file"


class Ticket(msgspec.Struct, frozen=True, array_like=True):
    """A file that someone may have until an instant."""

    organisation_id: int
    person_id: int
    assignment_id: int
    file: str
    until: int


_decode = msgspec.msgpack.Decoder(Ticket).decode


def write(sealer: Sealer, ticket: Ticket) -> str:
    """The ticket as part of an address."""
    sealed = sealer.seal(msgspec.msgpack.encode(ticket), _BOUND)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(sealer: Sealer, text: str, now: int) -> Ticket | None:
    """The ticket in an address; None when it is none of ours or has ended."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        ticket = _decode(sealer.unseal(sealed, _BOUND))
    except (ValueError, binascii.Error, SealBroken, msgspec.DecodeError):
        return None
    return ticket if ticket.until > now else None
