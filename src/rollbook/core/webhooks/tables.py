"""Subscriptions to events, and their deliveries with each attempt."""

from sqlalchemy import Column, Index, text

from rollbook.core.kernel.schema import (
    Id,
    count,
    document,
    id_column,
    instant,
    line,
    prose,
    reference,
    table,
    tenant_column,
    uuid_column,
)

subscriptions = table(
    "subscriptions",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("format", 24, nullable=False),
    line("url", 2048, nullable=False),
    line("description"),
    line("sealed_secret", 255, nullable=False),
    line("state", 16, nullable=False),
    line("notice"),
    instant("failing_since"),
    count("failures_in_a_row"),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("ix_subscriptions_organisation_id", "organisation_id", "id"),
)
"""Who wants to be told. ``format`` names the door whose body is sent. ``state``: active, paused (the target stays down;
``notice`` says so), gone (the target answered 410), removed. ``sealed_secret`` holds the signing key and, while a
rotation's overlap lasts, the one before it."""

subscription_topics = table(
    "subscription_topics",
    reference("subscription_id", "subscriptions.id", ondelete="CASCADE", nullable=False, primary_key=True),
    line("kind", 64, nullable=False, primary_key=True),
)
"""The kinds of event a subscription wants; ``*`` is every kind."""

_PENDING = text("state = 'pending'")
_UNDELIVERED = text("state <> 'delivered'")

deliveries = table(
    "deliveries",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("subscription_id", "subscriptions.id", ondelete="CASCADE", nullable=False),
    Column("event_id", Id, nullable=False),
    line("entity", 32, nullable=False),
    Column("entity_id", Id, nullable=False),
    line("state", 16, nullable=False),
    count("attempts"),
    instant("due_at", nullable=False),
    instant("leased_until"),
    document("payload"),
    count("last_status", nullable=True),
    line("last_error", 512),
    instant("created_at", nullable=False),
    instant("ended_at"),
    Index("ix_deliveries_due", "subscription_id", "due_at", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
    Index(
        "ix_deliveries_order",
        "subscription_id",
        "entity",
        "entity_id",
        "event_id",
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    ),
    Index("uq_deliveries_event_id", "event_id", "subscription_id", unique=True),
    Index(
        "ix_deliveries_undelivered",
        "organisation_id",
        "state",
        "id",
        sqlite_where=_UNDELIVERED,
        postgresql_where=_UNDELIVERED,
    ),
    Index("ix_deliveries_subscription_id", "subscription_id", "id"),
    Index("ix_deliveries_organisation_id", "organisation_id", "id"),
)
"""One event on its way to one subscription, one row for each pair. ``state``: pending, delivered, failed (given up),
dropped.

``due_at`` is when it may next be taken up; a lease moves it to the lease's end. ``attempts`` counts since it was last
put in the queue; ``delivery_attempts`` has all of them. ``payload`` is rendered before the first attempt and kept, so
that every attempt sends the same bytes."""

delivery_attempts = table(
    "delivery_attempts",
    id_column(),
    reference("delivery_id", "deliveries.id", ondelete="CASCADE", nullable=False, index=True),
    instant("at", nullable=False),
    count("duration_ms"),
    count("status", nullable=True),
    line("error", 512),
    prose("answer"),
)
