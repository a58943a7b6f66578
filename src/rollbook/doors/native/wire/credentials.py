"""Keys and clients on the wire of the native API. Times are RFC 3339 in UTC."""

import msgspec


class CredentialsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/credentials."""

    limit: int = 50
    cursor: str | None = None


class CredentialIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/credentials. ``door`` limits it to one API; ``roles`` left out is ``["administrator"]``.

    Without ``expires_at`` it never expires.
    """

    kind: str
    name: str
    door: str | None = None
    roles: list[str] | None = None
    expires_at: str | None = None


class CredentialOut(msgspec.Struct):
    """A key or client, without its secret; ``hint`` is the end of it. ``live`` says whether it still opens anything.

    ``roles`` are null for a person's own key, which has the person's.
    """

    id: str
    kind: str
    name: str
    door: str | None
    roles: list[str] | None
    client_id: str | None
    hint: str
    live: bool
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None


class CredentialWithSecret(msgspec.Struct):
    """A key or client with its secret, which is shown this once."""

    credential: CredentialOut
    secret: str


class CredentialPage(msgspec.Struct):
    """A page of keys and clients, newest first. ``next`` is the cursor to go on from, null at the end."""

    credentials: list[CredentialOut]
    next: str | None


class RotateCredentialIn(msgspec.Struct, forbid_unknown_fields=True):
    """POST /v1/credentials/{id}/rotate. For ``overlap_s`` seconds the old one works beside its successor."""

    overlap_s: int = 86_400
