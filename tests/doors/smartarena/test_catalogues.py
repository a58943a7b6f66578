"""Branches, locations, workplaces and qualifications through the Smart Arena API."""

from typing import Any

import pytest

from tests.conftest import Caller, Organisation
from tests.doors.smartarena.conftest import listed

TREES, FLAT = ("/api/branches", "/api/qualifications"), ("/api/locations", "/api/workplaces")
each_tree = pytest.mark.parametrize("path", TREES)
each = pytest.mark.parametrize("path", [*TREES, *FLAT])


def entry(path: str, code: str = "c-1", **given: Any) -> dict[str, Any]:
    """The body of a POST."""
    parent = {"parent_mapping_code": "root"} if path in TREES else {}
    return {"mapping_code": code, "name": f"Name of {code}", **parent, **given}


@each
def test_an_entry_is_made_changed_listed_and_deleted(api: Caller, path: str) -> None:
    before = listed(api, path)
    made = api.post(path, json=entry(path))
    assert made.status_code == 201, made.text
    assert made.json() | entry(path) == made.json()
    assert listed(api, path) == [*before, made.json()]
    assert listed(api, path, mapping_code="c-1") == [made.json()]
    assert listed(api, path, mapping_code="c-2") == []
    changed = api.put(path, data={"mapping_code": "c-1", "name": "Other"}).json()
    assert changed["name"] == "Other"
    assert {**changed, "name": "Name of c-1", "updated_at": made.json()["updated_at"]} == made.json()
    assert api.delete(path, params={"mapping_code": "c-1"}).json() == changed
    assert listed(api, path) == before
    assert api.delete(path, params={"mapping_code": "c-1"}).status_code == 404


@each
def test_a_repeated_post_is_a_clear_conflict(api: Caller, path: str) -> None:
    api.post(path, json=entry(path))
    again = api.post(path, json=entry(path, name="Other"))
    assert (again.status_code, again.json()["error"], list(again.json()["errors"])) == (
        409,
        "duplicate",
        ["mapping_code"],
    )


@each
@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("mapping_code", "", 422),
        ("mapping_code", None, 422),
        ("mapping_code", "x" * 256, 422),
        ("mapping_code", ["a", 1], 422),
        ("name", " ", 422),
        ("name", None, 422),
        ("name", "a\x07b", 422),
        ("name", "x" * 256, 422),
        ("name", {"en": "Crane"}, 422),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(
    api: Caller, path: str, field: str, value: object, status: int
) -> None:
    before = listed(api, path)
    answer = api.post(path, json={**entry(path), field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.text
    assert listed(api, path) == before


@each
def test_what_is_missing_or_unknown_is_named(api: Caller, path: str) -> None:
    for field in entry(path):
        body = {name: value for name, value in entry(path).items() if name != field}
        answer = api.post(path, json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), answer.text
    for method in ("PUT", "DELETE"):
        call = api.put if method == "PUT" else api.delete
        assert list(call(path, json={"mapping_code": "nothing"}).json()["errors"]) == ["mapping_code"]
        assert call(path, json={}).status_code == 422


@each_tree
def test_a_tree_is_built_moved_and_kept_free_of_loops(api: Caller, path: str) -> None:
    unknown = api.post(path, json=entry(path, parent_mapping_code="nowhere"))
    assert (unknown.status_code, list(unknown.json()["errors"])) == (404, ["parent_mapping_code"])
    for code, parent in (("a", "root"), ("b", "a"), ("c", "b")):
        assert api.post(path, json=entry(path, code, parent_mapping_code=parent)).status_code == 201
    loop = api.put(path, json={"mapping_code": "a", "parent_mapping_code": "c"})
    assert (loop.status_code, list(loop.json()["errors"])) == (409, ["parent_mapping_code"])
    itself = api.put(path, json={"mapping_code": "a", "parent_mapping_code": "a"})
    assert itself.status_code == 409
    blank = api.put(path, json={"mapping_code": "a", "parent_mapping_code": " "})
    assert (blank.status_code, list(blank.json()["errors"])) == (422, ["parent_mapping_code"])
    assert api.put(path, json={"mapping_code": "a", "parent_mapping_code": "nowhere"}).status_code == 404
    moved = api.put(path, json={"mapping_code": "c", "parent_mapping_code": "root"}).json()
    assert moved["parent_mapping_code"] == "root"
    assert api.delete(path, json={"mapping_code": "a"}).status_code == 409
    for code in ("b", "a", "c"):
        assert api.delete(path, json={"mapping_code": code}).status_code == 200


@each_tree
def test_the_root_stays(api: Caller, path: str) -> None:
    assert api.delete(path, json={"mapping_code": "root"}).status_code == 409
    assert [row["mapping_code"] for row in listed(api, path)] == ["root"]


@each
def test_another_organisation_reaches_nothing(api: Caller, other_organisation: Organisation, path: str) -> None:
    made = api.post(path, json=entry(path)).json()
    other = other_organisation.smartarena()
    assert listed(other, path, mapping_code="c-1") == []
    assert other.put(path, json={"mapping_code": "c-1", "name": "Mine"}).status_code == 404
    assert other.delete(path, json={"mapping_code": "c-1"}).status_code == 404
    if path in TREES:
        assert other.post(path, json=entry(path, "c-2", parent_mapping_code="c-1")).status_code == 404
    assert other.post(path, json=entry(path)).status_code == 201
    assert listed(api, path, mapping_code="c-1") == [made]


@each
def test_the_same_again_changes_nothing(api: Caller, organisation: Organisation, path: str) -> None:
    made = api.post(path, json=entry(path)).json()
    assert api.put(path, json=entry(path)).json() == made


def test_a_long_list_comes_whole(api: Caller, organisation: Organisation) -> None:
    from rollbook.core.people import structure

    with organisation.writing() as work:
        for number in range(1001):
            structure.add_entry(work, structure.LOCATIONS, name=f"Site {number}", external_id=f"l{number}")
    assert [row["mapping_code"] for row in listed(api, "/api/locations")] == [f"l{n}" for n in range(1001)]
