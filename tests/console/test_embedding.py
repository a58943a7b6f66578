"""A dashboard in the page of another site, in Chromium."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console import live
from tests.console.record import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def other_site() -> Iterator[ThreadingHTTPServer]:
    """A web server that is none of ours: its one page has the address of its query in a frame."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            framed = self.path.partition("?")[2]
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(f'<h1>Elsewhere</h1><iframe src="{framed}" width="900" height="700"></iframe>'.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def address(running: live.Live) -> str:
    """An embed that may be opened once: a filter, a chart, and a table that shows the rows behind it."""
    client = httpx.Client(base_url=running.url)
    token = client.get("/api/token", auth=(running.filled.owner, PASSWORD)).json()["token"]
    client.headers["x-auth-token"] = token
    people = next(one for one in client.get("/api/data_source").json()["objects"] if one["name"] == "People")
    unit, count = {"name": "unit", "label": "Unit"}, {"name": "$$count$$", "total": "sum", "label": "People"}
    asked = {"sourceUuid": people["uuid"], "groups": [unit], "values": [count], "detail": [{"name": "unit"}]}
    widgets = [
        {"type": "filter", "options": {"title": "Unit", "data": {"sourceUuid": people["uuid"], "groups": [unit]}}},
        {"type": "bar", "options": {"title": "People by unit", "data": asked}},
        {"type": "table", "options": {"title": "The same", "data": asked}},
    ]
    body = {"name": "Embedded", "jsonContent": {"tabs": [{"name": "One", "widgets": widgets}]}}
    uuid = client.post("/api/web_app", json=body).json()["uuid"]
    made = client.post(f"/api/web_app/{uuid}/embed", json={"expire_in": 600, "nb_max_embed": 1}).json()
    return str(running.url + made["embeddedUrl"][made["embeddedUrl"].index("/api/") :])


def test_it_is_drawn_filtered_and_drilled_into_there_and_opens_once(
    browser: Browser, other_site: ThreadingHTTPServer, address: str
) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    _go(page, other_site, address)
    inside = page.frame_locator("iframe")
    expect(inside.locator("figure[data-drawn]")).to_be_visible(timeout=10_000)
    bars = inside.locator("figure[data-drawn] path[aria-roledescription=bar]")
    assert bars.count() > 1
    inside.get_by_role("combobox", name="Unit").select_option(index=1)
    expect(bars).to_have_count(1, timeout=10_000)
    bars.first.click()
    expect(inside.get_by_role("button", name="Back")).to_be_visible()
    inside.get_by_role("button", name="Back").click()
    expect(bars).to_have_count(1, timeout=10_000)
    assert not errors
    assert "ticket" not in page.frames[1].url
    _go(page, other_site, address)
    expect(inside.get_by_text("This dashboard is not shown")).to_be_visible()
    context.close()


def _go(page: Page, other_site: ThreadingHTTPServer, address: str) -> None:
    port = other_site.server_address[1]
    page.goto(f"http://localhost:{port}/?{address}")
