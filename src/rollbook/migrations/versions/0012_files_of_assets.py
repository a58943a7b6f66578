"""The bytes of assets, archives of them, the certificates that devices were given, and indexes of what was deleted."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNHELD = sa.text("asset_id IS NULL")
IS_DELETED = sa.text("deleted_at IS NOT NULL")
BINS = (
    "sites", "projects", "participant_groups", "participants", "session_types", "sessions", "assets", "tests",
    "test_types", "devices", "services",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables."""
    _asset_files()
    _archives()
    _device_certificates()
    deleted: dict[str, Any] = {"sqlite_where": IS_DELETED, "postgresql_where": IS_DELETED}
    for name in BINS:
        op.create_index(f"ix_{name}_deleted", name, ["organisation_id", "deleted_at"], **deleted)


def downgrade() -> None:
    """Drop them."""
    for name in BINS:
        op.drop_index(f"ix_{name}_deleted", name)
    for name in ("device_certificates", "archives", "asset_files"):
        op.drop_table(name)


def _reference(name: str, target: str, ondelete: str, *, nullable: bool = True, **kw: Any) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey(target, ondelete=ondelete), nullable=nullable, **kw)


def _own() -> list[sa.Column[int]]:
    tenant = _reference("organisation_id", "organisations.id", "CASCADE", nullable=False)
    return [sa.Column("id", ID, sa.Identity(), primary_key=True), tenant]


def _line(name: str, length: int = 255, **kw: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, **kw)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _asset_files() -> None:
    op.create_table(
        "asset_files",
        *_own(),
        _reference("asset_id", "assets.id", "SET NULL", unique=True),
        _line("key", unique=True),
        _line("name"),
        _line("media_type"),
        sa.Column("size", sa.Integer(), nullable=False, server_default=sa.text("0")),
        _line("md5", 32),
        _line("sha256", 64),
        _instant("created_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asset_files_organisation_id", "asset_files", ["organisation_id"])
    unheld: dict[str, Any] = {"sqlite_where": UNHELD, "postgresql_where": UNHELD}
    op.create_index("ix_asset_files_unheld", "asset_files", ["created_at"], **unheld)


def _archives() -> None:
    op.create_table(
        "archives",
        *_own(),
        _line("uuid", 36, unique=True),
        _reference("person_id", "people.id", "CASCADE", nullable=False, index=True),
        _reference("project_id", "projects.id", "CASCADE", index=True),
        _reference("participant_id", "participants.id", "CASCADE", index=True),
        _reference("session_id", "sessions.id", "CASCADE", index=True),
        _line("name"),
        _instant("created_at"),
        _instant("expires_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_archives_organisation_id", "archives", ["organisation_id"])
    op.create_index("ix_archives_expires_at", "archives", ["expires_at"])


def _device_certificates() -> None:
    op.create_table(
        "device_certificates",
        *_own(),
        _reference("device_id", "devices.id", "SET NULL", index=True),
        _line("serial", 40, unique=True),
        _instant("issued_at"),
        _instant("expires_at"),
        _instant("replaced_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_device_certificates_organisation_id", "device_certificates", ["organisation_id"])
    op.create_index("ix_device_certificates_expires_at", "device_certificates", ["expires_at"])
