"""Scripts and their runs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_PENDING = sa.text("state = 'pending'")
IS_RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    """Make the tables."""
    _scripts()
    _runs()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("script_runs")
    op.drop_table("scripts")


def _own() -> list[sa.Column[int] | sa.Column[str]]:
    return [
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.String(36), nullable=False, unique=True),
        sa.Column("organisation_id", ID, sa.ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False),
    ]


def _reference(name: str, target: str, ondelete: str = "SET NULL", *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey(target, ondelete=ondelete), nullable=nullable)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _scripts() -> None:
    op.create_table(
        "scripts",
        *_own(),
        _reference("owner_id", "people.id"),
        _reference("author_id", "people.id"),
        _reference("folder_id", "folders.id"),
        sa.Column("name", sa.String(255), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("author_roles", "code", "schedule", "content", "storage")),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("token_hint", sa.String(16)),
        _instant("next_run_at"),
        _instant("created_at", nullable=False),
        _instant("updated_at", nullable=False),
        sa.UniqueConstraint("organisation_id", "name", name="uq_scripts_organisation_id_name"),
        sqlite_autoincrement=True,
    )
    for name in ("owner_id", "author_id", "folder_id", "next_run_at"):
        op.create_index(f"ix_scripts_{name}", "scripts", [name])


def _runs() -> None:
    op.create_table(
        "script_runs",
        *_own(),
        _reference("script_id", "scripts.id", "CASCADE", nullable=False),
        _reference("person_id", "people.id"),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16)),
        *(sa.Column(name, sa.Text()) for name in ("params", "stdout", "stderr", "reason")),
        sa.Column("return_code", sa.Integer()),
        sa.Column("is_stop_asked", sa.Boolean(), nullable=False, server_default=sa.false()),
        _instant("leased_until"),
        _instant("created_at", nullable=False),
        _instant("started_at"),
        _instant("ended_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_script_runs_script_id", "script_runs", ["script_id", "id"])
    op.create_index("ix_script_runs_organisation_id", "script_runs", ["organisation_id"])
    op.create_index("ix_script_runs_person_id", "script_runs", ["person_id"])
    pending: dict[str, Any] = {"sqlite_where": IS_PENDING, "postgresql_where": IS_PENDING}
    op.create_index("ix_script_runs_pending", "script_runs", ["id"], **pending)
    running: dict[str, Any] = {"sqlite_where": IS_RUNNING, "postgresql_where": IS_RUNNING}
    op.create_index("ix_script_runs_running", "script_runs", ["script_id"], **running)
