"""Secrets that must be readable again, sealed by AES-256-GCM under one key that lives in a file beside the database.

Lives here: the format of a seal and the key file. Passwords are never sealed; they are hashed.
"""

import hashlib
import hmac
import logging
import os
import secrets
import stat
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rollbook.core.kernel.ports import SealBroken

KEY_BYTES = 32
VERSION = b"\x01"
KEY_NAME_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
MARK_BYTES = 16

logger = logging.getLogger(__name__)


class KeyFileInvalid(Exception):
    """The key file is there but does not hold a key, so nothing sealed before could be read."""


class AesGcmSealer:
    """`Sealer` by AES-256-GCM. A seal is: version (1 byte), name of the key (4), nonce (12), ciphertext, tag (16).

    Nonces are random, which NIST SP 800-38D bounds at 2**32 seals a key: far beyond the secrets of one server.
    """

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 random bytes. Raises `ValueError` for another length."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a sealing key is {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(key)
        self._mark_key = hmac.digest(key, b"rollbook marks", "sha256")
        # Names the key without telling it, so that a seal made under another key is known from a damaged one.
        self._prefix = VERSION + hashlib.sha256(b"rollbook sealing key\0" + key).digest()[:KEY_NAME_BYTES]

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read the key from `path`, making the file first if it is missing. Raises `KeyFileInvalid`, `OSError`."""
        return cls(read_or_make_key(path))

    def seal(self, plain: bytes, associated: bytes) -> bytes:
        """Encrypt `plain` (33 bytes longer when sealed) and bind it to `associated`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self._prefix + nonce + self._cipher.encrypt(nonce, plain, self._prefix + associated)

    def unseal(self, sealed: bytes, associated: bytes) -> bytes:
        """Decrypt what was sealed for the same `associated`. Raises `SealBroken` saying which of the causes it is."""
        if len(sealed) < len(self._prefix) + NONCE_BYTES + TAG_BYTES or sealed[:1] != VERSION:
            raise SealBroken("these bytes are not a seal of a known version")
        prefix, rest = sealed[: len(self._prefix)], sealed[len(self._prefix) :]
        if prefix != self._prefix:
            raise SealBroken("this was sealed with another key; is this the key file the database was written with?")
        try:
            return self._cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], prefix + associated)
        except InvalidTag:
            raise SealBroken("this seal was changed, or was made for something else") from None

    def mark(self, plain: bytes, associated: bytes) -> bytes:
        """The first half of an HMAC-SHA-256 under a key made from the sealing key."""
        return hmac.digest(self._mark_key, len(associated).to_bytes(2) + associated + plain, "sha256")[:MARK_BYTES]


def read_or_make_key(path: Path) -> bytes:
    """Read 32 bytes written as 64 hexadecimal digits, making them (mode 600) where there is no file.

    Of several processes that start at once, one makes the key and all read it. Raises `KeyFileInvalid`.
    """
    if not path.exists():
        _make_key(path)
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except (UnicodeDecodeError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileInvalid(f"{path} does not hold {KEY_BYTES * 2} hexadecimal digits; put the right file back")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        # Not refused: secrets mounted by an orchestrator often come readable to a group.
        logger.warning("the key file %s can be read by other users; its mode should be 600", path)
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link fails where a rename would replace: the first process to come here decides the key.
            os.link(draft, path)
        except FileExistsError:
            return
        _sync_folder(path.parent)
    finally:
        draft.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
