"""What the samples of the Serenytics door are about; see ``world``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.conftest import Caller

if TYPE_CHECKING:
    from tests.architecture.world import World

SURNAME = "Kvasovec"


def _data_source(world: "World") -> Any:
    """A storage source with some rows and an attached file."""
    key = {"x-api-key": world.organisation.founded.api_key}
    client = world.organisation.client
    made = client.post("/api/data_source", json={"name": SURNAME}, headers=key).json()
    address = f"/api/data_source/{made['uuid']}"
    rows = {"async": False, "operations": [{"action": "insert", "rows": [{"who": SURNAME}]}]}
    assert client.post(f"{address}/batch", json=rows, headers=key).status_code == 200
    assert client.put(address, json={"originalFileName": "a.csv"}, headers=key).status_code == 200
    assert client.post(f"{address}/file", content=b"who\nAna\n", headers=key).status_code == 201
    return made


def _serenytics(world: "World") -> Caller:
    return Caller(world.organisation.client, {"x-api-key": world.organisation.founded.api_key})


def _dashboard(world: "World") -> str:
    body = {"name": SURNAME, "jsonContent": {"tabs": [{"widgets": [{"sourceUuid": world["data source"]}]}]}}
    answer = _serenytics(world).post("/api/web_app", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uuid"])


def _script(world: "World") -> str:
    answer = _serenytics(world).post("/api/script", json={"name": SURNAME, "code": "print(1)"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uuid"])


def _data_key(world: "World") -> str:
    asked = {"name": SURNAME, "data_sources": [world["data source"]]}
    answer = _serenytics(world).post("/api/data_api_key", json=asked)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uuid"])


def _metadata_source(world: "World") -> str:
    made = _serenytics(world).post("/api/data_source", json={"name": SURNAME}).json()["uuid"]
    rows = [{"login": world["person's user name"], "unit": "fr"}]
    body = {"async": False, "operations": [{"action": "insert", "rows": rows}]}
    assert _serenytics(world).post(f"/api/data_source/{made}/batch", json=body).status_code == 200
    return str(made)


def _group(world: "World") -> Any:
    assert world["branch code"]
    listed = _serenytics(world).get("/api/usersgroup").json()["objects"]
    return next(group["uuid"] for group in listed if group["name"] == SURNAME)


def _group_with_the_person(world: "World") -> Any:
    path = f"/api/usersgroup/{world['group']}/adduser"
    answer = _serenytics(world).post(path, json={"username_to_add": world["person's user name"]})
    assert answer.status_code == 201, answer.text
    return world["group"]


def _task(world: "World") -> str:
    key = {"x-api-key": world.organisation.founded.api_key}
    answer = world.organisation.client.post(f"/api/data_source/{world['data source']}/reload_from_file", headers=key)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["task_id"])


def _export(world: "World") -> list[str]:
    """The id and the secret of a file that was made."""
    key = {"x-api-key": world.organisation.founded.api_key}
    path = f"/api/data_source/{world['data source']}/export_source_data"
    answer = world.organisation.client.post(path, json={}, headers=key)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["csv_url"]).rsplit("/", 2)[1:]


ANALYTICS_THINGS: dict[str, Callable[["World"], Any]] = {
    "dashboard": _dashboard,
    "data key": _data_key,
    "data source": lambda world: world["data source shown"]["uuid"],
    "data source shown": _data_source,
    "data source's token": lambda world: world["data source shown"]["token"],
    "export": lambda world: world["export shown"][0],
    "export shown": _export,
    "export's secret": lambda world: world["export shown"][1],
    "group": _group,
    "group's name": lambda world: SURNAME if world["group"] else "",
    "group with the person": _group_with_the_person,
    "metadata source": _metadata_source,
    "script": _script,
    "task": _task,
}
