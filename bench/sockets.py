"""Thousands of sockets on one process: how long an event takes to reach every one. ``python -m bench.sockets``.

Every socket is a participant's whom one device was given to; the event is what the device says of itself, so that its
audience is found by the rules of access as for any other. The clients are a process of their own, which answers pings.
"""

import argparse
import asyncio
import base64
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import bindparam

from bench.load import Request, serving
from rollbook.adapters.passwords import Argon2Passwords
from rollbook.adapters.sql import open_database
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import HOUR
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement
from rollbook.core.sessions import presence
from rollbook.core.sessions.reference import Reference
from rollbook.core.sessions.tables.devices import device_participants
from rollbook.core.sessions.tables.places import participants
from rollbook.core.sessions.tables.presence import socket_keys
from rollbook.core.sessions.viewers import Kind
from rollbook.migrations import migrate

SOCKETS = 5_000
MOST_S = 2.0
"""How long an event may take to the last of them."""
ROUNDS = 7
AT_ONCE = 100
"""Sockets that are being opened at a time."""
SPARE_FILES = 500
MASK = b"\0\0\0\0"
DEVICE_ID = 1


def allow_files(wanted: int) -> None:
    """Let this process and its children hold so many files open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(most, wanted)))
    except (ValueError, PermissionError):
        raise SystemExit(f"{wanted} open files are more than the system allows; see ulimit -Hn") from None


class Socket(asyncio.Protocol):
    """A websocket that counts what it is told and answers pings, with as little else as can be."""

    def __init__(self, request: bytes, heard: "Heard") -> None:
        self._request = request
        self._heard = heard
        self._buffer = b""
        self._is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the socket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Read the answer, then frames; a server's are never masked."""
        self._buffer += data
        if not self._is_open:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self.opened.set_exception(RuntimeError(head.decode()))
                return
            self._is_open, self._buffer = True, rest
            self.opened.set_result(None)
        while (frame := self._frame()) is not None:
            opcode, content = frame
            if opcode == 9:
                self._transport.write(bytes([0x8A, 0x80 | len(content)]) + MASK + content)
            elif opcode == 1:
                self._heard.take(content)

    def _frame(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4]), 4
        if len(buffer) < start + length:
            return None
        self._buffer = buffer[start + length :]
        return buffer[0] & 0x0F, buffer[start : start + length]

    def connection_lost(self, problem: Exception | None) -> None:
        """None may be lost while it is measured."""
        self._heard.lost += 1


class Heard:
    """What all sockets were told: each round has a mark of its own."""

    def __init__(self) -> None:
        self.lost = 0
        self.mark = b""
        self.left = 0
        self.all_heard = asyncio.Event()

    def wait_for(self, mark: str, count: int) -> None:
        """Begin a round."""
        self.mark, self.left = mark.encode(), count
        self.all_heard.clear()

    def take(self, content: bytes) -> None:
        """A message came."""
        if self.mark and self.mark in content:
            self.left -= 1
            if not self.left:
                self.all_heard.set()


async def clients() -> None:
    """The clients' process: opens sockets, then says how long each round took, told by lines on its input."""
    port, *keys = sys.stdin.readline().split()
    heard, began, gate = Heard(), time.monotonic(), asyncio.Semaphore(AT_ONCE)

    async def open_one(kind: str, key: str) -> None:
        request = (
            f"GET /wss/{kind}?id={key} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n"
        ).encode()
        async with gate:
            loop = asyncio.get_running_loop()
            _, socket = await loop.create_connection(lambda: Socket(request, heard), "127.0.0.1", int(port))
            await socket.opened

    await asyncio.gather(*(open_one(*key.split(":", 1)) for key in keys))
    print(json.dumps({"opened_s": round(time.monotonic() - began, 2)}), flush=True)
    loop = asyncio.get_running_loop()
    while line := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        heard.wait_for(line, len(keys))
        print("ready", flush=True)
        await asyncio.wait_for(heard.all_heard.wait(), 60)
        print(json.dumps({"at": time.time(), "lost": heard.lost}), flush=True)


_ADD = Statement[tuple[Any, ...]](
    participants.insert()
    .values(organisation_id=1, project_id=1, is_enabled=True, name=bindparam("name"), uuid=bindparam("uuid"))
    .returning(participants.c.id)
)
_GIVE = Statement[tuple[Any, ...]](
    device_participants.insert().values(
        organisation_id=1, device_id=DEVICE_ID, participant_id=bindparam("participant_id")
    )
)


def fill(database_url: str, count: int) -> list[str]:
    """Reference data, with so many participants whom the device was given to; keys to everyone's sockets."""
    migrate(database_url)
    database = open_database(database_url, lambda work: None)
    Reference(Argon2Passwords().hash).restore(database)
    with database.writing() as work:
        work.act_as(system_principal(1))
        keys = []
        for number in range(count):
            participant_id = work.value(_ADD, name=f"Participant {number}", uuid=new_uuid())
            work.run(_GIVE, participant_id=participant_id)
            keys.append(f"participant:{presence.make_key(work, Kind.PARTICIPANT, participant_id, 1)}")
        keys.append(f"device:{presence.make_key(work, Kind.DEVICE, DEVICE_ID, 1)}")
        work.run(Statement(socket_keys.update().values(expires_at=work.at + HOUR)))  # opening them all takes a while
    database.close()
    return keys


def measured(database_url: str, folder: Path, count: int) -> dict[str, Any]:
    """Open them all, and tell all of them something a few times."""
    keys = fill(database_url, count - 1)
    admin = {"authorization": "Basic " + base64.b64encode(b"admin:admin").decode()}
    ready = Request("GET", f"/api/user/devices?id_device={DEVICE_ID}")

    def command(port: int) -> list[str]:
        return ["rollbook", "serve", "--data", str(folder), "--port", str(port), "--database", database_url]

    with serving(command, admin, ready) as target:
        device = {"authorization": f"OpenTera {target.send(ready)[0]['device_token']}"}
        with subprocess.Popen(
            [sys.executable, "-m", "bench.sockets", "--clients"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as listening:
            assert listening.stdin is not None
            assert listening.stdout is not None
            print(target.port, *keys, file=listening.stdin, flush=True)
            opened = json.loads(listening.stdout.readline())
            rounds = []
            for number in range(ROUNDS):
                mark = f"round-{number}-"
                print(mark, file=listening.stdin, flush=True)
                assert listening.stdout.readline() == "ready\n"
                target.connect()
                before, began = target.cpu_us(), time.time()
                body = json.dumps({"status": mark, "timestamp": number}).encode()
                target.send(Request("POST", "/api/device/status", body, device))
                heard = json.loads(listening.stdout.readline())
                rounds.append((heard["at"] - began, (target.cpu_us() - before) / 1e6))
            megabytes = int(psutil.Process(target.process.pid).memory_info().rss // 1_000_000)
            listening.stdin.close()
    return {
        "sockets": count,
        **opened,
        "lost": heard["lost"],
        "event_to_all_s": round(statistics.median(took for took, _ in rounds), 3),
        "slowest_s": round(max(took for took, _ in rounds), 3),
        "server_cpu_s": round(statistics.median(cpu for _, cpu in rounds), 3),
        "server_mb": megabytes,
    }


def main() -> int:
    """Measure on a store; 1 when an event takes too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.sockets", description=__doc__)
    parser.add_argument("--sockets", type=int, default=SOCKETS)
    parser.add_argument("--database", help="an empty PostgreSQL database; without it one on SQLite is made")
    parser.add_argument("--clients", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.clients:
        asyncio.run(clients())
        return 0
    allow_files(options.sockets + SPARE_FILES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result = measured(options.database or f"sqlite:///{folder / 'rollbook.db'}", folder, options.sockets)
    print(json.dumps(result | {"most_s": MOST_S}))
    return 0 if result["event_to_all_s"] <= MOST_S and not result["lost"] else 1


if __name__ == "__main__":
    sys.exit(main())
