"""Signed tokens (JWT, RFC 7519, by HS256) of users, participants, devices and services.

A token is good until its end, if it has one, and until its id is among the ended. Keys are made from the server's
secret key, one a kind; only services know theirs, for they sign their own.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import bindparam, delete, select

from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.ports import Sealer
from rollbook.core.kernel.statements import Lookup, Store, insert_or_update
from rollbook.core.kernel.work import Work
from rollbook.core.sessions.tables.users import ended_tokens

ISSUER = "TeraServer"
LIVES_S = 3600
"""How long the token of a sign-in is good."""
REFRESHED_S = 1800
"""How long a token is good that was got for another."""
_HEADER = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"HS256"}').rstrip(b"=")
_ALGORITHMS = frozenset({"HS256"})
_MADE_AT = "made_at"
"""Our own claim: when a token was made to the microsecond, as ``iat`` tells the second only."""
Claims = Mapping[str, Any]
Rows = Lookup[tuple[Any, ...]]


def key_of(sealer: Sealer, kind: str) -> bytes:
    """The key that tokens of a kind are signed with: 64 hexadecimal digits."""
    kept: Any = sealer
    return _made_key(kept, kind)


@lru_cache(maxsize=16)
def _made_key(sealer: Any, kind: str) -> bytes:
    halves = (sealer.mark(f"{kind} {half}".encode(), b"signed tokens") for half in (1, 2))
    return b"".join(halves).hex().encode()


def signed(claims: Claims, key: bytes) -> str:
    """A token of these claims."""
    body = _HEADER + b"." + base64.urlsafe_b64encode(msgspec.json.encode(claims)).rstrip(b"=")
    mark = hmac.digest(key, body, hashlib.sha256)
    return (body + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


def made(subject: Claims, key: bytes, at: int, *, lives_s: int = LIVES_S) -> str:
    """A token about a subject, from an instant on."""
    claims = {"iss": ISSUER, "jti": str(uuid4()), "iat": at // SECOND, "exp": at // SECOND + lives_s, _MADE_AT: at}
    return signed({**claims, **subject}, key)


def made_at(claims: Claims) -> int | None:
    """When a token was made that :func:`made` made."""
    at = claims.get(_MADE_AT)
    return at if isinstance(at, int) else None


@lru_cache(maxsize=20_000)
def lasting(subject: tuple[tuple[str, str | int], ...], key: bytes, name: str) -> str:
    """A token about a subject that lasts: the same each time, and kept because lists show one in each line."""
    return signed({"iss": ISSUER, "jti": name, **dict(subject)}, key)


def read(token: str, key: bytes, at: int) -> Claims | None:
    """The claims of a token that the key signed and that has not ended by an instant; None for any other text."""
    claims = _signed_claims(token, key)
    end = claims.get("exp") if claims is not None else None
    if end is not None and (not isinstance(end, int | float) or end * SECOND <= at):
        return None
    return claims


@lru_cache(maxsize=20_000)
def _signed_claims(token: str, key: bytes) -> Claims | None:
    """The claims of a token that the key signed. Kept, as a token comes with each request; nobody changes them."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        header, claims = (msgspec.json.decode(_decoded(part)) for part in parts[:2])
        mark = _decoded(parts[2])
    except (ValueError, binascii.Error, msgspec.DecodeError):
        return None
    if not isinstance(header, dict) or header.get("alg") not in _ALGORITHMS or not isinstance(claims, dict):
        return None
    body = f"{parts[0]}.{parts[1]}".encode("utf-8", "surrogatepass")
    return claims if hmac.compare_digest(mark, hmac.digest(key, body, hashlib.sha256)) else None


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _insert(store: Store) -> Any:
    made_row = insert_or_update(store, ended_tokens)
    return made_row.values(name=bindparam("name"), expires_at=bindparam("expires_at")).on_conflict_do_nothing()


_END = Rows(_insert)
_ENDED = Lookup[tuple[Any, ...]](select(ended_tokens.c.name).where(ended_tokens.c.name == bindparam("name")))
_FORGET = Rows(delete(ended_tokens).where(ended_tokens.c.expires_at < bindparam("before")))


def end(work: Work, claims: Claims) -> None:
    """Let a token open nothing any more. Only one that ends by itself; the others end with what they are about."""
    if (name := _name_in(claims)) and (expires := claims.get("exp")):
        work.run(_END, name=name, expires_at=int(expires * SECOND))


def has_ended(work: Work, claims: Claims) -> bool:
    """Whether a token was given up; one without an id is none of ours."""
    name = _name_in(claims)
    return name is None or work.first(_ENDED, name=name) is not None


def _name_in(claims: Claims) -> str | None:
    name = claims.get("jti")
    return name if isinstance(name, str) and 0 < len(name) <= 36 else None


def forget_ended(work: Work, before: int) -> int:
    """Delete what is known of tokens that ended anyway before an instant; how many."""
    return work.run(_FORGET, before=before)
