"""The first schema: the record, its outbox, credentials, learning, simulation, webhooks, mail, and people search."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table, then the trigram index over people."""
    for make in TABLES.values():
        make()
    if op.get_bind().dialect.name == "sqlite":
        _index_people_on_sqlite()
    else:
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        op.execute("CREATE INDEX ix_people_search_text ON people USING gin (search_text gin_trgm_ops)")


def downgrade() -> None:
    """Drop everything, last made first."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE people_search")
    for name in reversed(TABLES):
        op.drop_table(name)


def _index_people_on_sqlite() -> None:
    """A full-text table of trigrams over people.search_text, kept by triggers; it holds no copy of the text."""
    op.execute(
        "CREATE VIRTUAL TABLE people_search USING fts5("
        "search_text, content='people', content_rowid='id', tokenize='trigram', detail='full')"
    )
    add = "INSERT INTO people_search(rowid, search_text) VALUES (new.id, new.search_text);"
    drop = "INSERT INTO people_search(people_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    op.execute(f"CREATE TRIGGER people_search_insert AFTER INSERT ON people BEGIN {add} END")
    op.execute(f"CREATE TRIGGER people_search_delete AFTER DELETE ON people BEGIN {drop} END")
    op.execute(
        "CREATE TRIGGER people_search_update AFTER UPDATE OF search_text ON people "
        f"WHEN old.search_text IS NOT new.search_text BEGIN {drop} {add} END"
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("window_start", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_attempts")),
    )


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="en", nullable=False),
        sa.Column("time_zone", sa.String(length=64), server_default="UTC", nullable=False),
        sa.Column("settings", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_organisations_uuid")),
        sqlite_autoincrement=True,
    )


def _collections() -> None:
    op.create_table(
        "collections",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_collections_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("organisation_id", "title", name=op.f("uq_collections_organisation_id_title")),
        sa.UniqueConstraint("uuid", name=op.f("uq_collections_uuid")),
        sqlite_autoincrement=True,
    )


def _contents() -> None:
    op.create_table(
        "contents",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("short_description", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("duration_min", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=True),
        sa.Column("goals", sa.Text(), nullable=True),
        sa.Column("target_audience", sa.Text(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_contents_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contents")),
        sa.UniqueConstraint("uuid", name=op.f("uq_contents_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contents_organisation_id", "contents", ["organisation_id", "id"], unique=False)
    op.create_index("ix_contents_title", "contents", ["organisation_id", "title", "id"], unique=False)
    op.create_index("uq_contents_external_id", "contents", ["organisation_id", "external_id"], unique=True)


def _course_categories() -> None:
    op.create_table(
        "course_categories",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_course_categories_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["course_categories.id"], name=op.f("fk_course_categories_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_categories")),
        sa.UniqueConstraint("uuid", name=op.f("uq_course_categories_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_course_categories_parent_id"), "course_categories", ["parent_id"], unique=False)
    op.create_index(
        "uq_course_categories_external_id", "course_categories", ["organisation_id", "external_id"], unique=True
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("entity_id", ID, nullable=False),
        sa.Column("entity_uuid", sa.String(length=36), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("actor_person_id", ID, nullable=True),
        sa.Column("credential_id", ID, nullable=True),
        sa.Column("door", sa.String(length=32), nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_events_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_entity", "events", ["organisation_id", "entity", "entity_id", "id"], unique=False)
    op.create_index("ix_events_feed", "events", ["organisation_id", "transaction_id", "id"], unique=False)
    op.create_index("ix_events_person", "events", ["organisation_id", "person_id", "id"], unique=False)


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=127), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_files_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("uuid", name=op.f("uq_files_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_files_organisation_id", "files", ["organisation_id", "id"], unique=False)


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("inactivated_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_groups_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["groups.id"], name=op.f("fk_groups_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("uuid", name=op.f("uq_groups_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_groups_parent_id"), "groups", ["parent_id"], unique=False)
    op.create_index("uq_groups_external_id", "groups", ["organisation_id", "external_id"], unique=True)


def _locations() -> None:
    op.create_table(
        "locations",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_locations_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint("uuid", name=op.f("uq_locations_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_locations_external_id", "locations", ["organisation_id", "external_id"], unique=True)


def _qualifications() -> None:
    op.create_table(
        "qualifications",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_qualifications_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["qualifications.id"], name=op.f("fk_qualifications_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifications")),
        sa.UniqueConstraint("uuid", name=op.f("uq_qualifications_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_qualifications_parent_id"), "qualifications", ["parent_id"], unique=False)
    op.create_index("uq_qualifications_external_id", "qualifications", ["organisation_id", "external_id"], unique=True)


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("format", sa.String(length=24), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=True),
        sa.Column("sealed_secret", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("notice", sa.String(length=255), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("failures_in_a_row", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_subscriptions_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("uuid", name=op.f("uq_subscriptions_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriptions_organisation_id", "subscriptions", ["organisation_id", "id"], unique=False)


def _workplaces() -> None:
    op.create_table(
        "workplaces",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_workplaces_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workplaces")),
        sa.UniqueConstraint("uuid", name=op.f("uq_workplaces_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_workplaces_external_id", "workplaces", ["organisation_id", "external_id"], unique=True)


def _content_versions() -> None:
    op.create_table(
        "content_versions",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("content_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pass_percent", sa.Float(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["content_id"], ["contents.id"], name=op.f("fk_content_versions_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_content_versions_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_versions")),
        sa.UniqueConstraint("content_id", "number", name=op.f("uq_content_versions_content_id_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_content_versions_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_content_versions_organisation_id", "content_versions", ["organisation_id", "id"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("subscription_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("entity_id", ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(length=512), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_deliveries_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_deliveries_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("uuid", name=op.f("uq_deliveries_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["subscription_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_order",
        "deliveries",
        ["subscription_id", "entity", "entity_id", "event_id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("uq_deliveries_event_id", "deliveries", ["event_id", "subscription_id"], unique=True)
    op.create_index(
        "ix_deliveries_undelivered",
        "deliveries",
        ["organisation_id", "state", "id"],
        unique=False,
        sqlite_where=sa.text("state <> 'delivered'"),
        postgresql_where=sa.text("state <> 'delivered'"),
    )
    op.create_index("ix_deliveries_organisation_id", "deliveries", ["organisation_id", "id"], unique=False)
    op.create_index("ix_deliveries_subscription_id", "deliveries", ["subscription_id", "id"], unique=False)


def _group_closure() -> None:
    op.create_table(
        "group_closure",
        sa.Column("ancestor_id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("depth", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["groups.id"], name=op.f("fk_group_closure_ancestor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_closure_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ancestor_id", "group_id", name=op.f("pk_group_closure")),
    )
    op.create_index("ix_group_closure_group_id", "group_closure", ["group_id"], unique=False)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("username_key", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_key", sa.String(length=254), nullable=True),
        sa.Column("first_name", sa.String(length=255), nullable=False),
        sa.Column("last_name", sa.String(length=255), nullable=False),
        sa.Column("name_key", sa.String(length=512), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=64), nullable=True),
        sa.Column("mobile", sa.String(length=64), nullable=True),
        sa.Column("birth_date", sa.String(length=10), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("country", sa.String(length=64), nullable=True),
        sa.Column("company", sa.String(length=255), nullable=True),
        sa.Column("cost_center", sa.String(length=255), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_sync_protected", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("welcome", sa.String(length=16), server_default="never", nullable=False),
        sa.Column("location_id", ID, nullable=True),
        sa.Column("workplace_id", ID, nullable=True),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("inactivated_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_people_location_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_people_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workplace_id"], ["workplaces.id"], name=op.f("fk_people_workplace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("uuid", name=op.f("uq_people_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_people_organisation_id", "people", ["organisation_id", "id"], unique=False)
    op.create_index("ix_people_email_key", "people", ["organisation_id", "email_key"], unique=False)
    op.create_index("ix_people_location_id", "people", ["location_id"], unique=False)
    op.create_index("ix_people_login", "people", ["username_key"], unique=False)
    op.create_index("ix_people_name_key", "people", ["organisation_id", "name_key", "id"], unique=False)
    op.create_index("ix_people_updated_at", "people", ["organisation_id", "updated_at"], unique=False)
    op.create_index("ix_people_workplace_id", "people", ["workplace_id"], unique=False)
    op.create_index("uq_people_external_id", "people", ["organisation_id", "external_id"], unique=True)
    op.create_index("uq_people_username_key", "people", ["organisation_id", "username_key"], unique=True)


def _simulators() -> None:
    op.create_table(
        "simulators",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("collection_id", ID, nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("content_id", ID, nullable=True),
        sa.Column("pass_percent", sa.Float(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_simulators_collection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content_id"], ["contents.id"], name=op.f("fk_simulators_content_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_simulators_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulators")),
        sa.UniqueConstraint("collection_id", "title", name=op.f("uq_simulators_collection_id_title")),
        sa.UniqueConstraint("uuid", name=op.f("uq_simulators_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_simulators_content_id"), "simulators", ["content_id"], unique=False)
    op.create_index("ix_simulators_organisation_id", "simulators", ["organisation_id", "id"], unique=False)


def _subscription_topics() -> None:
    op.create_table(
        "subscription_topics",
        sa.Column("subscription_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_subscription_topics_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscription_id", "kind", name=op.f("pk_subscription_topics")),
    )


def _collection_members() -> None:
    op.create_table(
        "collection_members",
        sa.Column("collection_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_collection_members_collection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_collection_members_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "person_id", name=op.f("pk_collection_members")),
    )
    op.create_index("ix_collection_members_person_id", "collection_members", ["person_id"], unique=False)


def _courses() -> None:
    op.create_table(
        "courses",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("content_id", ID, nullable=False),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("qualification_id", ID, nullable=True),
        sa.Column("instructor_id", ID, nullable=True),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("prerequisite_content_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), server_default="own", nullable=False),
        sa.Column("start_date", sa.String(length=10), nullable=True),
        sa.Column("end_date", sa.String(length=10), nullable=True),
        sa.Column("has_final_assessment", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shows_questions_at_end", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("issues_certificate", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=True),
        sa.Column("mandatory_min", sa.Integer(), nullable=True),
        sa.Column("access_days", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["course_categories.id"], name=op.f("fk_courses_category_id")),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name=op.f("fk_courses_content_id")),
        sa.ForeignKeyConstraint(
            ["instructor_id"], ["people.id"], name=op.f("fk_courses_instructor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_courses_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["courses.id"], name=op.f("fk_courses_parent_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["prerequisite_content_id"], ["contents.id"], name=op.f("fk_courses_prerequisite_content_id")
        ),
        sa.ForeignKeyConstraint(["qualification_id"], ["qualifications.id"], name=op.f("fk_courses_qualification_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courses_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_courses_category_id"), "courses", ["category_id"], unique=False)
    op.create_index(op.f("ix_courses_content_id"), "courses", ["content_id"], unique=False)
    op.create_index("ix_courses_created_at", "courses", ["organisation_id", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_courses_instructor_id"), "courses", ["instructor_id"], unique=False)
    op.create_index(op.f("ix_courses_parent_id"), "courses", ["parent_id"], unique=False)
    op.create_index(op.f("ix_courses_prerequisite_content_id"), "courses", ["prerequisite_content_id"], unique=False)
    op.create_index(op.f("ix_courses_qualification_id"), "courses", ["qualification_id"], unique=False)
    op.create_index("ix_courses_start_date", "courses", ["organisation_id", "start_date", "id"], unique=False)
    op.create_index("uq_courses_external_id", "courses", ["organisation_id", "external_id"], unique=True)


def _credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("door", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("roles", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_credentials_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["credentials.id"], name=op.f("fk_credentials_parent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_credentials_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("client_id", name=op.f("uq_credentials_client_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_credentials_secret_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_credentials_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_credentials_expires_at", "credentials", ["expires_at"], unique=False)
    op.create_index("ix_credentials_organisation_id", "credentials", ["organisation_id", "kind", "id"], unique=False)
    op.create_index("ix_credentials_parent_id", "credentials", ["parent_id"], unique=False)
    op.create_index("ix_credentials_person_id", "credentials", ["person_id"], unique=False)


def _delivery_attempts() -> None:
    op.create_table(
        "delivery_attempts",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=512), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_attempts_delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_attempts_delivery_id"), "delivery_attempts", ["delivery_id"], unique=False)


def _group_supervisors() -> None:
    op.create_table(
        "group_supervisors",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_supervisors_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_group_supervisors_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_group_supervisors")),
    )
    op.create_index("ix_group_supervisors_person_id", "group_supervisors", ["person_id"], unique=False)


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("rows", sa.Text(), nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_imports_created_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_imports_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("uuid", name=op.f("uq_imports_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_imports_created_at", "imports", ["organisation_id", "created_at"], unique=False)
    op.create_index("ix_imports_created_by", "imports", ["created_by"], unique=False)


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=512), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_mails_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mails_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("uuid", name=op.f("uq_mails_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_mails_due",
        "mails",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_mails_organisation_id", "mails", ["organisation_id", "id"], unique=False)
    op.create_index("ix_mails_person_id", "mails", ["person_id"], unique=False)


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_memberships_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memberships_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "group_id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_group_id", "memberships", ["group_id", "person_id"], unique=False)
    op.create_index(
        "uq_memberships_primary",
        "memberships",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("is_primary"),
        postgresql_where=sa.text("is_primary"),
    )


def _passwords() -> None:
    op.create_table(
        "passwords",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("hash", sa.String(length=255), nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passwords_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_passwords")),
    )


def _person_qualifications() -> None:
    op.create_table(
        "person_qualifications",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("qualification_id", ID, nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_qualifications_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["qualification_id"],
            ["qualifications.id"],
            name=op.f("fk_person_qualifications_qualification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "qualification_id", name=op.f("pk_person_qualifications")),
    )
    op.create_index(
        "ix_person_qualifications_qualification_id", "person_qualifications", ["qualification_id"], unique=False
    )


def _person_roles() -> None:
    op.create_table(
        "person_roles",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_roles_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_roles")),
    )
    op.create_index("ix_person_roles_role", "person_roles", ["role", "person_id"], unique=False)


def _scenarios() -> None:
    op.create_table(
        "scenarios",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("simulator_id", ID, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("max_points", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_scenarios_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["simulator_id"], ["simulators.id"], name=op.f("fk_scenarios_simulator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenarios")),
        sa.UniqueConstraint("simulator_id", "code", name=op.f("uq_scenarios_simulator_id_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_scenarios_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scenarios_organisation_id", "scenarios", ["organisation_id", "id"], unique=False)


def _version_files() -> None:
    op.create_table(
        "version_files",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_version_files_file_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["content_versions.id"], name=op.f("fk_version_files_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "file_id", name=op.f("pk_version_files")),
    )
    op.create_index("ix_version_files_file_id", "version_files", ["file_id"], unique=False)


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("content_id", ID, nullable=False),
        sa.Column("content_version_id", ID, nullable=True),
        sa.Column("course_id", ID, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("access_ends_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=64), nullable=True),
        sa.Column("progress", sa.Float(), server_default="0", nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("time_s", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("status_changed_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name=op.f("fk_assignments_content_id")),
        sa.ForeignKeyConstraint(
            ["content_version_id"], ["content_versions.id"], name=op.f("fk_assignments_content_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_assignments_course_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_assignments_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_assignments_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("uuid", name=op.f("uq_assignments_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assignments_completed_at", "assignments", ["organisation_id", "completed_at"], unique=False)
    op.create_index("ix_assignments_content_id", "assignments", ["content_id"], unique=False)
    op.create_index("ix_assignments_course_id", "assignments", ["course_id", "person_id"], unique=False)
    op.create_index("ix_assignments_created_at", "assignments", ["organisation_id", "created_at", "id"], unique=False)
    op.create_index("ix_assignments_person_id", "assignments", ["person_id", "id"], unique=False)
    op.create_index(
        "ix_assignments_outcome", "assignments", ["organisation_id", "outcome", "due_at", "start_at"], unique=False
    )
    op.create_index(
        "ix_assignments_status_changed_at", "assignments", ["organisation_id", "status_changed_at", "id"], unique=False
    )
    op.create_index("ix_assignments_content_version_id", "assignments", ["content_version_id"], unique=False)


def _import_changes() -> None:
    op.create_table(
        "import_changes",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_changes_import_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_import_changes_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_changes")),
        sa.UniqueConstraint("import_id", "person_id", name=op.f("uq_import_changes_import_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_changes_person_id", "import_changes", ["person_id"], unique=False)


def _activities() -> None:
    op.create_table(
        "activities",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=True),
        sa.Column("simulator_id", ID, nullable=False),
        sa.Column("scenario_id", ID, nullable=False),
        sa.Column("trainee_id", ID, nullable=True),
        sa.Column("instructor_id", ID, nullable=True),
        sa.Column("assignment_id", ID, nullable=True),
        sa.Column("first_name", sa.String(length=255), nullable=False),
        sa.Column("last_name", sa.String(length=255), nullable=False),
        sa.Column("company", sa.String(length=255), nullable=True),
        sa.Column("trained_at", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_points", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("time_s", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tilts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("abandons", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_activities_assignment_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"], ["people.id"], name=op.f("fk_activities_instructor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_activities_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenarios.id"], name=op.f("fk_activities_scenario_id")),
        sa.ForeignKeyConstraint(["simulator_id"], ["simulators.id"], name=op.f("fk_activities_simulator_id")),
        sa.ForeignKeyConstraint(
            ["trainee_id"], ["people.id"], name=op.f("fk_activities_trainee_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sa.UniqueConstraint("uuid", name=op.f("uq_activities_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activities_assignment_id", "activities", ["assignment_id"], unique=False)
    op.create_index("ix_activities_created_at", "activities", ["organisation_id", "created_at", "id"], unique=False)
    op.create_index("ix_activities_feed", "activities", ["organisation_id", "id"], unique=False)
    op.create_index("ix_activities_instructor_id", "activities", ["instructor_id"], unique=False)
    op.create_index("ix_activities_scenario_id", "activities", ["scenario_id"], unique=False)
    op.create_index("ix_activities_simulator_id", "activities", ["simulator_id", "id"], unique=False)
    op.create_index("ix_activities_trained_at", "activities", ["organisation_id", "trained_at", "id"], unique=False)
    op.create_index("ix_activities_trainee_id", "activities", ["trainee_id", "id"], unique=False)
    op.create_index("uq_activities_client_id", "activities", ["organisation_id", "client_id"], unique=True)


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("assignment_id", ID, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_certificates_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_certificates_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_certificates_assignment_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_certificates_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_certificates_organisation_id", "certificates", ["organisation_id", "id"], unique=False)


TABLES = {
    "attempts": _attempts,
    "organisations": _organisations,
    "collections": _collections,
    "contents": _contents,
    "course_categories": _course_categories,
    "events": _events,
    "files": _files,
    "groups": _groups,
    "locations": _locations,
    "qualifications": _qualifications,
    "subscriptions": _subscriptions,
    "workplaces": _workplaces,
    "content_versions": _content_versions,
    "deliveries": _deliveries,
    "group_closure": _group_closure,
    "people": _people,
    "simulators": _simulators,
    "subscription_topics": _subscription_topics,
    "collection_members": _collection_members,
    "courses": _courses,
    "credentials": _credentials,
    "delivery_attempts": _delivery_attempts,
    "group_supervisors": _group_supervisors,
    "imports": _imports,
    "mails": _mails,
    "memberships": _memberships,
    "passwords": _passwords,
    "person_qualifications": _person_qualifications,
    "person_roles": _person_roles,
    "scenarios": _scenarios,
    "version_files": _version_files,
    "assignments": _assignments,
    "import_changes": _import_changes,
    "activities": _activities,
    "certificates": _certificates,
}
