"""Copies of the warehouse's tables, from which a backup takes them."""

from pathlib import Path

import pytest
from sqlglot import exp

from rollbook.adapters.files import file_store_from
from rollbook.adapters.warehouse.duck import DuckWarehouse
from rollbook.core.analytics import copies
from rollbook.core.kernel.ports import FileStore, FileStoreFailed
from rollbook.core.kernel.warehouse import Insert

FIRST, SECOND, SNAPSHOT = "source_1", "source_2", "record_1_people"


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    """An empty file store."""
    return file_store_from(None, tmp_path / "files")


def opened(folder: Path) -> DuckWarehouse:
    """A warehouse in a folder; the test closes it."""
    return DuckWarehouse(folder)


def test_only_what_changed_is_copied_and_comes_back(tmp_path: Path, files: FileStore) -> None:
    warehouse = opened(tmp_path / "one")
    for table in (FIRST, SECOND, SNAPSHOT):
        warehouse.apply(table, [Insert([{"a": table}])])
    assert copies.copy_changed(warehouse, files) == 2
    assert copies.copy_changed(warehouse, files) == 0
    warehouse.apply(FIRST, [Insert([{"a": "more"}])])
    warehouse.drop(SECOND)
    assert copies.copy_changed(warehouse, files) == 2
    assert copies.list_copies(files) == [f"warehouse/{FIRST}.parquet"]
    warehouse.close()
    again = opened(tmp_path / "two")
    assert copies.bring_back(again, files) == 1
    assert again.query(exp.select("a").from_(FIRST)).rows == [(FIRST,), ("more",)]
    again.close()


def test_after_a_start_everything_counts_as_changed(tmp_path: Path, files: FileStore) -> None:
    warehouse = opened(tmp_path / "one")
    warehouse.apply(FIRST, [Insert([{"a": 1}])])
    warehouse.take_changed()
    warehouse.close()
    again = opened(tmp_path / "one")
    assert again.shape(FIRST) is not None
    assert copies.copy_changed(again, files) == 1
    again.close()


def test_what_could_not_be_copied_is_copied_later(
    tmp_path: Path, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = opened(tmp_path / "one")
    warehouse.apply(FIRST, [Insert([{"a": 1}])])

    def fails(*_: object, **__: object) -> None:
        raise FileStoreFailed("no space")

    with monkeypatch.context() as patch:
        patch.setattr(files, "put", fails)
        with pytest.raises(FileStoreFailed):
            copies.copy_changed(warehouse, files)
    assert copies.copy_changed(warehouse, files) == 1
    assert list(warehouse.staging.iterdir()) == []
    warehouse.close()
