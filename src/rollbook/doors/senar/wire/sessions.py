"""Signing in on the wire (SENAR, "Authentication")."""

import msgspec


class LoginIn(msgspec.Struct):
    """POST /api/auth/login."""

    username: str
    password: str


class LoginOut(msgspec.Struct, rename={"token": "Token"}):
    """The token, for the Authorization header of all other requests."""

    token: str
