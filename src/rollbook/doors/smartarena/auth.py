"""Bearer tokens from the token endpoint (Smart Arena, "API")."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.web.bearer import bearer_token
from rollbook.web.routes import Headers

NAME = "smartarena"
TOKEN_LIVES_S = 3600


def authenticate(headers: Headers, work: Work) -> Principal | None:
    """The client behind the access token."""
    token = bearer_token(headers)
    return credentials.authenticate(work, token, NAME, "access_token") if token else None
