"""The server as people run it: the command in a process of its own, which can be killed."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from tests.conftest import _as_url
from tests.environment import postgres_url, skip_or_fail

START_S = 120
"""Far more than it takes; a machine that runs other tests beside may be slow."""


class Rollbook:
    """One record, and a server on it that can be started, killed and started again."""

    def __init__(self, folder: Path, database: str | None, *options: str, is_founded: bool = True) -> None:
        self._store = ["--data", str(folder / "data"), *(["--database", database] if database else [])]
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("ROLLBOOK_")}
        self.credentials: Any = None
        self.url = ""
        if not is_founded:
            return
        secrets = folder / "credentials.json"
        self._run("init", *self._store, "--organisation", "Luka", "--credentials", str(secrets))
        self.credentials = json.loads(secrets.read_text())

    def _run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "rollbook", *arguments]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=START_S, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self, *options: str) -> None:
        """Serve on a free port, perhaps with more options this time; returns when the server answers."""
        command = [sys.executable, "-m", "rollbook", "serve", *self._store, "--port", "0", *self._options, *options]
        self._process = subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        deadline = time.monotonic() + START_S
        while "http://" not in (line := self._read_line(deadline)):
            assert line, "the server ended before it answered"
        self.url = "http://" + line.strip().partition("http://")[2]

    def _read_line(self, deadline: float) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], max(0, deadline - time.monotonic()))
        assert ready, "the server did not start in time"
        return self._process.stdout.readline()

    def kill(self) -> None:
        """SIGKILL: nothing is said, nothing is finished."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """SIGTERM, and wait."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=30)
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()

    def native(self) -> httpx.Client:
        """The native API with the first key."""
        key = self.credentials["native"]["api_key"]
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {key}"}, timeout=30)


@contextmanager
def rollbook(folder: Path, store: str, *options: str, is_founded: bool = True) -> Iterator[Rollbook]:
    """A new record on a store, with one organisation unless told otherwise; the server is not started yet."""
    if store == "sqlite":
        made = Rollbook(folder, None, *options, is_founded=is_founded)
        try:
            yield made
        finally:
            made.stop()
        return
    base = postgres_url()
    if base is None:
        skip_or_fail("postgres", "no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES")
    name = f"rollbook_{uuid4().hex}"
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    url = _as_url(psycopg.conninfo.make_conninfo(base, dbname=name))
    made = Rollbook(folder, url, *options, is_founded=is_founded)
    try:
        yield made
    finally:
        made.stop()
        with psycopg.connect(base, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
