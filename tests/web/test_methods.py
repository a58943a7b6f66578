"""Which methods an address takes, and what a request must carry: the same for every door."""

import re
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from rollbook.app import DOORS as ALL_DOORS
from rollbook.app import Server
from rollbook.core.kernel.work import Work
from rollbook.web.dispatch import Dispatcher
from rollbook.web.routes import Call, Door, Listing, Row, Stream
from tests.conftest import Organisation

DOORS = [door for door in ALL_DOORS if door.is_api]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_options_and_a_wrong_method_tell_every_method_of_an_address(client: TestClient[Any], door: Door) -> None:
    for row in door.rows:
        address = re.sub(r"\{\w+:int\}", "1", row.path)
        address = re.sub(r"\{\w+:uuid\}", str(UUID(int=1)), address)
        address = re.sub(r"\{(\w+)(:\w+)?\}", r"\1", address)
        methods = {other.method for other in door.rows if other.path == row.path}
        told = client.options(address)
        assert told.status_code == 204
        assert set(told.headers["allow"].split(", ")) >= methods | {"OPTIONS"}
        assert ("HEAD" in told.headers["allow"]) == ("GET" in methods)
        refused = client.request("TRACE", address)
        assert refused.status_code == 405
        assert refused.headers["allow"] == told.headers["allow"]


def test_head_reads_no_more_than_it_tells(server: Server) -> None:
    asked: list[int | None] = []

    def next_rows(_: Work, after: int | None) -> tuple[list[int], int | None]:
        asked.append(after)
        return [len(asked)], len(asked) if len(asked) < 5 else None

    def chunks() -> Any:
        asked.append(None)
        yield b"x"

    def index(call: Call[None, None]) -> Listing:
        return Listing(next_rows)

    def download(call: Call[None, None]) -> Stream:
        return Stream(chunks(), "text/plain", {"content-length": "1"})

    rows = (Row("GET", "/list", index, is_public=True), Row("GET", "/file", download, is_public=True))
    door = Door("long", "Long", rows, lambda *_: None, DOORS[0].render_fault)
    dispatcher = Dispatcher(server.services, server.lanes, server.usage)
    with TestClient(Litestar(dispatcher.handlers(door), openapi_config=None)) as http:
        assert (http.head("/list").status_code, http.head("/list").content) == (200, b"")
        assert len(asked) == 2
        assert http.get("/list").json() == [3, 4, 5]
        asked.clear()
        assert http.head("/file").headers["content-length"] == "1"
        assert asked == []
        assert http.get("/file").text == "x"


@pytest.mark.parametrize(
    ("path", "what", "realm"),
    [
        ("/api/locations", "an access token from POST /oauth/access_token", "Smart Arena API"),
        ("/integration/data/users", "the Token from POST /api/auth/login", "SENAR API"),
        ("/v1/people", "an API key as Authorization: Bearer or as X-API-Key", "Rollbook"),
    ],
)
def test_who_shows_no_credential_or_a_bad_one_is_told_what_to_send(
    client: TestClient[Any], path: str, what: str, realm: str
) -> None:
    nothing = client.get(path)
    assert nothing.status_code == 401
    assert what in nothing.text
    assert nothing.headers["www-authenticate"] == f'Bearer realm="{realm}"'
    bad = client.get(path, headers={"authorization": "Bearer rbt_no"})
    assert bad.status_code == 401
    assert "unknown, has ended, or is one of another API" in bad.text
    assert what in bad.text
    assert bad.headers["www-authenticate"] == f'Bearer realm="{realm}", error="invalid_token"'


def test_a_misspelt_parameter_of_the_native_api_is_refused(organisation: Organisation) -> None:
    answer = organisation.native().get("/v1/activities", params={"sinse": "2026-01-01", "limit": ""})
    assert answer.status_code == 422
    known = "cursor, limit, simulator, since, trainee"
    assert answer.json()["errors"] == {"sinse": [f"sinse is not known here; there are {known}"]}
    made = organisation.native().post("/v1/simulators", json={"title": "Crane", "passpercent": 80})
    assert set(made.json()["errors"]) == {"passpercent", "collection"}
