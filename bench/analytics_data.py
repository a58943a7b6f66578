"""The tables that the analysts' cases run on, always the same, and a server with one of them loaded."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from bench.load import Request, Target, serving
from rollbook.adapters.passwords import Argon2Passwords
from rollbook.adapters.sql import open_database
from rollbook.app import before_commit
from rollbook.core.access.founding import found_organisation
from rollbook.migrations import migrate

MANY = 10_000_000
MILLION = 1_000_000
TABLE = "sales"
SALES = """
    SELECT i AS id, 'country ' || (i * 7919 % 40) AS country, 'product ' || (i * 104729 % 2000) AS product,
           (i * 31) % 500 AS sold, (i % 10007) / 7.0 AS price,
           TIMESTAMP '2020-01-01' + to_seconds(i * 13 % 189216000) AS at
    FROM range({rows}) numbers(i)
"""
LOADED_WITHIN_S = 300
OWNER, PASSWORD = "owner", "what the bench signs in with"


def bare(path: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB file without anything of ours, with the memory that ours has."""
    connection = duckdb.connect(str(path))
    connection.execute("SET enable_progress_bar = false")
    return connection


def write_sales(path: Path, rows: int, options: str) -> Path:
    """A file of sales."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({SALES.format(rows=rows)}) TO '{path}' ({options})")
    return path


class Analyst:
    """A server, as someone who loads data into it and asks about it."""

    def __init__(self, target: Target, port_headers: dict[str, str]) -> None:
        self.target = target
        self.headers = port_headers

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """A request with a JSON body."""
        content = None if body is None else json.dumps(body).encode()
        return self.target.send(Request(method, path, content))

    def another(self) -> "Analyst":
        """The same on a connection of its own, for another thread."""
        target = Target(self.target.process, self.target.port, self.headers)
        target.connect()
        return Analyst(target, self.headers)

    def source(self, name: str) -> str:
        """A new data source; its uuid."""
        self.target.connect()  # the server closes one that was idle
        made = self.send("POST", "/api/data_source", {"name": name, "type": "Storage", "jsonContent": {}})
        return str(made["uuid"])

    def load(self, uuid: str, file: Path) -> None:
        """Load a file, and wait until it is there."""
        self.target.connect()
        self.send("PUT", f"/api/data_source/{uuid}", {"originalFileName": file.name})
        raw = {"content-type": "application/octet-stream"}
        self.target.send(Request("POST", f"/api/data_source/{uuid}/file", file.read_bytes(), raw))
        task = self.send("POST", f"/api/data_source/{uuid}/reload_from_file", {})["task_id"]
        deadline = time.monotonic() + LOADED_WITHIN_S
        while (stands := self.send("GET", f"/api/task/{task}"))["status"] == "pending":
            if time.monotonic() > deadline:
                raise RuntimeError("the file was not loaded in time")
            time.sleep(0.1)
        if stands["status"] != "ok":
            raise RuntimeError(str(stands))

    def ask(self, uuid: str, step: dict[str, Any]) -> bytes:
        """The answer to a question of one step, as it came: to read it is the caller's own work."""
        body = json.dumps({"order": "row_by_row", "data_processing_pipeline": [step]}).encode()
        answer = self.target.fetch(Request("POST", f"/api/formatted_data/{uuid}", body))
        if b'"status":"ok"' not in answer:
            raise RuntimeError(answer[:500].decode())
        return answer


@contextmanager
def analysing(folder: Path) -> Iterator[Analyst]:
    """A server with an empty record on SQLite."""
    url = f"sqlite:///{folder / 'rollbook.db'}"
    migrate(url)
    database = open_database(url, before_commit)
    try:
        with database.writing() as work:
            founded = found_organisation(work, "Bench", username=OWNER, password_hash=Argon2Passwords().hash(PASSWORD))
    finally:
        database.close()
    headers = {"x-api-key": founded.api_key}

    def command(port: int) -> list[str]:
        return ["rollbook", "serve", "--data", str(folder), "--port", str(port), "--database", url]

    with serving(command, headers, Request("GET", "/api/folder")) as target:
        yield Analyst(target, headers)
