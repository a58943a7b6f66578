"""Rotating keys: a successor takes over while the old key lives on for a while, and never are more than two live."""

from typing import Any

from sqlalchemy import bindparam, select, update

from rollbook.core.access import credentials
from rollbook.core.access.credentials import Credential
from rollbook.core.access.policy import client_roles
from rollbook.core.access.tables import credentials as table
from rollbook.core.kernel.clock import LATEST, SECOND
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.statements import Lookup, Statement
from rollbook.core.kernel.work import Work

Rows = Statement[tuple[Any, ...]]

LONGEST_OVERLAP_S = 30 * 24 * 3600

_SUCCESSOR = Lookup[tuple[Any, ...]](select(table.c.id).where(table.c.replaces_id == bindparam("id")))
_own = table.alias("own")
_END_REPLACED = Rows(
    update(table)
    .where(
        table.c.id.in_(select(_own.c.replaces_id).where(_own.c.id == bindparam("id"))),
        table.c.revoked_at.is_(None),
    )
    .values(revoked_at=bindparam("at"))
)
_EXPIRE = Rows(update(table).where(table.c.id == bindparam("id")).values(expires_at=bindparam("expires_at")))


def rotate(work: Work, credential: Credential, *, overlap_s: int) -> tuple[Credential, str]:
    """Make a successor with the same owner, rights and length of life; the old one lives on for ``overlap_s`` seconds.

    Two are live at most: what the old one replaced ends now. Faults: FORBIDDEN; INVALID naming ``overlap_s``; CONFLICT
    when it has ended or was replaced already.
    """
    credentials.require_may_manage(work, credential)
    if not 0 <= overlap_s <= LONGEST_OVERLAP_S:
        raise field_fault(
            FaultCode.INVALID, "overlap_s", f"overlap_s must lie between 0 and {LONGEST_OVERLAP_S} seconds"
        )
    if credential.has_ended(work.at):
        raise Fault(FaultCode.CONFLICT, "This key has ended; make a new one.")
    if work.first(_SUCCESSOR, id=credential.id) is not None:
        raise Fault(FaultCode.CONFLICT, "This key was replaced already; rotate the one that replaced it.")
    work.run(_END_REPLACED, id=credential.id, at=work.at)
    expires_at = None
    if credential.expires_at is not None:
        expires_at = work.at + credential.expires_at - credential.created_at
    roles = client_roles(credential.roles) if credential.person_id is None else None
    made, secret = credentials.make_key(
        work,
        credential.kind,
        credential.name,
        door=credential.door,
        roles=roles,
        expires_at=expires_at,
        person_id=credential.person_id,
        replaces_id=credential.id,
    )
    ends = min(work.at + overlap_s * SECOND, credential.expires_at or LATEST)
    work.run(_EXPIRE, id=credential.id, expires_at=ends)
    change = {"expires_at": ends, "successor": made.uuid}
    before = {"expires_at": credential.expires_at}
    work.record("credential.rotated", "credential", credential.id, credential.uuid, before=before, after=change)
    return made, secret
