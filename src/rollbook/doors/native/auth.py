"""API keys: ``Authorization: Bearer rbk_…`` or ``X-API-Key: rbk_…``."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.web.bearer import bearer_token
from rollbook.web.routes import Arrival

NAME = "native"


def authenticate(arrival: Arrival) -> Principal | None:
    """The principal of the key."""
    key = bearer_token(arrival.headers) or arrival.headers.get("x-api-key")
    return credentials.authenticate(arrival.work, key, NAME, "api_key") if key else None
