"""Templates made into pages, and the headers that keep pages safe."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader

from rollbook.console import assets, words
from rollbook.core.kernel import clock
from rollbook.web.routes import Reply

TEMPLATES = Path(__file__).parent / "templates"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
_SHOWING = f"{_POLICY}; frame-src 'self'; media-src 'self'"
_UNFRAMED = {"x-frame-options": "DENY"}
_SAFE = {
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
HEADERS = {"content-security-policy": f"{_POLICY}; frame-ancestors 'none'", **_UNFRAMED, **_SAFE}
SHOWING_HEADERS = {"content-security-policy": f"{_SHOWING}; frame-ancestors 'none'", **_UNFRAMED, **_SAFE}
"""For pages that show what is in a lesson."""


def framed_by(sites: str) -> dict[str, str]:
    """The headers of a page that other sites may have in a frame: which, as CSP ``frame-ancestors`` names them."""
    return {"content-security-policy": f"{_SHOWING}; frame-ancestors {sites}", **_SAFE}


def iso(at: int | None) -> str | None:
    """An instant as the text that ``<time>`` takes."""
    return None if at is None else clock.iso(at)


def local_day(at: int, zone: str) -> str:
    """The calendar day of an instant in a time zone."""
    return datetime.fromtimestamp(at / clock.SECOND, ZoneInfo(zone)).date().isoformat()


@cache
def environment() -> Environment:
    """The templates, compiled once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static_base"] = assets.base()
    made.filters["iso"] = iso
    made.filters["role"] = words.role
    made.filters["door"] = words.door
    made.filters["minutes"] = words.minutes
    made.filters["plural"] = words.plural
    return made


def page(template: str, context: dict[str, Any], status: int = 200, cookies: tuple[str, ...] = ()) -> Reply:
    """A template as an HTML answer."""
    body = environment().get_template(template).render(context).encode()
    return Reply(body, status, HEADERS, "text/html", cookies)
