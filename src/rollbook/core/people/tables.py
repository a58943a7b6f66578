"""Organisations, people, and the structure they stand in: groups, locations, workplaces, qualifications."""

from typing import Any

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, UniqueConstraint, text

from rollbook.core.kernel.schema import (
    count,
    date_column,
    document,
    flag,
    id_column,
    instant,
    line,
    prose,
    reference,
    table,
    tenant_column,
    uuid_column,
)

organisations = table(
    "organisations",
    id_column(),
    uuid_column(),
    line("name", nullable=False),
    line("slug", 80, nullable=False, unique=True),
    line("language", 8, nullable=False, server_default="en"),
    line("time_zone", 64, nullable=False, server_default="UTC"),
    document("settings"),
    instant("created_at", nullable=False),
)


def _catalogue(name: str, *extra: Column[Any]) -> Table:
    """A named list that a person can be placed in; ``external_id`` is the source system's mapping code."""
    return table(
        name,
        id_column(),
        uuid_column(),
        tenant_column(),
        line("external_id"),
        line("name", nullable=False),
        *extra,
        instant("created_at", nullable=False),
        instant("updated_at", nullable=False),
        Index(f"uq_{name}_external_id", "organisation_id", "external_id", unique=True),
    )


locations = _catalogue("locations")
workplaces = _catalogue("workplaces")
qualifications = _catalogue("qualifications", reference("parent_id", "qualifications.id", index=True))
groups = _catalogue(
    "groups", reference("parent_id", "groups.id", index=True), instant("inactivated_at"), prose("description")
)

group_closure = table(
    "group_closure",
    reference("ancestor_id", "groups.id", ondelete="CASCADE", nullable=False),
    reference("group_id", "groups.id", ondelete="CASCADE", nullable=False),
    count("depth"),
    PrimaryKeyConstraint("ancestor_id", "group_id"),
    Index("ix_group_closure_group_id", "group_id"),
)
"""Every group with each of its ancestors and itself (depth 0), so that a subtree is one indexed look-up."""

people = table(
    "people",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("external_id"),
    line("username", nullable=False),
    line("username_key", nullable=False),
    line("email", 254),
    line("email_key", 254),
    line("first_name", nullable=False),
    line("last_name", nullable=False),
    line("name_key", 512, nullable=False),
    prose("search_text"),
    line("phone", 64),
    line("mobile", 64),
    date_column("birth_date"),
    line("language", 8, nullable=False),
    line("time_zone", 64),
    line("country", 64),
    line("company"),
    line("cost_center"),
    flag("is_active"),
    flag("is_guest"),
    flag("is_sync_protected"),
    line("welcome", 16, nullable=False, server_default="never"),
    reference("location_id", "locations.id"),
    reference("workplace_id", "workplaces.id"),
    instant("last_seen_at"),
    instant("inactivated_at"),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("uq_people_username_key", "organisation_id", "username_key", unique=True),
    Index("uq_people_external_id", "organisation_id", "external_id", unique=True),
    Index("ix_people_organisation_id", "organisation_id", "id"),
    Index("ix_people_email_key", "organisation_id", "email_key"),
    Index("ix_people_name_key", "organisation_id", "name_key", "id"),
    Index("ix_people_updated_at", "organisation_id", "updated_at"),
    Index("ix_people_login", "username_key"),
    Index("ix_people_location_id", "location_id"),
    Index("ix_people_workplace_id", "workplace_id"),
)
"""The ``_key`` columns and ``search_text`` are case-folded forms for look-ups, sorting ("last first") and substring
search (by a trigram index that the migrations make, in each store's own way). ``welcome`` says when the registration
mail goes out: ``sent``, ``on_enrolment`` or ``never``. ``inactivated_at`` is the last time someone was inactivated,
kept when they come back: credentials older than it stay dead."""

memberships = table(
    "memberships",
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False),
    reference("group_id", "groups.id", ondelete="CASCADE", nullable=False),
    flag("is_primary"),
    instant("joined_at", nullable=False),
    PrimaryKeyConstraint("person_id", "group_id"),
    Index("ix_memberships_group_id", "group_id", "person_id"),
    Index(
        "uq_memberships_primary",
        "person_id",
        unique=True,
        sqlite_where=text("is_primary"),
        postgresql_where=text("is_primary"),
    ),
)
"""A person's groups; at most one of them is the primary one, the unit they belong to."""

group_supervisors = table(
    "group_supervisors",
    reference("group_id", "groups.id", ondelete="CASCADE", nullable=False),
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False),
    PrimaryKeyConstraint("group_id", "person_id"),
    Index("ix_group_supervisors_person_id", "person_id"),
)

person_roles = table(
    "person_roles",
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False),
    Column("role", String(32), nullable=False),
    PrimaryKeyConstraint("person_id", "role"),
    Index("ix_person_roles_role", "role", "person_id"),
)

person_qualifications = table(
    "person_qualifications",
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False),
    reference("qualification_id", "qualifications.id", ondelete="CASCADE", nullable=False),
    instant("granted_at", nullable=False),
    instant("expires_at"),
    PrimaryKeyConstraint("person_id", "qualification_id"),
    Index("ix_person_qualifications_qualification_id", "qualification_id"),
)
"""Who holds a qualification, granted by a completed assignment of a course that leads to it."""

imports = table(
    "imports",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("file_name", nullable=False),
    line("state", 16, nullable=False),
    document("summary"),
    document("rows"),
    reference("created_by", "people.id", ondelete="SET NULL"),
    instant("created_at", nullable=False),
    instant("applied_at"),
    instant("undone_at"),
    Index("ix_imports_created_at", "organisation_id", "created_at"),
    Index("ix_imports_created_by", "created_by"),
)
"""An import of people. ``state``: previewed, applied, undone, discarded; ``rows`` holds the checked rows till then."""

import_changes = table(
    "import_changes",
    id_column(),
    reference("import_id", "imports.id", ondelete="CASCADE", nullable=False),
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False),
    document("before"),
    document("after"),
    UniqueConstraint("import_id", "person_id"),
    Index("ix_import_changes_person_id", "person_id"),
)
"""What an import did to each person, so that it can be undone whole. ``before`` is null for someone it made."""
