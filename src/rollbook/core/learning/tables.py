"""Content and its versions, courses, assignments, certificates."""

from sqlalchemy import Float, Index, UniqueConstraint, text
from sqlalchemy.schema import Column

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

files = table(
    "files",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("name", nullable=False),
    line("media_type", 127, nullable=False),
    line("key", 255, nullable=False),
    line("sha256", 64, nullable=False),
    count("size"),
    line("state", 16, nullable=False, server_default="ready"),
    count("duration_ms"),
    instant("created_at", nullable=False),
    Index("ix_files_organisation_id", "organisation_id", "id"),
    Index(
        "ix_files_state", "id", sqlite_where=text("state = 'rendering'"), postgresql_where=text("state = 'rendering'")
    ),
)
"""``state``: ready; of a film also rendering, while it is being read, and error, when it could not be.
``duration_ms`` is how long a film plays."""

contents = table(
    "contents",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("external_id"),
    line("title", nullable=False),
    prose("description"),
    prose("short_description"),
    line("kind", 32, nullable=False),
    flag("is_public"),
    count("duration_min"),
    flag("issues_certificate"),
    count("certificate_months", nullable=True),
    prose("requirements"),
    prose("goals"),
    prose("target_audience"),
    instant("published_at"),
    instant("archived_at"),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("uq_contents_external_id", "organisation_id", "external_id", unique=True),
    Index("ix_contents_organisation_id", "organisation_id", "id"),
    Index("ix_contents_title", "organisation_id", "title", "id"),
)
"""What can be learnt. ``kind``: lesson (has versions that play), outline (a course without material of its own).
``certificate_months`` is how long its certificates hold; null is for good."""

content_versions = table(
    "content_versions",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("content_id", "contents.id", ondelete="CASCADE", nullable=False),
    count("number"),
    line("state", 16, nullable=False),
    line("evolution", 16, nullable=False, server_default="module"),
    count("step_count"),
    count("question_count"),
    count("duration_ms"),
    Column("pass_percent", Float()),
    document("body"),
    document("questionnaire"),
    line("thumbnail", 36),
    instant("created_at", nullable=False),
    instant("published_at"),
    UniqueConstraint("content_id", "number"),
    Index("ix_content_versions_organisation_id", "organisation_id", "id"),
)
"""One edition of a content. ``state``: draft, published, retired; at most one is published. ``evolution``: video (one
film, with what belongs to it) or module (pages). ``duration_ms`` is how long it plays, 0 while nobody has said.
``thumbnail`` is the uuid of one of its files, a picture."""

custom_fields = table(
    "custom_fields",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("key", 64, nullable=False),
    line("description", nullable=False),
    line("kind", 16, nullable=False),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("uq_custom_fields_key", "organisation_id", "key", unique=True),
)
"""What an organisation notes of each edition of its lessons. ``kind``: string, number, date, boolean."""

custom_values = table(
    "custom_values",
    id_column(),
    reference("version_id", "content_versions.id", ondelete="CASCADE", nullable=False),
    reference("field_id", "custom_fields.id", ondelete="CASCADE", nullable=False),
    line("value", 1000, nullable=False),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    UniqueConstraint("version_id", "field_id"),
    Index("ix_custom_values_field_id", "field_id"),
)

version_files = table(
    "version_files",
    reference("version_id", "content_versions.id", ondelete="CASCADE", nullable=False, primary_key=True),
    reference("file_id", "files.id", ondelete="CASCADE", nullable=False, primary_key=True),
    count("position"),
    Index("ix_version_files_file_id", "file_id"),
)

course_categories = table(
    "course_categories",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("external_id"),
    line("name", nullable=False),
    reference("parent_id", "course_categories.id", index=True),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("uq_course_categories_external_id", "organisation_id", "external_id", unique=True),
)

courses = table(
    "courses",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("external_id"),
    line("title", nullable=False),
    reference("content_id", "contents.id", nullable=False, index=True),
    reference("category_id", "course_categories.id", index=True),
    reference("qualification_id", "qualifications.id", index=True),
    reference("instructor_id", "people.id", ondelete="SET NULL", index=True),
    reference("parent_id", "courses.id", ondelete="SET NULL", index=True),
    reference("prerequisite_content_id", "contents.id", index=True),
    line("kind", 16, nullable=False),
    line("source", 16, nullable=False, server_default="own"),
    date_column("start_date"),
    date_column("end_date"),
    flag("has_final_assessment"),
    flag("shows_questions_at_end"),
    flag("issues_certificate"),
    count("attempts_allowed", nullable=True),
    count("mandatory_min", nullable=True),
    count("access_days", nullable=True),
    instant("archived_at"),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("uq_courses_external_id", "organisation_id", "external_id", unique=True),
    Index("ix_courses_created_at", "organisation_id", "created_at", "id"),
    Index("ix_courses_start_date", "organisation_id", "start_date", "id"),
)
"""An offering of a content. ``kind``: online, blended, live. ``source``: own, market, curriculum. ``attempts_allowed``,
``mandatory_min`` (minutes that must be spent) and ``access_days`` are null for no limit."""

_IS_OPEN, _IS_OVER = text("outcome = 'open'"), text("outcome = 'cancelled'")
assignments = table(
    "assignments",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False),
    reference("content_id", "contents.id", nullable=False),
    reference("content_version_id", "content_versions.id"),
    reference("course_id", "courses.id", ondelete="SET NULL"),
    line("outcome", 16, nullable=False),
    line("assigned_by", 16, nullable=False, server_default="person"),
    line("completed_via", 16),
    instant("start_at", nullable=False),
    instant("due_at"),
    instant("access_ends_at"),
    instant("started_at"),
    instant("completed_at"),
    instant("cancelled_at"),
    line("cancel_reason", 64),
    Column("progress", Float(), nullable=False, server_default="0"),
    Column("score", Float()),
    count("time_s"),
    count("attempts"),
    instant("status_changed_at", nullable=False),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("ix_assignments_person_id", "person_id", "id"),
    Index("ix_assignments_course_id", "course_id", "person_id"),
    Index("ix_assignments_content_id", "content_id"),
    Index("ix_assignments_content_version_id", "content_version_id"),
    Index("ix_assignments_due_at", "due_at", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    Index("ix_assignments_start_at", "start_at", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    Index("ix_assignments_cancelled_at", "cancelled_at", "id", sqlite_where=_IS_OVER, postgresql_where=_IS_OVER),
    Index("ix_assignments_outcome", "organisation_id", "outcome", "due_at", "start_at"),
    Index("ix_assignments_status_changed_at", "organisation_id", "status_changed_at", "id"),
    Index("ix_assignments_completed_at", "organisation_id", "completed_at"),
    Index("ix_assignments_created_at", "organisation_id", "created_at", "id"),
)
"""A person's task to learn a content. ``outcome``: open, completed, credited, cancelled; every vendor's status is
derived from it and the instants, in ``status.py`` alone. ``score`` is per cent, null until there is one.
``assigned_by``: person (or a program for one), rule. ``completed_via``: player, person, activity, class."""

completion_vouchers = table(
    "completion_vouchers",
    reference("assignment_id", "assignments.id", ondelete="CASCADE", nullable=False, primary_key=True),
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False, index=True),
)
"""Who vouched for a completion, where someone did."""

certificates = table(
    "certificates",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("assignment_id", "assignments.id", ondelete="CASCADE", nullable=False, unique=True),
    line("number", 32, nullable=False, unique=True),
    line("pdf_key", 255),
    instant("issued_at", nullable=False),
    instant("expires_at"),
    instant("revoked_at"),
    line("revoke_reason", 255),
    Index("ix_certificates_organisation_id", "organisation_id", "id"),
)
"""Given for completed assignments where the course, or without one the content, says so. ``pdf_key`` is where the file
store has the document, once it was made."""
