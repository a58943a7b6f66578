"""Collections, simulators, scenarios and members through the native API."""

from typing import Any

import pytest

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Role
from rollbook.core.learning import contents
from rollbook.core.learning.records import NewContent
from tests.conftest import Caller, Organisation

NOWHERE = "9c1f2f3e-0000-4000-8000-000000000000"


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


def narrower(organisation: Organisation, role: Role) -> Caller:
    with organisation.writing() as work:
        _, key = credentials.create_key(work, "api_key", role.value, roles=frozenset({role}))
    return Caller(organisation.client, {"authorization": f"Bearer {key}"})


def rigging(api: Caller) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    collection = api.post("/v1/collections", json={"title": "Rigging"})
    assert collection.status_code == 201, collection.text
    simulator = api.post("/v1/simulators", json={"title": "Slings", "collection": collection.json()["number"]})
    assert simulator.status_code == 201, simulator.text
    scenario = api.post("/v1/scenarios", json={"code": "S01", "simulator": simulator.json()["id"]})
    assert scenario.status_code == 201, scenario.text
    return collection.json(), simulator.json(), scenario.json()


def test_a_collection_is_made_changed_listed_and_deleted(api: Caller) -> None:
    made = api.post("/v1/collections", json={"title": " Rigging "}).json()
    assert made["title"] == "Rigging"
    assert api.get(f"/v1/collections/{made['id']}").json() == made
    assert api.get(f"/v1/collections/{made['number']}").json() == made
    changed = api.patch(f"/v1/collections/{made['id']}", json={"title": "Lifting"}).json()
    assert changed["title"] == "Lifting"
    assert api.patch(f"/v1/collections/{made['id']}", json={"title": "Lifting"}).json() == changed
    assert api.get("/v1/collections").json() == {"collections": [changed], "next": None}
    assert api.get("/v1/collections", params={"title": "Rigging"}).json()["collections"] == []
    assert api.delete(f"/v1/collections/{made['id']}").status_code == 204
    assert api.get(f"/v1/collections/{made['id']}").status_code == 404


def test_a_simulator_is_linked_to_a_content_by_id_or_code(api: Caller, organisation: Organisation) -> None:
    _, simulator, _ = rigging(api)
    assert (simulator["content"], simulator["pass_percent"]) == (None, None)
    with organisation.writing() as work:
        content = contents.create(work, NewContent(title="Slings and hooks", external_id="c-1")).uuid
    for key in ("c-1", content):
        path = f"/v1/simulators/{simulator['id']}"
        linked = api.patch(path, json={"content": key, "pass_percent": 62.5}).json()
        assert linked["content"] == {"id": content, "title": "Slings and hooks"}
        assert linked["pass_percent"] == 62.5
        assert api.get(path).json() == linked
        cleared = api.patch(path, json={"content": None, "pass_percent": None}).json()
        assert (cleared["content"], cleared["pass_percent"]) == (None, None)


def test_simulators_and_scenarios_are_listed_by_what_they_belong_to(api: Caller) -> None:
    collection, slings, first = rigging(api)
    other = api.post("/v1/collections", json={"title": "Lifting"}).json()
    hooks = api.post("/v1/simulators", json={"title": "Hooks", "collection": other["id"]}).json()
    second = api.post("/v1/scenarios", json={"code": "S01", "simulator": hooks["number"], "max_points": 7}).json()
    assert [s["id"] for s in api.get("/v1/simulators").json()["simulators"]] == [slings["id"], hooks["id"]]
    for key in (other["id"], other["number"]):
        listed = api.get("/v1/simulators", params={"collection": key}).json()["simulators"]
        assert listed == [hooks]
    assert api.get("/v1/scenarios", params={"simulator": slings["id"]}).json()["scenarios"] == [first]
    assert api.get("/v1/scenarios", params={"code": "S01"}).json()["scenarios"] == [first, second]
    moved = api.patch(f"/v1/simulators/{hooks['id']}", json={"collection": collection["id"]}).json()
    assert moved["collection"]["title"] == "Rigging"
    changed = api.patch(f"/v1/scenarios/{second['id']}", json={"code": "S2", "name": "Two", "max_points": None}).json()
    assert (changed["code"], changed["name"], changed["max_points"]) == ("S2", "Two", None)
    assert api.delete(f"/v1/scenarios/{second['id']}").status_code == 204
    assert api.get(f"/v1/scenarios/{second['number']}").status_code == 404


def test_lists_are_paged(api: Caller) -> None:
    for n in range(5):
        api.post("/v1/collections", json={"title": f"C{n}"})
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.get("/v1/collections", params=params).json()
        seen += [entry["title"] for entry in page["collections"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"C{n}" for n in range(5)]


def test_what_is_used_is_not_deleted(api: Caller) -> None:
    collection, simulator, scenario = rigging(api)
    assert api.delete(f"/v1/collections/{collection['id']}").status_code == 409
    activity = {
        "simulator": simulator["id"],
        "scenario": scenario["id"],
        "trainee": {"first_name": "Natalia", "last_name": "Brown"},
        "trained_at": "2021-03-09T17:37:11Z",
    }
    assert api.post("/v1/activities", json=activity).status_code == 201
    assert api.delete(f"/v1/scenarios/{scenario['id']}").status_code == 409
    assert api.delete(f"/v1/simulators/{simulator['id']}").status_code == 409
    unused = api.post("/v1/simulators", json={"title": "Hooks", "collection": collection["id"]}).json()
    api.post("/v1/scenarios", json={"code": "S01", "simulator": unused["id"]})
    assert api.delete(f"/v1/simulators/{unused['id']}").status_code == 204
    assert len(api.get("/v1/scenarios").json()["scenarios"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "field", "status"),
    [
        ("/v1/collections", {}, "title", 422),
        ("/v1/collections", {"title": " "}, "title", 422),
        ("/v1/collections", {"title": "x" * 256}, "title", 422),
        ("/v1/collections", {"title": "a\x00"}, "title", 422),
        ("/v1/collections", {"title": 7}, "title", 422),
        ("/v1/collections", {"title": "Rigging"}, "title", 409),
        ("/v1/simulators", {"collection": "C"}, "title", 422),
        ("/v1/simulators", {"title": "Hooks"}, "collection", 422),
        ("/v1/simulators", {"title": "Hooks", "collection": NOWHERE}, "collection", 422),
        ("/v1/simulators", {"title": "Hooks", "collection": "Rigging"}, "collection", 422),
        ("/v1/simulators", {"title": "Hooks", "collection": 2**63}, "collection", 422),
        ("/v1/simulators", {"title": "Hooks", "collection": "C", "content": "nothing"}, "content", 422),
        ("/v1/simulators", {"title": "Hooks", "collection": "C", "pass_percent": 101}, "pass_percent", 422),
        ("/v1/simulators", {"title": "Hooks", "collection": "C", "pass_percent": -0.1}, "pass_percent", 422),
        ("/v1/simulators", {"title": "Hooks", "collection": "C", "pass_percent": "most"}, "pass_percent", 422),
        ("/v1/simulators", {"title": "Slings", "collection": "C"}, "title", 409),
        ("/v1/scenarios", {"simulator": "S"}, "code", 422),
        ("/v1/scenarios", {"code": "S02"}, "simulator", 422),
        ("/v1/scenarios", {"code": "S02", "simulator": NOWHERE}, "simulator", 422),
        ("/v1/scenarios", {"code": "x" * 65, "simulator": "S"}, "code", 422),
        ("/v1/scenarios", {"code": "S02", "simulator": "S", "name": ""}, "name", 422),
        ("/v1/scenarios", {"code": "S02", "simulator": "S", "max_points": -1}, "max_points", 422),
        ("/v1/scenarios", {"code": "S02", "simulator": "S", "max_points": 2**31}, "max_points", 422),
        ("/v1/scenarios", {"code": "S01", "simulator": "S"}, "code", 409),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(
    api: Caller, path: str, body: dict[str, Any], field: str, status: int
) -> None:
    collection, simulator, _ = rigging(api)
    known = {"C": collection["id"], "S": simulator["id"]}
    sent = {name: known.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
    before = api.get(path).json()
    answer = api.post(path, json=sent)
    assert answer.status_code == status, answer.text
    assert list(answer.json()["errors"]) == [field]
    assert api.get(path).json() == before


def test_a_bad_change_is_named(api: Caller) -> None:
    _, simulator, scenario = rigging(api)
    collection = api.post("/v1/collections", json={"title": "Lifting"}).json()
    api.post("/v1/simulators", json={"title": "Slings", "collection": collection["id"]})
    api.post("/v1/scenarios", json={"code": "S02", "simulator": simulator["id"]})
    for path, body, status, field in (
        (f"/v1/collections/{collection['id']}", {"title": "Rigging"}, 409, "title"),
        (f"/v1/simulators/{simulator['id']}", {"title": ""}, 422, "title"),
        (f"/v1/simulators/{simulator['id']}", {"collection": collection["id"]}, 409, "title"),
        (f"/v1/simulators/{simulator['id']}", {"content": "none"}, 422, "content"),
        (f"/v1/simulators/{simulator['id']}", {"pass_percent": 1e9}, 422, "pass_percent"),
        (f"/v1/scenarios/{scenario['id']}", {"code": "S02"}, 409, "code"),
        (f"/v1/scenarios/{scenario['id']}", {"code": None}, 422, "code"),
        (f"/v1/scenarios/{scenario['id']}", {"max_points": -1}, 422, "max_points"),
    ):
        answer = api.patch(path, json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.text
    assert api.get(f"/v1/simulators/{simulator['id']}").json() == simulator
    assert api.get(f"/v1/scenarios/{scenario['id']}").json() == scenario


def test_members_are_let_in_listed_and_shut_out(api: Caller) -> None:
    collection, _, _ = rigging(api)
    people = [
        api.post("/v1/people", json={"first_name": "P", "last_name": f"{n}", "username": f"p{n}"}).json()
        for n in range(3)
    ]
    path = f"/v1/collections/{collection['id']}/members"
    for person in [*people, people[0]]:
        assert api.put(f"{path}/{person['id']}").status_code == 204
    assert api.get(path).json() == {"people": people, "next": None, "total": None}
    first = api.get(path, params={"limit": 2}).json()
    assert first["people"] == people[:2]
    assert api.get(path, params={"limit": 2, "cursor": first["next"]}).json()["people"] == people[2:]
    assert api.delete(f"{path}/{people[1]['id']}").status_code == 204
    assert api.delete(f"{path}/{people[1]['id']}").status_code == 404
    api.patch(f"/v1/people/{people[1]['id']}", json={"active": False})
    assert api.put(f"{path}/{people[1]['id']}").status_code == 409
    assert api.put(f"{path}/{NOWHERE}").status_code == 404
    assert [p["id"] for p in api.get(path).json()["people"]] == [people[0]["id"], people[2]["id"]]


def test_another_organisations_entries_are_not_there(api: Caller, other_organisation: Organisation) -> None:
    collection, simulator, scenario = rigging(api)
    other = other_organisation.native()
    for kind, entry in (("collections", collection), ("simulators", simulator), ("scenarios", scenario)):
        assert other.get(f"/v1/{kind}").json()[kind] == []
        for key in (entry["id"], entry["number"]):
            assert other.get(f"/v1/{kind}/{key}").status_code == 404
            assert other.delete(f"/v1/{kind}/{key}").status_code == 404
            change = {"name" if kind == "scenarios" else "title": "x"}
            assert other.patch(f"/v1/{kind}/{key}", json=change).status_code == 404
    assert other.post("/v1/simulators", json={"title": "x", "collection": collection["id"]}).status_code == 422
    assert other.post("/v1/scenarios", json={"code": "x", "simulator": simulator["number"]}).status_code == 422
    rigging(other)


def test_roles_say_who_may_write_and_who_may_link(api: Caller, organisation: Organisation) -> None:
    collection, simulator, _ = rigging(api)
    learner = narrower(organisation, Role.LEARNER)
    assert learner.get("/v1/simulators").json()["simulators"] == [simulator]
    assert learner.post("/v1/collections", json={"title": "x"}).status_code == 403
    assert learner.post("/v1/activities", json={}).status_code == 403
    instructor = narrower(organisation, Role.INSTRUCTOR)
    made = instructor.post("/v1/simulators", json={"title": "Hooks", "collection": collection["id"]})
    assert made.status_code == 201, made.text
    path = f"/v1/simulators/{made.json()['id']}"
    assert instructor.patch(path, json={"title": "Hooks 2", "pass_percent": None}).status_code == 200
    assert instructor.patch(path, json={"pass_percent": 1}).status_code == 403
    linked = {"title": "Cranes", "collection": collection["id"], "pass_percent": 5}
    assert instructor.post("/v1/simulators", json=linked).status_code == 403
    assert len(api.get("/v1/simulators").json()["simulators"]) == 2


@pytest.mark.parametrize("number", [0, -1, 2**63, -(2**63) - 1, 10**30, -(10**30)])
def test_a_number_that_cannot_be_names_nothing(api: Caller, number: int) -> None:
    scenario = api.post("/v1/scenarios", json={"code": "S9", "simulator": number})
    simulator = api.post("/v1/simulators", json={"title": "Slings", "collection": number})
    for answer in (scenario, simulator):
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_reference")
