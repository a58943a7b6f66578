"""Collections of simulators, their scenarios, and the activities that trainees record on them."""

from sqlalchemy import Float, Index, UniqueConstraint
from sqlalchemy.schema import Column

from rollbook.core.kernel.schema import (
    count,
    id_column,
    instant,
    line,
    reference,
    table,
    tenant_column,
    uuid_column,
)

collections = table(
    "collections",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("title", nullable=False),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    UniqueConstraint("organisation_id", "title"),
)

collection_members = table(
    "collection_members",
    reference("collection_id", "collections.id", ondelete="CASCADE", nullable=False, primary_key=True),
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False, primary_key=True),
    instant("joined_at", nullable=False),
    Index("ix_collection_members_person_id", "person_id"),
)
"""Who may train with a collection."""

simulators = table(
    "simulators",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("collection_id", "collections.id", ondelete="CASCADE", nullable=False),
    line("title", nullable=False),
    reference("content_id", "contents.id", ondelete="SET NULL", index=True),
    Column("pass_percent", Float()),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    UniqueConstraint("collection_id", "title"),
    Index("ix_simulators_organisation_id", "organisation_id", "id"),
)
"""``content_id`` is the content that an activity on it completes when it reaches ``pass_percent`` of the points."""

scenarios = table(
    "scenarios",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("simulator_id", "simulators.id", ondelete="CASCADE", nullable=False),
    line("code", 64, nullable=False),
    line("name", nullable=False),
    count("max_points", nullable=True),
    UniqueConstraint("simulator_id", "code"),
    Index("ix_scenarios_organisation_id", "organisation_id", "id"),
)

activities = table(
    "activities",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("client_id"),
    line("body_hash", 64),
    reference("simulator_id", "simulators.id", nullable=False),
    reference("scenario_id", "scenarios.id", nullable=False),
    reference("trainee_id", "people.id", ondelete="SET NULL"),
    reference("instructor_id", "people.id", ondelete="SET NULL"),
    reference("assignment_id", "assignments.id", ondelete="SET NULL"),
    line("first_name", nullable=False),
    line("last_name", nullable=False),
    line("company"),
    instant("trained_at", nullable=False),
    count("points"),
    count("max_points"),
    count("time_s"),
    count("tries"),
    count("tilts"),
    count("abandons"),
    instant("created_at", nullable=False),
    Index("uq_activities_client_id", "organisation_id", "client_id", unique=True),
    Index("ix_activities_feed", "organisation_id", "id"),
    Index("ix_activities_created_at", "organisation_id", "created_at", "id"),
    Index("ix_activities_trained_at", "organisation_id", "trained_at", "id"),
    Index("ix_activities_trainee_id", "trainee_id", "id"),
    Index("ix_activities_instructor_id", "instructor_id"),
    Index("ix_activities_simulator_id", "simulator_id", "id"),
    Index("ix_activities_scenario_id", "scenario_id"),
    Index("ix_activities_assignment_id", "assignment_id"),
)
"""What a trainee did in one scenario. The names are those given at the time, kept when the person is gone.
``client_id`` is the sender's name for it; ``body_hash`` tells whether a row sent again under it says the same."""
