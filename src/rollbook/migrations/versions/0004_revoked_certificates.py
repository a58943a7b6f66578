"""Why a certificate was revoked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("certificates", sa.Column("revoke_reason", sa.String(255), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("certificates", "revoke_reason")
