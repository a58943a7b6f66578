"""Certificates: issued when a course that gives them is completed, and revoked."""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Insert, bindparam, cast, insert, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement, Store, given_rows
from rollbook.core.kernel.values import checked_line
from rollbook.core.kernel.work import Work
from rollbook.core.learning import facts, policy
from rollbook.core.learning.certificate_queries import get
from rollbook.core.learning.certificate_records import Certificate
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.tables import assignments, certificates

Rows = Statement[tuple[Any, ...]]

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 4, 5
"""20 letters of 32: 100 random bits, so that having a number means having been given it."""

_NAMES = ("uuid", "assignment_id", "number", "expires_at")


def new_number() -> str:
    """A number that cannot be guessed and is easily read out: ``7K3M9-QXT2H-VD04B-RR8WZ``."""
    letters = "".join(_LETTERS[byte & 31] for byte in secrets.token_bytes(_GROUPS * _GROUP))
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _insert(store: Store) -> Insert:
    given = given_rows(store, "rows", *(certificates.c[name] for name in _NAMES))
    shared = [certificates.c.organisation_id, certificates.c.issued_at]
    chosen = select(
        *(given.c[name] for name in _NAMES), *(cast(bindparam(c.name, type_=c.type), c.type) for c in shared)
    )
    return (
        insert(certificates)
        .from_select([*_NAMES, *(c.name for c in shared)], chosen)
        .returning(certificates.c.assignment_id, certificates.c.id)
    )


_INSERT = Rows(_insert)


def issue(work: Work, ends: Mapping[int, int | None]) -> None:
    """Issue certificates for assignments that have none, given with the instants at which they expire, None for never.

    Callers decide that they are due.
    """
    if not ends:
        return
    rows: list[dict[str, Any]] = [
        {"uuid": new_uuid(), "assignment_id": id_, "number": new_number(), "expires_at": expires_at}
        for id_, expires_at in ends.items()
    ]
    encoded = msgspec.json.encode(rows).decode()
    ids: dict[int, int] = dict(
        work.all(_INSERT, rows=encoded, organisation_id=work.principal.organisation_id, issued_at=work.at)
    )
    certified = load_assignments(work, list(ends))
    for row in rows:
        assignment = certified[row["assignment_id"]]
        after = {"number": row["number"], "assignment_id": assignment.id, "assignment_uuid": assignment.uuid}
        work.record(
            "certificate.issued",
            "certificate",
            ids[assignment.id],
            row["uuid"],
            after=after,
            person_id=assignment.person_id,
        )


_REVOKE = Rows(
    update(certificates)
    .where(certificates.c.id == bindparam("id"), certificates.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"), revoke_reason=bindparam("reason"))
)
_TOUCH = Rows(
    update(assignments)
    .where(assignments.c.id == bindparam("id"))
    .values(status_changed_at=bindparam("at"), updated_at=bindparam("now"))
)


def revoke(work: Work, certificate: Certificate, reason: str | None = None) -> Certificate:
    """Declare a certificate void; the assignment stays completed. ``reason`` is a line for those who look it up.

    Faults: FORBIDDEN; CONFLICT if it is void already; INVALID naming ``reason``.
    """
    policy.require_learning_write(work.principal)
    why = checked_line(reason, "reason")
    before = load_assignments(work, [certificate.assignment_id])
    if not work.run(_REVOKE, id=certificate.id, at=work.at, reason=why):
        raise Fault(FaultCode.CONFLICT, "This certificate was revoked already.")
    work.run(_TOUCH, id=certificate.assignment_id, at=work.at, now=work.at)
    after: dict[str, Any] = {
        "number": certificate.number,
        "assignment_id": certificate.assignment_id,
        "revoked_at": work.at,
    }
    if why:
        after["reason"] = why
    work.record(
        "certificate.revoked", "certificate", certificate.id, certificate.uuid, after=after,
        person_id=certificate.person_id,
    )  # fmt: skip
    facts.record_moved(work, "assignment.updated", before.values())
    return get(work, certificate.number)
