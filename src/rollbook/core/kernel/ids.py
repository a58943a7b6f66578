"""Identifiers: public uuids, opaque secrets and their hashes, and bytes as text that an address can hold."""

import base64
import hashlib
import hmac
import os
import secrets
import time
from uuid import UUID


def new_uuid() -> str:
    """A uuid in its 36-character text form, as stored.

    It begins with the millisecond and ends with 74 random bits (version 7, RFC 9562), so that new rows stand side by
    side in an index however many there are. It tells when a row was made, and is no secret.
    """
    moment, chance = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10).hex()
    variant = "89ab"[int(chance[3], 16) & 3]
    return f"{moment[:8]}-{moment[8:]}-7{chance[:3]}-{variant}{chance[4:7]}-{chance[7:19]}"


def new_short_id() -> str:
    """Eight random hexadecimal digits: enough to tell the few parts of one thing from each other."""
    return os.urandom(4).hex()


def is_uuid(text: str) -> bool:
    """Whether a text is a uuid in its 36-character form, in either case."""
    try:
        return len(text) == 36 and str(UUID(text)) == text.lower()
    except ValueError:
        return False


def new_secret(prefix: str) -> str:
    """A secret of 256 random bits, URL-safe, with a prefix that says what it opens (``rbk_…`` is an API key)."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def secret_hash(secret: str) -> str:
    """The form in which a random secret is kept: SHA-256, hexadecimal.

    Only for secrets made by :func:`new_secret`: they have too many bits to be guessed, so a slow hash adds nothing.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def same_secret(first: str, second: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(first.encode(), second.encode())


def to_address(data: bytes) -> str:
    """Bytes as a part of an address: base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_address(text: str) -> bytes:
    """The bytes in a part of an address. Raises `ValueError` for what is none."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
