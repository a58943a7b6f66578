"""Groups: the tree, members, supervisors, inactivating."""

import re
from typing import Any

import pytest

from tests.conftest import Caller, Organisation
from tests.console.signed_in import owner
from tests.doors.velpic.conftest import add_group, add_user, answered


def members(api: Caller, group: dict[str, Any], kind: str = "member", **params: Any) -> list[str]:
    """The first names of a group's members or supervisors."""
    listed = answered(api.get(f"/api/v2/group/{group['id']}/{kind}", params=params))
    return [user["firstName"] for user in listed["results"]]


def listed(api: Caller, **params: Any) -> list[str]:
    """The names of the groups that a list answers."""
    return [group["name"] for group in answered(api.get("/api/v2/group", params=params))["results"]]


def test_a_group_is_made_read_and_changed(organisation: Organisation) -> None:
    api = organisation.velpic()
    parent = add_group(api, "Works")
    made = add_group(api, "Dev Group", description="The Development Team", parentId=parent["id"])
    assert made == {
        "id": made["id"],
        "name": "Dev Group",
        "description": "The Development Team",
        "parentId": parent["id"],
        "memberCount": 0,
        "createdDate": made["createdDate"],
        "clientId": organisation.id,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", made["createdDate"])
    assert answered(api.get(f"/api/v2/group/{made['id']}")) == made
    changed = answered(api.post(f"/api/v2/group/{made['id']}", json={"name": "Dev", "description": ""}))
    assert changed == {**made, "name": "Dev", "description": ""}
    top = answered(api.post(f"/api/v2/group/{made['id']}", json={"parentId": None}))
    assert "parentId" not in top


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": " "}, 400, "name"),
        ({"name": "x" * 300}, 400, "name"),
        ({"description": "x" * 5000}, 400, "description"),
        ({"description": "a\u0000b"}, 400, "description"),
        ({"parentId": 999999999}, 404, "parentId"),
        ({"parentId": "$self"}, 400, "parentId"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(
    api: Caller, body: dict[str, Any], status: int, field: str
) -> None:
    group = add_group(api)
    sent = {name: group["id"] if value == "$self" else value for name, value in body.items()}
    answer = api.post(f"/api/v2/group/{group['id']}", json={"name": "Other", **sent})
    assert answer.status_code == status
    assert field in answer.json()["errors"]
    assert answered(api.get(f"/api/v2/group/{group['id']}")) == group


def test_groups_are_found_by_name_a_page_at_a_time(api: Caller) -> None:
    for name in ("Night crew", "Žerjavisti", "Day CREW", "100 %"):
        add_group(api, name)
    assert listed(api, q="crew") == ["Night crew", "Day CREW"]
    assert listed(api, q="Žer") == ["Žerjavisti"]
    assert listed(api, q="%") == ["100 %"]
    second = answered(api.get("/api/v2/group", params={"q": "crew", "startIndex": 1, "maxResults": 1}))
    assert second["meta"] == {"totalResultCount": 2, "startIndex": 1, "endIndex": 2}
    assert [group["name"] for group in second["results"]] == ["Day CREW"]


def test_members_and_supervisors_come_and_go_many_at_once(api: Caller) -> None:
    group = add_group(api)
    users = [add_user(api, first=first) for first in ("Ana", "Bor", "Cene")]
    ids = [user["id"] for user in users]
    for kind in ("member", "supervisor"):
        path = f"/api/v2/group/{group['id']}"
        assert api.post(f"{path}/add_{kind}s", json={"userIds": ids}).status_code == 200
        assert api.post(f"{path}/add_{kind}s", json={"userIds": ids[:1]}).status_code == 200
        assert members(api, group, kind) == ["Ana", "Bor", "Cene"]
        assert members(api, group, kind, startIndex=1, maxResults=1) == ["Bor"]
        assert api.post(f"{path}/remove_{kind}s", json={"userIds": ids[1:]}).status_code == 200
        assert api.post(f"{path}/remove_{kind}s", json={"userIds": ids[1:]}).status_code == 200
        assert members(api, group, kind) == ["Ana"]
    assert answered(api.get(f"/api/v2/group/{group['id']}"))["memberCount"] == 1
    ana = answered(api.get(f"/api/v2/user/{ids[0]}"))
    assert (ana["groups"], ana["groupsSupervised"]) == ([{"id": group["id"]}], [{"id": group["id"]}])


def test_a_user_who_is_not_there_is_named_and_nobody_is_added(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    api = organisation.velpic()
    group, user, stranger = add_group(api), add_user(api), add_user(other_organisation.velpic())
    for what in ("add_members", "remove_members", "add_supervisors", "remove_supervisors"):
        body = {"userIds": [user["id"], stranger["id"]]}
        answer = api.post(f"/api/v2/group/{group['id']}/{what}", json=body)
        assert answer.status_code == 404
        assert "userIds[1]" in answer.json()["errors"]
    assert (members(api, group), members(api, group, "supervisor")) == ([], [])


def test_each_member_that_comes_or_goes_is_an_event_of_its_own(organisation: Organisation) -> None:
    api = organisation.velpic()
    group, ids = add_group(api), [add_user(api)["id"] for _ in range(6)]
    api.post(f"/api/v2/group/{group['id']}/add_members", json={"userIds": ids})
    api.post(f"/api/v2/group/{group['id']}/add_members", json={"userIds": ids})
    api.post(f"/api/v2/group/{group['id']}/remove_members", json={"userIds": ids[:2]})
    changes = organisation.native().get("/v1/changes", params={"limit": 500}).json()["changes"]
    kinds = [change["type"] for change in changes]
    assert (kinds.count("group.member_added"), kinds.count("group.member_removed")) == (6, 2)


def test_a_unit_of_another_door_is_a_group_here_and_stays_the_unit(organisation: Organisation) -> None:
    api, sync = organisation.velpic(), organisation.smartarena()
    sync.post("/api/branches", json={"mapping_code": "b-1", "name": "Branch", "parent_mapping_code": "root"})
    user = {"mapping_code": "u-1", "email": "u@example.org", "firstname": "U", "lastname": "One"}
    made = sync.post("/api/users", json={**user, "branch_mapping_code": "b-1"}).json()
    shown = answered(api.get(f"/api/v2/user/{made['id']}"))
    branch, crew = shown["groups"][0]["id"], add_group(api, "Crew")["id"]
    changed = answered(api.put(f"/api/v2/user/{made['id']}", json={"groups": [{"id": branch}, {"id": crew}]}))
    assert changed["groups"] == [{"id": branch}, {"id": crew}]
    assert sync.get("/api/users", params={"mapping_code": "u-1"}).json()[0]["branch_mapping_code"] == "b-1"
    answered(api.post(f"/api/v2/group/{branch}/remove_members", json={"userIds": [made["id"]]}))
    assert sync.get("/api/users", params={"mapping_code": "u-1"}).json()[0]["branch_mapping_code"] is None


def test_nobody_joins_an_inactive_group_by_any_door_and_its_members_stay(organisation: Organisation) -> None:
    api, sync = organisation.velpic(), organisation.smartarena()
    sync.post("/api/branches", json={"mapping_code": "b-1", "name": "Branch", "parent_mapping_code": "root"})
    user = {"mapping_code": "u-1", "email": "u@example.org", "firstname": "U", "lastname": "One"}
    member = sync.post("/api/users", json={**user, "branch_mapping_code": "b-1"}).json()
    group = answered(api.get("/api/v2/group", params={"q": "Branch"}))["results"][0]
    assert api.post(f"/api/v2/group/{group['id']}/inactivate").status_code == 200
    assert api.post(f"/api/v2/group/{group['id']}/inactivate").status_code == 200

    assert "Branch" not in listed(api)
    assert answered(api.get(f"/api/v2/group/{group['id']}"))["memberCount"] == 1
    assert members(api, group) == ["U"]
    newcomer = add_user(api)
    join = {"userIds": [newcomer["id"]]}
    assert api.post(f"/api/v2/group/{group['id']}/add_members", json=join).status_code == 400
    assert api.post(f"/api/v2/group/{group['id']}/add_supervisors", json=join).status_code == 400
    groups = {"groups": [{"id": group["id"]}]}
    assert api.put(f"/api/v2/user/{newcomer['id']}", json=groups).status_code == 400
    assert answered(api.put(f"/api/v2/user/{member['id']}", json=groups))["groups"] == groups["groups"]
    sent = {**user, "mapping_code": "u-2", "email": "u2@example.org", "branch_mapping_code": "b-1"}
    assert sync.post("/api/users", json=sent).status_code >= 400
    rows = [{"external_id": "u-3", "first_name": "A", "last_name": "B", "email": "a@b.example", "group": "b-1"}]
    assert organisation.native().put("/v1/people", json=rows).status_code == 422
    again = sync.put("/api/users", json={"mapping_code": "u-1", "firstname": "V", "branch_mapping_code": "b-1"})
    assert again.status_code == 200
    assert members(api, group) == ["V"]


def test_a_group_is_inactivated_and_activated_in_the_console_too(organisation: Organisation) -> None:
    api, visitor = organisation.velpic(), owner(organisation)
    group = add_group(api, "Crew")
    path = f"/console/groups/{group['id']}"
    assert visitor.post(f"{path}/inactivate", page=path).status_code == 303
    assert "Nobody joins this group any more" in visitor.get(path).text
    assert "Crew" not in listed(api)
    assert visitor.post(f"{path}/activate", page=path).status_code == 303
    assert "Nobody joins this group any more" not in visitor.get(path).text
    assert "Crew" in listed(api)


def test_the_root_stays_active(organisation: Organisation) -> None:
    api = organisation.velpic()
    root = answered(api.get("/api/v2/group"))["results"][0]
    assert api.post(f"/api/v2/group/{root['id']}/inactivate").status_code == 400
    assert listed(api) == [root["name"]]


def test_a_group_that_is_not_there_has_the_documents_number(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    api, theirs = organisation.velpic(), add_group(other_organisation.velpic())
    for group_id in (theirs["id"], 999999999):
        for method, what in (("get", ""), ("get", "/member"), ("post", "/inactivate")):
            answer = getattr(api, method)(f"/api/v2/group/{group_id}{what}")
            assert answer.status_code == 404
            assert answer.json()["internalCode"] == 842
            assert answer.json()["message"] == f"Group with id {group_id} not found"
            assert answer.json()["reason"] == "Group not found"
