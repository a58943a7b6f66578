"""Draws every component and sample pages with invented data, under the console's own content security policy.

`python -m tests.console.preview [PORT]` serves them to look at; the browser tests of this folder use the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader

import rollbook.console
from rollbook.console import assets, vendor
from tests.console import sample

CONSOLE = Path(rollbook.console.__file__).parent
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ENVIRONMENT = Environment(
    loader=FileSystemLoader([CONSOLE / "templates", Path(__file__).parent / "pages"]),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.globals["static_base"] = "/console/static"

Query = list[tuple[str, str]]


def crumbs(*labels: str) -> list[dict[str, str]]:
    """Breadcrumbs whose links lead nowhere in particular."""
    return [{"label": label, "href": f"/{label.lower()}"} for label in labels]


def people_page(query: Query) -> dict[str, Any]:
    """The people list as the query string wants it, as far as the preview goes."""
    wanted = dict(query)
    fields = [{**field, "value": wanted.get(field["name"], "")} for field in sample.PEOPLE_FILTERS]
    return {
        "title": "People",
        "room": "people",
        "breadcrumbs": crumbs("People"),
        "page": {"path": "/people", "query": query},
        "columns": sample.PEOPLE_COLUMNS,
        "rows": [] if wanted.get("q") == "nobody" else sample.people(),
        "fields": fields,
        "shown": [value for name, value in query if name == "columns"],
        "sort": wanted.get("sort", "name"),
        "dense": wanted.get("density") == "compact",
    }


PAGES: dict[str, tuple[str, Callable[[Query], dict[str, Any]]]] = {
    "/overview": (
        "overview.html",
        lambda _: {"title": "Overview", "room": "overview", "breadcrumbs": crumbs("Overview")},
    ),
    "/people": ("people.html", people_page),
    "/people/4": (
        "person.html",
        lambda _: {"title": "Tomás Lindqvist", "room": "people", "breadcrumbs": crumbs("People", "Tomás Lindqvist")},
    ),
    "/components": (
        "components.html",
        lambda query: {
            "title": "Components",
            "room": "groups",
            "breadcrumbs": crumbs("Organisation", "Groups", "Components"),
            "flashes": [{"text": "Tomás Lindqvist was moved to Track works.", "href": "/people/4", "link": "Open"}],
            "page": {"path": "/components", "query": query},
        },
    ),
    "/sign-in": ("sign_in.html", lambda _: {"title": "Sign in", "person": None, "error": None}),
    "/sign-in-failed": (
        "sign_in.html",
        lambda _: {"title": "Sign in", "person": None, "error": "That password does not match."},
    ),
    "/search-page": (
        "search.html",
        lambda _: {"breadcrumbs": crumbs("Search"), "query": "track", "groups": found("track")},
    ),
    "/404": ("errors/404.html", lambda _: {}),
    "/403": ("errors/403.html", lambda _: {"needs": "people.write"}),
    "/429": ("errors/429.html", lambda _: {"person": None, "retry_after": 30}),
    "/500": ("errors/500.html", lambda _: {"reference": "7f3a-19c2"}),
}


def found(words: str) -> list[dict[str, Any]]:
    """What the sample search knows, in the shape of /console/search."""
    people = [
        {"label": name, "detail": sample.GROUPS[at % 5], "href": f"/people/{at + 3}"}
        for at, name in enumerate(sample.NAMES)
    ]
    courses = [
        {"label": name, "detail": "Course", "href": f"/courses/{at}"} for at, (name, *_) in enumerate(sample.COURSES)
    ]
    groups = (("People", people), ("Courses", courses))
    return [
        {"title": title, "items": [item for item in items if words.lower() in item["label"].lower()][:5]}
        for title, items in groups
    ]


def draw(path: str, query: Query | None = None) -> str:
    """One sample page as HTML; KeyError when there is none at `path`."""
    template, context = PAGES[path]
    return ENVIRONMENT.get_template(template).render({**sample.FRAME, "sample": sample, **context(query or [])})


class Preview(BaseHTTPRequestHandler):
    """Serves the pages, the static files and the search, each with the policy."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = parse_qsl(address.query, keep_blank_values=True)
        static = CONSOLE / "static" / address.path.removeprefix("/console/static/")
        if address.path == "/search":
            self.answer(200, "application/json", json.dumps({"groups": found(dict(query).get("q", ""))}).encode())
        elif address.path == "/console/static/console.css":
            self.answer(200, "text/css", assets.style())
        elif address.path.startswith("/console/static/") and static.is_file():
            self.answer(200, TYPES.get(static.suffix, "application/octet-stream"), static.read_bytes())
        elif address.path in PAGES:
            self.answer(200, "text/html", draw(address.path, query).encode())
        else:
            # Links of the sample lead here; a status 404 would be an error in the browser's log, which tests forbid.
            self.answer(200, "text/html", draw("/404").encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(303)
        self.send_header("Location", self.headers.get("Referer", "/overview"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output clean."""


@contextmanager
def served(port: int = 0) -> Iterator[str]:
    """The preview on a loopback port; gives its base URL."""
    vendor.build()
    server = ThreadingHTTPServer(("127.0.0.1", port), Preview)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with served(int(sys.argv[1]) if len(sys.argv) > 1 else 8010) as base:
        print("\n".join(base + path for path in PAGES))
        input("Enter stops it.\n")
