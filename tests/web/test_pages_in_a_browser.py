"""A person tries requests on the API pages, in Chromium, under the pages' own policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from rollbook.core.access.founding import Founded
from tests import environment, live

pytestmark = pytest.mark.browser
PATIENCE_MS = 30_000
"""The page is a big script, and tests share their machine."""
expect.set_options(timeout=PATIENCE_MS)
WATCH_POLICY = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (e) =>
  window.broken.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Founded]]:
    """A live server's address and the ways in."""
    with live.served(tmp_path_factory.mktemp("live")) as found:
        yield found


@pytest.fixture
def page(served: tuple[str, Founded]) -> Iterator[Page]:
    """A page in a fresh profile; afterwards it may have broken no policy and logged no error."""
    path = environment.chromium_path()
    if path is None:
        environment.skip_or_fail("browser", "no Chromium on PATH")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        opened = chromium.new_context(base_url=served[0]).new_page()
        opened.set_default_timeout(PATIENCE_MS)
        problems: list[str] = []
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.add_init_script(WATCH_POLICY)
        yield opened
        problems += opened.evaluate("window.broken ?? []")
        chromium.close()
    assert problems == []


def try_out(page: Page, operation: str) -> str:
    """Open an operation, send its request as it stands, and give the status shown."""
    block = page.locator(f"#{operation}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()
    return block.locator(".live-responses-table tbody .response-col_status").first.inner_text()


def test_the_list_leads_to_an_api(page: Page) -> None:
    page.goto("/docs")
    page.get_by_role("main").get_by_role("link", name="Smart Arena", exact=True).click()
    expect(page.locator(".info .title")).to_contain_text("Smart Arena API")
    expect(page.locator("#operations-users-get_api_users")).to_be_visible()


def test_a_request_with_a_pasted_key_answers(page: Page, served: tuple[str, Founded]) -> None:
    page.goto("/docs/native")
    assert try_out(page, "operations-people-get_v1_people").startswith("401")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").fill(served[1].api_key)
    page.locator(".auth-btn-wrapper button.authorize").click()
    page.locator(".auth-btn-wrapper button.btn-done").click()
    page.locator("#operations-people-get_v1_people").get_by_role("button", name="Execute").click()
    shown = page.locator("#operations-people-get_v1_people .live-responses-table tbody .response-col_status")
    expect(shown.first).to_contain_text("200")
    expect(page.locator("#operations-people-get_v1_people .live-responses-table")).to_contain_text(live.OWNER)


def test_a_client_gets_a_token_on_the_page(page: Page, served: tuple[str, Founded]) -> None:
    page.goto("/docs/smartarena")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator("#client_id_clientCredentials").fill(served[1].client_id)
    page.locator("#client_secret_clientCredentials").fill(served[1].client_secret)
    page.locator(".auth-btn-wrapper button.authorize").click()
    expect(page.locator(".auth-container h6").first).to_contain_text("Authorized")
    page.locator(".auth-btn-wrapper button.btn-done").click()
    assert try_out(page, "operations-branches-get_api_branches").startswith("200")


def test_a_person_signs_in_on_the_page_of_an_api_that_signs_people_in(page: Page) -> None:
    page.goto("/docs/senar")
    page.get_by_label("User name").fill(live.OWNER)
    page.get_by_label("Password").fill("not it at all")
    page.get_by_role("button", name="Get a token").click()
    expect(page.get_by_role("status")).to_contain_text("Wrong user name or password")
    page.get_by_label("Password").fill(live.PASSWORD)
    page.get_by_role("button", name="Get a token").click()
    expect(page.get_by_role("status")).to_contain_text("Signed in")
    assert try_out(page, "operations-users-get_integration_data_users").startswith("200")
