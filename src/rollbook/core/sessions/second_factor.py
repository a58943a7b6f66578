"""Signing in with a second factor: who must, and codes that an app makes from a shared secret (RFC 6238)."""

import base64
import hashlib
import hmac
import secrets
import struct
from typing import Any

from sqlalchemy import bindparam, or_, select

from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.ids import same_secret
from rollbook.core.kernel.statements import Statement, Store, insert_or_update
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import memberships, people
from rollbook.core.sessions.grantees import SUPERS, holders_at_site
from rollbook.core.sessions.reach import ids
from rollbook.core.sessions.tables.users import user_profiles

Rows = Statement[tuple[Any, ...]]
STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
_site: Any = bindparam("site_id")


def _require(store: Store) -> Any:
    at_site = ids(memberships.c.person_id, memberships.c.group_id.in_(holders_at_site(_site)))
    chosen = select(people.c.id, bindparam("yes", True)).where(
        people.c.organisation_id == bindparam("organisation_id"),
        or_(people.c.id.in_(at_site), people.c.id.in_(SUPERS)),
    )
    made = insert_or_update(store, user_profiles).from_select(["person_id", "has_second_factor"], chosen)
    return made.on_conflict_do_update(index_elements=["person_id"], set_={"has_second_factor": True})


_REQUIRE = Rows(_require)


def require_at(work: Work, site_id: int) -> None:
    """Who has a role at a site itself, or administers everything, signs in with two factors from now on."""
    work.run(_REQUIRE, site_id=site_id, organisation_id=work.principal.organisation_id)


def new_secret() -> str:
    """A secret that an app makes codes from, in base 32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, at: int) -> str:
    """The code of an instant. Raises `ValueError` for a secret that is no base 32."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    mark = hmac.digest(key, struct.pack(">Q", at // (STEP_S * SECOND)), hashlib.sha1)
    start = mark[-1] & 15
    number = struct.unpack(">I", mark[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def is_code(secret: str, code: str, at: int) -> bool:
    """Whether a code is that of now, or of the step before or after."""
    try:
        return any(same_secret(code_at(secret, at + step * STEP_S * SECOND), code) for step in (-1, 0, 1))
    except ValueError:
        return False
