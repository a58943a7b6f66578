"""Keys and clients out of core, and what they are made with into it."""

import msgspec

from rollbook.core.access.credentials import Credential
from rollbook.core.access.policy import CLIENT_ROLES
from rollbook.core.kernel.clock import iso, parse_instant
from rollbook.core.kernel.principal import Role
from rollbook.doors.native.translate.people import to_core_roles
from rollbook.doors.native.wire.credentials import CredentialOut


def from_core_credential(found: Credential, at: int) -> CredentialOut:
    """A key as the native API shows it at an instant."""
    roles = None
    if found.person_id is None:
        stored = msgspec.json.decode(found.roles, type=list[str]) if found.roles else [r.value for r in CLIENT_ROLES]
        roles = sorted(stored)
    return CredentialOut(
        id=found.uuid,
        kind=found.kind,
        name=found.name,
        door=found.door,
        roles=roles,
        client_id=found.client_id,
        hint=found.hint,
        live=not found.has_ended(at),
        created_at=iso(found.created_at),
        expires_at=_iso(found.expires_at),
        last_used_at=_iso(found.last_used_at),
        revoked_at=_iso(found.revoked_at),
    )


def to_core_client_roles(names: list[str] | None) -> frozenset[Role]:
    """The roles that are named; the usual ones of a client when none are. Faults: INVALID naming ``roles``."""
    return CLIENT_ROLES if names is None else to_core_roles(names)


def to_core_end(expires_at: str | None) -> int | None:
    """The instant of a time; None is never. Faults: INVALID naming ``expires_at``."""
    return None if expires_at is None else parse_instant(expires_at, "expires_at")


def _iso(instant: int | None) -> str | None:
    return None if instant is None else iso(instant)
