"""A webhook receiver of a customer's: a web server on loopback that can be down, slow, or send callers elsewhere."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec


class Message(msgspec.Struct, frozen=True):
    """One request as it came, and what was answered."""

    path: str
    headers: dict[str, str]
    body: bytes
    answered: int


class Reaction(msgspec.Struct, frozen=True):
    """What to answer a request with, and what to wait for before."""

    status: int = 200
    location: str | None = None
    takes_s: float = 0


class Receiver:
    """Keeps what it is sent, in the order in which it answered."""

    def __init__(self, react: Callable[[int, str], Reaction]) -> None:
        """``react`` is given how many requests came before, and the path."""
        self._react = react
        self._changed = threading.Condition()
        self._came = 0
        self._never = threading.Event()
        self.messages: list[Message] = []
        self.url = ""

    def handle(self, path: str, headers: dict[str, str], body: bytes) -> Reaction:
        """Decide on a request and keep it."""
        with self._changed:
            reaction = self._react(self._came, path)
            self._came += 1
        self._never.wait(reaction.takes_s)
        with self._changed:
            self.messages.append(Message(path, headers, body, reaction.status))
            self._changed.notify_all()
        return reaction

    def accepted(self) -> list[Message]:
        """What it took, in order."""
        return [message for message in self.messages if message.answered == 200]

    def wait_until(self, is_enough: Callable[["Receiver"], bool], timeout_s: float) -> None:
        """Wait until what has come is enough; fail the test when it takes too long."""
        with self._changed:
            assert self._changed.wait_for(lambda: is_enough(self), timeout_s), f"{len(self.accepted())} were accepted"


@contextmanager
def receiving(react: Callable[[int, str], Reaction] = lambda count, path: Reaction()) -> Iterator[Receiver]:
    """A receiver that runs for as long as the block lasts."""
    receiver = Receiver(react)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender died in the middle of it
                self.close_connection = True
                return
            reaction = receiver.handle(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(reaction.status)
            if reaction.location:
                self.send_header("location", reaction.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
