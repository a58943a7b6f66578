"""Who is here now: open sockets, the keys that open them, who is busy in a session, and what devices say of themselves.

Of a moment: rows that a restart leaves behind end by themselves.
"""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, text

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
)
from rollbook.core.sessions.tables.columns import owned_by

socket_keys = table(
    "socket_keys",
    line("secret_hash", 64, nullable=False, primary_key=True),
    tenant_column(),
    line("kind", 16, nullable=False),
    Column("subject_id", Id, nullable=False),
    instant("expires_at", nullable=False),
    Index("ix_socket_keys_organisation_id", "organisation_id"),
    Index("ix_socket_keys_expires_at", "expires_at"),
)
"""Opens one socket, once, for the user, participant or device that ``kind`` and ``subject_id`` name."""

open_sockets = table(
    "open_sockets",
    id_column(),
    tenant_column(),
    line("kind", 16, nullable=False),
    Column("subject_id", Id, nullable=False),
    line("node", 36, nullable=False),
    instant("leased_until", nullable=False),
    Index("ix_open_sockets_subject", "organisation_id", "kind", "subject_id"),
    Index("ix_open_sockets_leased_until", "leased_until"),
)
"""A socket that a node holds; the node renews the lease, so that those of a node that died end."""

busy_subjects = table(
    "busy_subjects",
    tenant_column(),
    line("kind", 16, nullable=False),
    Column("subject_id", Id, nullable=False),
    owned_by("session_id", "sessions.id"),
    PrimaryKeyConstraint("kind", "subject_id"),
    Index("ix_busy_subjects_organisation_id", "organisation_id", "kind"),
)
"""Who is in a session that is under way; in one at a time."""

device_statuses = table(
    "device_statuses",
    reference("device_id", "devices.id", ondelete="CASCADE", nullable=False, primary_key=True),
    prose("status"),
    instant("at", nullable=False),
)
"""What a device said last: JSON."""

live_events = table(
    "live_events",
    id_column(),
    tenant_column(),
    Column("transaction_id", BigInteger(), nullable=False, server_default=text("0")),
    instant("at", nullable=False),
    line("what", 16, nullable=False),
    line("kind", 16),
    Column("subject_id", Id),
    document("body"),
    Index("ix_live_events_order", "transaction_id", "id"),
    Index("ix_live_events_feed", "organisation_id", "transaction_id", "id"),
    Index("ix_live_events_at", "at"),
)
"""What is told to who is here. With a subject it is of their presence, and for everyone who sees them; else it is for
those in ``live_event_receivers``. ``transaction_id`` is as in ``events`` on PostgreSQL; on SQLite it is 0."""

live_event_receivers = table(
    "live_event_receivers",
    reference("event_id", "live_events.id", ondelete="CASCADE", nullable=False),
    line("kind", 16, nullable=False),
    Column("subject_id", Id, nullable=False),
    PrimaryKeyConstraint("event_id", "kind", "subject_id"),
    Index("ix_live_event_receivers_subject", "kind", "subject_id", "event_id"),
)
"""Whom an event that is about a session is for."""

service_calls = table(
    "service_calls",
    id_column(),
    tenant_column(),
    owned_by("service_id", "services.id"),
    owned_by("session_id", "sessions.id"),
    document("body"),
    count("attempts"),
    instant("due_at", nullable=False),
    instant("created_at", nullable=False),
    Index("ix_service_calls_due_at", "due_at", "id"),
    Index("ix_service_calls_organisation_id", "organisation_id"),
)
"""Calls to services that wait to be made; one that was made is gone. A lease moves ``due_at``."""
