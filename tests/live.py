"""A real server on a loopback port, for browsers and clients that speak HTTP themselves."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from rollbook.app import Server, create_app
from rollbook.core.access.founding import Founded, found_organisation
from rollbook.migrations import migrate
from rollbook.settings import Settings

PASSWORD = "correct horse battery"
OWNER = "owner@example.org"


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Founded]]:
    """A server with one organisation on SQLite in ``folder``: its address, and the ways in (the owner's are above)."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        settings = Settings(data=folder, port=port, allow_outbound=("127.0.0.0/8",))
        migrate(settings.database_url)
        server = Server(settings)
        with server.database.writing() as work:
            founded = found_organisation(
                work, "Live", username=OWNER, password_hash=server.services.hasher.hash(PASSWORD)
            )
        with _running(uvicorn.Server(uvicorn.Config(create_app(server), log_level="warning")), listening):
            yield settings.base_url, founded


@contextmanager
def _running(running: uvicorn.Server, listening: socket.socket) -> Iterator[None]:
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not running.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the live server did not start")
        time.sleep(0.01)  # uvicorn has no event to wait for
    try:
        yield
    finally:
        running.should_exit = True
        thread.join(20)
