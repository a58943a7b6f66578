"""An outside service that leads a session is called about it after the commit, and nowhere that it must not be."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import SimpleQueue
from typing import Any

import pytest

from tests.doors.opentera.live import PATIENCE_S, Live


@dataclass
class Led:
    """A service on a port of this machine: what it was told."""

    port: int
    answers: int = 200
    calls: "SimpleQueue[tuple[str, str, Any]]" = field(default_factory=SimpleQueue)

    def next(self) -> tuple[str, str, Any]:
        """The next call: its path, its token and its body."""
        return self.calls.get(timeout=PATIENCE_S)


@pytest.fixture
def led() -> Iterator[Led]:
    """A service that listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told.calls.put((self.path, self.headers["authorization"], body))
            self.send_response(told.answers)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told = Led(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def session_type(live: Live, hostname: str, port: int) -> int:
    """A type of sessions that a service at an address leads."""
    admin = live.ways.user("admin")
    service = {
        "id_service": 0,
        "service_name": "Rooms",
        "service_key": "RoomsService",
        "service_hostname": hostname,
        "service_port": port,
        "service_endpoint": "/rooms",
        "service_clientendpoint": "/rooms",
        "service_enabled": True,
        "service_system": False,
    }
    made = admin.post("/user/services", {"service": service})
    assert made.status_code == 200, made.text
    kind = {
        "id_session_type": 0,
        "id_service": made.json()[0]["id_service"],
        "session_type_name": "Rooms",
        "session_type_category": 1,
        "session_type_color": "#000000",
        "session_type_online": True,
        "session_type_sites": [{"id_site": 1}],
        "session_type_projects": [{"id_project": 1}],
    }
    answer = admin.post("/user/sessiontypes", {"session_type": kind})
    assert answer.status_code == 200, answer.text
    return int(answer.json()[0]["id_session_type"])


def manage(live: Live, **asked: Any) -> Any:
    """Lead a session."""
    answer = live.ways.user("admin").post("/user/sessions/manager", {"session_manage": asked})
    assert answer.status_code == 200, answer.text
    return answer.json()["session"]


def test_a_service_is_told_what_was_asked_and_what_came_of_it(live: Live, led: Led) -> None:
    type_id = session_type(live, "127.0.0.1", led.port)
    session = manage(live, action="start", id_session_type=type_id, session_users=[], parameters={"a": 1})
    path, authorization, body = led.next()
    assert path == "/rooms/sessions/manager"
    assert body["session_manage"]["action"] == "start"
    assert (body["status"], body["session"]["session_uuid"]) == ("started", session["session_uuid"])
    as_service = live.ways.by_token(authorization.removeprefix("OpenTera "))
    assert as_service.get("/service/sessions", id_session=session["id_session"]).status_code == 200
    manage(live, action="stop", id_session=session["id_session"])
    assert led.next()[2]["status"] == "stopped"


@pytest.mark.parametrize("hostname", ["10.0.0.7", "127.0.0.1"])
def test_a_service_that_does_not_take_it_is_noted_in_the_session(live: Live, led: Led, hostname: str) -> None:
    """An address inside our own network is never called; one that refuses is not asked again."""
    led.answers = 403
    type_id = session_type(live, hostname, led.port)
    session = manage(live, action="start", id_session_type=type_id, session_users=[])
    watching = live.user("admin")
    admin = live.ways.user("admin")

    def errors() -> list[str]:
        events = admin.get("/user/sessions/events", id_session=session["id_session"]).json()
        return [one["session_event_text"] for one in events if one["id_session_event_type"] == 0]

    for _ in range(200):
        if errors():
            break
        watching.socket.ping().wait(0.1)
    (text,) = errors()
    assert text.startswith("Rooms could not be told: ")
    assert led.calls.qsize() == (0 if hostname == "10.0.0.7" else 1)


def test_a_service_that_acts_itself_is_not_called(live: Live, led: Led) -> None:
    type_id = session_type(live, "127.0.0.1", led.port)
    service_id = live.ways.user("admin").get("/user/sessiontypes", id_session_type=type_id).json()[0]["id_service"]
    asked = {"action": "start", "id_session_type": type_id, "session_users": []}
    answer = live.ways.service(service_id).post("/service/sessions/manager", {"session_manage": asked})
    assert answer.json()["status"] == "started"
    manage(live, action="stop", id_session=answer.json()["session"]["id_session"])
    assert led.next()[2]["status"] == "stopped", "the first that it hears"
