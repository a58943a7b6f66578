"""How the console knows its caller: the session in the cookie."""

from rollbook.console import cookies
from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.web.routes import Headers

NAME = "console"


def authenticate(headers: Headers, work: Work) -> Principal | None:
    """The principal of the session's cookie."""
    secret = cookies.read(headers, cookies.SESSION)
    return credentials.authenticate(work, secret, NAME, "session") if secret else None
