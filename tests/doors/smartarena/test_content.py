"""Contents through the Smart Arena API."""

from typing import Any

import pytest

from tests.conftest import Caller
from tests.doors.smartarena.conftest import add_content, listed


def test_contents_are_listed_with_every_field(api: Caller, native: Caller) -> None:
    made = add_content(
        native,
        description="Long",
        short_description="Short",
        duration_min=95,
        requirements="None",
        goals="Stay alive",
        target_audience="Climbers",
    )
    shown = listed(api, "/api/content")
    assert shown[0].pop("publish_date") is not None
    assert shown == [
        {
            "id": made["number"],
            "title": "Working at height",
            "description": "Long",
            "short_description": "Short",
            "is_published": 1,
            "duration_hour": 1,
            "duration_minute": 35,
            "content_requirements": "None",
            "content_goals": "Stay alive",
            "target_audience": "Climbers",
            "step_count": 2,
        }
    ]


def test_contents_are_filtered_by_type(api: Caller, native: Caller) -> None:
    add_content(native, title="Internal")
    add_content(native, title="Public", public=True, published=False)
    archived = add_content(native, title="Old")
    native.patch(f"/v1/contents/{archived['id']}", json={"archived": True})
    asked: dict[str, dict[str, Any]] = {"all": {}, **{str(v): {"content_type": v} for v in ("null", 0, 1)}}
    titles = {
        name: [content["title"] for content in listed(api, "/api/content", **params)] for name, params in asked.items()
    }
    assert titles == {"all": ["Internal", "Public"], "null": ["Internal", "Public"], "0": ["Internal"], "1": ["Public"]}
    unpublished = listed(api, "/api/content", content_type=1)[0]
    assert (unpublished["is_published"], unpublished["publish_date"], unpublished["step_count"]) == (0, None, 0)


@pytest.mark.parametrize("value", [2, -1, "public", 10**30])
def test_a_bad_content_type_is_named(api: Caller, value: object) -> None:
    answer = api.get("/api/content", params={"content_type": value})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["content_type"])
