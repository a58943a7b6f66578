"""The API pages over HTTP; in a browser they are tested in test_pages_in_a_browser.py."""

import re
from typing import Any

import pytest
from litestar.testing import TestClient

from rollbook.app import DOORS as ALL_DOORS

DOORS = [door for door in ALL_DOORS if door.is_api]


def test_the_doors_are_listed(client: TestClient[Any]) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    for door in DOORS:
        assert f'href="/docs/{door.name}"' in page.text


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_page_takes_nothing_from_elsewhere(client: TestClient[Any], door: Any) -> None:
    page = client.get(f"/docs/{door.name}")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    linked = set(re.findall(r'(?:src|href)="([^"]+)"', page.text)) - {"/", "#content"}
    assert [link for link in linked if not link.startswith(("/docs", "data:,"))] == []
    for link in linked:
        if not link.startswith("data:"):
            assert client.get(link).status_code == 200, link


def test_files_are_named_by_content_and_kept_by_browsers(client: TestClient[Any]) -> None:
    page = client.get("/docs/native")
    (script,) = re.findall(r'src="(/docs/assets/swagger-ui-bundle.js\?v=\w+)"', page.text)
    plain = client.get(script, headers={"accept-encoding": "identity"})
    packed = client.get(script, headers={"accept-encoding": "gzip"})
    assert plain.content == packed.content
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"].startswith("text/javascript")


def test_an_unknown_page_is_not_found(client: TestClient[Any]) -> None:
    assert client.get("/docs/nowhere").status_code == 404
    assert client.get("/docs/assets/VERSION").status_code == 404
