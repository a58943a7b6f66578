"""Reading what is told: by a node, for everyone who listens at it; by one listener, from wherever they left off."""

from typing import Any

import msgspec
from sqlalchemy import Select, and_, bindparam, func, literal_column, not_, or_, select, tuple_

from rollbook.core.events.feed import horizon
from rollbook.core.kernel.paging import decode_cursor, encode_cursor
from rollbook.core.kernel.statements import Statement, Store, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import audiences
from rollbook.core.sessions.entities import DEVICE, PARTICIPANT, USER, Entity
from rollbook.core.sessions.scopes import visible_to
from rollbook.core.sessions.tables.presence import live_event_receivers, live_events
from rollbook.core.sessions.telling import Address, LiveEvent, What
from rollbook.core.sessions.viewers import Kind, viewer_of

Rows = Statement[tuple[Any, ...]]
AT_ONCE = 500
_FARTHEST = 2**62
_COLUMNS = tuple(live_events.c[name] for name in LiveEvent.__struct_fields__)
_PLACE = tuple_(live_events.c.transaction_id, live_events.c.id)
_AFTER = tuple_(bindparam("after_number"), bindparam("after_id"))


def _horizon(store: Store) -> Any:
    return horizon() if store == "postgresql" else literal_column(str(_FARTHEST))


class Position(msgspec.Struct):
    """How far a node has read: to a place before which nothing can appear any more, and what of the rest it had.

    A transaction that stays open holds that place back, and must not hold back what others tell meanwhile.
    """

    number: int
    id: int
    ahead: dict[int, int] = msgspec.field(default_factory=dict)
    """The numbers of transactions by the ids of events."""


def _new(store: Store) -> Select[Any]:
    return (
        select(*_COLUMNS, _horizon(store))
        .where(_PLACE > _AFTER, not_(among(live_events.c.id, "had")))
        .order_by(live_events.c.transaction_id, live_events.c.id)
        .limit(AT_ONCE)
    )


_NEW = Rows(_new)


def _now(store: Store) -> Select[Any]:
    last = select(func.coalesce(func.max(live_events.c.id), 0)).scalar_subquery()
    if store == "postgresql":
        return select(horizon() - 1, literal_column(str(_FARTHEST)))
    return select(literal_column("0"), last)


_NOW = Rows(_now)


def now(work: Work) -> Position:
    """The place after everything that was told until now."""
    found = work.first(_NOW)
    assert found is not None
    return Position(*found)


Told = list[tuple[LiveEvent, frozenset[Address]]]


def read_new(work: Work, position: Position, *, is_heard: bool) -> Told:
    """What was told since, with whom it is for; the position moves on. ``is_heard`` False leaves out for whom.

    Each event comes once, as soon as it is committed.
    """
    rows = work.all(_NEW, after_number=position.number, after_id=position.id, had=sorted(position.ahead))
    if not rows:
        return []
    settled = rows[0][-1]
    events = [LiveEvent(*row[:-1]) for row in rows]
    for event in events:
        if event.transaction_id < settled and (event.transaction_id, event.id) > (position.number, position.id):
            position.number, position.id = event.transaction_id, event.id
        position.ahead[event.id] = event.transaction_id
    place = (position.number, position.id)
    position.ahead = {id_: number for id_, number in position.ahead.items() if (number, id_) > place}
    return _for_whom(work, events) if is_heard else [(event, frozenset()) for event in events]


def _for_whom(work: Work, events: list[LiveEvent]) -> Told:
    named = audiences.addressed(work, [event.id for event in events if event.kind is None])
    seen: dict[tuple[str, int], frozenset[Address]] = {}
    told: Told = []
    for event in events:
        if event.kind is None or event.subject_id is None:
            told.append((event, frozenset(named[event.id])))
            continue
        whose = (event.kind, event.subject_id)
        if whose not in seen:
            seen[whose] = audiences.of_presence(work, event.organisation_id, *whose)
        told.append((event, seen[whose]))
    return told


_SUBJECTS: dict[Kind, Entity] = {Kind.USER: USER, Kind.PARTICIPANT: PARTICIPANT, Kind.DEVICE: DEVICE}
_HEAR_OF_USERS = frozenset({Kind.SUPER, Kind.USER, Kind.SERVICE})


def _sees(entity: Entity, kind: Kind) -> Any:
    source = entity.source if entity.source is not None else entity.table
    return select(entity.columns["id"]).select_from(source).where(visible_to(entity, kind)).correlate(None)


@shapes
def _feed(kind: Kind) -> Statement[LiveEvent]:
    of = live_events.c
    seen = [
        and_(of.kind == subject.value, of.subject_id.in_(_sees(entity, kind)))
        for subject, entity in _SUBJECTS.items()
        if subject is not Kind.USER or kind in _HEAR_OF_USERS
    ]
    named = live_event_receivers.c
    mine = select(named.event_id).where(
        named.kind == bindparam("as_kind"), named.subject_id == bindparam("viewer_id"), named.event_id == of.id
    )

    def build(store: Store) -> Select[Any]:
        return (
            select(*_COLUMNS)
            .where(
                of.organisation_id == bindparam("organisation_id"),
                of.what != What.CLOSED.value,
                or_(*seen, mine.exists()),
                _PLACE > _AFTER,
                of.transaction_id < _horizon(store),
            )
            .order_by(of.transaction_id, of.id)
            .limit(AT_ONCE)
        )

    return Statement(build, LiveEvent)


def list_since(work: Work, cursor: str) -> list[tuple[LiveEvent, str]]:
    """What the caller was told since a cursor, oldest first, each with the cursor to go on from.

    Whoever goes on from the last one meets every event once, as far as it is kept. Faults: INVALID.
    """
    number, last_id = map(int, decode_cursor(cursor, int, int, field="Last-Event-ID"))
    viewer = viewer_of(work.principal)
    kind = Kind.USER if viewer.is_super else viewer.kind
    found = work.all(
        _feed(viewer.kind),
        organisation_id=viewer.organisation_id,
        viewer_id=viewer.id,
        as_kind=kind.value,
        after_number=number,
        after_id=last_id,
    )
    return [(event, encode_cursor(event.transaction_id, event.id)) for event in found]


def cursor_now(work: Work) -> str:
    """The cursor of a listener who begins now."""
    position = now(work)
    return encode_cursor(position.number, position.id)
