"""Driving servers: a process on a port, requests over one connection, the CPU that the process spent on them."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil


@dataclass
class Request:
    """One request to send."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Target:
    """A running server."""

    process: psutil.Process
    port: int
    headers: dict[str, str]

    def __post_init__(self) -> None:
        # The kernel's number for a process's CPU clock, which counts nanoseconds; /proc counts hundredths of a second.
        self.clock = (~self.process.pid << 3) | 2

    def connect(self) -> None:
        """A new connection; a server closes one that was idle."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: Request) -> Any:
        """Send one request; the decoded answer. Raises on any status but 2xx."""
        content = self.fetch(request)
        return json.loads(content) if content else None

    def fetch(self, request: Request) -> bytes:
        """Send one request; the answer as it came. Raises on any status but 2xx."""
        headers = {"content-type": "application/json", **self.headers, **request.headers}
        self.connection.request(request.method, request.path, request.body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{request.method} {request.path}: {answer.status} {content[:500]!r}")
        return content

    def cpu_us(self) -> float:
        """CPU time of the process and its threads so far, in microseconds."""
        return time.clock_gettime_ns(self.clock) / 1000

    def cost_us(self, requests: list[Request]) -> float:
        """Mean CPU per request."""
        self.connect()
        before = self.cpu_us()
        for request in requests:
            self.send(request)
        return (self.cpu_us() - before) / len(requests)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: Callable[[int], list[str]], headers: dict[str, str], ready: Request) -> Iterator[Target]:
    """Start ``python -m …`` on a free port and wait until it answers."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", *command(port)])
    try:
        yield _wait(process, port, headers, ready)
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, headers: dict[str, str], ready: Request) -> Target:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            target = Target(psutil.Process(process.pid), port, headers)
            target.connect()
            target.send(ready)
        except OSError:
            time.sleep(0.02)
        else:
            return target
    raise RuntimeError("the server did not answer within a minute")


def interleaved(
    first: Target, second: Target, rounds: list[tuple[list[Request], list[Request]]]
) -> tuple[float, float]:
    """The two targets' cost per request, taken in turns so that both meet the same weather; the medians."""
    costs = [(first.cost_us(mine), second.cost_us(theirs)) for mine, theirs in rounds]
    middle = len(costs) // 2
    return sorted(c[0] for c in costs)[middle], sorted(c[1] for c in costs)[middle]
