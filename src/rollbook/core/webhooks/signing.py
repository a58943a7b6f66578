"""Signing what is sent, as the Standard Webhooks specification 1.0 has it (https://www.standardwebhooks.com).

Lives here: keys, how they rest in the database, and the three headers. A receiver checks them with any of the
specification's libraries, given the secret in its ``whsec_…`` form.
"""

import base64
import hashlib
import hmac
import secrets

import msgspec

from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.ports import Sealer

KEY_BYTES = 32
"""The specification asks for 24 to 64."""


class SigningKeys(msgspec.Struct, frozen=True, array_like=True):
    """A subscription's key and, until an instant, the one before it."""

    current: bytes
    previous: bytes | None = None
    previous_until: int = 0

    def live(self, at: int) -> tuple[bytes, ...]:
        """The keys to sign with at an instant, the newest first."""
        if self.previous is not None and at < self.previous_until:
            return (self.current, self.previous)
        return (self.current,)

    def rotated(self, until: int) -> "SigningKeys":
        """A new key, with this one beside it until an instant."""
        return SigningKeys(secrets.token_bytes(KEY_BYTES), self.current, until)


def new_keys() -> SigningKeys:
    """Keys for a new subscription."""
    return SigningKeys(secrets.token_bytes(KEY_BYTES))


def shown(key: bytes) -> str:
    """A key in the form that receivers are given: ``whsec_`` and base64."""
    return f"whsec_{base64.b64encode(key).decode()}"


def seal(sealer: Sealer, subscription_uuid: str, keys: SigningKeys) -> str:
    """Keys as they rest in the database, bound to their subscription."""
    return base64.b64encode(sealer.seal(msgspec.msgpack.encode(keys), subscription_uuid.encode())).decode()


def unseal(sealer: Sealer, subscription_uuid: str, sealed: str) -> SigningKeys:
    """Keys as they were sealed. Raises `SealBroken` when they are another subscription's or another server's."""
    plain = sealer.unseal(base64.b64decode(sealed), subscription_uuid.encode())
    return msgspec.msgpack.decode(plain, type=SigningKeys)


def signature_headers(message_id: str, at: int, payload: bytes, keys: tuple[bytes, ...]) -> dict[str, str]:
    """The headers that prove who sent a message and when; one signature a key, so that a rotation loses nothing.

    ``at`` is the attempt's own instant: receivers refuse timestamps that are minutes old.
    """
    timestamp = str(at // SECOND)
    signed = b".".join((message_id.encode(), timestamp.encode(), payload))
    signatures = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
