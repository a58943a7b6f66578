"""Data sources, dashboards, their shares and keys, and tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    """Make the tables."""
    for make in TABLES.values():
        make()


def downgrade() -> None:
    """Drop them, last made first."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, sa.Identity(), primary_key=True)


def _own() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("uuid", sa.String(36), nullable=False, unique=True),
        _reference("organisation_id", "organisations.id", "CASCADE", nullable=False),
    ]


def _reference(
    name: str, target: str, ondelete: str, *, nullable: bool = True, primary_key: bool = False
) -> sa.Column[int]:
    key = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(name, ID, key, nullable=nullable, primary_key=primary_key)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _folders() -> None:
    op.create_table(
        "folders",
        _id(),
        *_own(),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        _instant("created_at", nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_folders_organisation_id", "folders", ["organisation_id", "id"])


def _data_sources() -> None:
    op.create_table(
        "data_sources",
        _id(),
        *_own(),
        _reference("owner_id", "people.id", "SET NULL"),
        _reference("folder_id", "folders.id", "SET NULL"),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("definition", sa.Text()),
        sa.Column("content", sa.Text()),
        sa.Column("file_name", sa.String(255)),
        sa.Column("file_key", sa.String(255)),
        sa.Column("sealed_token", sa.String(255), nullable=False),
        _instant("created_at", nullable=False),
        _instant("updated_at", nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_data_sources_owner_id", "data_sources", ["owner_id"])
    op.create_index("ix_data_sources_folder_id", "data_sources", ["folder_id"])
    op.create_index("ix_data_sources_name", "data_sources", ["organisation_id", "name", "id"])
    op.create_index("ix_data_sources_organisation_id", "data_sources", ["organisation_id", "id"])


def _source_shares() -> None:
    op.create_table(
        "source_shares",
        _id(),
        _reference("source_id", "data_sources.id", "CASCADE", nullable=False),
        _reference("person_id", "people.id", "CASCADE"),
        _reference("group_id", "groups.id", "CASCADE"),
        sa.UniqueConstraint("source_id", "person_id", name="uq_source_shares_source_id_person_id"),
        sa.UniqueConstraint("source_id", "group_id", name="uq_source_shares_source_id_group_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_shares_person_id", "source_shares", ["person_id"])
    op.create_index("ix_source_shares_group_id", "source_shares", ["group_id"])


def _dashboards() -> None:
    op.create_table(
        "dashboards",
        _id(),
        *_own(),
        _reference("owner_id", "people.id", "SET NULL"),
        _reference("folder_id", "folders.id", "SET NULL"),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("content", sa.Text()),
        sa.Column("variables", sa.Text()),
        _instant("created_at", nullable=False),
        _instant("updated_at", nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dashboards_owner_id", "dashboards", ["owner_id"])
    op.create_index("ix_dashboards_folder_id", "dashboards", ["folder_id"])
    op.create_index("ix_dashboards_organisation_id", "dashboards", ["organisation_id", "name", "id"])


def _dashboard_shares() -> None:
    op.create_table(
        "dashboard_shares",
        _id(),
        _reference("dashboard_id", "dashboards.id", "CASCADE", nullable=False),
        _reference("person_id", "people.id", "CASCADE"),
        _reference("group_id", "groups.id", "CASCADE"),
        sa.UniqueConstraint("dashboard_id", "person_id", name="uq_dashboard_shares_dashboard_id_person_id"),
        sa.UniqueConstraint("dashboard_id", "group_id", name="uq_dashboard_shares_dashboard_id_group_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dashboard_shares_person_id", "dashboard_shares", ["person_id"])
    op.create_index("ix_dashboard_shares_group_id", "dashboard_shares", ["group_id"])


def _data_key_sources() -> None:
    op.create_table(
        "data_key_sources",
        _reference("credential_id", "credentials.id", "CASCADE", nullable=False, primary_key=True),
        _reference("source_id", "data_sources.id", "CASCADE", nullable=False, primary_key=True),
    )
    op.create_index("ix_data_key_sources_source_id", "data_key_sources", ["source_id"])


def _personal_keys() -> None:
    op.create_table(
        "personal_keys",
        _reference("person_id", "people.id", "CASCADE", nullable=False, primary_key=True),
        _reference("credential_id", "credentials.id", "CASCADE", nullable=False),
        sa.Column("sealed_secret", sa.String(255), nullable=False),
    )
    op.create_index("ix_personal_keys_credential_id", "personal_keys", ["credential_id"])


def _person_metadata() -> None:
    op.create_table(
        "person_metadata",
        _reference("person_id", "people.id", "CASCADE", nullable=False, primary_key=True),
        sa.Column("metadata", sa.Text()),
        _instant("updated_at", nullable=False),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        _id(),
        *_own(),
        _reference("source_id", "data_sources.id", "CASCADE"),
        _reference("person_id", "people.id", "SET NULL"),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("arguments", sa.Text()),
        sa.Column("result", sa.Text()),
        sa.Column("error", sa.Text()),
        _instant("created_at", nullable=False),
        _instant("leased_until"),
        _instant("ended_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tasks_source_id", "tasks", ["source_id"])
    op.create_index("ix_tasks_person_id", "tasks", ["person_id"])
    op.create_index("ix_tasks_due", "tasks", ["id"], sqlite_where=IS_PENDING, postgresql_where=IS_PENDING)
    op.create_index("ix_tasks_organisation_id", "tasks", ["organisation_id", "id"])
    op.create_index("ix_tasks_created_at", "tasks", ["created_at"])


TABLES = {
    "folders": _folders,
    "data_sources": _data_sources,
    "source_shares": _source_shares,
    "dashboards": _dashboards,
    "dashboard_shares": _dashboard_shares,
    "data_key_sources": _data_key_sources,
    "personal_keys": _personal_keys,
    "person_metadata": _person_metadata,
    "tasks": _tasks,
}
