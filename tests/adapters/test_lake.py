"""A lake that several servers share: each sees what the others did, and their changes do not get lost."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from sqlglot import exp

from rollbook.adapters.warehouse import warehouse_from
from rollbook.adapters.warehouse.address import read_address
from rollbook.adapters.warehouse.lake import LakeWarehouse
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.warehouse import Column, Delete, Insert, Upsert
from tests.warehouses import bucket, lake_node, lake_url

COUNT = exp.select("count(*)", "sum(a)").from_("t")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A lake in a folder."""
    with lake_url(f"{tmp_path}/it's data") as made:
        yield made


@pytest.fixture
def nodes(url: str, tmp_path: Path) -> Iterator[tuple[LakeWarehouse, LakeWarehouse]]:
    """Two servers on one lake."""
    with lake_node(url, tmp_path / "one") as one, lake_node(url, tmp_path / "two") as two:
        yield one, two


Nodes = tuple[LakeWarehouse, LakeWarehouse]


def test_what_one_server_changes_the_other_sees_at_once(nodes: Nodes) -> None:
    one, two = nodes
    one.apply("t", [Insert([{"a": 1}, {"a": 2}])])
    assert two.query(COUNT).rows == [(2, 3)]
    before = two.shape("t")
    one.apply("t", [Insert([{"a": 4, "b": "new"}])], adds_columns=True)
    assert two.query(COUNT).rows == [(3, 7)], "the answer that was kept is not given again"
    after = two.shape("t")
    assert before is not None
    assert after is not None
    assert [column.name for column in after.columns] == ["a", "b"]
    assert after.version != before.version
    two.drop("t")
    assert one.shape("t") is None


def test_an_answer_is_kept_while_nobody_changes_anything(nodes: Nodes) -> None:
    one, _ = nodes
    one.apply("t", [Insert([{"a": 1}])])
    assert one.query(COUNT) is one.query(COUNT)
    first = one.query(COUNT)
    one.forget("t")
    assert one.query(COUNT) is not first


def test_servers_that_change_one_table_at_once_lose_nothing(nodes: Nodes) -> None:
    nodes[0].apply("t", [Insert([{"a": number, "by": 0} for number in range(20)])])
    problems: list[Exception] = []

    def change(number: int) -> None:
        try:
            for turn in range(5):
                rows = [{"a": 2 * turn + number, "by": number + 1}]
                nodes[number].apply("t", [Upsert("a", rows), Insert([{"a": 100 + number}]), Delete("a", [-1])])
        except Exception as problem:  # noqa: BLE001 - what it is, is what is looked at
            problems.append(problem)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    found = nodes[0].query(exp.select("a", exp.column("by", quoted=True)).from_("t")).rows
    assert sorted(row for row in found if row[0] < 10) == [(number, number % 2 + 1) for number in range(10)]
    assert sum(row[0] >= 100 for row in found) == 10


def test_each_server_has_copies_of_the_record_of_its_own(nodes: Nodes) -> None:
    one, two = nodes
    one.apply("t", [Insert([{"a": 1}])])
    for node, name in ((one, "of one"), (two, "of two")):
        node.fill("record_1_people", [Column("a", "int"), Column("name", "str")], [(1, name)])
    joined = exp.select("name").from_("t").join("record_1_people", using=["a"])
    assert one.query(joined).rows == [("of one",)]
    assert two.query(joined).rows == [("of two",)]


def test_a_new_server_finds_what_is_there(url: str, tmp_path: Path) -> None:
    with lake_node(url, tmp_path / "one") as one:
        one.apply("t", [Insert([{"a": 1}])], once="task")
    with lake_node(url, tmp_path / "two") as two:
        assert two.query(COUNT).rows == [(1, 1)]
        assert two.apply("t", [Insert([{"a": 1}])], once="task") == 1
        assert two.query(COUNT).rows == [(1, 1)], "another server did it already"
        assert "t" in two.take_changed()


def test_tidying_joins_small_files_and_changes_no_answer(nodes: Nodes) -> None:
    for number in range(5):
        nodes[number % 2].fill("t", [Column("a", "int")], [(number,)])
        nodes[number % 2].apply("t", [Insert([{"a": number}] * 50)])
    before = nodes[0].query(COUNT).rows
    nodes[0].tidy()
    assert nodes[0].query(COUNT).rows == before
    assert nodes[1].query(COUNT).rows == before


def test_a_lake_in_a_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = (tmp_path / "one", tmp_path / "two")
    with (
        bucket(monkeypatch) as data,
        lake_url(data) as url,
        lake_node(url, nodes[0]) as one,
        lake_node(url, nodes[1]) as two,
    ):
        one.fill("t", [Column("a", "int")], ([number] for number in range(1_000)))
        assert two.query(COUNT).rows == [(1_000, 499_500)]
        two.apply("t", [Delete("a", list(range(500)))])
        assert one.query(COUNT).rows == [(500, 374_750)]


def test_a_server_killed_in_mid_load_leaves_the_old_data(url: str, tmp_path: Path) -> None:
    program = dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from rollbook.adapters.warehouse.address import read_address
        from rollbook.adapters.warehouse.lake import LakeWarehouse
        from rollbook.core.kernel.warehouse import Column
        warehouse = LakeWarehouse(Path(sys.argv[2]), read_address(sys.argv[1]))
        warehouse.fill("t", [Column("a", "int")], ([1] for _ in range(10)))
        def rows():
            for number in range(1_000_000):
                if number == 700_000:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield [2]
        warehouse.fill("t", [Column("a", "int")], rows())
        """
    )
    ended = subprocess.run([sys.executable, "-c", program, url, str(tmp_path / "one")], check=False, timeout=60)
    assert ended.returncode == -9
    with lake_node(url, tmp_path / "two") as two:
        assert two.query(COUNT).rows == [(10, 10)]


def test_a_catalog_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    url = "ducklake:postgresql://ana:s3cret@127.0.0.1:1/none?connect_timeout=2&data=/nowhere"
    node = warehouse_from(url.replace("/nowhere", str(tmp_path / "data")), tmp_path / "node")
    with pytest.raises(Fault) as refused:
        node.shape("t")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "catalog", "data"),
    [
        ("ducklake:postgresql://ana:p%40ss@db:5433/lake?data=/srv/lake", "user=ana password=p@ss", "/srv/lake/"),
        (
            "ducklake:postgresql:///lake?host=/run/pg&data=s3://lake/a%20b/".replace("%20", "-"),
            "host=/run/pg",
            "s3://lake/a-b/",
        ),
    ],
)
def test_addresses(url: str, catalog: str, data: str) -> None:
    address = read_address(url)
    assert catalog in address.catalog
    assert address.data == data


@pytest.mark.parametrize(
    "url",
    [
        "duckdb:///x",
        "ducklake:sqlite:///x?data=/y",
        "ducklake:postgresql://ana:s3cret@db/lake",
        "ducklake:postgresql://ana:s3cret@db/lake?data=relative",
        "ducklake:postgresql://ana:s3cret@db/lake?data=s3://UPPER",
        "ducklake:postgresql://ana:s3cret@db/lake?data=https://example.org",
        "ducklake:postgresql://ana:s3cret@db/lake?nonsense=1&data=/y",
    ],
)
def test_addresses_that_name_no_warehouse_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="warehouse") as refused:
        warehouse_from(url, tmp_path)
    said: Any = str(refused.value)
    assert "s3cret" not in said
