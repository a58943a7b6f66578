"""A caller of the Velpic API, short ways to make what tests need, and the vendor's own schemas."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Caller, Organisation

CONTRACT: dict[str, Any] = json.loads((Path(__file__).parent / "velpic.json").read_text())
"""The vendor's document as data: 38 endpoints with their examples and schemas, 7 webhooks."""


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    """The organisation's own access key."""
    return organisation.velpic()


def answered(answer: Any, status: int = 200) -> Any:
    """The body of an answer that has the status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def add_user(api: Caller, first: str = "John", last: str = "Smith", **given: Any) -> dict[str, Any]:
    """Register a user, and read them."""
    user = {"firstName": first, "lastName": last, "sendWelcomeEmail": False, **given}
    made = answered(api.post("/api/v2/user", json=user))
    shown: dict[str, Any] = answered(api.get(f"/api/v2/user/{made['id']}"))
    return shown


def add_group(api: Caller, name: str = "Dev Group", **given: Any) -> dict[str, Any]:
    """Make a group."""
    made: dict[str, Any] = answered(api.post("/api/v2/group", json={"name": name, "description": "", **given}))
    return made


def found(api: Caller, **params: Any) -> list[str]:
    """The user names that a search answers."""
    listed = answered(api.get("/api/v2/user", params={"maxResults": 500, **params}))
    return sorted(user["userName"] for user in listed["results"])
