"""Founding an organisation at the command line."""

import json
import stat
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from tests.cli.conftest import Command, Home


def test_the_credentials_open_the_doors(home: Home, client: TestClient[Any]) -> None:
    given = home.credentials
    assert set(given) == {"base_url", "senar", "smartarena", "velpic", "serenytics", "native", "console"}
    assert given["base_url"] == "http://127.0.0.1:8000"
    bearer = {"authorization": f"Bearer {given['native']['api_key']}"}
    people = client.get("/v1/people", headers=bearer).json()["people"]
    assert [person["roles"] for person in people] == [["owner"]]
    token = client.post("/oauth/access_token", data={"grant_type": "client_credentials", **given["smartarena"]})
    assert token.status_code == 200
    assert client.post("/api/auth/login", json=given["senar"]).status_code == 200
    users = client.get("/api/v2/user", headers={"AccessKey": given["velpic"]["access_key"]}).json()
    assert users["meta"]["totalResultCount"] == 1
    serenytics = given["serenytics"]
    assert client.get("/api/user", headers={"x-api-key": serenytics["api_key"]}).json()["num_results"] == 1
    assert client.get("/api/token", auth=(serenytics["username"], serenytics["password"])).status_code == 200


def test_each_organisations_credentials_open_its_own_when_all_owners_are_called_alike(
    database_url: str, client: TestClient[Any], tmp_path: Path
) -> None:
    run = Command(tmp_path / "data", database_url)
    names = [f"Org {uuid4().hex[:12]}" for _ in range(5)]
    for name in names:
        given = json.loads(run.well("init", "--organisation", name))
        token = client.post("/api/auth/login", json=given["senar"]).json()["Token"]
        users = client.get("/integration/data/users", headers={"authorization": f"Bearer {token}"}).json()
        assert [user["accountName"] for user in users] == [name]


def test_the_file_is_for_its_owner_alone_and_never_overwritten(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_text()
    told = home.run.refused("init", "--organisation", "Another", "--credentials", str(file))
    assert "is there already" in told
    assert file.read_text() == before


def test_without_a_file_the_secrets_are_shown(database_url: str, tmp_path: Path) -> None:
    run = Command(tmp_path / "data", database_url)
    shown = run.well(
        "init",
        "--organisation",
        f"Org {uuid4().hex}",
        "--password",
        "correct horse",
        "--public-url",
        "https://t.example",
    )
    assert json.loads(shown)["console"]["password"] == "correct horse"
    assert json.loads(shown)["base_url"] == "https://t.example"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--password", "short"], "password must have"),
        (["--credentials", "/nowhere/at/all.json"], "There is no folder"),
        (["--username", "x" * 300], "username"),
        (["--email", "not an address"], "email"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_made(
    database_url: str, tmp_path: Path, options: list[str], told: str
) -> None:
    name, run = f"Org {uuid4().hex}", Command(tmp_path / "data", database_url)
    assert told in run.refused("init", "--organisation", name, *options)
    assert "There is no organisation" in run.refused("user", "list", "--organisation", name)


def test_a_name_is_taken_once(home: Home) -> None:
    assert "exists already" in home.run.refused("init", "--organisation", home.name)
