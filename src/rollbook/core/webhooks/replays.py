"""Sending on request: a test event, one delivery again, or everything since an instant again."""

from typing import Any

from sqlalchemy import Select, and_, bindparam, case, exists, func, insert, literal, literal_column, select, update

from rollbook.core.events.tables import events
from rollbook.core.kernel.clock import HOUR
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement, Store
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.webhooks import queries
from rollbook.core.webhooks.fanout import COLUMNS, TEST_KIND, delivery_rows, wanted
from rollbook.core.webhooks.records import Delivery, Subscription
from rollbook.core.webhooks.tables import deliveries, subscriptions

Rows = Statement[tuple[Any, ...]]

MOST_REPLAYED = 100_000
"""Events of one replay: it is one statement in one transaction."""
LONGEST_TRANSACTION = HOUR
"""How far the order of events by transaction and by time may differ."""

_is_pending = deliveries.c.state == literal_column("'pending'")
_waiting = {
    "state": "pending",
    "attempts": 0,
    "ended_at": None,
    "due_at": case((deliveries.c.leased_until > bindparam("now"), deliveries.c.leased_until), else_=bindparam("now")),
}
"""A delivery put into the queue anew; one that is being sent just now stays with the worker that has it."""


def send_test(work: Work, subscription: Subscription) -> None:
    """Send an event that means nothing to one subscription alone, whatever its topics.

    Faults: FORBIDDEN; CONFLICT when nothing is being sent to it.
    """
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    _require_active(subscription.state)
    after = {"message": "This is a test of the webhook.", "requested_at": work.at}
    work.record(TEST_KIND, "subscription", subscription.id, subscription.uuid, after=after)


_RETRY = Rows(update(deliveries).where(deliveries.c.id == bindparam("delivery")).values(**_waiting))


def retry(work: Work, delivery: Delivery) -> Delivery:
    """Send one delivery again, now, with the same id and the same bytes, whatever became of it before.

    Faults: FORBIDDEN; CONFLICT when nothing is being sent to its subscription.
    """
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    _require_active(delivery.subscription_state)
    work.run(_RETRY, delivery=delivery.id, now=work.at)
    work.wakes.add("deliveries")
    return queries.get_delivery(work, delivery.uuid)


def _require_active(state: str) -> None:
    if state != "active":
        raise Fault(FaultCode.CONFLICT, f"This webhook is {state}; resume it first.")


# --- Everything since --------------------------------------------------------------------------------------------

_mine = events.c.organisation_id == bindparam("organisation_id")
_BEFORE = Rows(
    select(events.c.transaction_id, events.c.id)
    .where(_mine, events.c.at < bindparam("earlier"))
    .order_by(events.c.transaction_id.desc(), events.c.id.desc())
    .limit(literal_column("1"))
)
"""Where to begin reading. Found from the end backwards, so that the cost is that of what is replayed."""


def _asked_for(query: Select[Any]) -> Select[Any]:
    """The events since then that the subscription wants; tests are not sent again."""
    return query.where(
        _mine,
        events.c.transaction_id >= bindparam("number"),
        events.c.at >= bindparam("since"),
        events.c.kind != TEST_KIND,
        subscriptions.c.id == bindparam("subscription"),
        wanted(),
    )


_EVENT_IDS = _asked_for(select(events.c.id).select_from(events.join(subscriptions, literal(True))))
_COUNT = Rows(select(func.count()).select_from(_EVENT_IDS.limit(bindparam("most")).subquery()))
_AGAIN = Rows(
    update(deliveries)
    .where(deliveries.c.subscription_id == bindparam("subscription"), deliveries.c.event_id.in_(_EVENT_IDS))
    .values(**_waiting)
)


def _add_missing(store: Store) -> Any:
    there = exists().where(
        and_(deliveries.c.event_id == events.c.id, deliveries.c.subscription_id == subscriptions.c.id)
    )
    return insert(deliveries).from_select(COLUMNS, _asked_for(delivery_rows(store)).where(~there))


_ADD_MISSING = Rows(_add_missing)


def replay(work: Work, subscription: Subscription, since: int) -> int:
    """Send everything that the subscription wants again since an instant, in order; how many deliveries that is.

    What was sent before goes with the id and the bytes it had, so that a receiver knows it again; what was not, because
    the subscription is newer or its deliveries were pruned, is made now.
    Faults: FORBIDDEN; CONFLICT when nothing is being sent to it; TOO_LARGE when there are too many.
    """
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    _require_active(subscription.state)
    start = work.first(_BEFORE, organisation_id=subscription.organisation_id, earlier=since - LONGEST_TRANSACTION)
    asked = {
        "organisation_id": subscription.organisation_id,
        "subscription": subscription.id,
        "number": start[0] if start else -(2**62),
        "since": since,
    }
    if work.value(_COUNT, most=MOST_REPLAYED + 1, **asked) > MOST_REPLAYED:
        raise Fault(FaultCode.TOO_LARGE, f"There are more than {MOST_REPLAYED:,} events; choose a later time.")
    count = work.run(_AGAIN, now=work.at, **asked) + work.run(_ADD_MISSING, now=work.at, **asked)
    after = {"since_at": since, "deliveries": count}
    work.record("subscription.replayed", "subscription", subscription.id, subscription.uuid, after=after)
    work.wakes.add("deliveries")
    return count
