"""Who is online, who is busy, and what devices said of themselves last."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.ids import new_secret, secret_hash
from rollbook.core.kernel.statements import Lookup, Store, among, insert_or_update
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import telling
from rollbook.core.sessions.tables.presence import busy_subjects, device_statuses, open_sockets, socket_keys
from rollbook.core.sessions.telling import What
from rollbook.core.sessions.viewers import Kind

Rows = Lookup[tuple[Any, ...]]
KEY_LIVES_S = 60


class Presence(msgspec.Struct, frozen=True):
    """Who of a kind is online and who is busy, by id."""

    online: frozenset[int]
    busy: frozenset[int]

    @property
    def here(self) -> list[int]:
        """Everyone who is either."""
        return sorted(self.online | self.busy)


_ONLINE = Rows(
    select(open_sockets.c.subject_id).where(
        open_sockets.c.organisation_id == bindparam("organisation_id"),
        open_sockets.c.kind == bindparam("kind"),
        open_sockets.c.leased_until > bindparam("now"),
    )
)
_IS_ONLINE = Rows(
    select(open_sockets.c.id)
    .where(
        open_sockets.c.organisation_id == bindparam("organisation_id"),
        open_sockets.c.kind == bindparam("kind"),
        open_sockets.c.subject_id == bindparam("subject_id"),
        open_sockets.c.leased_until > bindparam("now"),
    )
    .limit(1)
)
_BUSY = Rows(
    select(busy_subjects.c.subject_id).where(
        busy_subjects.c.organisation_id == bindparam("organisation_id"), busy_subjects.c.kind == bindparam("kind")
    )
)
_STATUSES = Rows(
    select(device_statuses.c.device_id, device_statuses.c.status, device_statuses.c.at).where(
        among(device_statuses.c.device_id, "devices")
    )
)
_ADD_KEY = Rows(insert(socket_keys).values({c.name: bindparam(c.name) for c in socket_keys.c}))


def of_kind(work: Work, kind: Kind) -> Presence:
    """Everyone of a kind who is online or busy in the caller's organisation."""
    given = {"organisation_id": work.principal.organisation_id, "kind": kind.value}
    online = frozenset(row[0] for row in work.all(_ONLINE, now=work.at, **given))
    return Presence(online, frozenset(row[0] for row in work.all(_BUSY, **given)))


def is_online(work: Work, kind: Kind, subject_id: int) -> bool:
    """Whether someone has a socket open."""
    given = {"organisation_id": work.principal.organisation_id, "kind": kind.value, "subject_id": subject_id}
    return work.first(_IS_ONLINE, now=work.at, **given) is not None


def statuses(work: Work, device_ids: Sequence[int]) -> dict[int, tuple[str | None, int]]:
    """What each of some devices said last, and when."""
    return {device_id: (status, at) for device_id, status, at in work.all(_STATUSES, devices=list(device_ids))}


def _say(store: Store) -> Any:
    made = insert_or_update(store, device_statuses)
    made = made.values({c.name: bindparam(c.name) for c in device_statuses.c})
    new = {"status": made.excluded.status, "at": made.excluded.at}
    return made.on_conflict_do_update(index_elements=["device_id"], set_=new)


_SAY = Rows(_say)


_HUSH = Rows(delete(device_statuses).where(device_statuses.c.device_id == bindparam("device_id")))


def set_status(work: Work, device_id: int, status: str, at: int, told: str) -> None:
    """Keep what a device says of itself: JSON, with the instant that it gives; ``told`` is what others hear of it."""
    work.run(_SAY, device_id=device_id, status=status, at=at)
    telling.presence(work, What.STATUS, Kind.DEVICE, [device_id], status=told)


def forget_status(work: Work, device_id: int) -> None:
    """A device that comes online has said nothing yet."""
    work.run(_HUSH, device_id=device_id)


def make_key(work: Work, kind: Kind, subject_id: int, organisation_id: int) -> str:
    """A key that opens one socket within a minute, shown this once."""
    secret = new_secret("ws")
    work.run(
        _ADD_KEY,
        secret_hash=secret_hash(secret),
        organisation_id=organisation_id,
        kind=kind.value,
        subject_id=subject_id,
        expires_at=work.at + KEY_LIVES_S * SECOND,
    )
    return secret
