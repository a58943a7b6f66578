"""Bearer tokens from the token endpoint (Smart Arena, "API")."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.web.bearer import bearer_token
from rollbook.web.routes import Arrival

NAME = "smartarena"
TOKEN_LIVES_S = 3600


def authenticate(arrival: Arrival) -> Principal | None:
    """The client behind the access token."""
    token = bearer_token(arrival.headers)
    return credentials.authenticate(arrival.work, token, NAME, "access_token") if token else None
