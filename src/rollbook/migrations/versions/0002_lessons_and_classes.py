"""Lessons that play, classes, certificates for every completion, and what mails say and are about."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_OPEN, IS_OVER = sa.text("outcome = 'open'"), sa.text("outcome = 'cancelled'")
IS_RENDERING = sa.text("state = 'rendering'")
OUTCOMES = {"due_at": IS_OPEN, "start_at": IS_OPEN, "cancelled_at": IS_OVER}


def upgrade() -> None:
    """Make the new tables, then widen those that are there."""
    for make in TABLES.values():
        make()
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column())
    for instant, where in OUTCOMES.items():
        name = f"ix_assignments_{instant}"
        op.create_index(name, "assignments", [instant, "id"], sqlite_where=where, postgresql_where=where)
    op.create_index("ix_files_state", "files", ["id"], sqlite_where=IS_RENDERING, postgresql_where=IS_RENDERING)
    op.create_index("ix_mails_about", "mails", ["about", "about_id", "kind"])
    op.create_index("uq_mails_occasion", "mails", ["occasion"], unique=True)


def downgrade() -> None:
    """Narrow the tables again, and drop the new ones, last made first."""
    op.drop_index("uq_mails_occasion", "mails")
    op.drop_index("ix_mails_about", "mails")
    op.drop_index("ix_files_state", "files")
    for instant in OUTCOMES:
        op.drop_index(f"ix_assignments_{instant}", "assignments")
    for table, columns in COLUMNS.items():
        for column in reversed(columns):
            op.drop_column(table, column().name)
    for name in reversed(TABLES):
        op.drop_table(name)


def _custom_fields() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_custom_fields_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_fields")),
        sa.UniqueConstraint("uuid", name=op.f("uq_custom_fields_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_custom_fields_key", "custom_fields", ["organisation_id", "key"], unique=True)


def _mail_templates() -> None:
    op.create_table(
        "mail_templates",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_mail_templates_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_templates")),
        sa.UniqueConstraint("uuid", name=op.f("uq_mail_templates_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_mail_templates_kind", "mail_templates", ["organisation_id", "kind", "language"], unique=True)


def _custom_values() -> None:
    op.create_table(
        "custom_values",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("field_id", ID, nullable=False),
        sa.Column("value", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["field_id"], ["custom_fields.id"], name=op.f("fk_custom_values_field_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["content_versions.id"], name=op.f("fk_custom_values_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_values")),
        sa.UniqueConstraint("version_id", "field_id", name=op.f("uq_custom_values_version_id_field_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_custom_values_field_id", "custom_values", ["field_id"], unique=False)


def _class_sessions() -> None:
    op.create_table(
        "class_sessions",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("content_id", ID, nullable=False),
        sa.Column("course_id", ID, nullable=True),
        sa.Column("instructor_id", ID, nullable=True),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("location", sa.String(length=255), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("seats_taken", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("outcome", sa.String(length=16), server_default="active", nullable=False),
        sa.Column("tells_trainees", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("tells_instructor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name=op.f("fk_class_sessions_content_id")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_class_sessions_course_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"], ["people.id"], name=op.f("fk_class_sessions_instructor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_class_sessions_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_sessions")),
        sa.UniqueConstraint("uuid", name=op.f("uq_class_sessions_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_class_sessions_content_id"), "class_sessions", ["content_id"], unique=False)
    op.create_index(op.f("ix_class_sessions_course_id"), "class_sessions", ["course_id"], unique=False)
    op.create_index("ix_class_sessions_instructor_id", "class_sessions", ["instructor_id", "starts_at"], unique=False)
    op.create_index(
        "ix_class_sessions_starts_at", "class_sessions", ["organisation_id", "starts_at", "id"], unique=False
    )


def _attendees() -> None:
    op.create_table(
        "attendees",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("assignment_id", ID, nullable=True),
        sa.Column("registered_by_id", ID, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("has_attended", sa.Boolean(), nullable=True),
        sa.Column("has_passed", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_attendees_assignment_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_attendees_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attendees_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["people.id"], name=op.f("fk_attendees_registered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_attendees_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendees")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_attendees_session_id_person_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_attendees_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attendees_assignment_id"), "attendees", ["assignment_id"], unique=False)
    op.create_index("ix_attendees_organisation_id", "attendees", ["organisation_id", "id"], unique=False)
    op.create_index("ix_attendees_person_id", "attendees", ["person_id", "id"], unique=False)
    op.create_index(op.f("ix_attendees_registered_by_id"), "attendees", ["registered_by_id"], unique=False)
    op.create_index("ix_attendees_state", "attendees", ["session_id", "state", "id"], unique=False)


def _player_tokens() -> None:
    op.create_table(
        "player_tokens",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("assignment_id", ID, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_player_tokens_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_player_tokens_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_player_tokens")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_player_tokens_secret_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_player_tokens_assignment_id"), "player_tokens", ["assignment_id"], unique=False)
    op.create_index("ix_player_tokens_expires_at", "player_tokens", ["expires_at"], unique=False)
    op.create_index("ix_player_tokens_organisation_id", "player_tokens", ["organisation_id", "id"], unique=False)


def _plays() -> None:
    op.create_table(
        "plays",
        sa.Column("assignment_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("position_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("saves", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_plays_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["content_versions.id"], name=op.f("fk_plays_version_id")),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_plays")),
        sqlite_autoincrement=False,
    )
    op.create_index(op.f("ix_plays_version_id"), "plays", ["version_id"], unique=False)


def _question_attempts() -> None:
    op.create_table(
        "question_attempts",
        sa.Column("id", ID, sa.Identity(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("assignment_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_question_attempts_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_question_attempts_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["version_id"], ["content_versions.id"], name=op.f("fk_question_attempts_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_attempts")),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_question_attempts_assignment_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_question_attempts_organisation_id", "question_attempts", ["organisation_id", "id"], unique=False
    )
    op.create_index(op.f("ix_question_attempts_version_id"), "question_attempts", ["version_id"], unique=False)


def _completion_vouchers() -> None:
    op.create_table(
        "completion_vouchers",
        sa.Column("assignment_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_completion_vouchers_assignment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_completion_vouchers_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_completion_vouchers")),
    )
    op.create_index(op.f("ix_completion_vouchers_person_id"), "completion_vouchers", ["person_id"], unique=False)


TABLES = {
    "completion_vouchers": _completion_vouchers,
    "custom_fields": _custom_fields,
    "mail_templates": _mail_templates,
    "custom_values": _custom_values,
    "class_sessions": _class_sessions,
    "attendees": _attendees,
    "player_tokens": _player_tokens,
    "plays": _plays,
    "question_attempts": _question_attempts,
}
COLUMNS = {
    "assignments": (
        lambda: sa.Column("assigned_by", sa.String(length=16), server_default="person", nullable=False),
        lambda: sa.Column("completed_via", sa.String(length=16), nullable=True),
    ),
    "certificates": (lambda: sa.Column("pdf_key", sa.String(length=255), nullable=True),),
    "content_versions": (
        lambda: sa.Column("evolution", sa.String(length=16), server_default="module", nullable=False),
        lambda: sa.Column("question_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        lambda: sa.Column("duration_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        lambda: sa.Column("questionnaire", sa.Text(), nullable=True),
        lambda: sa.Column("thumbnail", sa.String(length=36), nullable=True),
    ),
    "contents": (
        lambda: sa.Column("issues_certificate", sa.Boolean(), server_default=sa.false(), nullable=False),
        lambda: sa.Column("certificate_months", sa.Integer(), nullable=True),
    ),
    "files": (
        lambda: sa.Column("state", sa.String(length=16), server_default="ready", nullable=False),
        lambda: sa.Column("duration_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
    ),
    "groups": (lambda: sa.Column("description", sa.Text(), nullable=True),),
    "mails": (
        lambda: sa.Column("about", sa.String(length=32), nullable=True),
        lambda: sa.Column("about_id", ID, nullable=True),
        lambda: sa.Column("occasion", sa.String(length=80), nullable=True),
        lambda: sa.Column("attachments", sa.Text(), nullable=True),
    ),
}
