"""What this domain keeps of the organisation's people and groups beside what they are everywhere."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, UniqueConstraint

from rollbook.core.kernel.schema import (
    Id,
    document,
    flag,
    id_column,
    instant,
    line,
    prose,
    reference,
    table,
    tenant_column,
)
from rollbook.core.sessions.tables.columns import owned_by

user_profiles = table(
    "user_profiles",
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False, primary_key=True),
    prose("profile"),
    prose("notes"),
    flag("has_second_factor"),
    flag("has_app_factor"),
    flag("has_mail_factor"),
    line("sealed_app_secret"),
    instant("last_online_at"),
    instant("deleted_at"),
)
"""``profile`` is the JSON that a client keeps with someone. Someone with ``deleted_at`` is inactive and not listed."""

user_preferences = table(
    "user_preferences",
    id_column(),
    owned_by("person_id", "people.id"),
    line("app", nullable=False),
    document("preference"),
    UniqueConstraint("person_id", "app"),
)
"""What someone set in one program: JSON."""

membership_numbers = table(
    "membership_numbers",
    id_column(),
    Column("person_id", Id, nullable=False),
    Column("group_id", Id, nullable=False),
    ForeignKeyConstraint(
        ["person_id", "group_id"], ["memberships.person_id", "memberships.group_id"], ondelete="CASCADE"
    ),
    UniqueConstraint("person_id", "group_id"),
    Index("ix_membership_numbers_group_id", "group_id"),
)
"""A number for each membership, given by a trigger of the store whoever makes it, for those who name it by one."""

ended_tokens = table(
    "ended_tokens",
    line("name", 36, nullable=False, primary_key=True),
    instant("expires_at", nullable=False),
    Index("ix_ended_tokens_expires_at", "expires_at"),
)
"""Signed tokens that were given up before their end, by the id inside."""

client_versions = table(
    "client_versions",
    id_column(),
    tenant_column(),
    document("versions"),
    UniqueConstraint("organisation_id"),
)
"""The newest versions of client programs: JSON by the program's name."""
