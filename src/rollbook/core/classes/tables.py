"""Class sessions and who attends them."""

from sqlalchemy import Boolean, Column, Index, UniqueConstraint

from rollbook.core.kernel.schema import (
    count,
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

class_sessions = table(
    "class_sessions",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("content_id", "contents.id", nullable=False, index=True),
    reference("course_id", "courses.id", ondelete="SET NULL", index=True),
    reference("instructor_id", "people.id", ondelete="SET NULL"),
    instant("starts_at", nullable=False),
    instant("ends_at", nullable=False),
    line("location", nullable=False),
    prose("notes"),
    count("places", nullable=True),
    count("seats_taken"),
    line("outcome", 16, nullable=False, server_default="active"),
    flag("tells_trainees"),
    flag("tells_instructor"),
    count("sequence"),
    instant("completed_at"),
    instant("cancelled_at"),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("ix_class_sessions_starts_at", "organisation_id", "starts_at", "id"),
    Index("ix_class_sessions_instructor_id", "instructor_id", "starts_at"),
)
"""A class at a time and place. ``places`` null is any number; ``seats_taken`` counts the registered, and is claimed by
one statement. ``outcome``: active, completed, cancelled. ``tells_…`` say whom cancelling mails; ``sequence`` rises with
each change that its invitations tell of (RFC 5545, section 3.8.7.4)."""

attendees = table(
    "attendees",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("session_id", "class_sessions.id", ondelete="CASCADE", nullable=False),
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False),
    reference("assignment_id", "assignments.id", ondelete="SET NULL", index=True),
    reference("registered_by_id", "people.id", ondelete="SET NULL", index=True),
    line("state", 16, nullable=False),
    Column("has_attended", Boolean()),
    Column("has_passed", Boolean()),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    UniqueConstraint("session_id", "person_id"),
    Index("ix_attendees_state", "session_id", "state", "id"),
    Index("ix_attendees_person_id", "person_id", "id"),
    Index("ix_attendees_organisation_id", "organisation_id", "id"),
)
"""Someone in a class. ``state``: registered (has a seat) or waiting, in the order of their ids. ``has_attended`` and
``has_passed`` are null until someone has said."""
