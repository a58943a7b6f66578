"""Passwords by Argon2id, and a memory of the pairs already verified so that HTTP Basic does not pay for each request.

Lives here: hashing and its cache. Who may log in, and how often one may try, is decided elsewhere.
"""

import base64
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict

import argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

TIME_COST = 2
MEMORY_KIB = 19 * 1024
LANES = 1
"""The least that OWASP's Password Storage Cheat Sheet asks of Argon2id: 19 MiB, two passes, one lane."""

SALT_BYTES = 16
HASH_BYTES = 32
PASSWORD_BYTES = 4096
"""Longer passwords are refused: nobody types them, and each costs memory before it costs a hash."""

REMEMBERED = 10_000


class Argon2Passwords:
    """`PasswordHasher` by Argon2id. Safe to share between threads; each verification holds 19 MiB while it runs."""

    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        self._argon2 = argon2.PasswordHasher(
            time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=HASH_BYTES, salt_len=SALT_BYTES
        )
        self._nobody = _unmatched_hash()
        self._verified = VerifiedPairs(remembered)

    def hash(self, password: str) -> str:
        """Hash with a fresh salt. Raises `ValueError` over 4096 bytes of UTF-8 or with a lone surrogate."""
        secret = _encoded(password)
        if secret is None:
            raise ValueError(f"a password is at most {PASSWORD_BYTES} bytes of valid text")
        return self._argon2.hash(secret)

    def verify(self, password: str, stored: str | None) -> bool:
        """Tell whether `password` made `stored`; for None, or a hash we cannot read, do the work all the same."""
        secret = _encoded(password)
        if secret is None:
            secret, stored = b"", None
        if stored is not None and self._verified.holds(secret, stored):
            return True
        if not self._matches(secret, stored):
            return False
        if stored is not None:
            self._verified.remember(secret, stored)
        return True

    def was_verified(self, password: str, stored: str) -> bool:
        """Tell, without hashing, whether this pair passed `verify` lately in this process."""
        secret = _encoded(password)
        return secret is not None and self._verified.holds(secret, stored)

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether `stored` was made with other settings; one that is no Argon2 hash does too."""
        try:
            return self._argon2.check_needs_rehash(stored)
        except InvalidHashError:
            return True

    def _matches(self, secret: bytes, stored: str | None) -> bool:
        try:
            return self._argon2.verify(self._nobody if stored is None else stored, secret) and stored is not None
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):
            # A row with a broken hash must take as long as any other, or it could be told apart from outside.
            return stored is not None and self._matches(secret, None)


class VerifiedPairs:
    """The pairs of stored hash and password that were found to match, least recently used forgotten first.

    Holds no password: only an HMAC-SHA256 over both, under a key that dies with the process. A changed hash
    is another pair, so changing a password forgets the old one at once, on every node.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._key = secrets.token_bytes(32)
        self._proofs: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._proofs)

    def holds(self, secret: bytes, stored: str) -> bool:
        """Compare in constant time against what is remembered for `stored`."""
        with self._lock:
            known = self._proofs.get(stored)
            if known is None:
                return False
            self._proofs.move_to_end(stored)
        return hmac.compare_digest(known, self._proof(secret, stored))

    def remember(self, secret: bytes, stored: str) -> None:
        """Keep a pair that was just verified, and drop the oldest beyond the capacity."""
        proof = self._proof(secret, stored)
        with self._lock:
            self._proofs[stored] = proof
            self._proofs.move_to_end(stored)
            while len(self._proofs) > self._capacity:
                self._proofs.popitem(last=False)

    def _proof(self, secret: bytes, stored: str) -> bytes:
        hashed = stored.encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, len(hashed).to_bytes(4, "big") + hashed + secret, hashlib.sha256)


def _encoded(password: str) -> bytes | None:
    try:
        secret = password.encode()
    except UnicodeEncodeError:
        return None
    return secret if len(secret) <= PASSWORD_BYTES else None


def _unmatched_hash() -> str:
    """Spell a hash of today's settings that no known password made: checking it costs what a real check costs."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (SALT_BYTES, HASH_BYTES)
    )
    return f"$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p={LANES}${salt}${digest}"
