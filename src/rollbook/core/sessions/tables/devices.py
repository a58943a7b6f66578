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
from rollbook.core.sessions.tables.columns import binned_table, kept_table, owned_by

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

devices = binned_table(
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

authorities = table(
    "authorities",
    line("name", 40, nullable=False, primary_key=True),
    line("certificate", 4000, nullable=False),
    line("sealed_key", 1000, nullable=False),
)
"""Our own certificate authorities, of which there is one, for the devices of every organisation: kept in the record, so
that every node signs with it, and a restored server as well. ``certificate`` is PEM."""

device_certificates = table(
    "device_certificates",
    id_column(),
    tenant_column(),
    reference("device_id", "devices.id", ondelete="SET NULL", index=True),
    line("serial", 40, nullable=False, unique=True),
    instant("issued_at", nullable=False),
    instant("expires_at", nullable=False),
    instant("replaced_at"),
    Index("ix_device_certificates_organisation_id", "organisation_id"),
    Index("ix_device_certificates_expires_at", "expires_at"),
)
"""The certificates that our authority signed. ``serial`` is hexadecimal in lower case. From ``replaced_at`` on one is
good no more, for there is a newer one; nor is one whose device is disabled, deleted or gone (``device_id`` null)."""
