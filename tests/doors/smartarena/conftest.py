"""A caller of the Smart Arena API, and short ways to make what tests need."""

from typing import Any

import pytest

from tests.conftest import Caller, Organisation


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    """The organisation's own client."""
    return organisation.smartarena()


@pytest.fixture
def native(organisation: Organisation) -> Caller:
    """The same organisation by the native API, for what Smart Arena's leaves out."""
    return organisation.native()


def add_user(api: Caller, code: str, **given: Any) -> dict[str, Any]:
    """Register a user."""
    user = {"mapping_code": code, "email": f"{code}@example.org", "firstname": "Ana", "lastname": code, **given}
    answer = api.post("/api/users", json=user)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def add_course(api: Caller, code: str = "k-1", **given: Any) -> dict[str, Any]:
    """Make a course."""
    course = {"mapping_code": code, "title": "Ladders", "start_date": "2026-01-01", **given}
    answer = api.post("/api/courses", json=course)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def add_content(native: Caller, *, published: bool = True, **given: Any) -> dict[str, Any]:
    """Make a content with two steps."""
    content = native.post("/v1/contents", json={"title": "Working at height", **given}).json()
    steps = [{"title": "Read", "text": "Look first."}, {"title": "Watch", "kind": "link", "url": "https://a.example"}]
    version = native.post(f"/v1/contents/{content['id']}/versions", json={"steps": steps})
    assert version.status_code == 201, version.text
    if published:
        native.post(f"/v1/contents/{content['id']}/versions/1/publish")
    made: dict[str, Any] = native.get(f"/v1/contents/{content['id']}").json()
    return made


def listed(api: Caller, path: str, **params: Any) -> list[dict[str, Any]]:
    """What a list answers."""
    answer = api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()
    return rows
