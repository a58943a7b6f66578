"""Dashboards that are embedded in other sites."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dashboard_embeds",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        _reference("organisation_id", "organisations.id"),
        _reference("dashboard_id", "dashboards.id"),
        _reference("person_id", "people.id"),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("opens_left", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    for columns in (("dashboard_id",), ("person_id",), ("expires_at",), ("organisation_id", "id")):
        op.create_index(f"ix_dashboard_embeds_{columns[0]}", "dashboard_embeds", list(columns))


def downgrade() -> None:
    """Drop it."""
    op.drop_table("dashboard_embeds")
