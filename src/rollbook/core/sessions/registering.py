"""Devices that register themselves by a key: they are disabled until someone enables them."""

import base64
from uuid import uuid4

from rollbook.core.access import limits
from rollbook.core.kernel.certifying import SignedCertificate
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid, same_secret
from rollbook.core.kernel.ports import Sealer
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.queries import list_organisations
from rollbook.core.sessions import certificates, queries, store
from rollbook.core.sessions.entities import DEVICE, DEVICE_SUBTYPE, DEVICE_TYPE, Record

KEY_LENGTH = 16
EVERY = SECOND
"""How often one address may register a device."""


def key_of(sealer: Sealer, organisation_id: int) -> str:
    """What devices of an organisation register with: 80 bits in base 32."""
    mark = sealer.mark(str(organisation_id).encode(), b"device registration")
    return base64.b32encode(mark).decode()[:KEY_LENGTH]


def organisation_of(work: Work, sealer: Sealer, key: str) -> int:
    """Whose key it is. Faults: UNAUTHENTICATED for nobody's."""
    for organisation in list_organisations(work):
        if same_secret(key_of(sealer, organisation.id), key):
            return organisation.id
    raise Fault(FaultCode.UNAUTHENTICATED, "Invalid registration key")


def admit(database: Database, address: str) -> None:
    """Let an address register one device in a second, whatever node it asks. Faults: RATE_LIMITED."""
    limits.pace(database, "register", address, every=EVERY)


def register(
    work: Work,
    *,
    name: str,
    type_key: str,
    subtype_name: str | None,
    goes_online: bool,
    signed: SignedCertificate | None,
    uuid: str | None,
) -> Record:
    """A new device of the caller's organisation; its type and subtype are made where there are none such.

    ``uuid`` is the one that its certificate names.
    """
    every = queries.anyone(work)
    kind = queries.first(work, DEVICE_TYPE, viewer=every, key=type_key)
    kind = kind or store.add(work, DEVICE_TYPE, key=type_key, name=type_key)
    subtype_id = None
    if subtype_name:
        of = {"device_type_id": kind["id"], "name": subtype_name}
        subtype = queries.first(work, DEVICE_SUBTYPE, viewer=every, **of) or store.add(work, DEVICE_SUBTYPE, **of)
        subtype_id = subtype["id"]
    device = store.add(
        work,
        DEVICE,
        uuid=uuid or new_uuid(),
        name=name,
        device_type_id=kind["id"],
        device_subtype_id=subtype_id,
        goes_online=goes_online,
        token_name=str(uuid4()),
        certificate=signed.certificate if signed else None,
    )
    if signed:
        certificates.note(work, device["id"], signed)
    return device
