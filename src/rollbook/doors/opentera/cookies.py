"""The cookie that carries a sign-in to its second step."""

from http.cookies import CookieError, SimpleCookie

from rollbook.core.sessions import tokens
from rollbook.doors.opentera.auth import key
from rollbook.web.routes import Headers, Services

NAME = "session"
LIVES_S = 900
_KIND = "login"


def login_cookie(services: Services, person_id: int, at: int) -> str:
    """The value of a Set-Cookie header for someone whose password was right."""
    token = tokens.made({"person_id": person_id}, key(services, _KIND), at, lives_s=LIVES_S)
    return f"{NAME}={token}; Path=/; Max-Age={LIVES_S}; HttpOnly; Secure; SameSite=Strict"


def person_in(headers: Headers, services: Services, at: int) -> int | None:
    """Whose password was right lately, by the cookie; None without one."""
    try:
        held = SimpleCookie(headers.get("cookie", "")).get(NAME)
    except CookieError:
        return None
    claims = tokens.read(held.value, key(services, _KIND), at) if held else None
    person_id = claims.get("person_id") if claims else None
    return person_id if isinstance(person_id, int) else None
