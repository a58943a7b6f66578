"""API keys and OAuth clients, from the command line."""

import json
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.cli.conftest import Home


def opens(client: TestClient[Any], secret: str) -> bool:
    return client.get("/v1/people", headers={"authorization": f"Bearer {secret}"}).status_code == 200


def made(home: Home, *options: str) -> Any:
    return json.loads(home.run.well("key", "create", "Sync", "--json", *options))


def states(home: Home) -> dict[int, str]:
    return {one["id"]: one["state"] for one in json.loads(home.run.well("key", "list", "--all", "--json"))}


def test_a_key_opens_until_it_is_revoked(home: Home, client: TestClient[Any]) -> None:
    key = made(home)
    assert opens(client, key["secret"])
    home.run.well("key", "revoke", str(key["number"]))
    assert not opens(client, key["secret"])
    assert states(home)[key["number"]] == "revoked"
    assert str(key["number"]) not in home.run.well("key", "list").split()


def test_rotating_leaves_the_old_one_for_a_while(home: Home, client: TestClient[Any]) -> None:
    key = made(home)
    successor = json.loads(home.run.well("key", "rotate", key["id"], "--overlap", "1h", "--json"))
    assert opens(client, key["secret"])
    assert opens(client, successor["secret"])
    json.loads(home.run.well("key", "rotate", successor["id"], "--overlap", "0s", "--json"))
    assert not opens(client, successor["secret"])
    assert states(home)[successor["number"]] == "expired"


def test_a_client_is_limited_to_its_door_and_expires(home: Home, client: TestClient[Any]) -> None:
    key = made(home, "--kind", "oauth_client", "--door", "smartarena", "--expires", "90d", "--role", "analyst")
    body = {"grant_type": "client_credentials", "client_id": key["client_id"], "client_secret": key["secret"]}
    assert client.post("/oauth/access_token", data=body).status_code == 200
    assert not opens(client, key["secret"])
    shown = next(one for one in json.loads(home.run.well("key", "list", "--json")) if one["id"] == key["number"])
    assert shown["expires_at"] - shown["created_at"] == 90 * 86_400 * 1_000_000


def test_a_velpic_access_key_is_made_rotated_with_two_alive_and_revoked(home: Home, client: TestClient[Any]) -> None:
    def opens_velpic(secret: str) -> bool:
        return client.get("/api/v2/user", headers={"AccessKey": secret}).status_code == 200

    key = made(home, "--door", "velpic")
    assert opens_velpic(key["secret"])
    assert not opens(client, key["secret"])
    successor = json.loads(home.run.well("key", "rotate", key["id"], "--overlap", "1h", "--json"))
    assert opens_velpic(key["secret"])
    assert opens_velpic(successor["secret"])
    for one in (key, successor):
        home.run.well("key", "revoke", str(one["number"]))
        assert not opens_velpic(one["secret"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create", "X", "--door", "velcro"), "There is no door 'velcro'"),
        (("create", " "), "name is required"),
        (("revoke", "999999"), "There is no key '999999'"),
        (("rotate", "no-such-key"), "There is no key 'no-such-key'"),
        (("revoke", "9" * 30), "There is no key"),
    ],
)
def test_what_is_not_there_is_named(home: Home, arguments: tuple[str, ...], told: str) -> None:
    assert told in home.run.refused("key", *arguments)


@pytest.mark.parametrize("text", ["90", "d", "-1d", "1 year", "99999999d"])
def test_a_duration_needs_a_unit(home: Home, text: str) -> None:
    result = home.run("key", "create", "X", "--expires", text)
    assert result.exit_code == 2
    assert "90d" in result.output
