"""The bytes of assets that this server keeps itself, and archives of them that somebody asked for."""

from sqlalchemy import Index, text

from rollbook.core.kernel.schema import count, id_column, instant, line, reference, table, tenant_column, uuid_column
from rollbook.core.sessions.tables.columns import owned_by

_UNHELD = text("asset_id IS NULL")

asset_files = table(
    "asset_files",
    id_column(),
    tenant_column(),
    reference("asset_id", "assets.id", ondelete="SET NULL", unique=True),
    line("key", nullable=False, unique=True),
    line("name", nullable=False),
    line("media_type", nullable=False),
    count("size"),
    line("md5", 32, nullable=False),
    line("sha256", 64, nullable=False),
    instant("created_at", nullable=False),
    Index("ix_asset_files_organisation_id", "organisation_id"),
    Index("ix_asset_files_unheld", "created_at", sqlite_where=_UNHELD, postgresql_where=_UNHELD),
)
"""A file in the store. Its row is there before its bytes and goes after them, so that no bytes are ever without one:
a row with no asset is of an upload under way, or of bytes that are to be deleted. ``name`` is the uploader's."""

archives = table(
    "archives",
    id_column(),
    uuid_column(),
    tenant_column(),
    owned_by("person_id", "people.id"),
    owned_by("project_id", "projects.id", nullable=True),
    owned_by("participant_id", "participants.id", nullable=True),
    owned_by("session_id", "sessions.id", nullable=True),
    line("name", nullable=False),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    Index("ix_archives_organisation_id", "organisation_id"),
    Index("ix_archives_expires_at", "expires_at"),
)
"""Someone's question for all assets of a project, participant or session; the ZIP is made as it is sent."""
