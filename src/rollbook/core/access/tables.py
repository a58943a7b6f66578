"""How callers prove who they are: passwords, keys, clients, tokens, sessions; and the attempts that failed."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint

from rollbook.core.kernel.schema import (
    Id,
    count,
    document,
    flag,
    id_column,
    instant,
    line,
    reference,
    table,
    tenant_column,
    uuid_column,
)

passwords = table(
    "passwords",
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False, primary_key=True),
    line("hash", nullable=False),
    flag("must_change"),
    instant("changed_at", nullable=False),
)

credentials = table(
    "credentials",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("person_id", "people.id", ondelete="CASCADE"),
    reference("parent_id", "credentials.id", ondelete="CASCADE"),
    line("kind", 24, nullable=False),
    line("door", 32),
    line("name", nullable=False),
    line("client_id", 64, unique=True),
    line("secret_hash", 64, nullable=False, unique=True),
    line("hint", 16, nullable=False),
    document("roles"),
    instant("created_at", nullable=False),
    instant("expires_at"),
    instant("last_used_at"),
    instant("revoked_at"),
    Column("replaces_id", Id),
    Index("ix_credentials_organisation_id", "organisation_id", "kind", "id"),
    Index("ix_credentials_person_id", "person_id"),
    Index("ix_credentials_parent_id", "parent_id"),
    Index("ix_credentials_expires_at", "expires_at"),
    Index("uq_credentials_replaces_id", "replaces_id", unique=True),
)
"""Every random secret, by its hash. ``kind``: api_key, oauth_client, access_token, session, invitation, login_link,
data_key, script_key.
``parent_id`` is the credential a token was got with, so that revoking a client ends its tokens. ``hint`` is the
secret's end. ``replaces_id`` is the key that this one was made to replace; it may be gone."""

personal_keys = table(
    "personal_keys",
    reference("person_id", "people.id", ondelete="CASCADE", nullable=False, primary_key=True),
    reference("credential_id", "credentials.id", ondelete="CASCADE", nullable=False, index=True),
    line("sealed_secret", 255, nullable=False),
)
"""A person's one key, which they may see again."""

attempts = table(
    "attempts",
    line("subject", 128, nullable=False),
    instant("window_start", nullable=False),
    count("failures"),
    PrimaryKeyConstraint("subject"),
)
"""Failed sign-ins by subject (an address, a user name), for rate limits that hold over all nodes."""
