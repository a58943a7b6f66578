"""Closing the sockets that someone has open, on whatever node, and codes that open an address of a service once."""

from typing import Any

from sqlalchemy import bindparam, delete, insert

from rollbook.core.kernel.clock import MINUTE
from rollbook.core.kernel.ids import new_secret, secret_hash
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.sessions.tables.presence import open_sockets, socket_keys
from rollbook.core.sessions.viewers import Kind

Rows = Statement[tuple[Any, ...]]


def _of(table: Any) -> Rows:
    return Rows(
        delete(table).where(
            table.c.organisation_id == bindparam("organisation_id"),
            table.c.kind == bindparam("kind"),
            table.c.subject_id == bindparam("subject_id"),
        )
    )


_CLOSE, _FORGET_KEYS = _of(open_sockets), _of(socket_keys)


def close_all(work: Work, kind: Kind, subject_id: int) -> int:
    """Let someone's sockets go, and the keys to new ones; how many sockets. A node closes one whose row is gone."""
    given = {"organisation_id": work.principal.organisation_id, "kind": kind.value, "subject_id": subject_id}
    work.run(_FORGET_KEYS, **given)
    return work.run(_CLOSE, **given)


_ADD_CODE = Rows(insert(socket_keys).values({c.name: bindparam(c.name) for c in socket_keys.c}))
CODE = "code"
"""The kind of a key that opens an address of a service."""


def auth_code(work: Work, service_id: int, address: str) -> str:
    """A code for an address of a service, good for a minute; only its hash, with the address in it, is kept."""
    code = new_secret("code")
    work.run(
        _ADD_CODE,
        secret_hash=secret_hash(f"{code} {address}"),
        organisation_id=work.principal.organisation_id,
        kind=CODE,
        subject_id=service_id,
        expires_at=work.at + MINUTE,
    )
    return code
