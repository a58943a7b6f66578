"""Data sources, dashboards, scripts, whom they are shared with, keys and tasks; sources' rows lie in the warehouse."""

from sqlalchemy import Index, UniqueConstraint, text

from rollbook.core.kernel.schema import (
    count,
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

folders = table(
    "folders",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("name", nullable=False),
    line("kind", 16, nullable=False),
    instant("created_at", nullable=False),
    Index("ix_folders_organisation_id", "organisation_id", "id"),
)
"""Where analysts put things. ``kind`` says what is in it: data_source, dashboard, script."""

data_sources = table(
    "data_sources",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("owner_id", "people.id", ondelete="SET NULL", index=True),
    reference("folder_id", "folders.id", ondelete="SET NULL", index=True),
    line("name", nullable=False),
    line("kind", 16, nullable=False),
    document("definition"),
    document("content"),
    line("file_name"),
    line("file_key"),
    line("sealed_token", 255, nullable=False),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("ix_data_sources_name", "organisation_id", "name", "id"),
    Index("ix_data_sources_organisation_id", "organisation_id", "id"),
)
"""``kind``: storage (a table of the warehouse), join (of other sources). ``definition`` is JSON that we understand:
formulas, how a file is read, row policies, joins. ``content`` is what a client keeps with it, untouched.
``sealed_token`` is what pushing rows takes."""

source_shares = table(
    "source_shares",
    id_column(),
    reference("source_id", "data_sources.id", ondelete="CASCADE", nullable=False),
    reference("person_id", "people.id", ondelete="CASCADE"),
    reference("group_id", "groups.id", ondelete="CASCADE"),
    UniqueConstraint("source_id", "person_id"),
    UniqueConstraint("source_id", "group_id"),
    Index("ix_source_shares_person_id", "person_id"),
    Index("ix_source_shares_group_id", "group_id"),
)
"""A source that a person, or everyone in a group, may read."""

dashboards = table(
    "dashboards",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("owner_id", "people.id", ondelete="SET NULL", index=True),
    reference("folder_id", "folders.id", ondelete="SET NULL", index=True),
    line("name", nullable=False),
    document("content"),
    document("variables"),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("ix_dashboards_organisation_id", "organisation_id", "name", "id"),
)
"""``content`` is JSON of tabs and widgets, as a client wrote it; ``variables`` a JSON object of values for them."""

dashboard_shares = table(
    "dashboard_shares",
    id_column(),
    reference("dashboard_id", "dashboards.id", ondelete="CASCADE", nullable=False),
    reference("person_id", "people.id", ondelete="CASCADE"),
    reference("group_id", "groups.id", ondelete="CASCADE"),
    UniqueConstraint("dashboard_id", "person_id"),
    UniqueConstraint("dashboard_id", "group_id"),
    Index("ix_dashboard_shares_person_id", "person_id"),
    Index("ix_dashboard_shares_group_id", "group_id"),
)
"""A dashboard that a person, or everyone in a group, may see."""

dashboard_embeds = table(
    "dashboard_embeds",
    id_column(),
    tenant_column(),
    reference("dashboard_id", "dashboards.id", ondelete="CASCADE", nullable=False, index=True),
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False, index=True),
    line("secret_hash", 64, nullable=False, unique=True),
    document("payload"),
    count("opens_left", nullable=True),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    Index("ix_dashboard_embeds_expires_at", "expires_at"),
    Index("ix_dashboard_embeds_organisation_id", "organisation_id", "id"),
)
"""A dashboard that whoever has the secret sees, as the person who made it, until an instant. ``payload`` is JSON of
values for variables and row policies; ``opens_left`` null does not count how often it is opened."""

data_key_sources = table(
    "data_key_sources",
    reference("credential_id", "credentials.id", ondelete="CASCADE", nullable=False, primary_key=True),
    reference("source_id", "data_sources.id", ondelete="CASCADE", nullable=False, primary_key=True),
    Index("ix_data_key_sources_source_id", "source_id"),
)
"""The sources that a key for reading data opens."""

person_metadata = table(
    "person_metadata",
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False, primary_key=True),
    document("metadata"),
    instant("updated_at", nullable=False),
)
"""What row policies go by: a JSON object of values, or lists of them, for each person."""

_PENDING = text("state = 'pending'")
tasks = table(
    "tasks",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("source_id", "data_sources.id", ondelete="CASCADE", index=True),
    reference("person_id", "people.id", ondelete="SET NULL", index=True),
    line("kind", 16, nullable=False),
    line("state", 16, nullable=False),
    document("arguments"),
    document("result"),
    prose("error"),
    instant("created_at", nullable=False),
    count("done_permille", nullable=True),
    instant("leased_until"),
    instant("ended_at"),
    Index("ix_tasks_due", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
    Index("ix_tasks_organisation_id", "organisation_id", "id"),
    Index("ix_tasks_ended_at", "ended_at"),
)
"""Work that outlives its request. ``kind``: load, merge, batch, bucket, export, mail. ``state``: pending, done, failed,
cancelled; one that is under way is pending with a lease. ``done_permille``: how much of it is done, where that is
known; at 1000 all is there, and it can no longer be called off."""

scripts = table(
    "scripts",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("owner_id", "people.id", ondelete="SET NULL", index=True),
    reference("author_id", "people.id", ondelete="SET NULL", index=True),
    reference("folder_id", "folders.id", ondelete="SET NULL", index=True),
    line("name", nullable=False),
    document("author_roles"),
    prose("code"),
    document("schedule"),
    document("content"),
    document("storage"),
    line("token_hash", 64),
    line("token_hint", 16),
    instant("next_run_at"),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    UniqueConstraint("organisation_id", "name"),
    Index("ix_scripts_next_run_at", "next_run_at"),
)
"""Python that runs by a schedule, a webhook or a press of a button. ``author_id`` is who wrote the code last, and whom
its runs act for; where that was a program, ``author_roles`` is the JSON list of what it was. ``content`` is what a
client keeps with it, ``storage`` what its runs keep from one to the next."""

_RUN_PENDING = text("state = 'pending'")
_RUN_RUNNING = text("state = 'running'")
script_runs = table(
    "script_runs",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("script_id", "scripts.id", ondelete="CASCADE", nullable=False),
    reference("person_id", "people.id", ondelete="SET NULL", index=True),
    line("cause", 16, nullable=False),
    line("state", 16, nullable=False),
    line("outcome", 16),
    document("params"),
    prose("stdout"),
    prose("stderr"),
    prose("reason"),
    count("return_code", nullable=True),
    flag("is_stop_asked"),
    instant("leased_until"),
    instant("created_at", nullable=False),
    instant("started_at"),
    instant("ended_at"),
    Index("ix_script_runs_script_id", "script_id", "id"),
    Index("ix_script_runs_organisation_id", "organisation_id"),
    Index("ix_script_runs_pending", "id", sqlite_where=_RUN_PENDING, postgresql_where=_RUN_PENDING),
    Index("ix_script_runs_running", "script_id", sqlite_where=_RUN_RUNNING, postgresql_where=_RUN_RUNNING),
)
"""One run of a script. ``cause``: api, webhook, schedule, console. ``state``: pending, running (with a lease), ended.
``outcome``: success, failure, timeout, stopped, memory, disk, refused."""
