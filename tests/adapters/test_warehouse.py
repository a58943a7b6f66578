"""The warehouse: loads, batches and pushes that are there whole or not at all, and readers beside them."""

import gzip
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from rollbook.adapters.warehouse import cache
from rollbook.adapters.warehouse.duck import DuckWarehouse
from rollbook.core.kernel.warehouse import (
    Column,
    DataFile,
    Delete,
    Format,
    Insert,
    Kind,
    Operation,
    Result,
    Upsert,
    WarehouseCalledOff,
    WarehouseRefused,
)
from tests.warehouses import WAREHOUSES, warehouse_of

SALES = "id;quarter;sales;day\n1;Qé;120;2026-01-31\n2;Q2;80.5;2026-02-28\n"


@pytest.fixture(params=WAREHOUSES)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DuckWarehouse]:
    """An empty one."""
    with warehouse_of(request.param, tmp_path) as made:
        yield made


def everything(warehouse: DuckWarehouse, table: str = "t") -> list[tuple[Any, ...]]:
    """All rows, in some order."""
    return sorted(warehouse.query(exp.select("*").from_(exp.to_table(table))).rows, key=repr)


def file(warehouse: DuckWarehouse, content: bytes | str, format: Format = "csv", **given: Any) -> DataFile:
    """A file that lies ready to be loaded."""
    path = warehouse.staging / f"file-{len(list(warehouse.staging.iterdir()))}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return DataFile(path=path, format=format, **given)


def kinds(warehouse: DuckWarehouse, table: str = "t") -> dict[str, Kind]:
    """The columns' kinds by name."""
    shape = warehouse.shape(table)
    assert shape is not None
    return {column.name: column.kind for column in shape.columns}


def test_a_file_becomes_a_table_with_the_kinds_that_are_in_it(warehouse: DuckWarehouse) -> None:
    assert warehouse.load("t", file(warehouse, SALES, separator=";")) == 2
    assert kinds(warehouse) == {"id": "int", "quarter": "str", "sales": "float", "day": "datetime"}
    shape = warehouse.shape("t")
    assert shape is not None
    assert shape.named("day") == Column("day", "datetime", is_date=True)


def test_a_zipped_file_is_read_and_the_separator_found(warehouse: DuckWarehouse) -> None:
    assert warehouse.load("t", file(warehouse, gzip.compress(SALES.encode()), "csv.gz")) == 2
    assert list(kinds(warehouse)) == ["id", "quarter", "sales", "day"]


def test_kinds_can_be_forced(warehouse: DuckWarehouse) -> None:
    warehouse.load("t", file(warehouse, SALES, separator=";", kinds={"id": "str", "sales": "float"}))
    assert kinds(warehouse)["id"] == "str"
    with pytest.raises(WarehouseRefused, match="no column 'none'"):
        warehouse.load("t", file(warehouse, SALES, separator=";", kinds={"none": "str"}))


def test_a_number_that_is_text_keeps_its_zeros(warehouse: DuckWarehouse) -> None:
    warehouse.load("t", file(warehouse, "id,n\n007,1\n", kinds={"id": "str"}))
    warehouse.merge("t", file(warehouse, "id,n\n008,2\n007,3\n"), "id")
    assert everything(warehouse) == [("007", 3), ("008", 2)]


@pytest.mark.parametrize("written", ["nan", "NaN", "inf", "-Infinity"])
def test_what_is_no_number_in_a_file_is_nothing_and_in_a_row_refused(warehouse: DuckWarehouse, written: str) -> None:
    warehouse.load("t", file(warehouse, f"id,n\n1,0.5\n2,{written}\n3,\n", kinds={"n": "float"}))
    warehouse.merge("t", file(warehouse, f"id,n\n4,{written}\n5,1.5\n"), "id")
    assert everything(warehouse) == [(1, 0.5), (2, None), (3, None), (4, None), (5, 1.5)]
    with pytest.raises(WarehouseRefused, match="row 1: the column 'n' holds float"):
        warehouse.apply("t", [Insert([{"id": 6, "n": written}])])


def test_a_line_far_down_that_does_not_fit_widens_its_column(warehouse: DuckWarehouse) -> None:
    lines = "".join(f"{number}\n" for number in range(60_000))
    assert warehouse.load("t", file(warehouse, f"a\n{lines}seven\n")) == 60_001
    assert kinds(warehouse) == {"a": "str"}


def test_a_reload_may_change_the_columns(warehouse: DuckWarehouse) -> None:
    warehouse.load("t", file(warehouse, SALES, separator=";"))
    before = warehouse.shape("t")
    warehouse.load("t", file(warehouse, "a,b\nx,true\n"))
    after = warehouse.shape("t")
    assert kinds(warehouse) == {"a": "str", "b": "bool"}
    assert before is not None
    assert after is not None
    assert after.version != before.version


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xfe\x00\x81", "csv"),
        (b"not zipped", "csv.gz"),
        (b"not parquet", "parquet"),
        ((",".join(f"c{n}" for n in range(10_000)) + "\n").encode() * 2, "csv"),
        (b"", "csv"),
        (b"a\x00b,c\n1,2\n", "csv"),
        (b"x" * 300 + b",c\n1,2\n", "csv"),
    ],
)
def test_a_file_that_cannot_be_taken_changes_nothing(warehouse: DuckWarehouse, content: bytes, kind: Format) -> None:
    warehouse.load("t", file(warehouse, SALES, separator=";"))
    before = everything(warehouse)
    with pytest.raises(WarehouseRefused) as refused:
        warehouse.load("t", file(warehouse, content, kind))
    assert "/" not in refused.value.reason, "no path of ours is told"
    assert everything(warehouse) == before


def test_merging_replaces_by_key_ignores_new_columns_and_the_last_of_two_counts(warehouse: DuckWarehouse) -> None:
    warehouse.load("t", file(warehouse, "id,name,n\n1,a,1\n2,b,2\n"))
    assert warehouse.merge("t", file(warehouse, "id,n,new\n2,20,x\n3,30,y\n3,31,z\n"), "id") == 3
    assert everything(warehouse) == [(1, "a", 1), (2, None, 20), (3, None, 31)]
    with pytest.raises(WarehouseRefused, match="no column 'id'"):
        warehouse.merge("t", file(warehouse, "n\n1\n"), "id")
    with pytest.raises(WarehouseRefused, match="no value in the primary key"):
        warehouse.merge("t", file(warehouse, "id,n\n,1\n9,2\n"), "id")


@pytest.mark.parametrize("by_file", [True, False])
def test_one_row_is_left_of_those_that_had_the_same_key(warehouse: DuckWarehouse, by_file: bool) -> None:
    warehouse.load("t", file(warehouse, "id,name,n\n1,a,1\n1,b,2\n2,c,3\n"))
    if by_file:
        warehouse.merge("t", file(warehouse, "id,name,n\n1,d,4\n3,e,5\n"), "id")
    else:
        warehouse.apply("t", [Upsert("id", [{"id": 1, "name": "d", "n": 4}, {"id": 3, "name": "e", "n": 5}])])
    assert everything(warehouse) == [(1, "d", 4), (2, "c", 3), (3, "e", 5)]


def test_keys_that_are_the_same_once_they_are_read_are_one(warehouse: DuckWarehouse) -> None:
    warehouse.load("t", file(warehouse, "id,n\n1,1\n"))
    warehouse.apply("t", [Upsert("id", [{"id": "2", "n": 2}, {"id": 2, "n": 3}])])
    warehouse.apply("t", [Upsert("id", [{"id": 1}])])
    assert everything(warehouse) == [(1, None), (2, 3)]


def test_a_table_of_the_key_alone_takes_its_rows(warehouse: DuckWarehouse) -> None:
    warehouse.load("t", file(warehouse, "id\n1\n2\n"))
    warehouse.merge("t", file(warehouse, "id\n2\n3\n"), "id")
    assert everything(warehouse) == [(1,), (2,), (3,)]


def test_operations_are_done_in_their_order(warehouse: DuckWarehouse) -> None:
    given: list[Operation] = [
        Insert([{"id": 1, "country": "FR", "n": 10}, {"id": 2, "country": "US", "n": 2}]),
        Upsert("id", [{"id": 1, "country": "FR", "n": 50}, {"id": 5, "country": "US", "n": 13}]),
        Delete("id", [2, 4]),
        Insert([{"id": 2, "country": "SI", "n": None}]),
    ]
    assert warehouse.apply("t", given) == 5
    assert everything(warehouse) == [(1, "FR", 50), (2, "SI", None), (5, "US", 13)]


def test_named_operations_are_done_once_even_after_a_restart(tmp_path: Path) -> None:
    operations: list[Operation] = [Insert([{"a": 1}]), Delete("a", [7]), Insert([{"a": 2}])]
    for _ in range(2):
        warehouse = DuckWarehouse(tmp_path)
        assert [warehouse.apply("t", operations, once="task") for _ in range(2)] == [2, 2]
        assert everything(warehouse) == [(1,), (2,)]
        warehouse.close()


def test_named_operations_that_failed_were_not_done(warehouse: DuckWarehouse) -> None:
    warehouse.apply("t", [Insert([{"a": 1}])])
    with pytest.raises(WarehouseRefused):
        warehouse.apply("t", [Insert([{"a": "x"}])], once="task")
    warehouse.apply("t", [Insert([{"a": 2}])], once="task")
    assert everything(warehouse) == [(1,), (2,)]


def test_one_bad_row_changes_nothing_and_is_named(warehouse: DuckWarehouse) -> None:
    warehouse.apply("t", [Insert([{"sales": 3.5, "n": 1}])])
    with pytest.raises(WarehouseRefused) as refused:
        warehouse.apply("t", [Insert([{"sales": 1}]), Insert([{"sales": 2}, {"sales": "3,4"}])])
    assert refused.value.reason.startswith(
        'invalid data "3,4" was pushed and is incompatible with current table column types (row 2'
    )
    assert everything(warehouse) == [(3.5, 1)]


@pytest.mark.parametrize(
    "bad",
    [{"n": 1.5}, {"n": 2**63}, {"n": True, "d": "x"}, {"d": "2026-13-01"}, {"b": 2}, {"n": []}, {"d": False}, {"d": 7}],
)
def test_values_are_held_to_the_kind_of_their_column(warehouse: DuckWarehouse, bad: dict[str, Any]) -> None:
    warehouse.apply("t", [Insert([{"n": 1, "d": "2026-01-01T10:00:00Z", "b": True, "s": "x"}])])
    assert kinds(warehouse) == {"n": "int", "d": "datetime", "b": "bool", "s": "str"}
    with pytest.raises(WarehouseRefused, match="invalid data"):
        warehouse.apply("t", [Insert([bad])])


def test_a_batch_ignores_new_columns_and_a_push_adds_them(warehouse: DuckWarehouse) -> None:
    warehouse.apply("t", [Insert([{"a": 1}])])
    warehouse.apply("t", [Insert([{"a": 2, "b": "x"}])])
    assert kinds(warehouse) == {"a": "int"}
    warehouse.apply("t", [Insert([{"a": 3, "b": "x"}])], adds_columns=True)
    assert everything(warehouse) == [(1, None), (2, None), (3, "x")]


@pytest.mark.parametrize("names", [["a", "A"], ["  "], ["x" * 300], ["a\x00"]])
def test_names_that_no_table_can_have_are_refused(warehouse: DuckWarehouse, names: list[str]) -> None:
    with pytest.raises(WarehouseRefused):
        warehouse.apply("t", [Insert([dict.fromkeys(names, 1)])])
    assert warehouse.shape("t") is None


def test_hostile_names_are_names(warehouse: DuckWarehouse) -> None:
    names = ['a"; DROP TABLE t; --', "'", "é b", "select", "$1", "%s"]
    warehouse.apply("t", [Insert([dict.fromkeys(names, "'; --")])])
    assert list(kinds(warehouse)) == names
    assert everything(warehouse) == [("'; --",) * 6]


def test_a_table_is_filled_cell_by_cell(warehouse: DuckWarehouse) -> None:
    columns = [Column("id", "int"), Column("at", "datetime"), Column("on", "datetime", is_date=True)]
    assert warehouse.fill("t", columns, ([n, None, None] for n in range(120_000))) == 120_000
    assert warehouse.fill("t", columns, []) == 0
    assert kinds(warehouse) == {"id": "int", "at": "datetime", "on": "datetime"}


def test_an_answer_is_given_again_until_its_table_changes(warehouse: DuckWarehouse) -> None:
    warehouse.apply("t", [Insert([{"a": 1}])])
    total = exp.select("sum(a)").from_("t")
    first = warehouse.query(total)
    assert warehouse.query(total.copy()) is first
    warehouse.apply("t", [Insert([{"a": 2}])])
    assert warehouse.query(total).rows == [(3,)]
    again = warehouse.query(total)
    warehouse.forget("t")
    assert warehouse.query(total) is not again
    assert warehouse.query(total).rows == [(3,)]


def test_an_answer_is_given_again_when_another_table_changes(tmp_path: Path) -> None:
    with warehouse_of("file", tmp_path) as warehouse:
        warehouse.apply("t", [Insert([{"a": 1}])])
        total = exp.select("sum(a)").from_("t")
        first = warehouse.query(total)
        warehouse.apply("u", [Insert([{"a": 5}])])
        assert warehouse.query(total) is first


def test_an_answer_about_this_moment_is_never_given_again(warehouse: DuckWarehouse) -> None:
    now = exp.select("CAST(now() AS TIMESTAMP)")
    assert warehouse.query(now).rows != warehouse.query(now).rows


def test_kept_answers_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_CELLS", 10)
    monkeypatch.setattr(cache, "LARGEST_CELLS", 5)
    answers, columns = cache.AnswerCache(), (Column("a", "int"),)
    for number in range(4):
        answers.keep(number, Result(columns, [(number,)] * 3))
    answers.keep("large", Result(columns, [(1,)] * 9))
    assert [answers.find(key) is not None for key in (0, 1, 2, 3, "large")] == [False, False, True, True, False]


def test_a_dropped_table_is_gone(warehouse: DuckWarehouse) -> None:
    warehouse.apply("t", [Insert([{"a": 1}])])
    warehouse.drop("t")
    warehouse.drop("t")
    assert warehouse.shape("t") is None


@pytest.mark.parametrize("format", ["csv", "csv.gz", "parquet"])
def test_what_is_exported_can_be_loaded(warehouse: DuckWarehouse, format: Format) -> None:
    warehouse.load("t", file(warehouse, SALES, separator=";"))
    path = warehouse.staging / "out"
    warehouse.export(exp.select("*").from_("t"), path, format, separator="|", quotes=True)
    warehouse.load("u", DataFile(path=path, format=format, separator="|"))
    assert everything(warehouse, "u") == everything(warehouse)


def test_no_file_outside_the_staging_folder_can_be_read(warehouse: DuckWarehouse, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(duckdb.PermissionException):
        warehouse.load("t", DataFile(path=secret, format="csv"))


def test_readers_see_what_was_there_while_a_load_goes_on(warehouse: DuckWarehouse) -> None:
    columns, count = [Column("a", "int")], exp.select("count(*)", "min(a)", "max(a)").from_("t")
    warehouse.fill("t", columns, ([0] for _ in range(1000)))
    under_way, may_end = threading.Event(), threading.Event()

    def rows() -> Iterator[list[int]]:
        for number in range(100_000):
            if number == 60_000:
                under_way.set()
                assert may_end.wait(20)
            yield [1]

    loading = threading.Thread(target=warehouse.fill, args=("t", columns, rows()))
    loading.start()
    assert under_way.wait(20)
    assert warehouse.query(count).rows == [(1000, 0, 0)]
    may_end.set()
    loading.join()
    assert warehouse.query(count).rows == [(100_000, 1, 1)]


def test_a_server_killed_in_mid_load_leaves_the_old_data(tmp_path: Path) -> None:
    program = dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from rollbook.adapters.warehouse.duck import DuckWarehouse
        from rollbook.core.kernel.warehouse import Column
        warehouse = DuckWarehouse(Path(sys.argv[1]))
        warehouse.fill("t", [Column("a", "int")], ([1] for _ in range(10)))
        def rows():
            for number in range(1_000_000):
                if number == 700_000:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield [2]
        warehouse.fill("t", [Column("a", "int")], rows())
        """
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60)
    assert ended.returncode == -9
    reopened = DuckWarehouse(tmp_path)
    assert everything(reopened) == [(1,)] * 10
    reopened.close()


def test_many_push_at_once_and_nothing_is_lost(warehouse: DuckWarehouse) -> None:
    def push(who: int) -> None:
        for number in range(10):
            warehouse.apply("t", [Insert([{"who": who, f"n{who % 3}": number}])], adds_columns=True)

    threads = [threading.Thread(target=push, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = exp.select("who", "count(*)").from_("t").group_by("who").order_by("who")
    assert warehouse.query(counts).rows == [(who, 10) for who in range(8)]
    assert set(kinds(warehouse)) == {"who", "n0", "n1", "n2"}


keys, cells = st.integers(0, 6), st.integers(-9, 9) | st.none()
rows_of = st.lists(st.tuples(keys, cells), min_size=1, max_size=5)
batches = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), rows_of),
        st.tuples(st.just("upsert"), rows_of),
        st.tuples(st.just("delete"), st.lists(keys, max_size=3)),
    ),
    max_size=6,
)
TABLES = itertools.count()


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(batch=batches)
@example(batch=[("upsert", [(6, None)]), ("upsert", [(6, 0)]), ("delete", [0])])
def test_a_batch_comes_to_what_its_operations_say_one_after_another(warehouse: DuckWarehouse, batch: list[Any]) -> None:
    table, expected = f"t{next(TABLES)}", [(0, 0)]
    operations: list[Operation] = [Insert([{"k": 0, "v": 0}])]
    for action, given_rows in batch:
        rows = [{"k": key, "v": value} for key, value in given_rows] if action != "delete" else []
        if action == "insert":
            operations.append(Insert(rows))
            expected += given_rows
        elif action == "upsert":
            operations.append(Upsert("k", rows))
            latest = dict(given_rows)
            expected = [row for row in expected if row[0] not in latest] + list(latest.items())
        else:
            operations.append(Delete("k", given_rows))
            expected = [row for row in expected if row[0] not in given_rows]
    warehouse.apply(table, operations)
    assert everything(warehouse, table) == sorted(expected, key=repr)


class Watching:
    """Notes what it is told, and calls the change off when it was told so often."""

    def __init__(self, most: int | None = None, *, may_commit: bool = True) -> None:
        self.told: list[float | None] = []
        self.asked = 0
        self._most = most
        self._may_commit = may_commit

    def tell(self, share: float | None) -> bool:
        """Note it."""
        self.told.append(share)
        return self._most is None or len(self.told) <= self._most

    def may_commit(self) -> bool:
        """Note that it was asked."""
        self.asked += 1
        return self._may_commit


def large(warehouse: DuckWarehouse) -> DataFile:
    """A file that takes some seconds to load."""
    path = warehouse.staging / "large.csv"
    with path.open("w") as target:
        target.write("a,b\n")
        target.writelines(f"{number},{'x' * 200}\n" * 25_000 for number in range(100))
    return DataFile(path=path, format="csv")


def test_a_load_tells_how_far_it_is(warehouse: DuckWarehouse) -> None:
    watching = Watching()
    assert warehouse.load("t", large(warehouse), watch=watching) == 2_500_000
    told = [share for share in watching.told if share is not None]
    assert told == sorted(told)
    assert any(0 < share < 1 for share in told)
    assert watching.asked == 1


def test_a_change_that_is_called_off_ends_soon_and_changes_nothing(warehouse: DuckWarehouse) -> None:
    warehouse.load("t", file(warehouse, SALES, separator=";"))
    before, watching = everything(warehouse), Watching(0)
    began = time.monotonic()
    with pytest.raises(WarehouseCalledOff):
        warehouse.load("t", large(warehouse), watch=watching)
    assert time.monotonic() - began < 20
    assert watching.asked == 0, "it was interrupted, and did not come to its end"
    assert everything(warehouse) == before
    assert warehouse.apply("t", [Insert([{"id": 9}])], watch=Watching()) == 1, "the table is free again"


@pytest.mark.parametrize("how", ["load", "merge", "apply"])
def test_the_last_word_is_asked_for_before_anything_is_kept(warehouse: DuckWarehouse, how: str) -> None:
    warehouse.load("t", file(warehouse, "id,n\n1,1\n"))
    watching = Watching(may_commit=False)
    ways: dict[str, Callable[[], int]] = {
        "load": lambda: warehouse.load("t", file(warehouse, "id,n\n2,2\n"), watch=watching),
        "merge": lambda: warehouse.merge("t", file(warehouse, "id,n\n2,2\n"), "id", watch=watching),
        "apply": lambda: warehouse.apply("t", [Insert([{"id": 2}])], once="one", watch=watching),
    }
    with pytest.raises(WarehouseCalledOff):
        ways[how]()
    assert watching.asked == 1
    assert everything(warehouse) == [(1, 1)]
    assert warehouse.apply("t", [Insert([{"id": 3}])], once="one", watch=Watching()) == 1
    assert len(everything(warehouse)) == 2, "what was called off was not done"
