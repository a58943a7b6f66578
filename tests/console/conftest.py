"""The preview of the console's components on a loopback port, and Chromium looking at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests import environment
from tests.console import live, preview

WATCH_POLICY = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (e) => {
  window.broken.push(`${e.violatedDirective}: ${e.blockedURI} ${e.sample}`);
});
"""


def type_name_and_password(page: Page, username: str, password: str) -> None:
    """Fill the sign-in page that is open, and send it."""
    page.get_by_label("User name or e-mail").fill(username)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Live]:
    """The live server with the sample record."""
    with live.served(tmp_path_factory.mktemp("live")) as made:
        yield made


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """Base URL of the preview."""
    with preview.served() as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module's tests. While it is open an event loop runs in this thread, so that no other can."""
    path = environment.chromium_path()
    if path is None:
        environment.skip_or_fail("browser", "no Chromium on PATH")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, base: str) -> Iterator[Callable[..., Page]]:
    """`visit(path, **context options)` opens a page; afterwards none may have broken the policy or logged an error."""
    opened: list[Page] = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            errors.append(message.text)

    def open_page(path: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
        options.setdefault("locale", "en-GB")
        options.setdefault("timezone_id", "Europe/Stockholm")
        page = browser.new_context(viewport={"width": width, "height": height}, base_url=base, **options).new_page()
        page.set_default_timeout(5000)
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(WATCH_POLICY)
        page.goto(path)
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        errors += page.evaluate("window.broken ?? []")
        page.context.close()
    assert errors == []
