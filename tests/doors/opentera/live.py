"""Servers on loopback ports with the reference data, and those who listen at them."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from rollbook.app import Server, create_app
from rollbook.cli.running import SOCKETS
from rollbook.settings import Settings
from tests.doors.opentera.callers import SERVICE_KEY, Tera, Ways
from tests.live import _running

PATIENCE_S = 20.0
"""How long a test waits for what must come, on a busy machine."""
Told = dict[str, Any]


@contextmanager
def node(folder: Path, database: str, **options: Any) -> Iterator[tuple[Server, str]]:
    """One running server: itself and its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        settings = Settings(
            data=folder, port=port, database=database, test_data="opentera", service_key=SERVICE_KEY, **options
        )
        server = Server(settings)
        config = uvicorn.Config(create_app(server), log_level="warning", **SOCKETS)
        with _running(uvicorn.Server(config), listening):
            yield server, settings.base_url


@dataclass
class Ear:
    """Someone's socket."""

    socket: ClientConnection

    def next(self) -> Told:
        """The next event, without the name of its kind's package."""
        text = self.socket.recv(timeout=PATIENCE_S)
        return event_in(str(text))

    def until(self, wanted: Callable[[Told], bool]) -> list[Told]:
        """Everything up to a certain event."""
        heard = []
        while True:
            heard.append(self.next())
            if wanted(heard[-1]):
                return heard

    def until_kind(self, kind: str) -> list[Told]:
        """Everything up to an event of a kind, or of a type."""
        return self.until(lambda told: kind in (told["kind"], told.get("type")))

    def rest(self) -> list[Told]:
        """All that still came until the server closed the socket."""
        heard: list[Told] = []
        try:
            while True:
                heard.append(self.next())
        except ConnectionClosed:
            return heard

    def close_code(self) -> tuple[int, str]:
        """How the server closed the socket, whatever came before."""
        self.rest()
        return self.socket.close_code or 0, self.socket.close_reason or ""


def event_in(text: str) -> Told:
    """The one event of a message."""
    message = json.loads(text)["message"]
    (event,) = message["events"]
    kind = event.pop("@type").removeprefix("type.googleapis.com/opentera.protobuf.")
    return {"kind": kind, "topic": message["header"]["topic"], **event}


@dataclass
class Live:
    """A running server, ways in, and the sockets that a test opened."""

    server: Server
    base_url: str
    client: httpx.Client
    opened: ExitStack = field(default_factory=ExitStack)

    @property
    def ways(self) -> Ways:
        """Callers of every kind."""
        self.client.cookies.clear()
        return Ways(self.client, self.server)  # type: ignore[arg-type]  # both clients are called alike

    def socket(self, url: str) -> Ear:
        """A socket at an address."""
        return Ear(self.opened.enter_context(connect(url, open_timeout=PATIENCE_S)))

    def user(self, name: str) -> Ear:
        """A user's socket, who heard that they are here themselves."""
        answer = self.ways.user(name).get("/user/login", with_websocket=True)
        ear = self.socket(answer.json()["websocket_url"])
        ear.until_kind("USER_CONNECTED")
        return ear

    def participant(self) -> Ear:
        """The socket of the participant who has a password."""
        ear = self.socket(self.ways.participant().get("/participant/login").json()["websocket_url"])
        ear.until_kind("PARTICIPANT_CONNECTED")
        return ear

    def device(self, device_id: int) -> Ear:
        """A device's socket."""
        ear = self.socket(self.ways.device(device_id).get("/device/login").json()["websocket_url"])
        ear.until_kind("DEVICE_CONNECTED")
        return ear

    def stream(self, caller: Tera, kind: str, **headers: str) -> Iterator[tuple[str, Told]]:
        """What comes by a stream, each with its id."""
        with self.client.stream(
            "GET", f"/api/{kind}/events", headers={**caller.headers, **headers}, timeout=PATIENCE_S
        ) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            last = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    last = value
                elif name == "data":
                    yield last, event_in(value)


@contextmanager
def living(folder: Path, database: str, **options: Any) -> Iterator[Live]:
    """A running server and ways in."""
    with (
        node(folder, database, **options) as (server, base_url),
        httpx.Client(base_url=base_url, timeout=PATIENCE_S) as client,
    ):
        yield Live(server, base_url, client)


@contextmanager
def fresh(live: Live) -> Iterator[Live]:
    """The server with the reference data as it was, and nobody there."""
    answer = live.client.get("/api/test/database/reset")
    assert answer.json() == 200, answer.text
    with live.opened:
        yield live
