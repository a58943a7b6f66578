"""DuckLake as the warehouse: Parquet in a folder or bucket that many nodes reach, its catalog in PostgreSQL.

The SQL is the same as on a file. Each node has its own DuckDB, which reads and writes the lake and holds the node's
copies of the record. What another node committed is seen by the next query.
"""

import importlib.util
import os
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from rollbook.adapters.warehouse import changes
from rollbook.adapters.warehouse.address import LakeAddress
from rollbook.adapters.warehouse.duck import DuckWarehouse, Job, Version
from rollbook.adapters.warehouse.statements import quoted, text_of
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.warehouse import COPIES, WarehouseRefused, Watch

LAKE = "lake"
OWN = "own"
SCHEMA = "rollbook_warehouse"
"""In the catalog's database, so that it may be the very database of the record."""
TRIES = 8
"""How often a change is tried that other nodes get in the way of."""
KEPT = "1 day"
"""How long files are kept that no table needs any more: a reader may still be at one."""
UNREACHED = "The warehouse's catalog cannot be reached."
_SNAPSHOT = f"SELECT id FROM {LAKE}.current_snapshot()"


class LakeWarehouse(DuckWarehouse):
    """One node's way to the lake. ``folder`` is the node's own."""

    FILE = "own.duckdb"

    def __init__(self, folder: Path, address: LakeAddress) -> None:
        super().__init__(folder)
        self._address = address

    def _attach(self, opened: duckdb.DuckDBPyConnection) -> Sequence[str]:
        address = self._address
        for name in ("ducklake", "postgres_scanner", *(["httpfs"] if address.is_on_s3 else [])):
            opened.execute(f"LOAD {text_of(extension(name))}")
        if address.is_on_s3:
            opened.execute(_secret(os.environ))
        else:
            Path(address.data).mkdir(parents=True, exist_ok=True)
        place = f"DATA_PATH {text_of(address.data)}, METADATA_SCHEMA {text_of(SCHEMA)}"
        try:
            opened.execute(f"ATTACH {text_of(f'ducklake:postgres:{address.catalog}')} AS {LAKE} ({place})")
        except duckdb.Error as problem:
            raise Fault(FaultCode.UNAVAILABLE, _unopened(problem)) from None
        opened.execute(f"CALL {LAKE}.set_option('expire_older_than', '{KEPT}')")
        opened.execute(f"CALL {LAKE}.set_option('delete_older_than', '{KEPT}')")
        return (address.data,)

    def _face(self, cursor: duckdb.DuckDBPyConnection, table: str | None = None) -> None:
        first, other = (OWN, LAKE) if table is not None and table.startswith(COPIES) else (LAKE, OWN)
        cursor.execute(f"SET search_path = '{first}.main,{other}.main'")

    def _keep_what_is_done(self, opened: duckdb.DuckDBPyConnection) -> None:
        with suppress(duckdb.TransactionException):  # another node that starts is at it
            changes.keep_what_is_done(opened)

    def _versions_of(self, tables: Sequence[str]) -> list[Version]:
        own = super()._versions_of(tables)
        if all(table.startswith(COPIES) for table in tables):
            return own
        snapshot = self._snapshot()
        return [mine if name.startswith(COPIES) else (*mine, snapshot) for name, mine in zip(tables, own, strict=True)]

    def _snapshot(self) -> int:
        """The number of the lake's state, which every change of any node raises."""
        with closing(self._connection.cursor()) as cursor:
            try:
                return int((cursor.execute(_SNAPSHOT).fetchone() or (0,))[0])
            except duckdb.Error:
                raise Fault(FaultCode.UNAVAILABLE, UNREACHED) from None

    def _transaction(self, table: str, job: Job, watch: Watch | None) -> int:
        """Again when another node changed the same table meanwhile."""
        for number in range(1, TRIES + 1):
            try:
                return super()._transaction(table, job, watch)
            except WarehouseRefused as refused:
                if not _is_conflict(refused.__cause__):
                    raise
                time.sleep(0.05 * 2**number * (1 + os.getpid() % 7) / 7)
        raise WarehouseRefused("Other servers changed the same data source again and again; try again.")

    def tidy(self) -> None:
        """Join small files, and delete those that no table has needed for a day."""
        with self._cursor() as cursor:
            cursor.execute(f"CHECKPOINT {LAKE}")


def extension(name: str) -> str:
    """The file of one of DuckDB's extensions, which come as packages. Faults: UNAVAILABLE."""
    package = f"duckdb_extension_{name}"
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        message = f"A shared warehouse needs the package {package.replace('_', '-')}: pip install 'rollbook[lake]'."
        raise Fault(FaultCode.UNAVAILABLE, message)
    return str(Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension")


def _secret(environment: "os._Environ[str]") -> str:
    """What opens the bucket, from where AWS tools have it."""
    options = {
        "KEY_ID": environment.get("AWS_ACCESS_KEY_ID"),
        "SECRET": environment.get("AWS_SECRET_ACCESS_KEY"),
        "SESSION_TOKEN": environment.get("AWS_SESSION_TOKEN"),
        "REGION": environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
    }
    if endpoint := environment.get("AWS_ENDPOINT") or environment.get("AWS_ENDPOINT_URL"):
        options |= {"ENDPOINT": urlsplit(endpoint).netloc, "URL_STYLE": "path"}
    said = [f"{name} {text_of(value)}" for name, value in options.items() if value]
    if endpoint and endpoint.startswith("http://"):
        said.append("USE_SSL false")
    return f"CREATE SECRET {quoted('rollbook')} (TYPE s3, {', '.join(said)})"


def _unopened(problem: duckdb.Error) -> str:
    if "DATA_PATH" in str(problem):
        return "The warehouse's catalog says that its files are elsewhere than its address does."
    return UNREACHED


def _is_conflict(cause: BaseException | None) -> bool:
    return isinstance(cause, duckdb.TransactionException) and "conflict" in str(cause).lower()
