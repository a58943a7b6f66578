"""A person's or program's key in ``X-Api-Key``, or the token of ``/api/token`` (Serenytics, "Authentification")."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.web.bearer import bearer_token
from rollbook.web.routes import Arrival

NAME = "serenytics"
TOKEN_LIVES_S = 3600
"""The document says nothing of an end; the client trades the token for a key at once."""


def authenticate(arrival: Arrival) -> Principal | None:
    """The caller behind the key or token. A key of the data API has no permission, only the sources that it opens."""
    if key := arrival.headers.get("x-api-key", "").strip():
        return credentials.authenticate(arrival.work, key, NAME, "api_key", "data_key", "script_key")
    token = arrival.headers.get("x-auth-token", "").strip() or bearer_token(arrival.headers)
    return credentials.authenticate(arrival.work, token, NAME, "access_token", "api_key") if token else None
