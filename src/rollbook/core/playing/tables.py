"""How far learners are in what they play, what they answered, and the tokens that let a player in."""

from sqlalchemy import Column, Float, Index, UniqueConstraint

from rollbook.core.kernel.schema import (
    count,
    document,
    flag,
    id_column,
    instant,
    line,
    reference,
    table,
    tenant_column,
)

plays = table(
    "plays",
    reference("assignment_id", "assignments.id", ondelete="CASCADE", nullable=False, primary_key=True),
    reference("version_id", "content_versions.id", nullable=False, index=True),
    count("step"),
    count("position_ms"),
    document("seen"),
    count("saves"),
    count("untold_s"),
    instant("updated_at", nullable=False),
)
"""Where a learner is: the step, the position in its film, and what was seen of each step (``seen``: JSON). One row for
each assignment that was played; saving progress writes here, and an event tells of it only now and then. ``saves`` is
the number of the last save, ``untold_s`` the time in seconds that the assignment has not been told of yet."""

question_attempts = table(
    "question_attempts",
    id_column(),
    tenant_column(),
    reference("assignment_id", "assignments.id", ondelete="CASCADE", nullable=False),
    reference("version_id", "content_versions.id", nullable=False, index=True),
    count("number"),
    document("answers"),
    Column("score", Float(), nullable=False),
    flag("is_passed"),
    instant("submitted_at", nullable=False),
    UniqueConstraint("assignment_id", "number"),
    Index("ix_question_attempts_organisation_id", "organisation_id", "id"),
)
"""One go at a questionnaire: the questions as they were asked with the answers given, and the score in per cent."""

player_tokens = table(
    "player_tokens",
    id_column(),
    tenant_column(),
    reference("assignment_id", "assignments.id", ondelete="CASCADE", nullable=False, index=True),
    line("secret_hash", 64, nullable=False, unique=True),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    Index("ix_player_tokens_expires_at", "expires_at"),
    Index("ix_player_tokens_organisation_id", "organisation_id", "id"),
)
"""Secrets that open the player for one assignment and nothing else."""
