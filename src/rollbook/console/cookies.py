"""The console's cookies: the session, the key of a form before signing in, one message for the next page, and the
organisation that was last signed in to."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

import msgspec

from rollbook.core.kernel.ids import from_address, same_secret, to_address

SESSION = "rollbook_session"
VISITOR = "rollbook_visitor"
FLASH = "rollbook_flash"
ORGANISATION = "rollbook_organisation"
_HOST = "__Host-"
"""On https the prefix makes browsers refuse the cookie from any other host, and without Secure."""
_LONGEST_FLASH = 2000


class Flash(msgspec.Struct, frozen=True):
    """What the last action did, said on the next page. ``href`` leads within the console."""

    text: str
    kind: str = "good"
    href: str | None = None
    link: str | None = None


def read(headers: Mapping[str, str], name: str, *, is_https: bool) -> str | None:
    """A cookie's value. On https only the prefixed one counts, for a neighbouring host may have set the other.

    Other programs on this host may set cookies that break the rules; ours are found beside them.
    """
    wanted = _named(name, is_https=is_https)
    for pair in (headers.get("cookie") or "").split(";"):
        found, _, value = pair.strip().partition("=")
        if found == wanted:
            return value
    return None


def write(name: str, value: str, *, is_https: bool, max_age_s: int) -> str:
    """A Set-Cookie value: for this host, out of scripts' reach, not sent from others' forms. Zero seconds ends it."""
    parts = [f"{_named(name, is_https=is_https)}={value}", "Path=/", "HttpOnly", "SameSite=Lax", f"Max-Age={max_age_s}"]
    return "; ".join([*parts, "Secure"] if is_https else parts)


def _named(name: str, *, is_https: bool) -> str:
    return _HOST + name if is_https else name


def new_visitor() -> str:
    """A key for someone who has no session yet, to bind the sign-in form to their browser."""
    return secrets.token_urlsafe(24)


def form_token(key: str) -> str:
    """The token that forms carry, made from a session's or a visitor's secret, which no other site can read."""
    return hmac.digest(key.encode(), b"rollbook console form", hashlib.sha256).hex()


def is_form_token(key: str, token: str) -> bool:
    """Whether a form was ours; in constant time."""
    return same_secret(form_token(key), token)


def pack_flash(flash: Flash) -> str:
    """A message as a cookie's value."""
    return to_address(msgspec.json.encode(flash))


def unpack_flash(value: str) -> Flash | None:
    """The message in a cookie; None when it is not one of ours or leads elsewhere."""
    if len(value) > _LONGEST_FLASH:
        return None
    try:
        flash: Any = msgspec.json.decode(from_address(value), type=Flash)
    except (ValueError, msgspec.MsgspecError):
        return None
    leads_elsewhere = flash.href is not None and not flash.href.startswith("/console/")
    return None if leads_elsewhere else flash
