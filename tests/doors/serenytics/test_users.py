"""Users and groups over HTTP (Serenytics, "User", "Usersgroup")."""

import pytest

from tests.conftest import PASSWORD, Caller
from tests.doors.serenytics.conftest import Door


def test_signing_in_and_ones_own_key(door: Door) -> None:
    caller, user = door.user("studio")
    keys = {caller.post("/api/api_key").json()["api_key"] for _ in range(3)}
    assert len(keys) == 1
    by_key = Caller(door.organisation.client, {"x-api-key": keys.pop()})
    assert by_key.get(f"/api/user/{user['uuid']}").json()["username"] == user["username"]
    assert door.organisation.client.get("/api/token", auth=(user["username"], "wrong password")).status_code == 401
    assert door.organisation.client.get("/api/token").status_code == 401
    assert door.admin.delete(f"/api/user/{user['uuid']}").status_code == 204
    assert by_key.get("/api/data_source").status_code == 401
    assert caller.get("/api/data_source").status_code == 401


def test_a_user_is_made_listed_found_and_deleted(door: Door) -> None:
    body = {"username": "Ana.Novak@example.org", "password": PASSWORD, "category": "studio"}
    made = door.admin.post("/api/user", json=body)
    assert made.status_code == 201
    user = made.json()
    assert (user["first_name"], user["last_name"], user["category"]) == ("Ana", "Novak", "studio")
    assert door.admin.get(f"/api/user/{user['uuid']}").json() == user
    assert door.admin.get("/api/user/byname", params={"username": "ana.novak@EXAMPLE.org"}).json() == user
    assert user in door.admin.get("/api/user").json()["objects"]
    again = door.admin.post("/api/user", json=body)
    assert (again.status_code, again.json()["status"]) == (400, "error")
    assert door.admin.delete(f"/api/user/{user['uuid']}").status_code == 204
    assert door.admin.get(f"/api/user/{user['uuid']}").status_code == 404
    assert door.admin.get("/api/user/byname", params={"username": user["username"]}).status_code == 404
    assert user not in door.admin.get("/api/user").json()["objects"]


@pytest.mark.parametrize("category", ["viewer", "studio_dashboard", "studio"])
def test_who_is_no_administrator_makes_no_users_and_is_told_401(door: Door, category: str) -> None:
    caller, _ = door.user(category)
    body = {"username": "bor@example.org", "password": PASSWORD, "category": "viewer"}
    answer = caller.post("/api/user", json=body)
    assert (answer.status_code, answer.json()["status"]) == (401, "error")


def test_a_category_replaces_the_roles_it_can_name_and_no_other(door: Door) -> None:
    _, user = door.user("viewer")
    person = door.organisation.native().patch(f"/v1/people/{user['uuid']}", json={"roles": ["instructor", "analyst"]})
    assert person.status_code == 200, person.text
    path = f"/api/user/{user['uuid']}"
    assert door.admin.get(path).json()["category"] == "studio"
    assert door.admin.put(path, json={"category": "admin"}).json()["category"] == "admin"
    roles = door.organisation.native().get(f"/v1/people/{user['uuid']}").json()["roles"]
    assert sorted(roles) == ["administrator", "instructor"]
    assert door.admin.put(path, json={"category": "viewer"}).json()["category"] == "viewer"
    assert door.organisation.native().get(f"/v1/people/{user['uuid']}").json()["roles"] == ["instructor"]


def test_the_last_owner_stays(door: Door) -> None:
    owner = door.organisation.founded.owner
    for answer in (
        door.admin.put(f"/api/user/{owner.uuid}", json={"category": "viewer"}),
        door.admin.delete(f"/api/user/{owner.uuid}"),
    ):
        assert answer.status_code in (400, 403)
    assert door.admin.get(f"/api/user/{owner.uuid}").json()["category"] == "admin"


def test_a_viewer_sees_themselves_alone(door: Door) -> None:
    caller, user = door.user("viewer", unit="FR")
    _, other = door.user("viewer", unit="SI")
    assert [one["uuid"] for one in caller.get("/api/user").json()["objects"]] == [user["uuid"]]
    assert caller.get(f"/api/user/{user['uuid']}").json()["login_metadata"] == {"unit": "FR"}
    assert caller.get(f"/api/user/{other['uuid']}").status_code == 404
    assert caller.put(f"/api/user/{user['uuid']}", json={"login_metadata": {"unit": "SI"}}).status_code == 403


def test_groups_of_users(door: Door) -> None:
    _, user = door.user()
    door.organisation.smartarena().post(
        "/api/branches", json={"mapping_code": "m", "name": "marketing team", "parent_mapping_code": "root"}
    )
    group = door.admin.get("/api/usersgroup/byname", params={"name": "marketing team"}).json()
    assert group in door.admin.get("/api/usersgroup").json()["objects"]
    path, added = f"/api/usersgroup/{group['uuid']}", {"username_to_add": user["username"]}
    assert door.admin.get(path).json() == group
    assert door.admin.post(f"{path}/adduser", json=added).status_code == 201
    assert door.admin.post(f"{path}/adduser", json=added).status_code == 400
    listed = door.admin.get(f"{path}/list_of_users").json()["objects"]
    assert [one["username"] for one in listed] == [user["username"]]
    assert door.admin.delete(path).status_code == 400, "someone is in it"
    removed = {"username_to_remove": user["username"]}
    assert door.admin.post(f"{path}/removeuser", json=removed).status_code == 204
    assert door.admin.post(f"{path}/removeuser", json=removed).status_code == 400
    assert door.admin.delete(path).status_code == 204
    assert door.admin.get(path).status_code == 404
    assert door.admin.post(f"{path}/adduser", json=added).status_code == 404
