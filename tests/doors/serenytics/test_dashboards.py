"""Dashboards over HTTP (Serenytics, "WebApp")."""

from typing import Any

import pytest

from tests.conftest import Caller
from tests.doors.serenytics.conftest import Door

CONTENT: dict[str, Any] = {"version": 3, "tabs": [], "kept": {"un": ["touched", None, 1.5]}}


def made(caller: Caller, **given: Any) -> Any:
    """A new dashboard."""
    answer = caller.post("/api/web_app", json={"name": "Sales", "jsonContent": CONTENT, **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_dashboard_is_made_listed_changed_and_deleted(door: Door) -> None:
    dashboard = made(door.admin)
    path = f"/api/web_app/{dashboard['uuid']}"
    assert dashboard["jsonContent"] == CONTENT
    assert door.admin.get(path).json() == dashboard
    listed = door.admin.get("/api/web_app").json()
    assert (listed["num_results"], listed["objects"]) == (1, [dashboard])
    changed = door.admin.put(path, json={**dashboard, "name": "My New Name", "unknown": 1})
    assert changed.json() == {**dashboard, "name": "My New Name", "modified": changed.json()["modified"]}
    assert door.admin.put(path, json={"jsonContent": {}}).json()["name"] == "My New Name"
    assert door.admin.delete(path).status_code == 204
    assert door.admin.get(path).status_code == 404
    assert door.admin.delete(path).status_code == 404


def test_dashboards_are_found_by_name(door: Door) -> None:
    made(door.admin)
    other = made(door.admin, name="Other")
    q = '{"filters":[{"name":"name","op":"eq","val":"Other"}]}'
    assert door.admin.get("/api/web_app", params={"q": q}).json()["objects"] == [other]
    assert door.admin.get("/api/web_app", params={"q": q.replace("eq", "near")}).status_code == 400
    assert door.admin.get("/api/web_app", params={"q": "{"}).status_code == 400


def test_a_clone_is_a_dashboard_of_its_own(door: Door) -> None:
    folder = door.admin.post("/api/folder", json={"name": "F", "resource_type": "webapp"}).json()["uuid"]
    dashboard = made(door.admin, folder_uuid=folder, dashboard_variables={"unit": "UK"})
    clone = door.admin.post(f"/api/web_app/{dashboard['uuid']}/clone").json()
    assert clone["uuid"] != dashboard["uuid"]
    assert clone["name"] == "Copy of Sales"
    for same in ("jsonContent", "folder_uuid", "dashboard_variables"):
        assert clone[same] == dashboard[same]
    door.admin.put(f"/api/web_app/{clone['uuid']}", json={"jsonContent": {}})
    assert door.admin.get(f"/api/web_app/{dashboard['uuid']}").json() == dashboard


def test_variables_are_merged(door: Door) -> None:
    path = f"/api/web_app/{made(door.admin, dashboard_variables={'a': 1, 'b': 2})['uuid']}/dashboard_variables"
    answer = door.admin.post(path, json={"dashboard_variables": {"b": 3, "c": None}})
    assert answer.status_code == 201
    assert answer.json()["dashboard_variables"] == {"a": 1, "b": 3, "c": None}
    assert door.admin.post(path, json={}).status_code == 400


def test_the_sources_of_a_dashboard_are_those_that_its_widgets_name(door: Door) -> None:
    first, second = door.source(), door.source()
    widgets = [
        {"type": "hc-array", "options": {"data": {"sourceUuid": first}}},
        {"type": "number", "options": {"data": {"sourceUuid": first}}},
        {"options": {"deep": [{"sourceUuid": second}, {"sourceUuid": "none"}, {"sourceUuid": 7}]}},
    ]
    uuid = made(door.admin, jsonContent={"tabs": [{"widgets": widgets}]})["uuid"]
    answer = door.admin.get(f"/api/web_app/{uuid}/data_sources").json()
    assert (answer["status"], [source["uuid"] for source in answer["objects"]]) == ("ok", [first, second])


@pytest.mark.parametrize("category", ["studio", "studio_dashboard"])
def test_a_dashboard_is_its_owners_until_it_is_shared(door: Door, category: str) -> None:
    owner, _ = door.user(category)
    viewer, user = door.user("viewer")
    path = f"/api/web_app/{made(owner)['uuid']}"
    assert viewer.get("/api/web_app").json()["objects"] == []
    assert viewer.get(path).status_code == 404
    sharing = {"username_to_share_with": user["username"]}
    if category == "studio_dashboard":  # who sees themselves alone cannot name another user
        assert owner.post(f"{path}/sharings", json=sharing).status_code == 400
    sharer = owner if category == "studio" else door.admin
    assert [sharer.post(f"{path}/sharings", json=sharing).status_code for _ in range(2)] == [201, 201]
    assert viewer.get(path).status_code == 200
    assert owner.post(f"{path}/sharings", json={"username_to_share_with": "nobody"}).status_code == 400
    other, _ = door.user("studio")
    assert other.get(path).status_code == 404
    refused = [
        viewer.put(path, json={"name": "mine"}),
        viewer.delete(path),
        viewer.post(f"{path}/clone"),
        viewer.post("/api/web_app", json={"name": "x"}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4


def test_a_dashboard_is_shared_with_a_group(door: Door) -> None:
    path = f"/api/web_app/{made(door.admin)['uuid']}"
    viewer, user = door.user("viewer")
    group = door.admin.get("/api/usersgroup").json()["objects"][0]["uuid"]
    assert door.admin.post(f"{path}/sharings", json={"usersgroup_to_share_with": group}).status_code == 201
    assert viewer.get(path).status_code == 404
    door.admin.post(f"/api/usersgroup/{group}/adduser", json={"username_to_add": user["username"]})
    assert viewer.get(path).status_code == 200
