"""The outbox: every change to the record, written in the transaction that makes it."""

from sqlalchemy import BigInteger, Column, Index, text

from rollbook.core.kernel.schema import Id, document, id_column, instant, line, table, tenant_column

events = table(
    "events",
    id_column(),
    tenant_column(),
    Column("transaction_id", BigInteger(), nullable=False, server_default=text("0")),
    instant("at", nullable=False),
    line("kind", 64, nullable=False),
    line("entity", 32, nullable=False),
    Column("entity_id", Id, nullable=False),
    line("entity_uuid", 36, nullable=False),
    Column("person_id", Id),
    line("actor", 16, nullable=False),
    Column("actor_person_id", Id),
    Column("credential_id", Id),
    line("door", 32, nullable=False),
    Column("import_id", Id),
    document("before"),
    document("after"),
    Index("ix_events_feed", "organisation_id", "transaction_id", "id"),
    Index("ix_events_entity", "organisation_id", "entity", "entity_id", "id"),
    Index("ix_events_person", "organisation_id", "person_id", "id"),
)
"""One row per change. ``transaction_id`` marks the transaction that made it: PostgreSQL's own number, so that readers
can stop before transactions that are still open; on SQLite, where writers take turns, the id of its first event. Events
that were restored from another database have negative numbers. No foreign keys: an event outlives what it tells of."""
