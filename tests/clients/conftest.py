"""A server that answers on a socket of this process, so that a test can move its clock."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn

from rollbook.app import Server, create_app
from rollbook.core.access.founding import Founded, found_organisation
from rollbook.settings import Settings
from tests.conftest import new_database

STARTS_WITHIN_S = 20


@dataclass
class LiveServer:
    """A running server. ``url`` is its address, without a slash at its end."""

    server: Server
    url: str

    def found(self) -> Founded:
        """Found an organisation with a name that no other test has."""
        name = f"Org {uuid4().hex[:12]}"
        with self.server.database.writing() as work:
            return found_organisation(work, name, username=f"owner@{name[4:]}.example.org", password_hash="none")


@pytest.fixture(scope="session")
def database_url(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own, for the live server's workers would do what other tests want to see waiting."""
    yield from new_database(store, tmp_path_factory)


@pytest.fixture(scope="session")
def live_server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server on each store, on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = Server(Settings(data=tmp_path_factory.mktemp("live"), database=database_url, port=port))
    config = uvicorn.Config(create_app(server), loop="uvloop", http="httptools", log_config=None, access_log=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not running.started:
        assert thread.is_alive(), "the server ended before it answered"
        assert time.monotonic() < deadline, "the server did not start in time"
        thread.join(0.01)
    yield LiveServer(server, f"http://127.0.0.1:{port}")
    running.should_exit = True
    thread.join(30)


@pytest.fixture
def http(live_server: LiveServer) -> Iterator[httpx.Client]:
    """A plain HTTP client of the live server."""
    with httpx.Client(base_url=live_server.url, timeout=20) as client:
        yield client


@pytest.fixture
def founded(live_server: LiveServer) -> Founded:
    """An organisation of the test's own, with its keys."""
    return live_server.found()


@pytest.fixture
def client_form(founded: Founded) -> dict[str, Any]:
    """The body of a token request that is answered with a token."""
    return {
        "grant_type": "client_credentials",
        "client_id": founded.client_id,
        "client_secret": founded.client_secret,
    }
