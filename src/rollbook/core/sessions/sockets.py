"""Sockets that users, participants and devices hold open: who opens one is online, and is offline with their last one.

Each is a row that its node leases, so that those of a node that died end by themselves. A node closes one whose row is
gone. Codes that open an address of a service once are here too, for they are keys of the same kind.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import MINUTE, SECOND
from rollbook.core.kernel.ids import new_secret, secret_hash
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import presence, telling
from rollbook.core.sessions.tables.devices import devices
from rollbook.core.sessions.tables.places import participants
from rollbook.core.sessions.tables.presence import open_sockets, socket_keys
from rollbook.core.sessions.telling import What
from rollbook.core.sessions.viewers import Kind

Rows = Statement[tuple[Any, ...]]
LEASE = 30 * SECOND
"""How long a node that says nothing is believed to hold its sockets."""
RENEWED_EVERY = 10 * SECOND
DOOR = "socket"
"""What the audit trail calls changes that sockets make by themselves."""


class OpenSocket(msgspec.Struct, frozen=True):
    """A socket, and whose it is."""

    id: int
    organisation_id: int
    kind: Kind
    subject_id: int
    uuid: str


_TAKE_KEY = Rows(
    delete(socket_keys)
    .where(socket_keys.c.secret_hash == bindparam("secret_hash"), socket_keys.c.kind == bindparam("kind"))
    .returning(socket_keys.c.organisation_id, socket_keys.c.subject_id, socket_keys.c.expires_at)
)
_FORGET_EXPIRED = Rows(delete(socket_keys).where(socket_keys.c.expires_at < bindparam("before")))
_OWN = tuple(c.name for c in open_sockets.c if c.name != "id")
_OPEN = Rows(insert(open_sockets).values({name: bindparam(name) for name in _OWN}).returning(open_sockets.c.id))
_SEEN: dict[Kind, Rows] = {
    kind: Rows(update(table).where(table.c.id == bindparam("subject")).values(last_online_at=bindparam("at")))
    for kind, table in ((Kind.PARTICIPANT, participants), (Kind.DEVICE, devices))
}


def open_socket(work: Work, kind: Kind, key: str, node: str) -> OpenSocket | None:
    """Open a socket with a key, which is used up; None for one that opens nothing."""
    taken = work.first(_TAKE_KEY, secret_hash=secret_hash(key), kind=kind.value)
    if taken is None or taken[2] <= work.at:
        return None
    organisation_id, subject_id, _ = taken
    work.act_as(system_principal(organisation_id, DOOR))
    uuid = telling.uuid_of(work, kind, subject_id)
    if uuid is None:
        return None
    was_online = presence.is_online(work, kind, subject_id)
    given = {"organisation_id": organisation_id, "kind": kind.value, "subject_id": subject_id}
    socket_id = work.value(_OPEN, node=node, leased_until=work.at + LEASE, **given)
    if kind in _SEEN:
        work.run(_SEEN[kind], subject=subject_id, at=work.at)
    if not was_online:
        if kind is Kind.DEVICE:
            presence.forget_status(work, subject_id)
        telling.presence(work, What.CONNECTED, kind, [subject_id])
    return OpenSocket(int(socket_id), organisation_id, kind, subject_id, uuid)


_WHOSE = (open_sockets.c.organisation_id, open_sockets.c.kind, open_sockets.c.subject_id)
_END_THESE = Rows(delete(open_sockets).where(among(open_sockets.c.id, "ids")).returning(*_WHOSE))
_END_NODE = Rows(delete(open_sockets).where(open_sockets.c.node == bindparam("node")).returning(*_WHOSE))
_END_OTHERS = Rows(delete(open_sockets).where(open_sockets.c.node != bindparam("node")).returning(*_WHOSE))
_END_EXPIRED = Rows(delete(open_sockets).where(open_sockets.c.leased_until <= bindparam("now")).returning(*_WHOSE))
_RENEW = Rows(
    update(open_sockets)
    .where(open_sockets.c.node == bindparam("of_node"), open_sockets.c.leased_until > bindparam("now"))
    .values(leased_until=bindparam("until"))
)
_HELD = Rows(select(open_sockets.c.id).where(open_sockets.c.node == bindparam("node")))
_STILL_ONLINE = Rows(
    select(open_sockets.c.subject_id).where(
        open_sockets.c.organisation_id == bindparam("organisation_id"),
        open_sockets.c.kind == bindparam("kind"),
        among(open_sockets.c.subject_id, "subjects"),
        open_sockets.c.leased_until > bindparam("now"),
    )
)


def end(work: Work, ids: list[int]) -> None:
    """These sockets are closed."""
    _tell_ended(work, work.all(_END_THESE, ids=ids))


def end_node(work: Work, node: str) -> None:
    """A node closed all its sockets."""
    _tell_ended(work, work.all(_END_NODE, node=node))


def end_others(work: Work, node: str) -> None:
    """There is no node but this one: for a server that starts where there can be only one."""
    _tell_ended(work, work.all(_END_OTHERS, node=node))


def end_expired(work: Work) -> None:
    """Sockets whose node does not say any more that it holds them are closed."""
    _tell_ended(work, work.all(_END_EXPIRED, now=work.at))


def renew(work: Work, node: str) -> int:
    """Say that a node holds its sockets; how many there are."""
    return work.run(_RENEW, of_node=node, now=work.at, until=work.at + LEASE)


def held(work: Work, node: str) -> set[int]:
    """The sockets that a node is known to hold."""
    return {row[0] for row in work.all(_HELD, node=node)}


def forget_expired(work: Work, before: int) -> int:
    """Delete keys that opened nothing in time; how many."""
    return work.run(_FORGET_EXPIRED, before=before)


def _tell_ended(work: Work, ended: Iterable[tuple[Any, ...]]) -> None:
    of: dict[tuple[int, str], set[int]] = {}
    for organisation_id, kind, subject_id in ended:
        of.setdefault((organisation_id, kind), set()).add(subject_id)
    for (organisation_id, kind), subjects in of.items():
        work.act_as(system_principal(organisation_id, DOOR))
        given = {"organisation_id": organisation_id, "kind": kind, "subjects": sorted(subjects), "now": work.at}
        still = {row[0] for row in work.all(_STILL_ONLINE, **given)}
        telling.presence(work, What.DISCONNECTED, Kind(kind), sorted(subjects - still))


def _of(table: Any, *returned: Any) -> Rows:
    ended = delete(table).where(
        table.c.organisation_id == bindparam("organisation_id"),
        table.c.kind == bindparam("kind"),
        table.c.subject_id == bindparam("subject_id"),
    )
    return Rows(ended.returning(*returned) if returned else ended)


_CLOSE, _FORGET_KEYS = _of(open_sockets, open_sockets.c.id), _of(socket_keys)


def close_all(work: Work, kind: Kind, subject_id: int) -> None:
    """Have someone's sockets closed, on whatever node, with all else that they listen by; keys to new ones end too."""
    given = {"organisation_id": work.principal.organisation_id, "kind": kind.value, "subject_id": subject_id}
    work.run(_FORGET_KEYS, **given)
    closed = [row[0] for row in work.all(_CLOSE, **given)]
    telling.those(work, What.CLOSED, [(kind, subject_id)], {"sockets": closed})
    if closed:
        telling.presence(work, What.DISCONNECTED, kind, [subject_id])


_DELETED = Rows(
    select(open_sockets.c.subject_id)
    .distinct()
    .select_from(open_sockets.join(participants, participants.c.id == open_sockets.c.subject_id))
    .where(
        open_sockets.c.organisation_id == bindparam("organisation_id"),
        open_sockets.c.kind == Kind.PARTICIPANT.value,
        participants.c.deleted_at.is_not(None),
    )
)


def deleted_participants(work: Work) -> list[int]:
    """Who is online though they were deleted, as with their project."""
    return [row[0] for row in work.all(_DELETED, organisation_id=work.principal.organisation_id)]


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
