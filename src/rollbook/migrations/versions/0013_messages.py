"""What people and programs write to be mailed, and which of the ledger's mails carry it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, and the column that leads to it."""
    op.create_table(
        "mail_messages",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.String(36), nullable=False, unique=True),
        sa.Column("organisation_id", ID, sa.ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="SET NULL")),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("html", sa.Text()),
        sa.Column("reply_to", sa.String(1024)),
        sa.Column("files", sa.Text()),
        sa.Column("recipients", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_messages_person_id", "mail_messages", ["person_id"])
    op.create_index("ix_mail_messages_organisation_id", "mail_messages", ["organisation_id", "created_at"])
    op.create_index("ix_mail_messages_created_at", "mail_messages", ["created_at"])
    op.add_column("mails", sa.Column("message_id", ID, nullable=True))
    op.create_index("ix_mails_message_id", "mails", ["message_id"])


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_mails_message_id", "mails")
    op.drop_column("mails", "message_id")
    op.drop_table("mail_messages")
