"""The one certificate authority for devices, as the record keeps it for every node: its key is sealed."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from rollbook.core.kernel.certifying import AuthorityPair
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import from_address, to_address
from rollbook.core.kernel.ports import SealBroken, Sealer
from rollbook.core.kernel.statements import Lookup, Store, insert_or_update
from rollbook.core.kernel.work import Database
from rollbook.core.sessions.tables.devices import authorities

NAME = "devices"
_BOUND_TO = b"authority:devices"


def _add(store: Store) -> Any:
    given: dict[str, Any] = {name: bindparam(name) for name in ("name", "certificate", "sealed_key")}
    return insert_or_update(store, authorities).values(given).on_conflict_do_nothing()


_ADD = Lookup[tuple[Any, ...]](_add)


class KeptAuthority(msgspec.Struct, frozen=True):
    """The authority's own certificate, PEM, and its sealed key."""

    certificate: str
    sealed_key: str


_FIND = Lookup(
    select(authorities.c.certificate, authorities.c.sealed_key).where(authorities.c.name == bindparam("name")),
    KeptAuthority,
)


def kept(database: Database, sealer: Sealer, make: Callable[[], AuthorityPair]) -> KeptAuthority:
    """The authority. The first node that asks has one made; if two do so at once, the second takes the first's."""
    with database.reading() as work:
        found = work.first(_FIND, name=NAME)
    if found is not None:
        return found
    made = make()
    own = KeptAuthority(made.certificate, to_address(sealer.seal(made.key, _BOUND_TO)))
    with database.writing() as work:
        work.run(_ADD, name=NAME, certificate=own.certificate, sealed_key=own.sealed_key)
        return work.first(_FIND, name=NAME) or own


def opened(sealer: Sealer, sealed_key: str) -> bytes:
    """The authority's private key, PEM. Faults: UNAVAILABLE under another secret key than the one that sealed it."""
    try:
        return sealer.unseal(from_address(sealed_key), _BOUND_TO)
    except SealBroken as problem:
        raise Fault(FaultCode.UNAVAILABLE, f"Certificates cannot be signed: {problem}.") from problem
