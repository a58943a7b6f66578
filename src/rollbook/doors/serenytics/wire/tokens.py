"""Tokens and keys on the wire."""

import msgspec


class TokenOut(msgspec.Struct):
    """GET /api/token: send it as X-Auth-Token."""

    token: str


class ApiKeyOut(msgspec.Struct):
    """POST /api/api_key: the user's own key, for X-Api-Key."""

    api_key: str
