"""Users through the Smart Arena API."""

import pytest

from tests.conftest import Caller, Organisation

ANA = {"mapping_code": "hr-1", "email": "ana@example.org", "firstname": "Ana", "lastname": "Novak"}


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.smartarena()


def test_a_user_is_created_and_listed(api: Caller) -> None:
    made = api.post("/api/users", json={**ANA, "date_of_birth": "1990-02-28", "language_code": 3, "roles": [4, 6]})
    assert made.status_code == 201, made.text
    assert made.json() | ANA == made.json()
    assert made.json()["username"] == "ana@example.org"
    assert made.json()["roles"] == [4, 6]
    assert made.json()["language_code"] == 3
    listed = api.get("/api/users").json()
    assert made.json() in listed
    assert api.get("/api/users", params={"mapping_code": "hr-1"}).json() == [made.json()]
    assert api.get("/api/users", params={"email": "ANA@example.org"}).json() == [made.json()]
    assert api.get("/api/users", params={"email": "nobody@example.org"}).json() == []


def test_parameters_are_taken_from_json_form_and_query_alike(api: Caller) -> None:
    for number, way in enumerate(("json", "data", "params")):
        code = f"hr-{number}"
        answer = api.post("/api/users", **{way: {**ANA, "mapping_code": code, "email": f"{code}@example.org"}})
        assert answer.status_code == 201, answer.text
    multipart = api.post("/api/users", files={k: (None, v) for k, v in ANA.items()})
    assert multipart.status_code == 409
    roles = api.put("/api/users", data={"mapping_code": "hr-0", "roles[]": ["4", "9"]})
    assert roles.json()["roles"] == [4, 9]


def test_a_repeated_post_is_a_clear_conflict(api: Caller) -> None:
    api.post("/api/users", json=ANA)
    again = api.post("/api/users", json=ANA)
    assert again.status_code == 409
    assert again.json()["error"] == "duplicate"
    assert "mapping_code" in again.json()["errors"]


@pytest.mark.parametrize("field", ["mapping_code", "email", "firstname", "lastname"])
def test_a_missing_field_is_named(api: Caller, field: str) -> None:
    for value in ({}, {field: "  "}):
        answer = api.post("/api/users", json={**{k: v for k, v in ANA.items() if k != field}, **value})
        assert answer.status_code == 422, answer.text
        assert list(answer.json()["errors"]) == [field]
    assert api.get("/api/users", params={"mapping_code": "hr-1"}).json() == []


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("email", "not an address", 422),
        ("email", "a\x00b@example.org", 422),
        ("date_of_birth", "22.07.2017", 422),
        ("date_of_birth", "1789-07-14", 422),
        ("date_of_birth", "2990-01-01", 422),
        ("language_code", 2, 422),
        ("language_code", "english", 422),
        ("roles", [5], 422),
        ("roles", "boss", 422),
        ("register_mail", 2, 422),
        ("synch_protected", "yes", 422),
        ("branch_mapping_code", "nowhere", 404),
        ("location_mapping_code", "nowhere", 404),
        ("workplace_mapping_code", "nowhere", 404),
        ("firstname", "x" * 300, 422),
        ("firstname", {"a": 1}, 422),
        ("password", "short", 422),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(api: Caller, field: str, value: object, status: int) -> None:
    answer = api.post("/api/users", json={**ANA, field: value})
    assert answer.status_code == status, answer.text
    assert [name.partition("[")[0] for name in answer.json()["errors"]] == [field]
    assert api.get("/api/users", params={"mapping_code": "hr-1"}).json() == []


def test_protection_refuses_overwriting_and_deleting(api: Caller) -> None:
    api.post("/api/users", json={**ANA, "synch_protected": 1})
    changed = api.put("/api/users", json={"mapping_code": "hr-1", "firstname": "Other"})
    assert changed.status_code == 409
    assert changed.json()["error"] == "protected"
    assert api.delete("/api/users", json={"mapping_code": "hr-1"}).status_code == 409
    assert api.get("/api/users", params={"mapping_code": "hr-1"}).json()[0]["firstname"] == "Ana"


def test_delete_modes(api: Caller) -> None:
    api.post("/api/users", json=ANA)
    soft = api.delete("/api/users", params={"mapping_code": "hr-1", "delete_mode": 1})
    assert soft.status_code == 200
    assert api.get("/api/users", params={"mapping_code": "hr-1"}).json()[0]["active"] == 0
    assert api.put("/api/users", json={"mapping_code": "hr-1", "active": 1}).json()["active"] == 1
    assert api.delete("/api/users", json={"mapping_code": "hr-1"}).status_code == 200
    assert api.get("/api/users", params={"mapping_code": "hr-1"}).json() == []
    assert api.delete("/api/users", json={"mapping_code": "hr-1"}).status_code == 404
    assert api.delete("/api/users", json={"mapping_code": "hr-1", "delete_mode": 3}).status_code in (404, 422)


def test_another_organisation_sees_nothing(api: Caller, other_organisation: Organisation) -> None:
    api.post("/api/users", json=ANA)
    other = other_organisation.smartarena()
    assert other.get("/api/users", params={"mapping_code": "hr-1"}).json() == []
    assert other.put("/api/users", json={"mapping_code": "hr-1", "firstname": "X"}).status_code == 404
    assert other.delete("/api/users", json={"mapping_code": "hr-1"}).status_code == 404
    assert other.post("/api/users", json=ANA).status_code == 201


def test_a_person_stands_in_branch_location_and_workplace(api: Caller) -> None:
    branch = {"mapping_code": "b1", "name": "North", "parent_mapping_code": "root"}
    assert api.post("/api/branches", json=branch).status_code == 201
    assert api.post("/api/locations", json={"mapping_code": "l1", "name": "Koper"}).status_code == 201
    assert api.post("/api/workplaces", json={"mapping_code": "w1", "name": "Crane"}).status_code == 201
    places = {"branch_mapping_code": "b1", "location_mapping_code": "l1", "workplace_mapping_code": "w1"}
    made = api.post("/api/users", json={**ANA, **places}).json()
    assert made | places == made
    assert api.delete("/api/branches", json={"mapping_code": "b1"}).status_code == 409
    cleared = api.put("/api/users", json={"mapping_code": "hr-1", **dict.fromkeys(places, "")}).json()
    assert [cleared[name] for name in places] == [None, None, None]
    assert api.delete("/api/branches", json={"mapping_code": "b1"}).status_code == 200
