"""Forgetting: deliveries that ended long ago, and what deliveries say of people who were erased."""

from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from rollbook.core.events.tables import events
from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.webhooks.tables import deliveries, delivery_attempts, subscriptions

Rows = Statement[tuple[Any, ...]]

KEPT = 30 * DAY
"""How long deliveries that ended are kept, with their attempts, and removed subscriptions."""
BATCH = 1_000

_batch = (
    select(deliveries.c.id, deliveries.c.created_at)
    .where(deliveries.c.id > bindparam("after"))
    .order_by(deliveries.c.id)
    .limit(bindparam("limit"))
    .subquery()
)
_LAST_OLD = Rows(select(func.max(_batch.c.id)).where(_batch.c.created_at < bindparam("before")))
_PRUNE = Rows(
    delete(deliveries).where(
        deliveries.c.id > bindparam("after"),
        deliveries.c.id <= bindparam("last"),
        deliveries.c.state != "pending",
        deliveries.c.ended_at < bindparam("before"),
    )
)
_PRUNE_REMOVED = Rows(
    delete(subscriptions).where(subscriptions.c.state == "removed", subscriptions.c.updated_at < bindparam("before"))
)


def prune(work: Work, before: int, after: int = 0) -> int | None:
    """Delete, of the next batch of deliveries after an id, those that ended before an instant.

    Gives the id to go on from, None when there is nothing old any more: each batch is a short transaction of its own.
    """
    last: int | None = work.value(_LAST_OLD, after=after, limit=BATCH, before=before)
    if last is not None:
        work.run(_PRUNE, after=after, last=last, before=before)
    return last


def prune_removed(work: Work, before: int) -> int:
    """Delete subscriptions that were removed before an instant, with what is left of their deliveries; how many."""
    return work.run(_PRUNE_REMOVED, before=before)


_said_of = select(events.c.id).where(
    events.c.organisation_id == bindparam("organisation_id"),
    among(events.c.person_id, "people"),
    events.c.kind != "person.deleted",
)
_BLANK = Rows(update(deliveries).where(deliveries.c.event_id.in_(_said_of)).values(payload=None))
_of_theirs = select(deliveries.c.id).where(deliveries.c.event_id.in_(_said_of))
_HUSH = Rows(update(delivery_attempts).where(delivery_attempts.c.delivery_id.in_(_of_theirs)).values(answer=None))


def forget_people(work: Work) -> None:
    """Blank what deliveries hold of people whom this transaction erases: for the moment before it is committed.

    One that is still to be sent is rendered again, from an event that tells no more than that it happened.
    """
    erased = [change.entity_id for change in work.changes if change.kind == "person.deleted"]
    if erased:
        given = {"organisation_id": work.principal.organisation_id, "people": erased}
        work.run(_BLANK, **given)
        work.run(_HUSH, **given)
