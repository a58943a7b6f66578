"""The newest versions of client programs, as an administrator of everything set them."""

from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.kernel.statements import Lookup, Statement, Store, insert_or_update
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import policy
from rollbook.core.sessions.tables.users import client_versions

_STORED = Lookup[tuple[Any, ...]](
    select(client_versions.c.versions).where(client_versions.c.organisation_id == bindparam("organisation_id"))
)


def _upsert(store: Store) -> Any:
    made = insert_or_update(store, client_versions)
    made = made.values(organisation_id=bindparam("organisation_id"), versions=bindparam("versions"))
    return made.on_conflict_do_update(index_elements=["organisation_id"], set_={"versions": made.excluded.versions})


_STORE = Statement[tuple[Any, ...]](_upsert)


def stored(work: Work) -> str | None:
    """JSON of the versions; None when nobody set any."""
    return work.value(_STORED, organisation_id=work.principal.organisation_id) or None


def store(work: Work, versions: str) -> None:
    """Set them all. Faults: FORBIDDEN."""
    if not policy.is_super(work):
        raise policy.forbidden("Not authorized")
    work.run(_STORE, organisation_id=work.principal.organisation_id, versions=versions)
