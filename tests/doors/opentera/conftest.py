"""A server with the reference data on each store, put back before each test, and callers of every kind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from rollbook.app import Server, create_app
from rollbook.settings import Settings
from tests.conftest import new_database
from tests.doors.opentera.callers import SERVICE_KEY, USERS, Tera, Ways, basic, signed
from tests.doors.opentera.live import Live, fresh, living

__all__ = ["SERVICE_KEY", "USERS", "Tera", "Ways", "basic", "signed"]


@pytest.fixture(scope="session")
def tera_database(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own: a server for tests holds nothing else."""
    yield from new_database(store, tmp_path_factory)


@pytest.fixture(scope="session")
def tera_server(tera_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, without a socket."""
    folder: Path = tmp_path_factory.mktemp("tera_data")
    settings = Settings(data=folder, database=tera_database, test_data="opentera", service_key=SERVICE_KEY)
    server = Server(settings)
    yield server
    server.close()


@pytest.fixture(scope="session")
def tera_client(tera_server: Server) -> Iterator[TestClient[Any]]:
    """HTTP to the server."""
    with TestClient(create_app(tera_server, with_workers=False), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def tera(tera_client: TestClient[Any], tera_server: Server) -> Ways:
    """The server with the reference data as it was in the beginning."""
    answer = tera_client.get("/api/test/database/reset")
    assert (answer.status_code, answer.json()) == (200, 200), answer.text
    tera_client.cookies.clear()
    return Ways(tera_client, tera_server)


@pytest.fixture(scope="session")
def live_database(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database for servers that listen."""
    yield from new_database(store, tmp_path_factory)


@pytest.fixture(scope="session")
def living_server(live_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server that listens, with its workers."""
    with living(tmp_path_factory.mktemp("live"), live_database, allow_outbound=("127.0.0.0/8",)) as made:
        yield made


@pytest.fixture
def live(living_server: Live) -> Iterator[Live]:
    """The server with the reference data as it was, and nobody there."""
    with fresh(living_server) as made:
        yield made
