"""The warehouses that tests run on: a file, and a lake in a folder or a bucket with its catalog in PostgreSQL."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from rollbook.adapters.warehouse.address import read_address
from rollbook.adapters.warehouse.duck import DuckWarehouse
from rollbook.adapters.warehouse.lake import LakeWarehouse
from tests.adapters.s3_server import s3_server
from tests.environment import postgres_url, skip_or_fail

WAREHOUSES = ("file", "lake")
EXTENSIONS = ("ducklake", "postgres_scanner", "httpfs")


@contextmanager
def warehouse_of(kind: str, folder: Path) -> Iterator[DuckWarehouse]:
    """An empty warehouse, which goes away with the block."""
    if kind == "file":
        made = DuckWarehouse(folder)
        try:
            yield made
        finally:
            made.close()
        return
    with lake_url(f"{folder}/data") as url, lake_node(url, folder / "node") as lake:
        yield lake


@contextmanager
def lake_node(url: str, folder: Path) -> Iterator[LakeWarehouse]:
    """One server's way to a lake."""
    made = LakeWarehouse(folder, read_address(url))
    try:
        yield made
    finally:
        made.close()


@contextmanager
def lake_url(data: str) -> Iterator[str]:
    """The address of a lake whose files are there, with a catalog that goes away with the block."""
    if missing := [name for name in EXTENSIONS if importlib.util.find_spec(f"duckdb_extension_{name}") is None]:
        skip_or_fail("lake", f"not installed: DuckDB's extensions {', '.join(missing)}")
    base = postgres_url()
    if base is None:
        skip_or_fail("postgres", "no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES")
    name = f"rollbook_lake_{uuid4().hex}"
    parts = psycopg.conninfo.conninfo_to_dict(base)
    options = "&".join(f"{key}={value}" for key, value in parts.items() if key != "dbname")
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"ducklake:postgresql:///{name}?{options}&data={data}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A place in an S3 on loopback, which the environment opens."""
    with s3_server() as server:
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_REGION", "eu-central-1")
        yield "s3://lake/tables"
