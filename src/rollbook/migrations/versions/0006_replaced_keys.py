"""Which key a key replaces, so that of one that is rotated again and again two are live at most."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column and its index."""
    op.add_column("credentials", sa.Column("replaces_id", ID, nullable=True))
    op.create_index("uq_credentials_replaces_id", "credentials", ["replaces_id"], unique=True)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("uq_credentials_replaces_id", "credentials")
    op.drop_column("credentials", "replaces_id")
