"""A person's one API key for a door whose users look it up again: sealed, so that it can be shown more than once."""

from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.access import credentials
from rollbook.core.access.tables import personal_keys
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ports import SealBroken, Sealer
from rollbook.core.kernel.statements import Lookup, Statement, Store, insert_or_update
from rollbook.core.kernel.work import Work

_FOUND = Lookup[tuple[Any, ...]](
    select(personal_keys.c.sealed_secret).where(personal_keys.c.person_id == bindparam("person_id"))
)


def _keep(store: Store) -> Any:
    made = insert_or_update(store, personal_keys).values({c.name: bindparam(c.name) for c in personal_keys.c})
    new = {name: made.excluded[name] for name in ("credential_id", "sealed_secret")}
    return made.on_conflict_do_update(index_elements=["person_id"], set_=new)


_KEEP = Statement[tuple[Any, ...]](_keep)


def _sealed_for(person_id: int) -> bytes:
    return f"personal_key:{person_id}".encode()


def get_or_make(work: Work, sealer: Sealer, door: str, name: str) -> str:
    """The caller's key for a door; a new one where none opens it any more. Faults: FORBIDDEN for a program."""
    person_id = work.principal.person_id
    if person_id is None:
        raise Fault(FaultCode.FORBIDDEN, "Only people have a key of their own.")
    stored = work.value(_FOUND, person_id=person_id)
    if stored:
        try:
            secret = sealer.unseal(bytes.fromhex(stored), _sealed_for(person_id)).decode()
        except SealBroken:  # the server's key is another one
            secret = ""
        if secret and credentials.authenticate(work, secret, door, "api_key") is not None:
            return secret
    credential_id, secret = credentials.issue(
        work, "api_key", name, organisation_id=work.principal.organisation_id, person_id=person_id, door=door
    )
    sealed = sealer.seal(secret.encode(), _sealed_for(person_id)).hex()
    work.run(_KEEP, person_id=person_id, credential_id=credential_id, sealed_secret=sealed)
    made = credentials.get_credential(work, credential_id)
    after = {"kind": "api_key", "name": name, "door": door}
    work.record("credential.created", "credential", made.id, made.uuid, after=after, person_id=person_id)
    return secret
