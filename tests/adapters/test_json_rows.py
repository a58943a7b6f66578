"""Rows that come as JSON's text and rows that come as values: what is stored, and what is refused, is the same."""

import json
from collections.abc import Sequence
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rollbook.adapters.warehouse import cells, changes
from rollbook.core.analytics.jobs import batched, to_operations
from rollbook.core.kernel.warehouse import Column, Insert, Operation, Upsert, WarehouseRefused

COLUMNS = [
    Column("id", "int"),
    Column("share", "float"),
    Column("name", "str"),
    Column("at", "datetime"),
    Column("on", "datetime", is_date=True),
    Column("done", "bool"),
]
ORDINARY: list[dict[str, Any]] = [
    {
        "id": 1,
        "share": 2,
        "name": 'Črt, "the" \\ first\n',
        "at": "2026-03-01T10:00:00",
        "on": "2026-03-01",
        "done": True,
    },
    {"id": 2**63 - 1, "share": -0.1, "name": "", "at": "2026-03-01 10:00:00.123456", "on": "1970-01-01", "done": False},
    {"id": -(2**63), "share": None, "unknown": [1, {"a": "}"}], "done": None, "name": "\u2028 \U0001f600"},
]


def texts_of(rows: Sequence[Any]) -> list[msgspec.Raw]:
    return batched("insert", rows).rows


def outcome(operation: Operation) -> tuple[int, list[Any]] | str:
    """What a table of one row holds afterwards, or why not."""
    with duckdb.connect() as cursor:
        changes.create(cursor, "t", COLUMNS)
        cursor.execute("INSERT INTO t VALUES (1, 0.5, 'was', NULL, NULL, NULL)")
        try:
            count = changes.apply(cursor, "t", COLUMNS, [operation], adds_columns=False)
        except WarehouseRefused as refused:
            return refused.reason
        return count, sorted(cursor.execute("SELECT * FROM t").fetchall(), key=repr)


def test_ordinary_rows_are_taken_as_they_are() -> None:
    came = cells.as_they_are(texts_of(ORDINARY), COLUMNS)
    assert came is not None
    assert came.column_names == [column.name for column in COLUMNS]
    assert came.equals(cells.as_table(ORDINARY, COLUMNS))


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "7"},
        {"id": 7.0},
        {"id": 2**63},
        {"name": 7},
        {"name": []},
        {"at": "2026-03-01T10:00:00+02:00"},
        {"done": 1},
    ],
)
def test_rows_of_another_kind_are_looked_at_one_by_one(odd: dict[str, Any]) -> None:
    assert cells.as_they_are(texts_of([*ORDINARY, odd]), COLUMNS) is None


NAMES = st.sampled_from([*(column.name for column in COLUMNS), "ID", "other", ""])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(-(2**65), 2**65),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(
        ["2026-02-29", "2026-02-28", "2026-02-28T23:59:59Z", "2026-02-28 10:00", "10000-01-01", "true", "1.5"]
    ),
    st.just([1, "a"]),
    st.just({"id": 1}),
)
LIKELY = st.fixed_dictionaries(
    {"id": st.integers(0, 4)}, optional={"share": st.floats(-9, 9), "name": st.text(max_size=3)}
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(LIKELY, LIKELY, st.dictionaries(NAMES, VALUES, max_size=4)), max_size=5))
@example(ORDINARY)
@example([{"id": 1, "name": "first"}, {"id": 1, "share": 1}])
@example([{"id": 1}, {"id": None}])
@example([{"other": 1}])
@example([{"id": None, "name": None}])
@example([{}, {}])
def test_both_forms_do_the_same(rows: list[dict[str, Any]]) -> None:
    assert outcome(to_operations([batched("insert", rows)])[0]) == outcome(Insert(rows))
    for key in ("id", "name", "none"):
        assert outcome(to_operations([batched("upsert", rows, key)])[0]) == outcome(Upsert(key, rows))


def test_a_row_longer_than_a_block_is_stored() -> None:
    assert outcome(to_operations([batched("insert", [{"id": 5, "name": "x" * 3_000_000}])])[0]) == (
        1,
        [(1, 0.5, "was", None, None, None), (5, None, "x" * 3_000_000, None, None, None)],
    )


def test_texts_may_be_laid_out_in_lines() -> None:
    text = json.dumps(ORDINARY, indent=2, ensure_ascii=False)
    assert cells.as_they_are(msgspec.json.decode(text, type=list[msgspec.Raw]), COLUMNS) is not None
