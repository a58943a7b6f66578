"""A person's or program's key in ``X-Api-Key``, or the token of ``/api/token`` (Serenytics, "Authentification")."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.web.bearer import bearer_token
from rollbook.web.routes import Headers

NAME = "serenytics"
TOKEN_LIVES_S = 3600
"""The document says nothing of an end; the client trades the token for a key at once."""


def authenticate(headers: Headers, work: Work) -> Principal | None:
    """The caller behind the key or token. A key of the data API has no permission, only the sources that it opens."""
    if key := headers.get("x-api-key", "").strip():
        return credentials.authenticate(work, key, NAME, "api_key", "data_key")
    token = headers.get("x-auth-token", "").strip() or bearer_token(headers)
    return credentials.authenticate(work, token, NAME, "access_token", "api_key") if token else None
