"""Questions over HTTP, as the document asks them (Serenytics, "Formatted Data"), and who may ask what."""

from datetime import datetime
from typing import Any

import pytest

from rollbook.core.analytics import reading
from tests.conftest import Organisation
from tests.doors.serenytics.conftest import SALES, Door


def test_only_headers(door: Door) -> None:
    uuid = door.source([{"day": "2026-01-01", "at": "2026-01-01T10:00:00", "n": 1, "x": 1.5, "s": "a", "b": True}])
    answer = door.admin.post(f"/api/formatted_data/{uuid}", json={"only_headers": "true"})
    assert answer.json() == {
        "columns_titles": [
            {"name": "day", "type": "datetime", "datetime_format": "%Y-%m-%d"},
            {"name": "at", "type": "datetime", "datetime_format": "%Y-%m-%dT%H:%M:%S"},
            {"name": "n", "type": "int"},
            {"name": "x", "type": "float"},
            {"name": "s", "type": "str"},
            {"name": "b", "type": "bool"},
        ],
        "status": "ok",
    }


@pytest.mark.parametrize("path", ["/api/formatted_data", "/api/data_source/formatted_data"])
def test_the_documents_example_at_both_addresses(door: Door, path: str) -> None:
    step = {
        "group_by": ["country"],
        "select": [{"name": "country"}, {"name": "sold", "agg_function": "sum"}],
        "where": [{"name": "price", "op": ">", "value": "20"}],
        "order_by": [{"name": "country", "order": "desc"}],
        "limit": 100,
    }
    body = {"order": "row_by_row", "data_processing_pipeline": [step]}
    answer = door.admin.post(f"{path}/{door.source()}", json=body)
    assert answer.json() == {
        "columns_titles": [{"name": "country", "type": "str"}, {"name": "sold", "type": "int"}],
        "data": [["SI", 5], ["FR", 10]],
        "truncated": False,
        "total_rows": 2,
        "status": "ok",
    }


def test_every_moment_is_written_in_the_format_that_its_column_tells(door: Door) -> None:
    rows = [{"at": f"2026-01-01T10:00:{second}", "day": "2026-01-01"} for second in ("00", "00.250000", "59.999999Z")]
    listed = door.admin.get("/api/data_source").json()["objects"]
    people = next(source["uuid"] for source in listed if source["name"] == "People")
    for uuid in (door.source(rows), people):
        answer = door.ask(uuid)
        for at, column in enumerate(answer["columns_titles"]):
            if column["type"] == "datetime":
                texts = [row[at] for row in answer["data"] if row[at] is not None]
                read = [datetime.strptime(text, column["datetime_format"]) for text in texts]
                assert [moment.strftime(column["datetime_format"]) for moment in read] == texts
        assert answer["data"]


def test_columns_one_by_one(door: Door) -> None:
    step = {"select": ["country", "sold"], "order_by": ["sold"]}
    body = {"order": "column_by_column", "data_processing_pipeline": [step]}
    answer = door.admin.post(f"/api/formatted_data/{door.source()}", json=body)
    assert answer.json()["data"] == [["FR", "SI", "FR"], [3, 5, 10]]


def test_nested_filters_having_and_steps(door: Door) -> None:
    uuid = door.source()
    dear = {
        "or": [{"name": "price", "op": ">=", "value": 40}, {"not": {"name": "country", "op": "In", "value": ["FR"]}}]
    }
    assert door.ask(uuid, select=["sold"], where=[dear], order_by=["sold"])["data"] == [[5], [10]]
    total = {"name": "sold", "agg_function": "sum"}
    having = [{**total, "op": ">", "value": 5}]
    assert door.ask(uuid, select=["country", total], group_by=["country"], having=having)["data"] == [["FR", 13]]
    steps = [
        {"select": ["country", total], "group_by": ["country"]},
        {"select": [{"name": "sold", "agg_function": "max"}]},
    ]
    answer = door.admin.post(f"/api/formatted_data/{uuid}", json={"data_processing_pipeline": steps})
    assert answer.json()["data"] == [[13]]


def test_a_step_has_every_column_of_the_one_before_also_two_with_one_name(door: Door) -> None:
    sold = [{"name": "sold", "agg_function": total} for total in ("max", "count")]
    first = {"select": ["country", *sold, "$$count$$"], "group_by": ["country"]}
    body: dict[str, Any] = {"data_processing_pipeline": [first, {"order_by": ["sold"]}]}
    path = f"/api/formatted_data/{door.source()}"
    answer = door.admin.post(path, json=body).json()
    assert [column["name"] for column in answer["columns_titles"]] == ["country", "sold", "sold", "$$count$$"]
    assert answer["data"] == [["SI", 5, 1, 1], ["FR", 10, 2, 2]]
    at = {"name": "at", "date_group": "year"}
    first = {"select": [at, {"name": "at", "agg_function": "count"}], "group_by": [at]}
    year = {"select": ["at"], "where": [{"name": "at", "op": ">=", "value": "2026-01-01"}]}
    body = {"data_processing_pipeline": [first, year]}
    assert door.admin.post(path, json=body).json()["data"] == [["2026-01-01"]]


def test_having_takes_what_is_selected_by_its_name_and_nothing_that_no_group_has(door: Door) -> None:
    uuid, total = door.source(), {"name": "sold", "agg_function": "sum"}
    by_country: dict[str, Any] = {"select": ["country", total], "group_by": ["country"]}
    assert door.ask(uuid, **by_country, having=[{"name": "sold", "op": ">", "value": 5}])["data"] == [["FR", 13]]
    assert door.ask(uuid, **by_country, having=[{"name": "country", "op": "!=", "value": "FR"}])["data"] == [["SI", 5]]
    refused = door.ask(uuid, **by_country, having=[{"name": "price", "op": ">", "value": 5}])
    assert refused["errors"] == ["'price' is neither in group_by nor made one value by an agg_function."]
    two: dict[str, Any] = {"select": [total, {**total, "agg_function": "max"}], "group_by": ["country"]}
    refused = door.ask(uuid, **two, having=[{"name": "sold", "op": ">", "value": 5}])
    assert refused["errors"] == ["'sold' is neither in group_by nor made one value by an agg_function."]


def test_dates_by_month(door: Door) -> None:
    at, rows = {"name": "at", "date_group": "month"}, {"name": "$$count$$", "agg_function": "sum"}
    answer = door.ask(door.source(), select=[at, rows], group_by=[at], order_by=["at"])
    assert answer["data"] == [["2025-12-01", 1], ["2026-01-01", 1], ["2026-02-01", 1]]


def test_an_answer_is_capped_and_says_so(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    answer = door.ask(door.source(), select=["sold"], order_by=["sold"])
    assert answer["data"] == [[3], [5]]
    assert (answer["truncated"], answer["total_rows"]) == (True, 3)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"select": ["nope"]}, "no column and no formula named 'nope'"),
        ({"select": [{"name": "x", "measureUuid": "nope"}]}, "no formula with the id"),
        ({"where": ["x"]}, "A filter must be an object"),
        ({"where": [{"name": "sold", "op": "~", "value": 1}]}, "no operator"),
        ({"limit": "many"}, "limit"),
        ({"select": 7}, "select"),
        ({"where": [{"name": "at", "op": ">", "value": "0001-01-01T00:00:00+14:00"}]}, "is no date such as"),
    ],
)
def test_what_cannot_be_answered_is_told_with_status_200(door: Door, step: Any, said: str) -> None:
    answer = door.ask(door.source(), **step)
    assert answer["status"] == "error"
    assert said in answer["errors"][0]


def test_a_source_that_is_not_there_or_a_key_that_is_none_has_a_status_of_its_own(
    door: Door, other_organisation: Organisation
) -> None:
    uuid = door.source()
    assert door.admin.post("/api/formatted_data/nope", json={}).status_code == 404
    strange = {"x-api-key": other_organisation.founded.api_key}
    assert door.organisation.client.post(f"/api/formatted_data/{uuid}", json={}, headers=strange).status_code == 404
    answer = door.organisation.client.post(f"/api/formatted_data/{uuid}", json={}, headers={"x-api-key": "x"})
    assert answer.status_code == 401
    assert answer.json()["status"] == "error"


def test_a_variable_fills_a_formula(door: Door) -> None:
    measures = {"m": {"name": "of whom", "type": "formula", "data": {"formula": "if([country] == {{who}}, [sold], 0)"}}}
    uuid = door.source(measures=measures)
    step = {"select": [{"name": "of whom", "measureUuid": "m", "agg_function": "sum"}]}
    body = {"data_processing_pipeline": [step], "dashboard_variables": {"who": "FR"}}
    assert door.admin.post(f"/api/formatted_data/{uuid}", json=body).json()["data"] == [[13]]


def test_row_policies_let_through_what_metadata_says_and_nothing_without(door: Door) -> None:
    uuid = door.source(row_policies=[{"column": "country", "metadata": "unit"}])
    callers = {
        "one": door.user(unit="FR"),
        "some": door.user(unit=["FR", "XX"]),
        "all": door.user(unit=["$$all$$"]),
        "none": door.user(),
        "empty": door.user(unit=[]),
        "null": door.user(unit=None, other="FR"),
        "other": door.user(unit={"not": "a value"}),
    }
    for _, user in callers.values():
        share = door.admin.post(f"/api/data_source/{uuid}/sharings", json={"username_to_share_with": user["username"]})
        assert share.status_code == 201
    total = {"name": "sold", "agg_function": "sum"}
    found = {name: door.ask(uuid, by, select=[total])["data"] for name, (by, _) in callers.items()}
    assert found == {
        "one": [[13]], "some": [[13]], "all": [[18]], "none": [[None]], "empty": [[None]], "null": [[None]],
        "other": [[None]],
    }  # fmt: skip
    assert door.ask(uuid, select=[total])["data"] == [[18]], "administrators see all rows"


def test_a_join_shows_both_sides_and_keeps_their_policies(door: Door) -> None:
    sales = door.source(row_policies=[{"column": "country", "metadata": "unit"}])
    capitals = door.source([{"code": "FR", "capital": "Paris"}, {"code": "US", "capital": "Washington"}])

    def joined(kind: str) -> str:
        config = [
            {"uuid": sales, "prefix": "s"},
            {"uuid": capitals, "prefix": "c", "joinType": kind, "leftColumn": "s.country", "rightColumn": "code"},
        ]
        body = {"name": kind, "type": "InnerJoin", "jsonContent": {"joinConfig": config}}
        made = door.admin.post("/api/data_source", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["uuid"])

    asked: dict[str, Any] = {"select": ["s.country", "c.capital", "s.sold"], "order_by": ["s.sold"]}
    inner, left = joined("inner"), joined("left")
    assert door.ask(inner, **asked)["data"] == [["FR", "Paris", 3], ["FR", "Paris", 10]]
    assert door.ask(left, **asked)["data"] == [["FR", "Paris", 3], ["SI", None, 5], ["FR", "Paris", 10]]
    viewer, user = door.user(unit="SI")
    door.admin.post(f"/api/data_source/{left}/sharings", json={"username_to_share_with": user["username"]})
    assert door.ask(left, viewer, **asked)["data"] == [["SI", None, 5]]
    assert viewer.post(f"/api/formatted_data/{sales}", json={}).status_code == 404, "its parts are not shared"


def test_the_sides_of_a_join_are_told_apart_by_more_than_their_case(door: Door) -> None:
    own, other = (door.source([{"n": 1, "i": i}]) for i in (10, 100))
    joined = [
        {"uuid": own, "prefix": "L"},
        {"uuid": other, "prefix": "l", "leftColumn": "L.n", "rightColumn": "n"},
    ]
    body = {"name": "Both", "type": "InnerJoin", "jsonContent": {"joinConfig": joined}}
    refused = door.ask(door.admin.post("/api/data_source", json=body).json()["uuid"])
    assert "give each data source a prefix of its own" in refused["errors"][0]


def test_columns_of_two_kinds_are_joined_as_text_and_no_value_of_theirs_is_told(door: Door) -> None:
    numbers = door.source([{"id": 1, "n": 1}, {"id": 2, "n": 2}])
    texts = door.source([{"code": "1", "t": "one"}, {"code": "secret", "t": "none"}])

    def joined(left: str, right: str, left_column: str, column: str) -> Any:
        config = [
            {"uuid": left, "prefix": "l"},
            {"uuid": right, "prefix": "r", "leftColumn": left_column, "rightColumn": column},
        ]
        body = {"name": "j", "type": "InnerJoin", "jsonContent": {"joinConfig": config}}
        return door.ask(door.admin.post("/api/data_source", json=body).json()["uuid"])["data"]

    assert joined(numbers, texts, "l.id", "code") == [[1, 1, "1", "one"]]
    assert joined(texts, numbers, "l.code", "id") == [["1", "one", 1, 1]]
    assert joined(numbers, door.source([{"x": 2.0}]), "l.id", "x") == [[2, 2, 2.0]]


def test_nobody_joins_what_they_do_not_see(door: Door) -> None:
    studio, _ = door.user("studio")
    config = [{"uuid": door.source(), "prefix": "a"}, {"uuid": door.source(caller=studio), "prefix": "b"}]
    made = studio.post(
        "/api/data_source", json={"name": "x", "type": "InnerJoin", "jsonContent": {"joinConfig": config}}
    )
    assert made.status_code == 400
    assert len(SALES) == 3


def _measured(door: Door, *formulas: str) -> tuple[str, list[str]]:
    """A source with formulas, and their names."""
    names = [f"m{number}" for number in range(len(formulas))]
    measures = {
        name: {"name": name, "type": "formula", "data": {"formula": formula}}
        for name, formula in zip(names, formulas, strict=True)
    }
    return door.source(measures=measures), names


@pytest.mark.parametrize("formula", ["[sold]" + " + [sold]" * 600, "1" + "+1" * 2_400])
def test_a_formula_that_is_too_long_a_chain_is_refused(door: Door, formula: str) -> None:
    uuid, names = _measured(door, formula)
    answer = door.ask(uuid, select=names)
    assert "formula" in answer["errors"][0]
    assert door.admin.post(f"/api/data_source/{uuid}/export_source_data", json={}).status_code == 200


def test_whole_numbers_that_a_formula_chooses_are_as_large_as_those_in_columns(door: Door) -> None:
    uuid, (chosen, written, squared) = _measured(
        door,
        "if([sold] > 5, 2000000, 3) * if([sold] > 5, 2000000, 3)",
        "2000000",
        "[m1] * [m1]",
    )
    assert door.ask(uuid, select=[chosen], order_by=["sold"])["data"] == [[9], [9], [4 * 10**12]]
    body = {"data_processing_pipeline": [{"select": [written], "limit": 1}, {"select": [squared]}]}
    assert door.admin.post(f"/api/formatted_data/{uuid}", json=body).json()["data"] == [[4 * 10**12]]


def test_a_span_of_time_in_a_column_is_text_whatever_its_length(door: Door) -> None:
    uuid, spans = _measured(door, 'time_delta(2, "days")', 'time_delta(100000000, "years")', "null()")
    steps = [{"select": spans, "limit": 1}, {"where": [{"name": "m0", "op": "contains", "value": "day"}]}]
    answer = door.admin.post(f"/api/formatted_data/{uuid}", json={"data_processing_pipeline": steps}).json()
    assert answer["data"] == [["2 days", "100000000 years", None]]


@pytest.mark.parametrize("formula", ["sum([n])", "[n] * 4", "[n] + [n]"])
def test_whole_numbers_that_become_too_large_are_told_with_the_way_out(door: Door, formula: str) -> None:
    measures = {"m": {"name": "m", "type": "formula", "data": {"formula": formula}}}
    uuid = door.source([{"n": 2**62}, {"n": 2**62}], measures=measures)
    body = {"order": "row_by_row", "data_processing_pipeline": [{"select": ["m"]}]}
    told = door.admin.post(f"/api/formatted_data/{uuid}", json=body).json()
    assert told["errors"] == [
        "A whole number became larger than 64 bits hold; multiply by 1.0 to have a float instead."
    ]
