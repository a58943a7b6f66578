"""Devices, their types, and where they are used."""

from sqlalchemy import Index

from rollbook.core.kernel.schema import (
    flag,
    id_column,
    instant,
    line,
    prose,
    reference,
    table,
    tenant_column,
)
from rollbook.core.sessions.tables.columns import kept_table, owned_by

device_types = table(
    "device_types",
    id_column(),
    tenant_column(),
    line("name", nullable=False),
    line("key", nullable=False),
    Index("uq_device_types_key", "organisation_id", "key", unique=True),
)

device_subtypes = table(
    "device_subtypes",
    id_column(),
    tenant_column(),
    owned_by("device_type_id", "device_types.id"),
    line("name", nullable=False),
    Index("ix_device_subtypes_organisation_id", "organisation_id", "id"),
)

devices = kept_table(
    "devices",
    line("uuid", nullable=False, unique=True),
    reference("device_type_id", "device_types.id", nullable=False, index=True),
    reference("device_subtype_id", "device_subtypes.id", ondelete="SET NULL", index=True),
    line("name", nullable=False),
    line("token_name"),
    prose("certificate"),
    flag("is_enabled"),
    flag("goes_online"),
    prose("config"),
    prose("infos"),
    prose("notes"),
    instant("last_online_at"),
)
"""``token_name`` is the id inside the device's one lasting token, or a text that someone set in its place.
``certificate`` is PEM, of the last one signed. ``uuid`` may be any text: devices bring their own."""

device_sites = kept_table("device_sites", owned_by("device_id", "devices.id"), owned_by("site_id", "sites.id"))
device_projects = kept_table(
    "device_projects", owned_by("device_id", "devices.id"), owned_by("project_id", "projects.id")
)
device_participants = kept_table(
    "device_participants", owned_by("device_id", "devices.id"), owned_by("participant_id", "participants.id")
)
