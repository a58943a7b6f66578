"""People who sign in, from the command line."""

import json
from typing import Any

import pytest
from litestar.testing import TestClient

from rollbook.app import Server
from rollbook.core.access.signin import sign_in
from rollbook.core.kernel.faults import Fault
from tests.cli.conftest import Home

ANA = ("--first-name", "Ana", "--last-name", "Novak")


def listed(home: Home, *options: str) -> list[dict[str, Any]]:
    return list(json.loads(home.run.well("user", "list", "--json", *options)))


def signs_in(server: Server, username: str, password: str) -> bool:
    services = server.services
    try:
        sign_in(services.database, services.hasher, username, password, door="console", address=username)
    except Fault:
        return False
    return True


def test_someone_is_added_with_roles_and_can_sign_in(home: Home, server: Server) -> None:
    email = f"ana@{home.name[4:]}.example"
    shown = home.run.well("user", "add", *ANA, "--email", email, "--role", "hr_manager", "--generate-password")
    password = shown.splitlines()[-1].removeprefix("Password: ")
    assert [(p["username"], p["roles"]) for p in listed(home, "--role", "hr_manager")] == [(email, ["hr_manager"])]
    assert signs_in(server, email, password)


def test_a_password_comes_from_standard_input(home: Home, server: Server) -> None:
    email = f"bor@{home.name[4:]}.example"
    home.run.well("user", "add", *ANA, "--email", email, "--password-stdin", given="correct horse\n")
    assert signs_in(server, email, "correct horse")
    home.run.well("user", "password", email, "--password-stdin", given="another horse\n")
    assert not signs_in(server, email, "correct horse")
    assert signs_in(server, email, "another horse")
    assert "password must have" in home.run.refused("user", "password", email, "--password-stdin", given="x\n")
    assert "no terminal" in home.run.refused("user", "password", email)


def test_setting_a_password_ends_sessions_even_when_it_is_the_same(home: Home, client: TestClient[Any]) -> None:
    email = f"vid@{home.name[4:]}.example"
    home.run.well("user", "add", *ANA, "--email", email, "--password-stdin", given="correct horse\n")
    login = {"username": email, "password": "correct horse"}
    token = client.post("/api/auth/login", json=login).json()["Token"]
    bearer = {"authorization": f"Bearer {token}"}
    assert client.get("/integration/data/users", headers=bearer).status_code == 200
    said = home.run.well("user", "password", email, "--password-stdin", given="correct horse\n")
    assert "their sessions have ended" in said
    assert client.get("/integration/data/users", headers=bearer).status_code == 401
    assert client.post("/api/auth/login", json=login).status_code == 200


def test_inactivating_shuts_out_and_activating_lets_in(home: Home, server: Server) -> None:
    email = f"cene@{home.name[4:]}.example"
    home.run.well("user", "add", *ANA, "--email", email, "--password-stdin", given="correct horse\n")
    home.run.well("user", "inactivate", email)
    assert not signs_in(server, email, "correct horse")
    assert [p["username"] for p in listed(home, "--inactive")] == [email]
    home.run.well("user", "activate", email)
    assert signs_in(server, email, "correct horse")


def test_roles_are_given_and_taken(home: Home) -> None:
    home.run.well("user", "add", *ANA, "--username", "dana")
    assert home.run.well("user", "role", "dana", "--add", "instructor", "--remove", "learner") == "dana: instructor\n"
    assert "last owner" in home.run.refused("user", "role", home.owner, "--remove", "owner")
    assert "last owner" in home.run.refused("user", "inactivate", home.owner)


def test_a_list_is_lines_for_programs_and_can_be_searched(home: Home) -> None:
    home.run.well("user", "add", *ANA, "--username", "eva", "--email", "eva@example.org")
    assert home.run.well("user", "list", "--search", "eva@ex").startswith("eva\tAna Novak\teva@example.org\tlearner")
    assert home.run.well("user", "list", "--search", "nobody at all") == ""


@pytest.mark.parametrize("command", ["password", "inactivate", "activate", "role"])
def test_a_stranger_is_named(home: Home, command: str) -> None:
    options = ["--generate"] if command == "password" else []
    assert "nobody with the user name 'nobody'" in home.run.refused("user", command, "nobody", *options)


def test_what_is_done_here_is_in_the_audit_trail(home: Home, client: TestClient[Any]) -> None:
    home.run.well("user", "add", *ANA, "--username", "fani")
    bearer = {"authorization": f"Bearer {home.credentials['native']['api_key']}"}
    changes = client.get("/v1/changes", headers=bearer).json()["changes"]
    assert [change["door"] for change in changes if change["type"] == "person.created"] == ["setup", "cli"]
