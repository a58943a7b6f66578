"""Live sessions: their types, who takes part, and what happened."""

from sqlalchemy import Index

from rollbook.core.kernel.schema import count, flag, id_column, instant, line, prose, reference, table, uuid_column
from rollbook.core.sessions.tables.columns import binned_table, kept_table, owned_by

session_types = binned_table(
    "session_types",
    owned_by("service_id", "services.id", nullable=True),
    line("name", nullable=False),
    flag("is_online"),
    prose("config"),
    line("color", 20, nullable=False),
    count("category"),
)
"""``category``: 1 led by a service, 2 data collection, 3 file transfer, 4 protocol. Only the first has a service."""

session_type_sites = kept_table(
    "session_type_sites", owned_by("session_type_id", "session_types.id"), owned_by("site_id", "sites.id")
)
session_type_projects = kept_table(
    "session_type_projects", owned_by("session_type_id", "session_types.id"), owned_by("project_id", "projects.id")
)
session_type_services = kept_table(
    "session_type_services", owned_by("session_type_id", "session_types.id"), owned_by("service_id", "services.id")
)
"""The further services that may work with a type's sessions."""

sessions = binned_table(
    "sessions",
    uuid_column(),
    reference("session_type_id", "session_types.id", nullable=False, index=True),
    reference("creator_person_id", "people.id", index=True),
    reference("creator_device_id", "devices.id", index=True),
    reference("creator_participant_id", "participants.id", index=True),
    reference("creator_service_id", "services.id", index=True),
    line("name", nullable=False),
    instant("started_at", nullable=False),
    count("duration_s"),
    count("status"),
    prose("comments"),
    prose("parameters"),
    Index("ix_sessions_started_at", "organisation_id", "started_at"),
)
"""``status``: 0 planned, 1 in progress, 2 completed, 3 cancelled, 4 terminated. ``parameters`` is text, often JSON."""

session_people = kept_table(
    "session_people", owned_by("session_id", "sessions.id"), reference("person_id", "people.id", index=True)
)
session_participants = kept_table(
    "session_participants",
    owned_by("session_id", "sessions.id"),
    reference("participant_id", "participants.id", index=True),
)
session_devices = kept_table(
    "session_devices", owned_by("session_id", "sessions.id"), reference("device_id", "devices.id", index=True)
)

session_events = table(
    "session_events",
    id_column(),
    owned_by("session_id", "sessions.id"),
    count("kind"),
    instant("at", nullable=False),
    prose("text"),
    prose("context"),
    instant("deleted_at"),
)
"""``kind``: 0 error, 1 information, 2 warning, 3 start, 4 stop, 5 to 9 of a device's power and storage, 10 device,
11 user, 12 join, 13 leave, 14 join refused, 15 and above the service's own."""
