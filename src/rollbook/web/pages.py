"""The API pages: /docs lists the doors, /docs/<door> describes one and tries requests, /docs/<door>/openapi.json is the
document behind it. Swagger UI's files come out of an installed package, so nothing is fetched from anywhere else.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, select_autoescape
from litestar import Request, route
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from rollbook.web.openapi import openapi_document
from rollbook.web.routes import Door

HOME = "/docs"
ASSETS = f"{HOME}/assets"
SWAGGER_PACKAGE = "flask_swagger_ui"
"""Holds Swagger UI's own distribution in ``dist``. Only its files are read; the package is never imported."""

_OWN_FOLDER = Path(__file__).parent
_THEIRS = ("swagger-ui.css", "swagger-ui-bundle.js")
_OURS = ("api.css", "api.js")
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}
_ONE_YEAR = "public, max-age=31536000, immutable"

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Swagger UI writes style attributes
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}

_templates = Environment(loader=FileSystemLoader(_OWN_FOLDER / "templates"), autoescape=select_autoescape())


def api_pages(doors: Iterable[Door]) -> list[HTTPRouteHandler]:
    """The handlers of every page and file below /docs, for the doors that programs call."""
    shown = tuple(sorted((door for door in doors if door.is_api), key=lambda door: door.title))
    pages = [_page(HOME, "doors.html", doors=shown)]
    for door in shown:
        pages.append(_page(f"{HOME}/{door.name}", "door.html", doors=shown, door=door))
        pages.append(_document(door))
    return [*pages, *(_asset(name) for name in (*_THEIRS, *_OURS))]


def _page(path: str, template: str, **values: Any) -> HTTPRouteHandler:
    @cache
    def page() -> bytes:
        links = {name: f"{ASSETS}/{name}?v={_fingerprint(name)}" for name in (*_THEIRS, *_OURS)}
        return _templates.get_template(template).render(home=HOME, links=links, **values).encode()

    async def handle() -> ASGIResponse:
        return ASGIResponse(body=page(), media_type="text/html", headers=_HEADERS)

    return _get(path)(handle)


def _document(door: Door) -> HTTPRouteHandler:
    @cache
    def document() -> bytes:
        return msgspec.json.encode(openapi_document(door, version("rollbook")))

    async def handle() -> ASGIResponse:
        return ASGIResponse(body=document(), media_type="application/json", headers=_HEADERS)

    return _get(f"{HOME}/{door.name}/openapi.json")(handle)


def _asset(name: str) -> HTTPRouteHandler:
    media_type = _MEDIA_TYPES[Path(name).suffix]

    async def handle(request: Request[Any, Any, Any]) -> ASGIResponse:
        headers = {**_HEADERS, "cache-control": _ONE_YEAR, "vary": "accept-encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return ASGIResponse(body=_content(name), media_type=media_type, headers=headers)
        return ASGIResponse(
            body=_compressed(name), media_type=media_type, headers={**headers, "content-encoding": "gzip"}
        )

    return _get(f"{ASSETS}/{name}")(handle)


def _get(path: str) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    return route(path, http_method=["GET", "HEAD"], status_code=200, name=f"page {path}")


def _content(name: str) -> bytes:
    folder = _swagger_folder() if name in _THEIRS else _OWN_FOLDER / "static"
    return (folder / name).read_bytes()


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_content(name), 6, mtime=0)


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:12]


@cache
def _swagger_folder() -> Path:
    spec = find_spec(SWAGGER_PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{SWAGGER_PACKAGE} is not installed, and the API pages need the files in it")
    return Path(spec.origin).parent / "dist"
