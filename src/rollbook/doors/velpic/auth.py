"""Access keys in a header of their own (Velpic, "Using your API Key")."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.web.routes import Arrival

NAME = "velpic"
HEADER = "accesskey"


def authenticate(arrival: Arrival) -> Principal | None:
    """The organisation's key, or a person's own."""
    key = arrival.headers.get(HEADER, "").strip()
    return credentials.authenticate(arrival.work, key, NAME, "api_key") if key else None
