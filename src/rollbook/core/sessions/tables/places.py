"""Sites, projects, and the participants who take part in them."""

from sqlalchemy import Index

from rollbook.core.kernel.schema import flag, instant, line, prose, uuid_column
from rollbook.core.sessions.tables.columns import binned_table, owned_by

sites = binned_table("sites", line("name", nullable=False), flag("needs_second_factor"))
"""``needs_second_factor``: who works at the site signs in with two factors."""

projects = binned_table(
    "projects",
    owned_by("site_id", "sites.id"),
    line("name", nullable=False),
    flag("is_enabled"),
    prose("description"),
)

participant_groups = binned_table(
    "participant_groups",
    owned_by("project_id", "projects.id"),
    line("name", nullable=False),
)

participants = binned_table(
    "participants",
    uuid_column(),
    owned_by("project_id", "projects.id"),
    owned_by("participant_group_id", "participant_groups.id", nullable=True),
    line("name", nullable=False),
    line("email", 254),
    line("username"),
    line("username_key"),
    line("password_hash"),
    line("token_name", 36),
    flag("is_enabled"),
    flag("may_sign_in"),
    flag("has_token"),
    instant("last_online_at"),
    Index("ix_participants_username_key", "username_key"),
)
"""Whom a project follows; not people of the organisation. ``token_name`` is the id inside the one lasting token that is
good now, which is signed anew whenever it is shown."""
