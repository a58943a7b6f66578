"""The certificate authority for devices, which was a file of each node."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the first node that starts fills it."""
    op.create_table(
        "authorities",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("certificate", sa.String(4000), nullable=False),
        sa.Column("sealed_key", sa.String(1000), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("authorities")
