"""A dashboard of ten widgets over a million rows, from the navigation to the last chart drawn, in Chromium."""

import statistics
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from bench.analytics_data import MILLION, OWNER, PASSWORD, Analyst, write_sales

TALL: ViewportSize = {"width": 1440, "height": 3000}
"""A window in which the whole dashboard is in sight: a chart that is far away is not drawn before it comes near."""
TIMES = 5
DRAWN = """() => {
  const charts = [...document.querySelectorAll("[data-chart]")];
  return charts.length === %d && charts.every((one) => "drawn" in one.dataset);
}"""


def widgets(uuid: str, turn: int) -> list[dict[str, Any]]:
    """Seven charts, two numbers and a table. The turn makes questions that no answer was kept for."""
    sold, price = {"name": "sold", "total": "sum"}, {"name": "price", "total": "avg"}
    country, product = {"name": "country"}, {"name": "product"}
    month, year = {"name": "at", "grain": "month"}, {"name": "at", "grain": "year"}

    def one(kind: str, title: str, **data: Any) -> dict[str, Any]:
        where = [{"name": "id", "op": ">=", "value": -turn}]
        asked = {"sourceUuid": uuid, "where": where, **data}
        return {"type": kind, "options": {"title": title, "size": "medium", "data": asked}}

    return [
        one("number", "Pieces sold", values=[sold]),
        one("number", "Mean price", values=[price]),
        one("line", "Sold by month", groups=[month], values=[sold]),
        one("area", "Mean price by month", groups=[month], values=[price]),
        one("bar", "Sold by country", groups=[country], values=[sold], order="values", limit=12),
        one("bar", "Sold by year", groups=[year], values=[sold]),
        one("bar", "Best products", groups=[product], values=[sold], order="values", limit=15),
        one("heat", "Sold by year and country", groups=[year, country], values=[sold], limit=200),
        one("pie", "Shares of some", groups=[year], values=[price], limit=5),
        one("table", "Products", groups=[product], values=[sold, price], order="values", limit=20),
    ]


def opened_ms(analyst: Analyst, folder: Path, chromium: str) -> dict[str, float]:
    """Milliseconds to the last chart: what a browser has that was here never, and with the scripts that it kept.

    No answer was kept for the first two; the last opens what was asked before.
    """
    uuid = analyst.source("seen")
    analyst.load(uuid, write_sales(folder / "seen.parquet", MILLION, "FORMAT parquet"))
    url = f"http://127.0.0.1:{analyst.target.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        kept = _signed_in(browser, url)
        new, again, asked = [], [], []
        for turn in range(TIMES + 1):
            first = browser.new_context(storage_state=kept.storage_state(), viewport=TALL)
            new.append(_open(first, _address(analyst, url, uuid, 2 * turn)))
            first.close()
            address = _address(analyst, url, uuid, 2 * turn + 1)
            again.append(_open(kept, address))
            asked.append(_open(kept, address))
        browser.close()
    return {
        "in a new browser": statistics.median(new[1:]),
        "scripts kept": statistics.median(again[1:]),
        "scripts and answers kept": statistics.median(asked[1:]),
    }


def _signed_in(browser: Browser, url: str) -> BrowserContext:
    context = browser.new_context(viewport=TALL)
    page = context.new_page()
    page.goto(f"{url}/console")
    page.get_by_label("User name or e-mail").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console")
    page.close()
    return context


def _address(analyst: Analyst, url: str, uuid: str, turn: int) -> str:
    content = {"tabs": [{"name": "Sales", "widgets": widgets(uuid, turn)}]}
    analyst.target.connect()
    made = analyst.send("POST", "/api/web_app", {"name": f"Sales {turn}", "jsonContent": content})
    return f"{url}/console/dashboards/{made['uuid']}"


def _open(context: BrowserContext, address: str) -> float:
    page = context.new_page()
    charts = sum(one["type"] not in ("number", "table") for one in widgets("", 0))
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN % charts, polling="raf")
    took = (time.perf_counter() - began) * 1000
    page.close()
    return took
