"""The delivery queue, as the worker sees it: what is due, and taking it up under a lease.

It works for all organisations at once. Order is kept for each entity of each subscription: a delivery is taken up only
when no earlier event of the same entity is still pending there. What came of it is written down by ``outcomes``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, exists, literal_column, select, update

from rollbook.core.kernel.statements import Statement, Store, among, for_one_taker
from rollbook.core.kernel.work import Work
from rollbook.core.webhooks.tables import deliveries, subscriptions

Rows = Statement[tuple[Any, ...]]


class Parcel(msgspec.Struct, frozen=True):
    """A delivery that was taken up, with what sending it needs. ``leased_until`` proves whose it is."""

    id: int
    uuid: str
    organisation_id: int
    subscription_id: int
    event_id: int
    entity: str
    entity_id: int
    attempts: int
    leased_until: int
    payload: str | None
    subscription_uuid: str
    format: str
    url: str
    sealed_secret: str


def is_pending(table: Any = deliveries) -> ColumnElement[bool]:
    """Whether a delivery waits or is being sent. Spelt out, not bound, so that the index of those serves."""
    state: ColumnElement[str] = table.c.state
    return state == literal_column("'pending'")


def _is_head(table: Any) -> ColumnElement[bool]:
    """Whether nothing earlier about the same entity waits for the same subscription."""
    earlier = deliveries.alias("earlier")
    return ~exists().where(
        earlier.c.subscription_id == table.c.subscription_id,
        earlier.c.entity == table.c.entity,
        earlier.c.entity_id == table.c.entity_id,
        earlier.c.event_id < table.c.event_id,
        is_pending(earlier),
    )


# --- What is due -------------------------------------------------------------------------------------------------

_next_due = (
    select(deliveries.c.due_at)
    .where(deliveries.c.subscription_id == subscriptions.c.id, is_pending(), _is_head(deliveries))
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(literal_column("1"))
    .scalar_subquery()
)
_is_active = subscriptions.c.state == literal_column("'active'")
_DUE = Rows(select(subscriptions.c.id, _next_due).where(_is_active))


def next_due(work: Work) -> dict[int, int]:
    """When each active subscription's next delivery is due, by its id; those with nothing to send are left out."""
    return {subscription_id: due_at for subscription_id, due_at in work.all(_DUE) if due_at is not None}


# --- Taking up ---------------------------------------------------------------------------------------------------


def _claim(store: Store) -> Any:
    picked = (
        select(deliveries.c.id)
        .where(
            deliveries.c.subscription_id == bindparam("subscription"),
            is_pending(),
            deliveries.c.due_at <= bindparam("now"),
            _is_head(deliveries),
            exists().where(subscriptions.c.id == bindparam("subscription"), _is_active),
        )
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(bindparam("limit"))
    )
    leased: Any = bindparam("until")
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(for_one_taker(store, picked)))
        .values(due_at=leased, leased_until=leased)
        .returning(deliveries.c.id)
    )


_CLAIM = Rows(_claim)
_OWN = ("id", "uuid", "organisation_id", "subscription_id", "event_id", "entity", "entity_id", "attempts",
        "leased_until", "payload")  # fmt: skip
_PARCELS = Statement(
    select(
        *(deliveries.c[name] for name in _OWN),
        subscriptions.c.uuid, subscriptions.c.format, subscriptions.c.url, subscriptions.c.sealed_secret,
    )
    .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
    .where(among(deliveries.c.id, "ids"))
    .order_by(deliveries.c.id),
    Parcel,
)  # fmt: skip


def claim(work: Work, wanted: Mapping[int, int], *, until: int) -> list[Parcel]:
    """Take up what is due: at most so many deliveries of each subscription, under a lease that ends at ``until``.

    Until then nobody else takes them up; after it, anybody does, so that a node that dies loses none.
    """
    ids: list[int] = []
    for subscription, limit in wanted.items():
        found = work.all(_CLAIM, subscription=subscription, limit=limit, now=work.at, until=until)
        ids += [row[0] for row in found]
    return work.all(_PARCELS, ids=ids) if ids else []


is_mine = and_(deliveries.c.id == bindparam("delivery"), is_pending(), deliveries.c.leased_until == bindparam("lease"))
"""Whether a delivery is still the one that a worker took up: not removed, and not taken over after the lease."""
_KEEP_PAYLOAD = Rows(update(deliveries).where(is_mine).values(payload=bindparam("text")))
_RELEASE = Rows(update(deliveries).where(is_mine).values(due_at=bindparam("now"), leased_until=None))
_RELEASE_ALL = Rows(
    update(deliveries)
    .where(is_pending(), deliveries.c.leased_until.is_not(None))
    .values(due_at=bindparam("now"), leased_until=None)
)


def keep_payloads(work: Work, payloads: Iterable[tuple[Parcel, str]]) -> None:
    """Keep rendered bodies before they are first sent, so that every later attempt sends the same."""
    work.run_many(_KEEP_PAYLOAD, [{"delivery": p.id, "lease": p.leased_until, "text": text} for p, text in payloads])


def release(work: Work, parcels: Iterable[Parcel]) -> None:
    """Give deliveries back that were taken up and not sent."""
    work.run_many(_RELEASE, [{"delivery": p.id, "lease": p.leased_until, "now": work.at} for p in parcels])


def release_all(work: Work) -> int:
    """Give back everything that is leased: for a server that starts and is its database's only one."""
    return work.run(_RELEASE_ALL, now=work.at)
