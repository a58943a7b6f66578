"""Questions: selecting, filtering, grouping, ordering, step upon step, held against Python where it can be."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from rollbook.adapters.warehouse.duck import DuckWarehouse
from rollbook.core.analytics.formulas.compiling import Measure
from rollbook.core.analytics.pipeline.building import GRAINS, Relation, built
from rollbook.core.analytics.pipeline.requests import ALL, ROWS, Compared, Joined, Order, Pick, Question, Step
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.warehouse import Insert
from tests.warehouses import WAREHOUSES, warehouse_of

SALES: list[dict[str, Any]] = [
    {"country": "FR", "city": "Lyon", "sold": 3, "price": 2.5, "at": "2026-01-31T23:30:00", "c0": 1},
    {"country": "FR", "city": "Paris", "sold": 10, "price": 40.0, "at": "2026-02-01T00:10:00", "c0": 2},
    {"country": "SI", "city": "Koper", "sold": 5, "price": 21.0, "at": "2025-12-29T12:00:00", "c0": 3},
    {"country": "SI", "city": None, "sold": None, "price": 1.0, "at": None, "c0": 4},
    {"country": None, "city": "Ñ", "sold": 7, "price": 20.0, "at": "2026-02-28T08:00:00", "c0": 5},
]
MEASURES = {
    "u1": Measure(uuid="u1", name="turnover", formula="[sold] * [price]"),
    "u2": Measure(uuid="u2", name="mean price", formula="sum([turnover]) / sum([sold])"),
    "u3": Measure(uuid="u3", name="place", formula="rank([sold], [country])"),
}


@pytest.fixture(scope="module", params=WAREHOUSES)
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckWarehouse]:
    """One with the sales above in it."""
    with warehouse_of(request.param, tmp_path_factory.mktemp("warehouse")) as made:
        made.apply("t", [Insert(SALES)])
        yield made


def answer(warehouse: DuckWarehouse, *steps: Step) -> list[tuple[Any, ...]]:
    """The rows that a question gives."""
    shape = warehouse.shape("t")
    assert shape is not None
    query, columns = built(Relation(exp.to_table("t"), shape.columns), MEASURES, Question(steps=steps))
    result = warehouse.query(query)
    assert [column.kind for column in result.columns] == [column.kind for column in columns]
    return result.rows


def picks(*names: str, **totals: str) -> tuple[Pick, ...]:
    """Columns, and totals of columns."""
    return (*(Pick(name) for name in names), *(Pick(name, total=total) for name, total in totals.items()))


def filtered(warehouse: DuckWarehouse, *tests: Any) -> set[int]:
    """The sales that tests let through, by their number."""
    return {row[0] for row in answer(warehouse, Step(picks=picks("c0"), where=tests))}


def test_no_step_is_every_row_and_column(warehouse: DuckWarehouse) -> None:
    assert len(answer(warehouse)) == 5
    assert len(answer(warehouse)[0]) == 6


def test_the_documents_example(warehouse: DuckWarehouse) -> None:
    step = Step(
        groups=picks("country"),
        picks=picks("country", sold="sum"),
        where=(Compared(Pick("price"), ">", "20"),),
        limit=100,
    )
    assert sorted(answer(warehouse, step)) == [("FR", 10), ("SI", 5)]


@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("price", ">", "20", {2, 3}),
        ("price", ">=", 20, {2, 3, 5}),
        ("sold", "==", "5", {3}),
        ("sold", "!=", 5, {1, 2, 5}),
        ("sold", "<", 5.5, {1, 3}),
        ("country", "In", ["FR", "XX"], {1, 2}),
        ("country", "In", ["FR", None], {1, 2, 5}),
        ("country", "Not in", ["FR"], {3, 4}),
        ("country", "In", [], set()),
        ("country", "Not in", [], {1, 2, 3, 4, 5}),
        ("country", "In", [ALL], {1, 2, 3, 4, 5}),
        ("country", "Not in", ["SI", ALL], {1, 2, 3, 4, 5}),
        ("country", "==", None, {5}),
        ("country", "is not null", None, {1, 2, 3, 4}),
        ("city", "like", "%o%", {1, 3}),
        ("city", "ilike", "ñ", {5}),
        ("city", "not like", "%o%", {2, 5}),
        ("city", "contains", "ari", {2}),
        ("city", "starts with", "K", {3}),
        ("city", "==", "x' OR '1'='1", set()),
        ("at", ">=", "2026-02-01", {2, 5}),
        ("at", "<", "2026-01-31T23:30:00Z", {3}),
    ],
)
def test_operators(warehouse: DuckWarehouse, name: str, operator: str, value: Any, expected: set[int]) -> None:
    assert filtered(warehouse, Compared(Pick(name), operator, value)) == expected


def test_filters_nest(warehouse: DuckWarehouse) -> None:
    dear, french = Compared(Pick("price"), ">", 20), Compared(Pick("country"), "==", "FR")
    everything = Compared(Pick("country"), "In", [ALL])
    assert filtered(warehouse, dear, french) == {2}
    assert filtered(warehouse, Joined("or", (dear, french))) == {1, 2, 3}
    assert filtered(warehouse, Joined("not", (dear,)), french) == {1}
    assert filtered(warehouse, Joined("or", (dear, everything))) == {1, 2, 3, 4, 5}
    assert filtered(warehouse, Joined("and", (dear, Joined("not", (everything,))))) == set()


def test_formulas_are_selected_filtered_grouped_and_ordered_by(warehouse: DuckWarehouse) -> None:
    turnover = Pick("any name", measure="u1")
    rows = answer(
        warehouse,
        Step(
            picks=(Pick("c0"), turnover),
            where=(Compared(turnover, ">", 100),),
            orders=(Order(turnover, is_falling=True),),
        ),
    )
    assert rows == [(2, 400.0), (5, 140.0), (3, 105.0)]
    assert answer(warehouse, Step(picks=(Pick("turnover", total="sum"),))) == [(652.5,)]
    assert answer(warehouse, Step(picks=(Pick("mean price", measure="u2"),))) == [(652.5 / 25,)]


def test_a_place_among_rows_can_filter_them(warehouse: DuckWarehouse) -> None:
    assert filtered(warehouse, Compared(Pick("place"), "==", 1)) == {2, 3, 5}


@pytest.mark.parametrize(
    ("grain", "expected"),
    [
        ("year", [date(2025, 1, 1), date(2026, 1, 1), None]),
        ("quarter", [date(2025, 10, 1), date(2026, 1, 1), None]),
        ("month", [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), None]),
        ("week", [date(2025, 12, 29), date(2026, 1, 26), date(2026, 2, 23), None]),
        ("day", [date(2025, 12, 29), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), None]),
        (
            "hour",
            [
                datetime(2025, 12, 29, 12),
                datetime(2026, 1, 31, 23),
                datetime(2026, 2, 1),
                datetime(2026, 2, 28, 8),
                None,
            ],
        ),
    ],
)
def test_dates_are_grouped(warehouse: DuckWarehouse, grain: str, expected: list[Any]) -> None:
    rows = answer(
        warehouse,
        Step(
            picks=(Pick("at"), Pick(ROWS, total="sum")), groups=(Pick("at", grain=grain),), orders=(Order(Pick("at")),)
        ),
    )
    assert [row[0] for row in rows] == expected
    assert sum(row[1] for row in rows) == 5
    assert {grain for grain, _ in [(grain, 0)]} <= set(GRAINS)


def test_groups_are_filtered_and_ordered_by_their_totals(warehouse: DuckWarehouse) -> None:
    sold = Pick("sold", total="sum")
    step = Step(
        picks=(Pick("country"), sold),
        groups=picks("country"),
        having=(Compared(sold, ">=", 7),),
        orders=(Order(Pick(ROWS), is_falling=True), Order(sold)),
    )
    assert answer(warehouse, step) == [("FR", 13), (None, 7)]


def test_steps_follow_one_another(warehouse: DuckWarehouse) -> None:
    first = Step(picks=picks("country", sold="sum"), groups=picks("country"))
    second = Step(picks=picks("sold"), where=(Compared(Pick("sold"), ">", 5),), orders=(Order(Pick("sold")),))
    third = Step(picks=(Pick("sold", total="max"), Pick(ROWS, total="sum")))
    assert answer(warehouse, first, second) == [(7,), (13,)]
    assert answer(warehouse, first, second, third) == [(13, 2)]


def test_pages(warehouse: DuckWarehouse) -> None:
    numbers, by = picks("c0"), (Order(Pick("c0")),)
    assert answer(warehouse, Step(picks=numbers, orders=by, limit=2, offset=1)) == [(2,), (3,)]
    assert answer(warehouse, Step(picks=numbers, limit=0)) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step(picks=picks("nothing")), "no column and no formula"),
        (Step(picks=picks("city", sold="sum"), groups=picks("country")), "neither in group_by"),
        (Step(picks=picks("city", sold="sum")), "neither in group_by"),
        (Step(picks=picks(sold="mode")), "no way to make one value"),
        (Step(picks=picks(city="sum")), "there is no sum"),
        (Step(where=(Compared(Pick("sold"), "~", 1),)), "no operator of a filter"),
        (Step(where=(Compared(Pick("sold"), ">", "many"),)), "not a whole number"),
        (Step(where=(Compared(Pick("sold"), ">", {}),)), "not a whole number"),
        (Step(where=(Compared(Pick("at"), ">", "soon"),)), "no date"),
        (Step(where=(Compared(Pick("mean price"), ">", 1),)), "is a total over rows"),
        (
            Step(where=(Compared(Pick("city"), "like", 1.5),), having=(Compared(Pick("city"), "==", "a"),)),
            "without group_by",
        ),
        (Step(groups=(Pick("city", grain="month"),), picks=picks("city")), "cannot be grouped by month"),
        (Step(groups=(Pick("at", grain="aeon"),), picks=picks("at")), "nothing that dates are grouped by"),
        (Step(orders=(Order(Pick("sold", total="sum")),)), "rows are not grouped"),
        (Step(limit=-1), "must lie between"),
        (Step(picks=picks(*["city"] * 501)), "at most 500"),
        (Step(where=(Compared(Pick("city"), "in", ["a"] * 10_001),)), "at most 10,000"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(warehouse: DuckWarehouse, step: Step, said: str) -> None:
    with pytest.raises(Fault) as refused:
        answer(warehouse, step)
    assert said in refused.value.message


names = st.sampled_from(["country", "city", "sold", "price", "c0"])
values = st.sampled_from(["FR", "SI", "Koper", 5, 10, 20.0, 3])


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    by=st.lists(st.sampled_from(["country", "city"]), unique=True, max_size=2),
    least=st.integers(0, 12),
    total=st.sampled_from(["sum", "min", "max", "count", "dcount"]),
)
def test_groups_are_what_python_makes_of_them(warehouse: DuckWarehouse, by: list[str], least: int, total: str) -> None:
    step = Step(
        picks=(*picks(*by), Pick("sold", total=total), Pick(ROWS)),
        groups=picks(*by),
        where=(Compared(Pick("price"), ">", least),),
    )
    gathered: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in SALES:
        if row["price"] > least:
            gathered[tuple(row[name] for name in by)].append(row["sold"])
    expected = {key: (_total(total, sold), len(sold)) for key, sold in gathered.items()}
    if not by and not expected:
        expected[()] = (_total(total, []), 0)
    assert {row[: len(by)]: row[len(by) :] for row in answer(warehouse, step)} == expected


def _total(total: str, values: list[Any]) -> Any:
    present = [value for value in values if value is not None]
    match total:
        case "count":
            return len(present)
        case "dcount":
            return len(set(present))
    whole: Any = {"sum": sum, "min": min, "max": max}[total]
    return whole(present) if present else None


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    by=st.lists(st.sampled_from([Pick("country"), Pick("city"), Pick("at", grain="year"), Pick("place")]), max_size=3),
    totals=st.lists(
        st.builds(
            Pick,
            st.sampled_from(["country", "at", "sold", "turnover"]),
            total=st.sampled_from(["max", "count", "dcount"]),
        )
        | st.just(Pick(ROWS)),
        max_size=3,
    ),
    data=st.data(),
)
def test_a_step_that_asks_for_nothing_gives_what_it_is_given(
    warehouse: DuckWarehouse, by: list[Pick], totals: list[Pick], data: st.DataObject
) -> None:
    chosen = data.draw(st.permutations([*by, *totals]))
    step = Step(picks=tuple(chosen or [Pick("c0")]), groups=tuple(by))
    assert sorted(answer(warehouse, step, Step()), key=repr) == sorted(answer(warehouse, step), key=repr)


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.text(max_size=8) | names,
    operator=st.sampled_from(["==", "In", "like", ">", "not contains", "starts with"]),
    value=st.text(max_size=12) | values | st.none() | st.lists(st.text(max_size=3), max_size=3),
)
def test_whatever_is_asked_is_answered_or_a_fault(
    warehouse: DuckWarehouse, name: str, operator: str, value: Any
) -> None:
    try:
        found = filtered(warehouse, Compared(Pick(name), operator, value))
    except Fault:
        return
    assert found <= {1, 2, 3, 4, 5}
