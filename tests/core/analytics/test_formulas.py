"""Formulas: what they mean, held against Python for whatever hypothesis thinks of, and what is refused."""

import math
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from rollbook.adapters.warehouse.duck import DuckWarehouse
from rollbook.core.analytics.formulas import terms
from rollbook.core.analytics.formulas.compiling import FUNCTIONS, Choice, Measure, Scope
from rollbook.core.analytics.formulas.parsing import parse
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.warehouse import Column, Insert
from tests.core.analytics.evaluation import evaluated
from tests.warehouses import WAREHOUSES, warehouse_of

COLUMNS = {
    "n": Column("n", "int"),
    "m": Column("m", "int"),
    "x": Column("x", "float"),
    "s": Column("s", "str"),
    "t": Column("t", "str"),
    "b": Column("b", "bool"),
    "d": Column("d", "datetime"),
    "e": Column("e", "datetime"),
}
ROWS: list[dict[str, Any]] = [
    {
        "n": 3,
        "m": -7,
        "x": 2.5,
        "s": "Ana-Bor",
        "t": "bor",
        "b": True,
        "d": "2026-01-31T23:59:59",
        "e": "2025-12-31T00:00:00",
    },
    {
        "n": 0,
        "m": 11,
        "x": -0.25,
        "s": "",
        "t": "%_'",
        "b": False,
        "d": "2024-02-29T00:00:00",
        "e": "2026-06-15T12:30:00",
    },
    {"n": None, "m": None, "x": None, "s": None, "t": None, "b": None, "d": None, "e": None},
    {
        "n": -40,
        "m": 1,
        "x": 1e6,
        "s": "Žižek čaka",
        "t": "a-b-c",
        "b": True,
        "d": "1999-12-31T05:06:07",
        "e": "2000-01-01T00:00:00",
    },
]
PYTHON_ROWS = [
    {k: datetime.fromisoformat(v) if k in "de" and v is not None else v for k, v in row.items()} for row in ROWS
]


@pytest.fixture(scope="module", params=WAREHOUSES)
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckWarehouse]:
    """One with the rows above in it."""
    with warehouse_of(request.param, tmp_path_factory.mktemp("warehouse")) as made:
        made.apply("t", [Insert(ROWS)])
        yield made


def scope(**measures: str) -> Scope:
    """The columns above, and formulas by their names."""
    return Scope(COLUMNS, {name: Measure(uuid=name, name=name, formula=text) for name, text in measures.items()})


def answers(warehouse: DuckWarehouse, text: str, where: Scope | None = None) -> list[Any]:
    """A formula's value in each row."""
    term = (where or scope()).formula(text)
    query = exp.select(exp.alias_(term.sql, "v")).from_("t").order_by("rowid")
    return [row[0] for row in warehouse.query(query).rows]


small = st.integers(-50, 50).map(lambda n: f"({n})" if n < 0 else str(n))
words = st.text("abAB-č '%_\\\"", max_size=5).map(lambda w: '"' + w.replace("\\", "\\\\").replace('"', '\\"') + '"')


def numbers(parts: Any) -> Any:
    """Formulas that give numbers."""
    return st.one_of(
        st.builds("({} {} {})".format, parts, st.sampled_from(["+", "-", "/"]), parts),
        st.builds("{} * {}".format, small, st.sampled_from(["[n]", "[m]", "[x]"])),
        st.builds("-{}".format, parts),
        st.builds("if({}, {}, {})".format, truths, parts, parts),
        st.builds("str_len({})".format, texts),
        st.builds("to_int({})".format, st.sampled_from(["[n]", "[x]"])),
        st.builds("round([x], {})".format, st.integers(0, 3)),
        st.builds(
            'extract_date_part("{}", [d])'.format,
            st.sampled_from(
                ["year", "quarter", "month", "week", "day", "day_of_week", "day_of_year", "hour", "minute", "second"]
            ),
        ),
        st.builds(
            'date_diff("{}", [d], [e])'.format, st.sampled_from(["year", "quarter", "month", "day", "hour", "minute"])
        ),
    )


def texts_over(parts: Any) -> Any:
    """Formulas that give text."""
    return st.one_of(
        st.builds("({} + {})".format, parts, parts),
        st.builds("{}({}, {})".format, st.sampled_from(["left", "right"]), parts, small),
        st.builds("{}({})".format, st.sampled_from(["lower_case", "upper_case"]), parts),
        st.builds('{}({}, {}, "xy")'.format, st.sampled_from(["lpad", "rpad"]), parts, st.integers(0, 9)),
        st.builds('split({}, "-", {})'.format, parts, st.integers(1, 4)),
        st.builds("substring({}, {}, {})".format, parts, small, small),
        st.builds('replace({}, "-", {})'.format, parts, words),
    )


texts = st.recursive(st.one_of(st.sampled_from(["[s]", "[t]"]), words), texts_over, max_leaves=4)
truths: Any = st.deferred(lambda: st.recursive(_tests, _joined, max_leaves=5))
formulas = st.recursive(st.one_of(st.sampled_from(["[n]", "[m]", "[x]"]), small), numbers, max_leaves=6)
_tests: Any = st.one_of(
    st.just("[b]"),
    st.builds(
        "({} {} {})".format,
        st.sampled_from(["[n]", "[m]", "[x]"]),
        st.sampled_from(["==", "=", "!=", "<>", "<", "<=", ">", ">="]),
        small,
    ),
    st.builds("({} == {})".format, texts, texts),
    st.builds("{}({}, {})".format, st.sampled_from(["contains", "icontains"]), texts, texts),
    st.builds("{}({})".format, st.sampled_from(["is_defined", "is_empty"]), texts),
    st.builds("([n] {} ({}, {}))".format, st.sampled_from(["in", "not in"]), small, small),
    st.just("([d] < [e])"),
)


def _joined(parts: Any) -> Any:
    return st.one_of(
        st.builds("({} {} {})".format, parts, st.sampled_from(["and", "or", "AND"]), parts),
        st.builds("not {}".format, parts),
    )


def same(first: Any, second: Any) -> bool:
    """Equal, floats within what their digits allow."""
    if isinstance(first, float) or isinstance(second, float):
        return first is not None and second is not None and math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-9)
    return bool(first == second)


@pytest.mark.parametrize("kind", ["numbers", "texts", "truths"])
@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_formula_means_what_python_says(warehouse: DuckWarehouse, kind: str, data: st.DataObject) -> None:
    text = data.draw({"numbers": formulas, "texts": texts, "truths": truths}[kind])
    expected = [evaluated(parse(text), row) for row in PYTHON_ROWS]
    found = answers(warehouse, text)
    assert all(map(same, found, expected)), f"{text}: {found} instead of {expected}"


@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(written=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60))
def test_a_text_is_that_text_and_injects_nothing(warehouse: DuckWarehouse, written: str) -> None:
    quoted = '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert answers(warehouse, quoted) == [written] * len(ROWS)


@settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(text=st.text("[]()\"{}ns+-*/<>=,. \x00\\';", max_size=30) | st.text(max_size=30))
def test_whatever_is_typed_is_a_formula_or_a_fault(text: str) -> None:
    with suppress(Fault):
        scope().formula(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('like([s], "%-B%")', [True, False, None, False]),
        ('ilike([s], "ANA%")', [True, False, None, False]),
        ('regexp_match([s], "^[A-Z].*k")', [False, False, None, False]),
        (
            'utc_to_timezone([d], "Europe/Ljubljana")',
            [datetime(2026, 2, 1, 0, 59, 59), datetime(2024, 2, 29, 1), None, datetime(1999, 12, 31, 6, 6, 7)],
        ),
        (
            'date_add([e], 1, "month")',
            [datetime(2026, 1, 31), datetime(2026, 7, 15, 12, 30), None, datetime(2000, 2, 1)],
        ),
        (
            '[e] + time_delta(2, "days")',
            [datetime(2026, 1, 2), datetime(2026, 6, 17, 12, 30), None, datetime(2000, 1, 3)],
        ),
        ('datetime_from_string("31/12/2025", "%d/%m/%Y")', [datetime(2025, 12, 31)] * 4),
        ('json_extract_path_text("{\\"a\\": {\\"b\\": 7}}", "a", "b")', ["7"] * 4),
        ('json_extract_path_text([s], "a")', [None] * 4),
        ('float("3.5") + numeric("no")', [None] * 4),
        ('to_int("7.9")', [7] * 4),
        ("str([n])", ["3", "0", None, "-40"]),
        ("[n] / 0", [None] * 4),
        ("2000000000 * 3", [6_000_000_000] * 4),
        ("2 + 3 * 4 - -1", [15] * 4),
        ("not true or true", [True] * 4),
        ("null()", [None] * 4),
        ("rank([m])", [3, 1, 4, 2]),
        ("dense_rank([n], [b])", [1, 1, 1, 2]),
        ("ntile(2, [m])", [1, 2, 2, 1]),
        ("is_first([m])", [True, False, False, False]),
        ('[d] < "2025-01-01"', [False, True, None, True]),
    ],
)
def test_examples(warehouse: DuckWarehouse, text: str, expected: list[Any]) -> None:
    assert answers(warehouse, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum([n])", -37),
        ("sum([n]) / count([n])", -37 / 3),
        ("avg([x])", (2.5 - 0.25 + 1e6) / 3),
        ("min([s])", ""),
        ("max([d])", datetime(2026, 1, 31, 23, 59, 59)),
        ("dcount([b])", 2),
        ("sum_if([n], [b])", -37),
        ('count_if([s], contains([s], "-"))', 1),
        ("quantile([m], 0.5)", 1.0),
        ("last_value([s], [d])", "Ana-Bor"),
        ("last_value_if([s], [d], [n] < 0)", "Žižek čaka"),
        ("sum([n] * 2) + 1", -73),
    ],
)
def test_totals(warehouse: DuckWarehouse, text: str, expected: Any) -> None:
    term = scope().formula(text)
    assert term.level == "aggregate"
    [(found,)] = warehouse.query(exp.select(exp.alias_(term.sql, "v")).from_("t")).rows
    assert same(found, expected)


def test_formulas_are_used_in_formulas(warehouse: DuckWarehouse) -> None:
    where = scope(twice="2 * [n]", thrice="[twice] + [n]")
    assert answers(warehouse, "[thrice] - 1", where) == [8, -1, None, -121]


def test_a_variable_is_a_value_whatever_it_holds(warehouse: DuckWarehouse) -> None:
    where = Scope(COLUMNS, {}, {"__who__": "'; DROP TABLE t; --", "n": 5})
    assert answers(warehouse, "{{__who__}}", where) == ["'; DROP TABLE t; --"] * 4
    assert answers(warehouse, "{{__n__}} + 1", where) == [6] * 4


def test_a_conditional_column_takes_the_first_that_holds(warehouse: DuckWarehouse) -> None:
    choices = (Choice("[n] > 1", '"much"'), Choice("[n] > -1", '"little"'))
    where = Scope(COLUMNS, {"u": Measure(uuid="u", name="size", formula='"none"', choices=choices)})
    assert answers(warehouse, "[size]", where) == ["much", "little", "none", "none"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[nothing]", "no column and no formula named 'nothing'"),
        ("[loop]", "leads back to itself"),
        ("[s] + 1", "does not go between text and a whole number"),
        ("[s] == 1", "does not go between"),
        ("sum([n]) + [n]", "cannot mix"),
        ("sum(sum([n]))", "cannot take what is itself a total"),
        ("sum([s])", "wants numbers"),
        ("nope(1)", "no function 'nope'"),
        ("left([s])", "is written left(text, number)"),
        ("left(1, 2)", "must be text"),
        ('lpad([s], 5000, "x")', "at most 1000"),
        ("lpad([s], [n])", "written out"),
        ('utc_to_timezone([d], "Mars")', "no time zone"),
        ('extract_date_part("eon", [d])', "no part of a date"),
        ('[d] > "soon"', "is no date"),
        ("n", "a column stands in brackets"),
        ("1 +", "the formula ends"),
        ("(1", "')' should be"),
        ("1 2", "an operator or the end"),
        ("", "the formula ends"),
        ("(" * 200 + "1" + ")" * 200, "deep within"),
        ("not " * 200 + "true", "deep within"),
        ("1" + " + 1" * 3000, "at most 10,000"),
        ("not 1", "true or false"),
        ("{{who}}", "has no value"),
        ('"a\x00b"', "NUL"),
        ("1e999", "infinite"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(text: str, said: str) -> None:
    with pytest.raises(Fault) as refused:
        scope(loop="[other] + 1", other="[loop]").formula(text)
    assert said in refused.value.message


def test_formulas_that_double_one_another_stay_small() -> None:
    measures = {f"f{n}": f"[f{n - 1}] + [f{n - 1}]" for n in range(1, 25)} | {"f0": "[n]"}
    with pytest.raises(Fault, match="too large"):
        scope(**measures).formula("[f24]")


def test_every_function_says_what_it_does() -> None:
    assert [name for name, function in FUNCTIONS.items() if not function.meaning.endswith((".", ")"))] == []
    assert terms.constant(-1).sql.sql(dialect="duckdb") == "(-1)"
