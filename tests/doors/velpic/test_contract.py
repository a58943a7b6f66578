"""The vendor's document as data, walked from end to end: every parameter is read, every answer is as its schema says.

Requests that someone who may would send are the samples of tests/architecture.
"""

from typing import Any

import jsonschema
import msgspec
import pytest

from rollbook.core.access.policy import permissions_of
from rollbook.core.kernel.principal import Role
from rollbook.doors.velpic.routes import DOOR
from rollbook.web.decoding import annotations_of
from rollbook.web.routes import Row
from tests.architecture.samples import SAMPLES
from tests.architecture.world import World
from tests.conftest import Organisation
from tests.doors.velpic.conftest import CONTRACT

Endpoint = dict[str, Any]

BY_STATE = {
    "GET /api/v2/lesson_schedule/{lessonScheduleId}": {
        "endDate", "lessonVersionId", "version", "thumbnailId", "lessonThumbnail", "lessonStartedDate",
        "lessonCompletedDate", "lessonCompletedBy", "lessonCompletedByName", "completionTypeId",
        "questionnairePassRate", "movieId", "moviePhysicalURI", "movieSizeInBytes",
    },
}  # fmt: skip
"""Fields that are left out while there is nothing to say; ``test_schedules.py`` shows one schedule with all of them."""

ITEMS = {
    "GET /api/v2/user": "GET /api/v2/user/{userId}",
    "GET /api/v2/group": "GET /api/v2/group/{groupId}",
    "GET /api/v2/group/{groupId}/member": "GET /api/v2/user/{userId}",
    "GET /api/v2/group/{groupId}/supervisor": "GET /api/v2/user/{userId}",
    "POST /api/v2/bulkUserImport": "GET /api/v2/user/{userId}",
}
"""Where the schema of a list says nothing of what is in it: the endpoint that shows one."""


def plain(path: str) -> str:
    """A row's path as the document writes it, without the kinds of its parameters."""
    return "/".join(
        "{" + part[1:].partition(":")[0].rstrip("}") + "}" if part[:1] == "{" else part for part in path.split("/")
    )


def key_of(endpoint: Endpoint) -> str:
    """What an endpoint of the document goes by."""
    return f"{endpoint['method']} {endpoint['path']}"


ROWS: dict[str, Row] = {f"{row.method} {plain(row.path)}": row for row in DOOR.rows}
ENDPOINTS: dict[str, Endpoint] = {key_of(endpoint): endpoint for endpoint in CONTRACT["endpoints"]}
each = pytest.mark.parametrize("key", [key for key in ENDPOINTS if key in ROWS])


@pytest.fixture
def world(organisation: Organisation) -> World:
    """One organisation's things."""
    return World(organisation)


def documented(key: str, internal_code: int | None = None) -> dict[str, Any] | None:
    """The schema of an endpoint's answer: the good one, or that of an error's number."""
    for response in ENDPOINTS[key]["responses"]:
        example = response.get("example")
        code = example.get("internalCode") if isinstance(example, dict) else None
        if code == internal_code:
            schema: dict[str, Any] | None = response.get("schema")
            return schema
    return None


def fields_of(kind: Any) -> set[str]:
    """The names of a struct's fields on the wire."""
    return {field.encode_name for field in msgspec.structs.fields(kind)} if kind is not type(None) else set()


def test_each_endpoint_of_the_document_has_its_row() -> None:
    assert ENDPOINTS.keys() - ROWS.keys() == set()


@each
def test_every_parameter_and_field_of_a_request_is_read(key: str) -> None:
    body, query = annotations_of(ROWS[key].handler)
    endpoint = ENDPOINTS[key]
    assert set(endpoint["query"]) - fields_of(query) == set()
    schema = endpoint["request"].get("schema") or {}
    assert set(schema.get("properties", {})) - fields_of(body) == set()
    if "example" in endpoint["request"]:
        msgspec.convert(endpoint["request"]["example"], body)


@each
def test_the_answer_is_as_its_schema_says_with_every_field(world: World, key: str) -> None:
    row = ROWS[key]
    sample = SAMPLES[f"{row.method} {row.path}"]
    answer = world.send(row, sample, world.credential(DOOR, Role.OWNER))
    assert answer.status_code == 200, answer.text
    schema = documented(key)
    if schema is None:
        return
    jsonschema.validate(answer.json(), schema)
    if schema["type"] == "object":
        assert set(schema.get("properties", {})) - set(answer.json()) - BY_STATE.get(key, set()) == set()


@pytest.mark.parametrize("key", [key for key in ITEMS if key in ROWS])
def test_what_is_in_a_list_is_as_the_schema_of_one_says(world: World, key: str) -> None:
    row = ROWS[key]
    if row.path.endswith(("member", "supervisor")):
        world.organisation.velpic().post(
            f"/api/v2/group/{world['group number']}/add_{row.path.rsplit('/', 1)[1]}s",
            json={"userIds": [world["person number"]]},
        )
    sample = SAMPLES[f"{row.method} {row.path}"]
    assert world["person number"] > 0 < world["group number"]
    answer = world.send(row, sample, world.credential(DOOR, Role.OWNER)).json()
    found = answer if isinstance(answer, list) else answer["results"]
    schema = documented(ITEMS[key])
    assert found
    assert schema is not None
    for item in found:
        jsonschema.validate(item, schema)


@each
def test_a_bad_key_and_one_that_may_not_have_the_documented_answers(world: World, key: str) -> None:
    row = ROWS[key]
    sample = SAMPLES[f"{row.method} {row.path}"]
    bad = world.send(row, sample, {"AccessKey": "not-a-key"})
    assert (bad.status_code, bad.json()["internalCode"]) == (403, 806)
    jsonschema.validate(bad.json(), documented(key, 806) or {})
    if row.needs is not None and row.needs not in permissions_of(frozenset({Role.LEARNER})):
        weak = world.send(row, sample, world.credential(DOOR, Role.LEARNER))
        assert (weak.status_code, weak.json()["internalCode"]) == (403, 831)
        jsonschema.validate(weak.json(), documented(key, 831) or {})
