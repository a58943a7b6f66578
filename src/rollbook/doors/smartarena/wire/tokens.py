"""The token endpoint on the wire (RFC 6749, sections 4.4 and 5)."""

import msgspec


class TokenIn(msgspec.Struct):
    """A token request. The client may show itself by HTTP Basic instead of the two fields."""

    grant_type: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    scope: str | None = None


class TokenOut(msgspec.Struct):
    """A token answer. ``expires_in`` is in seconds."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the type's name


class TokenError(msgspec.Struct):
    """An error as RFC 6749 section 5.2 has it."""

    error: str
    error_description: str
