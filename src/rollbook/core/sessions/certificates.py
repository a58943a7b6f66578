"""The certificates that devices were given: new ones, newer ones in their place, and the list of those revoked."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, case, insert, literal, or_, select, update

from rollbook.core.kernel.certifying import Revocation, SignedCertificate
from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.statements import Lookup, Statement
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries, store
from rollbook.core.sessions.entities import DEVICE, Record
from rollbook.core.sessions.tables.devices import device_certificates, devices

OVERLAP = 7 * DAY
"""How long a certificate stays good after there is a newer one, so that a device that loses an answer can ask again."""
Rows = Statement[tuple[Any, ...]]
_ADD = Rows(
    insert(device_certificates).values(
        {name: bindparam(name) for name in ("organisation_id", "device_id", "serial", "issued_at", "expires_at")}
    )
)
_REPLACE = Rows(
    update(device_certificates)
    .where(device_certificates.c.device_id == bindparam("of_device"), device_certificates.c.replaced_at.is_(None))
    .values(replaced_at=bindparam("replaced_at"))
)
_GOOD = (
    device_certificates.c.expires_at > bindparam("at"),
    or_(device_certificates.c.replaced_at.is_(None), device_certificates.c.replaced_at > bindparam("at")),
)


def note(work: Work, device_id: int, signed: SignedCertificate) -> None:
    """Remember a certificate that a device is given; those before it are good for a while still."""
    work.run(_REPLACE, of_device=device_id, replaced_at=work.at + OVERLAP)
    organisation_id = work.principal.organisation_id
    facts = {"serial": signed.serial, "issued_at": work.at, "expires_at": signed.expires_at}
    work.run(_ADD, organisation_id=organisation_id, device_id=device_id, **facts)


def renew(work: Work, device_id: int, signed: SignedCertificate) -> Record:
    """Give a device a newer certificate."""
    device = store.change(work, DEVICE, queries.get(work, DEVICE, device_id), certificate=signed.certificate)
    note(work, device_id, signed)
    return device


class Holder(msgspec.Struct, frozen=True):
    """A device that a good certificate names."""

    id: int
    organisation_id: int
    is_enabled: bool


_HOLDER = Lookup(
    select(devices.c.id, devices.c.organisation_id, devices.c.is_enabled)
    .join_from(devices, device_certificates, device_certificates.c.device_id == devices.c.id)
    .where(
        devices.c.uuid == bindparam("uuid"),
        devices.c.deleted_at.is_(None),
        or_(bindparam("serial", type_=device_certificates.c.serial.type).is_(None),
            device_certificates.c.serial == bindparam("serial")),
        *_GOOD,
    )
    .limit(1),
    Holder,
)  # fmt: skip


def holder_of(work: Work, uuid: str, serial: str | None) -> Holder | None:
    """The device of a uuid that has a good certificate: the one with this serial, if it is known."""
    known = serial.replace(":", "").lower().lstrip("0") if serial else None
    return work.first(_HOLDER, uuid=uuid, serial=known, at=work.at)


_since = case(
    (devices.c.id.is_(None), device_certificates.c.issued_at),
    (devices.c.deleted_at.is_not(None), devices.c.deleted_at),
    (device_certificates.c.replaced_at <= bindparam("at"), device_certificates.c.replaced_at),
    else_=device_certificates.c.issued_at,
)
_reason = case(
    (devices.c.id.is_(None), literal("cessation_of_operation")),
    (device_certificates.c.replaced_at <= bindparam("at"), literal("superseded")),
    else_=literal("certificate_hold"),
)
_REVOKED = Statement(
    select(device_certificates.c.serial, _since, _reason)
    .select_from(device_certificates.outerjoin(devices, devices.c.id == device_certificates.c.device_id))
    .where(
        device_certificates.c.expires_at > bindparam("at"),
        or_(
            devices.c.id.is_(None),
            devices.c.deleted_at.is_not(None),
            ~devices.c.is_enabled,
            device_certificates.c.replaced_at <= bindparam("at"),
        ),
    )
    .order_by(device_certificates.c.id),
    Revocation,
)


def list_revoked(work: Work) -> list[Revocation]:
    """The certificates that would be good by their dates but are not, of every organisation: the authority is one.

    Those of devices that are disabled, or deleted but can come back, are on hold.
    """
    return work.all(_REVOKED, at=work.at)
