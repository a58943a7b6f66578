"""How the console knows its caller: the session in the cookie."""

from rollbook.console import cookies
from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.web.routes import Arrival

NAME = "console"


def authenticate(arrival: Arrival) -> Principal | None:
    """The principal of the session's cookie."""
    secret = cookies.read(arrival.headers, cookies.SESSION, is_https=arrival.services.is_https)
    return credentials.authenticate(arrival.work, secret, NAME, "session") if secret else None
