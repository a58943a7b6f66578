"""From an event to its deliveries: one statement in the transaction that made the change, so that none is lost."""

from typing import Any

from sqlalchemy import (
    Select,
    bindparam,
    exists,
    insert,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from rollbook.core.events.tables import events
from rollbook.core.kernel.statements import Statement, Store, new_uuids
from rollbook.core.kernel.work import Work
from rollbook.core.webhooks.records import EVERY_KIND
from rollbook.core.webhooks.tables import deliveries, subscription_topics, subscriptions

Rows = Statement[tuple[Any, ...]]

TEST_KIND = "subscription.tested"
"""An event that only the subscription it is about is told of, whatever its topics."""

RECEIVING = ("active", "paused")
"""States in which events are kept for a subscription."""

COLUMNS = ("uuid", "organisation_id", "subscription_id", "event_id", "entity", "entity_id", "state", "due_at",
           "created_at")  # fmt: skip

_is_receiving = subscriptions.c.state.in_([literal_column(f"'{state}'") for state in RECEIVING])
_HAS_ANY = Rows(
    select(literal(1))
    .where(subscriptions.c.organisation_id == bindparam("organisation_id"), _is_receiving)
    .limit(literal_column("1"))
)


def wanted() -> ColumnElement[bool]:
    """Whether a subscription's topics take in an event."""
    topic = subscription_topics.c
    return exists().where(topic.subscription_id == subscriptions.c.id, topic.kind.in_([events.c.kind, EVERY_KIND]))


def delivery_rows(store: Store) -> Select[Any]:
    """A pending delivery, as :data:`COLUMNS`, for each pair of a subscription and an event of an organisation."""
    now: Any = bindparam("now", type_=deliveries.c.due_at.type)
    return (
        select(
            new_uuids(store), events.c.organisation_id, subscriptions.c.id, events.c.id, events.c.entity,
            events.c.entity_id, literal_column("'pending'"), now, now,
        )
        .select_from(events.join(subscriptions, subscriptions.c.organisation_id == events.c.organisation_id))
        .where(events.c.organisation_id == bindparam("organisation_id"))
        .order_by(events.c.id, subscriptions.c.id)
    )  # fmt: skip


def _fan_out(store: Store) -> Any:
    is_for_all = events.c.kind != TEST_KIND
    is_test = (events.c.kind == TEST_KIND) & (events.c.entity_id == subscriptions.c.id)
    rows = delivery_rows(store).where(
        events.c.transaction_id == bindparam("number"), _is_receiving, or_(is_test, is_for_all & wanted())
    )
    return insert(deliveries).from_select(COLUMNS, rows)


_FAN_OUT = Rows(_fan_out)


def fan_out(work: Work, transaction_number: int) -> int:
    """Make the deliveries of this transaction's events; how many. Runs in every write: it asks first if any listens.

    ``transaction_number`` is what :func:`rollbook.core.events.outbox.write_changes` gave.
    """
    organisation_id = work.principal.organisation_id
    if work.first(_HAS_ANY, organisation_id=organisation_id) is None:
        return 0
    made = work.run(_FAN_OUT, organisation_id=organisation_id, number=transaction_number, now=work.at)
    if made:
        work.wakes.add("deliveries")
    return made
