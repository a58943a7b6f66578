"""Services that work on the record from outside, the roles they define, and who has which."""

from sqlalchemy import Index

from rollbook.core.kernel.schema import count, document, flag, id_column, instant, line, table
from rollbook.core.sessions.tables.columns import binned_table, kept_table, owned_by

services = binned_table(
    "services",
    line("uuid", 36, nullable=False),
    line("name", nullable=False),
    line("key", nullable=False),
    line("hostname", nullable=False),
    count("port"),
    line("endpoint", nullable=False),
    line("client_endpoint", nullable=False),
    line("user_endpoint"),
    line("participant_endpoint"),
    line("device_endpoint"),
    flag("is_enabled"),
    flag("is_system"),
    flag("is_home"),
    flag("has_editable_config"),
    document("default_config"),
    flag("has_assets"),
    flag("has_tests"),
    Index("uq_services_uuid", "organisation_id", "uuid", unique=True),
    Index("ix_services_uuid", "uuid"),
    Index("ix_services_key", "organisation_id", "key"),
)
"""``is_home`` is this server itself, whose roles are those of sites and projects. ``is_system`` came with it.
``default_config`` is the JSON that a new service config begins with."""

service_roles = kept_table(
    "service_roles",
    owned_by("service_id", "services.id"),
    owned_by("site_id", "sites.id", nullable=True),
    owned_by("project_id", "projects.id", nullable=True),
    line("name", 100, nullable=False),
)
"""A role that a service knows: of a site, of a project, or of the service as a whole."""

service_access = kept_table(
    "service_access",
    owned_by("group_id", "groups.id", nullable=True),
    owned_by("participant_group_id", "participant_groups.id", nullable=True),
    owned_by("device_id", "devices.id", nullable=True),
    owned_by("service_role_id", "service_roles.id"),
)
"""Who has a role: everyone in a group of people or of participants, or a device."""

service_sites = kept_table("service_sites", owned_by("service_id", "services.id"), owned_by("site_id", "sites.id"))
service_projects = kept_table(
    "service_projects", owned_by("service_id", "services.id"), owned_by("project_id", "projects.id")
)

service_configs = kept_table(
    "service_configs",
    owned_by("service_id", "services.id"),
    owned_by("person_id", "people.id", nullable=True),
    owned_by("participant_id", "participants.id", nullable=True),
    owned_by("device_id", "devices.id", nullable=True),
    document("config"),
    instant("updated_at", nullable=False),
)
"""What one user, participant or device set for a service: JSON."""

service_config_specifics = table(
    "service_config_specifics",
    id_column(),
    owned_by("service_config_id", "service_configs.id"),
    line("name", nullable=False),
    document("config"),
)
"""What is set otherwise where someone works from a certain place, such as one computer."""
