"""What is told to who is online, and whom it is for."""

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


def downgrade() -> None:
    """Drop them."""
    op.drop_table("live_event_receivers")
    op.drop_table("live_events")
