"""Access keys in a header of their own (Velpic, "Using your API Key")."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.web.routes import Headers

NAME = "velpic"
HEADER = "accesskey"


def authenticate(headers: Headers, work: Work) -> Principal | None:
    """The organisation's key, or a person's own."""
    key = headers.get(HEADER, "").strip()
    return credentials.authenticate(work, key, NAME, "api_key") if key else None
