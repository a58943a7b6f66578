"""What sessions leave behind: files (assets) and answered tests, with the types of tests."""

from sqlalchemy import Index
from sqlalchemy.schema import SchemaItem

from rollbook.core.kernel.schema import count, flag, instant, line, prose, reference, uuid_column
from rollbook.core.sessions.tables.columns import binned_table, kept_table, owned_by


def _creators() -> list[SchemaItem]:
    """Who made it: one of these."""
    return [
        reference("device_id", "devices.id", index=True),
        reference("participant_id", "participants.id", index=True),
        reference("person_id", "people.id", index=True),
        reference("service_id", "services.id", index=True),
    ]


assets = binned_table(
    "assets",
    uuid_column(),
    owned_by("session_id", "sessions.id"),
    *_creators(),
    line("keeper_uuid", 36, nullable=False),
    line("name", nullable=False),
    line("media_type", nullable=False),
    instant("at"),
    instant("expires_at"),
    Index("ix_assets_keeper_uuid", "organisation_id", "keeper_uuid"),
)
"""A file of a session. ``keeper_uuid`` is the service that has its bytes."""

test_types = binned_table(
    "test_types",
    uuid_column(),
    owned_by("service_id", "services.id"),
    line("name", nullable=False),
    prose("description"),
    line("key"),
    flag("has_json_format"),
    flag("has_web_format"),
    flag("has_web_editor"),
)
test_type_sites = kept_table(
    "test_type_sites", owned_by("test_type_id", "test_types.id"), owned_by("site_id", "sites.id")
)
test_type_projects = kept_table(
    "test_type_projects", owned_by("test_type_id", "test_types.id"), owned_by("project_id", "projects.id")
)

tests = binned_table(
    "tests",
    uuid_column(),
    reference("test_type_id", "test_types.id", nullable=False, index=True),
    owned_by("session_id", "sessions.id"),
    *_creators(),
    line("name", nullable=False),
    instant("at", nullable=False),
    count("status"),
    prose("summary"),
)
"""A test that someone answered. ``status``: 0 not finished, 1 in progress, 2 completed."""

test_invitations = kept_table(
    "test_invitations",
    owned_by("test_type_id", "test_types.id"),
    owned_by("session_id", "sessions.id", nullable=True),
    owned_by("person_id", "people.id", nullable=True),
    owned_by("participant_id", "participants.id", nullable=True),
    owned_by("device_id", "devices.id", nullable=True),
    owned_by("project_id", "projects.id", nullable=True),
    line("key", 16, nullable=False, unique=True),
    count("most"),
    count("used"),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    prose("message"),
)
"""Someone may answer a test by a key, ``most`` times (0 for any number)."""
