"""What is told to who is here: of presence to everyone who sees whom it is of, of sessions to those whom they concern.

Events are rows, written with what they tell of; each node reads them after the commit and passes them on.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, literal_column, select

from rollbook.core.events.outbox import transaction_number
from rollbook.core.kernel.statements import Statement, Store, among
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import people
from rollbook.core.sessions.tables.devices import devices
from rollbook.core.sessions.tables.places import participants, projects, sites
from rollbook.core.sessions.tables.presence import live_event_receivers, live_events
from rollbook.core.sessions.viewers import Kind

Rows = Statement[tuple[Any, ...]]
WORKER = "live"
"""Who passes events on; it is woken once they are committed."""


class What(Enum):
    """What happened."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    JOINED = "joined"
    """Somebody is busy in a session from now on."""
    LEFT = "left"
    STATUS = "status"
    """A device said something of itself."""
    INVITED = "invited"
    STOPPED = "stopped"
    REMOVED = "removed"
    REPLIED = "replied"
    ARCHIVED = "archived"
    """An archive that somebody asked for can be had."""
    CLOSED = "closed"
    """Somebody's sockets are to be closed; this is for the nodes that hold them."""


class LiveEvent(msgspec.Struct, frozen=True):
    """One event. ``kind`` and ``subject_id`` say whose presence it is of, else are null; ``body`` is JSON.

    The body of presence has ``uuid`` and ``name``, of participants ``project`` and ``site``, of devices ``status``;
    that of a session has what :mod:`rollbook.core.sessions.messages` writes.
    """

    id: int
    organisation_id: int
    transaction_id: int
    at: int
    what: str
    kind: str | None
    subject_id: int | None
    body: str


Address = tuple[Kind, int]
"""A receiver: of what kind, and their id. Whoever sees everything is a user like any other."""

_COLUMNS = ("organisation_id", "at", "what", "kind", "subject_id", "body")


def _transaction(store: Store) -> Any:
    """SQLite's writers take turns, so that ids alone are in order."""
    return transaction_number(store).scalar_subquery() if store == "postgresql" else literal_column("0")


def _insert(store: Store) -> Any:
    values: dict[str, Any] = {name: bindparam(name) for name in _COLUMNS}
    return insert(live_events).values(values | {"transaction_id": _transaction(store)})


_INSERT = Rows(_insert)
_INSERT_ONE = Rows(lambda store: _insert(store).returning(live_events.c.id))
_ADDRESS = Rows(insert(live_event_receivers).values({c.name: bindparam(c.name) for c in live_event_receivers.c}))
_FORGET = Rows(delete(live_events).where(live_events.c.at < bindparam("before")))
_FORGET_ALL = Rows(delete(live_events))

_WHO: dict[Kind, Rows] = {
    Kind.USER: Rows(
        select(people.c.id, people.c.uuid, people.c.first_name, people.c.last_name).where(among(people.c.id, "ids"))
    ),
    Kind.PARTICIPANT: Rows(
        select(participants.c.id, participants.c.uuid, participants.c.name, projects.c.name, sites.c.name)
        .select_from(
            participants.join(projects, projects.c.id == participants.c.project_id).join(
                sites, sites.c.id == projects.c.site_id
            )
        )
        .where(among(participants.c.id, "ids"))
    ),
    Kind.DEVICE: Rows(select(devices.c.id, devices.c.uuid, devices.c.name).where(among(devices.c.id, "ids"))),
}


def _body(kind: Kind, cells: tuple[Any, ...], status: str) -> dict[str, Any]:
    match kind:
        case Kind.USER:
            return {"uuid": cells[0], "name": f"{cells[1]} {cells[2]}"}
        case Kind.PARTICIPANT:
            return dict(zip(("uuid", "name", "project", "site"), cells, strict=True))
        case _:
            return {"uuid": cells[0], "name": cells[1], "status": status}


def uuid_of(work: Work, kind: Kind, subject_id: int) -> str | None:
    """The uuid of a user, participant or device; None where there is no such."""
    found = work.first(_WHO[kind], ids=[subject_id])
    return str(found[1]) if found else None


def presence(work: Work, what: What, kind: Kind, ids: Iterable[int], *, status: str = "") -> None:
    """Tell everyone who sees these users, participants or devices what became of them."""
    shared = {
        "organisation_id": work.principal.organisation_id,
        "at": work.at,
        "what": what.value,
        "kind": kind.value,
    }
    rows = [
        {**shared, "subject_id": subject_id, "body": msgspec.json.encode(_body(kind, tuple(cells), status)).decode()}
        for subject_id, *cells in work.all(_WHO[kind], ids=list(ids))
    ]
    if rows:
        work.run_many(_INSERT, rows)
        work.wakes.add(WORKER)


def those(work: Work, what: What, receivers: Iterable[Address], body: dict[str, Any]) -> None:
    """Tell these, and nobody else."""
    addressed = [{"kind": kind.value, "subject_id": subject_id} for kind, subject_id in dict.fromkeys(receivers)]
    if not addressed:
        return
    event_id = work.value(
        _INSERT_ONE,
        organisation_id=work.principal.organisation_id,
        at=work.at,
        what=what.value,
        kind=None,
        subject_id=None,
        body=msgspec.json.encode(body).decode(),
    )
    work.run_many(_ADDRESS, [{"event_id": event_id, **one} for one in addressed])
    work.wakes.add(WORKER)


def forget(work: Work, before: int) -> int:
    """Delete what is older than an instant; how many events."""
    return work.run(_FORGET, before=before)


def forget_all(work: Work) -> None:
    """Delete everything: for a restore, as another database numbers its transactions otherwise."""
    work.run(_FORGET_ALL)
