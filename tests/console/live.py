"""A server on a loopback port with the sample record, for browsers.

`python -m tests.console.live [PORT]` serves it to look at.
"""

import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from rollbook.app import Server, create_app
from rollbook.migrations import migrate
from rollbook.settings import Settings
from tests.console.record import PASSWORD, Filled, fill


@dataclass
class Live:
    """Where the server is, and who can sign in."""

    url: str
    filled: Filled
    server: Server


@contextmanager
def served(data: Path, port: int = 0) -> Iterator[Live]:
    """The server, for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    settings = Settings(data=data, port=port)
    migrate(settings.database_url)
    server = Server(settings)
    filled = fill(server)
    web = uvicorn.Server(uvicorn.Config(create_app(server), port=port, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    while not web.started:
        time.sleep(0.02)
    try:
        yield Live(f"http://127.0.0.1:{port}", filled, server)
    finally:
        web.should_exit = True
        thread.join()


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 8020) as live,
    ):
        print(f"{live.url} as {live.filled.owner}, password {PASSWORD!r}", flush=True)
        threading.Event().wait()
