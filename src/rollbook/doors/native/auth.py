"""API keys: ``Authorization: Bearer rbk_…`` or ``X-API-Key: rbk_…``."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.web.bearer import bearer_token
from rollbook.web.routes import Headers

NAME = "native"


def authenticate(headers: Headers, work: Work) -> Principal | None:
    """The principal of the key."""
    key = bearer_token(headers) or headers.get("x-api-key")
    return credentials.authenticate(work, key, NAME, "api_key") if key else None
