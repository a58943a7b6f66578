"""What is told to who is online, whom it is for, and calls to services that lead sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "live_events",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        sa.Column("organisation_id", ID, sa.ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16)),
        sa.Column("subject_id", ID),
        sa.Column("body", sa.Text()),
        sa.Index("ix_live_events_order", "transaction_id", "id"),
        sa.Index("ix_live_events_feed", "organisation_id", "transaction_id", "id"),
        sa.Index("ix_live_events_at", "at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "live_event_receivers",
        sa.Column("event_id", ID, sa.ForeignKey("live_events.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "kind", "subject_id"),
        sa.Index("ix_live_event_receivers_subject", "kind", "subject_id", "event_id"),
    )
    op.create_table(
        "service_calls",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        sa.Column("organisation_id", ID, sa.ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("service_id", ID, sa.ForeignKey("services.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("session_id", ID, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("body", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Index("ix_service_calls_due_at", "due_at", "id"),
        sa.Index("ix_service_calls_organisation_id", "organisation_id"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("service_calls")
    op.drop_table("live_event_receivers")
    op.drop_table("live_events")
