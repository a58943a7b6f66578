"""Copies of the sources' tables in the file store, where a backup finds them; the warehouse itself is one process's."""

import logging

from sqlglot import exp

from rollbook.core.kernel.clock import LATEST
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.pieces import pieces_at
from rollbook.core.kernel.ports import FileMissing, FileStore
from rollbook.core.kernel.warehouse import DataFile, Warehouse

log = logging.getLogger("rollbook.warehouse")
FOLDER = "warehouse"
TABLES = "source_"
"""How the tables begin whose rows are nowhere else."""
ENDING = ".parquet"
MOST_BYTES = 256 * 1024**3


def copy_changed(warehouse: Warehouse, files: FileStore) -> int:
    """Copy the tables that were changed since they were copied last; how many. Blocks."""
    changed = [table for table in warehouse.take_changed() if table.startswith(TABLES)]
    for table in changed:
        try:
            _copy(warehouse, files, table)
        except BaseException:
            warehouse.put_back_changed(changed)
            raise
    return len(changed)


def _copy(warehouse: Warehouse, files: FileStore, table: str) -> None:
    key = f"{FOLDER}/{table}{ENDING}"
    if warehouse.shape(table) is None:
        files.delete(key)
        return
    path = warehouse.staging / new_uuid()
    try:
        warehouse.export(exp.select("*").from_(exp.to_table(table)), path, "parquet", quotes=False)
        files.put(key, pieces_at(path), limit=MOST_BYTES)
    finally:
        path.unlink(missing_ok=True)


def list_copies(files: FileStore) -> list[str]:
    """The keys of all copies."""
    return sorted(key for key in files.written_before(FOLDER, LATEST) if key.endswith(ENDING))


def bring_back(warehouse: Warehouse, files: FileStore) -> int:
    """Load every copy into an empty warehouse; how many. Raises `WarehouseRefused` for one that cannot be read."""
    keys = list_copies(files)
    for key in keys:
        path = warehouse.staging / new_uuid()
        try:
            with path.open("wb") as target:
                for chunk in files.open(key).chunks:
                    target.write(chunk)
            warehouse.load(key.removeprefix(f"{FOLDER}/").removesuffix(ENDING), DataFile(path=path, format="parquet"))
        except FileMissing:
            log.warning("the copy %s went away", key)
        finally:
            path.unlink(missing_ok=True)
    return len(keys)
