"""Several organisations on one server, with people who are called alike."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from rollbook.app import Server
from rollbook.core.access import limits, signin
from rollbook.core.people import registration
from rollbook.core.people.records import NewPerson, Person
from tests.conftest import Organisation, found


@pytest.fixture(autouse=True)
def _no_failures(server: Server) -> Iterator[None]:
    """Every test client comes from one address, and failed sign-ins count by address."""
    with server.database.writing() as work:
        limits.forget(work, 2**62)
    yield
    with server.database.writing() as work:
        limits.forget(work, 2**62)


@pytest.fixture
def organisations(server: Server, client: TestClient[Any], owner_hash: str) -> list[Organisation]:
    """More of them than a user name is tried in."""
    return [found(server, client, owner_hash) for _ in range(signin.TRIED + 3)]


@pytest.fixture
def username() -> str:
    """A user name that no other test has."""
    return f"ana-{uuid4().hex[:12]}@example.org"


def add(organisation: Organisation, username: str, password_hash: str) -> Person:
    """Someone who signs in by this user name."""
    with organisation.writing() as work:
        person = registration.register(work, NewPerson(first_name="Ana", last_name="Novak", username=username))
        signin.set_password(work, person, password_hash)
    return person


@pytest.fixture
def comparisons(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Every hash that a password was compared with from here on; None is nobody's."""
    compared: list[str | None] = []
    hasher: Any = type(server.services.hasher)
    verify: Callable[..., bool] = hasher.verify

    def noting(self: Any, password: str, stored: str | None) -> bool:
        compared.append(stored)
        return verify(self, password, stored)

    monkeypatch.setattr(hasher, "verify", noting)
    return compared
