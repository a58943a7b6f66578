"""The OpenAPI documents say what the doors do."""

from typing import Any

import pytest
from litestar.testing import TestClient
from openapi_spec_validator import validate

from rollbook.app import DOORS as ALL_DOORS
from rollbook.web.docstrings import summary_of
from rollbook.web.openapi import fault_codes, openapi_document, path_of, statuses_of_faults
from rollbook.web.routes import Door

DOORS = [door for door in ALL_DOORS if door.is_api]
doors = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


@doors
def test_the_document_is_valid(door: Door) -> None:
    validate(openapi_document(door, "1"))


@doors
def test_every_row_is_in_the_document_with_a_summary_and_its_faults(door: Door) -> None:
    paths = openapi_document(door, "1")["paths"]
    statuses = statuses_of_faults(door)
    for row in door.rows:
        operation = paths[path_of(row)][row.method.lower()]
        assert operation["summary"], (row.method, row.path)
        assert operation["summary"] == summary_of(row)
        assert "Faults:" not in operation["summary"]
        assert str(row.status) in operation["responses"]
        expected = {str(statuses[code]) for code in fault_codes(door, row)}
        assert expected <= set(operation["responses"]), (row.method, row.path)


@doors
def test_operations_have_names_of_their_own(door: Door) -> None:
    document = openapi_document(door, "1")
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) == len(door.rows)


@doors
def test_every_good_answer_with_a_body_has_a_schema(door: Door) -> None:
    document = openapi_document(door, "1")
    without = [
        f"{row.method} {row.path}"
        for row in door.rows
        for answer in [document["paths"][path_of(row)][row.method.lower()]["responses"][str(row.status)]]
        if "content" not in answer and row.status != 204
    ]
    assert without == [], "say in the row what a Listing, Reply or Stream answers"


@doors
def test_only_public_rows_are_open(door: Door) -> None:
    document = openapi_document(door, "1")
    for row in door.rows:
        operation = document["paths"][path_of(row)][row.method.lower()]
        assert operation["security"] == ([] if row.is_public else [{door.name: []}])


def test_the_document_is_served(client: TestClient[Any]) -> None:
    for door in DOORS:
        served = client.get(f"/docs/{door.name}/openapi.json")
        assert served.status_code == 200
        assert set(served.json()["paths"]) == {path_of(row) for row in door.rows}


def test_a_door_that_takes_parameters_from_anywhere_shows_query_and_body() -> None:
    door = next(door for door in DOORS if door.name == "smartarena")
    paths = openapi_document(door, "1")["paths"]
    assert [p["name"] for p in paths["/api/users"]["get"]["parameters"]] == ["mapping_code", "email"]
    assert list(paths["/api/users"]["post"]["requestBody"]["content"]) == [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ]
    removal = {p["name"]: p["required"] for p in paths["/api/users"]["delete"]["parameters"]}
    assert removal == {"mapping_code": True, "delete_mode": False}
