"""How much of a task is done; and what came of one is kept a day from its end."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and index the end in the place of the beginning."""
    op.add_column("tasks", sa.Column("done_permille", sa.Integer(), nullable=True))
    op.create_index("ix_tasks_ended_at", "tasks", ["ended_at"])
    op.drop_index("ix_tasks_created_at", "tasks")


def downgrade() -> None:
    """As it was."""
    op.create_index("ix_tasks_created_at", "tasks", ["created_at"])
    op.drop_index("ix_tasks_ended_at", "tasks")
    op.drop_column("tasks", "done_permille")
