"""The vendor's own Python client, as it is on PyPI, against a running server."""

import gzip
import io
import os
import pickle
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pandas as pd
import pytest
import serenytics
from serenytics import helpers, settings

from rollbook.adapters.buckets import GuardedBuckets
from rollbook.core.access.founding import found_organisation
from tests.adapters.s3_server import s3_server
from tests.clients.conftest import LiveServer
from tests.conftest import PASSWORD

pytestmark = pytest.mark.clients
POLLS = threading.Event()
Refused = helpers.SerenyticsException
SALES = [
    {"year": 2015, "quarter": "Q1", "sales": 120},
    {"year": 2015, "quarter": "Q2", "sales": 80},
    {"year": 2015, "quarter": "Q4", "sales": 25},
    {"year": 2014, "quarter": "Q2", "sales": 85},
]
SELECTED = {
    "order": "row_by_row",
    "data_processing_pipeline": [{"select": [{"name": "quarter"}, {"name": "sales"}, {"name": "year"}]}],
}
SALES_ROWS = [["Q1", 120, 2015], ["Q2", 80, 2015], ["Q2", 85, 2014], ["Q4", 25, 2015]]


@pytest.fixture(scope="module")
def login(live_server: LiveServer) -> str:
    """An owner's user name and password, with a colon between."""
    name = f"Org {uuid4().hex[:12]}"
    username = f"owner@{name[4:]}.example.org"
    with live_server.server.database.writing() as work:
        password_hash = live_server.server.services.hasher.hash(PASSWORD)
        found_organisation(work, name, username=username, password_hash=password_hash)
    return f"{username}:{PASSWORD}"


@pytest.fixture(scope="module")
def client(live_server: LiveServer, login: str) -> Iterator[Any]:
    """A client that signed in as the vendor's own tests do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SERENYTICS_API_DOMAIN", live_server.url)
        patch.setattr(
            serenytics.task, "time", SimpleNamespace(sleep=lambda _: POLLS.wait(0.02))
        )  # it polls once a second
        basic = {"Authorization": b"Basic " + b64encode(login.encode())}
        token = helpers.make_request("get", f"{live_server.url}/api/token", headers=basic).json()["token"]
        answers = [
            helpers.make_request("post", f"{live_server.url}/api/api_key", headers={"X-Auth-Token": token}).json()
            for _ in range(2)
        ]
        assert answers[0] == answers[1], "it is the user's one key"
        yield serenytics.Client(api_key=answers[0]["api_key"])


@pytest.fixture
def source(client: Any) -> Iterator[Any]:
    """A new storage source, which is deleted afterwards."""
    made = client.get_or_create_storage_data_source_by_name(f"test {uuid4()}")
    yield made
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/data_source/{made.uuid}"
    helpers.make_request("delete", address, expected_status_code=204, headers=made._headers)


def columns(source: Any) -> dict[str, str]:
    """The types of a source's columns by their names."""
    return {column["name"]: column["type"] for column in source.get_columns()}


def test_a_source_is_found_by_name_and_by_uuid_and_is_the_same(client: Any, source: Any) -> None:
    by_name, by_uuid = client.get_data_source_by_name(source.name), client.get_data_source_by_uuid(source.uuid)
    assert by_name._config == by_uuid._config == source._config
    assert client.get_or_create_storage_data_source_by_name(source.name).uuid == source.uuid
    assert source.uuid in [one.uuid for one in client.get_data_sources()]
    assert client.get_data_source_by_name("no such source") is None
    with pytest.raises(Refused, match="does not exist"):
        client.get_data_source_by_uuid(str(uuid4()))


def test_an_empty_source_has_no_rows_and_says_so(source: Any) -> None:
    assert source.get_nb_rows() == 0
    with pytest.raises(Refused, match="Storage source is empty"):
        source.get_data()


def test_a_wrong_key_is_told(client: Any) -> None:
    with pytest.raises(Refused, match="check your API key"):
        serenytics.Client(api_key="wrong").get_data_sources()


def test_reload_from_rows(source: Any) -> None:
    source.reload_data(SALES)
    assert columns(source) == {"quarter": "str", "sales": "int", "year": "int"}
    assert sorted(source.get_data(SELECTED).rows) == SALES_ROWS
    assert source.get_nb_rows() == 4
    everything = source.get_data()
    assert (len(everything.columns), len(everything.rows)) == (3, 4)
    assert list(everything.get_as_dataframe().columns) == ["year", "quarter", "sales"]


def test_reload_from_array_dataframe_and_with_force_types(source: Any) -> None:
    names, rows = ["year", "quarter", "sales"], [[one[name] for name in SALES[0]] for one in SALES]
    source.reload_data_from_array(names, rows)
    assert sorted(source.get_data(SELECTED).rows) == SALES_ROWS
    source.reload_data_from_dataframe(pd.DataFrame(rows, columns=names), force_types={"sales": "float"})
    assert columns(source) == {"quarter": "str", "sales": "float", "year": "int"}
    assert sorted(source.get_data(SELECTED).rows) == SALES_ROWS


def test_every_plain_type_comes_through_a_dataframe(source: Any) -> None:
    frame = pd.DataFrame(
        {
            "n": [1, 2],
            "x": [0.5, None],
            "s": ["é", None],
            "b": [True, False],
            "t": pd.to_datetime(["2026-01-31T23:59:59", None]),
            "z": pd.to_datetime(["2026-01-31T23:59:59+01:00", "2026-02-01T00:00:00+01:00"]),
            "m": [1, "two"],
            "c": pd.Categorical(["a", "b"]),
            "i": pd.array([1, None], dtype="Int64"),
        },
        index=["first", "second"],
    )
    source.reload_data_from_dataframe(frame)
    kinds = {
        "n": "int",
        "x": "float",
        "s": "str",
        "b": "bool",
        "t": "datetime",
        "z": "datetime",
        "m": "str",
        "c": "str",
    }
    assert columns(source) == {**kinds, "i": "int"}
    assert source.get_data().rows == [
        [1, 0.5, "é", True, "2026-01-31T23:59:59", "2026-01-31T22:59:59", "1", "a", 1],
        [2, None, None, False, None, "2026-01-31T23:00:00", "two", "b", None],
    ]


@pytest.mark.parametrize("is_zipped", [False, True])
def test_reload_and_update_from_file(source: Any, tmp_path: Path, is_zipped: bool) -> None:
    def written(name: str, text: str) -> str:
        path = tmp_path / (f"{name}.csv.gz" if is_zipped else f"{name}.csv")
        path.write_bytes(gzip.compress(text.encode()) if is_zipped else text.encode())
        return str(path)

    first = written("sales", "id;quarter;sales;year\n1;Q1;120;2015\n2;Q2;80;2015\n5;Qaccentué;10;2016\n")
    source.reload_data_from_file(first, separator=";")
    assert columns(source) == {"id": "int", "quarter": "str", "sales": "int", "year": "int"}
    assert sorted(source.get_data().rows) == [[1, "Q1", 120, 2015], [2, "Q2", 80, 2015], [5, "Qaccentué", 10, 2016]]
    second = written("update", "id;quarter;sales;year\n1;Q1;120;2013\n6;Q2;130;2015\n")
    source.update_data_from_file(second, primary_key="id", separator=";")
    rows = [[1, "Q1", 120, 2013], [2, "Q2", 80, 2015], [5, "Qaccentué", 10, 2016], [6, "Q2", 130, 2015]]
    assert sorted(source.get_data().rows) == rows
    with pytest.raises(Refused, match="no column 'nope' to be the primary key"):
        source.update_data_from_file(second, primary_key="nope", separator=";")
    assert sorted(source.get_data().rows) == rows


def test_a_file_that_cannot_be_read_fails_its_task_and_changes_nothing(source: Any, tmp_path: Path) -> None:
    source.reload_data(SALES)
    path = tmp_path / "broken.csv"
    path.write_bytes(b"a,b\n\xff\xfe,\x00\n")
    with pytest.raises(Refused, match="unicode"):
        source.reload_data_from_file(str(path))
    assert source.get_nb_rows() == 4


class Hostile:
    """Runs a command when it is unpickled by whoever asks nothing."""

    def __reduce__(self) -> Any:
        return os.system, ("touch /tmp/rollbook-was-here",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pickle.dumps(Hostile()), "names posix.system"),
        (pickle.dumps({"a": 1}), "other than a DataFrame"),
        (pickle.dumps(pd.DataFrame({"a": [Hostile()]}, dtype=object)), "names posix.system"),
        (b"\x80\x04cbuiltins\neval\n.", "names builtins.eval"),
        (b"\x80\x04cpandas\nread_pickle\n.", "names pandas.read_pickle"),
        (b"garbage", "no pickled DataFrame"),
    ],
)
def test_a_pickle_that_holds_anything_else_is_refused_and_runs_nothing(source: Any, content: bytes, said: str) -> None:
    was_here = Path("/tmp/rollbook-was-here")
    was_here.unlink(missing_ok=True)
    source._config["originalFileName"] = "frame.pd025_pickle"
    source.save()
    zipped = io.BytesIO(gzip.compress(content))
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/data_source/{source.uuid}/file"
    helpers.make_request("post", address, data=zipped.getvalue(), headers=source._headers, expected_status_code=201)
    with pytest.raises(Refused, match=said):
        source._load_attached_file_into_storage()
    assert not was_here.exists()


def test_reload_from_a_bucket(source: Any, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_server() as s3:
        s3.objects["/sales/2026/new.csv"] = b"code;n\n007;1\n"
        reader = GuardedBuckets(["127.0.0.0/8"], endpoint=f"http://127.0.0.1:{s3.server_port}")
        monkeypatch.setattr(live_server.server.services.buckets, "open", reader.open)
        credentials = "aws_access_key_id=id;aws_secret_access_key=secret"
        given = {"s3_csv_separator": ";", "s3_region": "eu-west-1", "s3_credentials": credentials}
        source.reload_data_from_s3_file("sales", "2026/new.csv", force_types={"code": "str"}, **given)
        assert source.get_data().rows == [["007", 1]]
        with pytest.raises(Refused, match="no such object"):
            source.reload_data_from_s3_file("sales", "2025/none.csv")


def test_batches_are_done_in_order_or_not_at_all(source: Any) -> None:
    source.batch(rows_to_insert=[{"id": 1, "sales": 3.5}, {"id": 2, "sales": 4.5}])
    source.batch(rows_to_insert_or_update=[{"id": 2, "sales": 5}], rows_to_delete=[1], primary_key="id")
    assert source.get_data().rows == [[2, 5]]
    with pytest.raises(
        Refused, match='invalid data "3,4" was pushed and is incompatible with current table column types'
    ):
        source.batch(rows_to_insert=[{"id": 3, "sales": 1}, {"id": 4, "sales": "3,4"}])
    source.batch(rows_to_insert=[{"id": 5, "new": "ignored"}])
    assert source.get_data().rows == [[2, 5], [5, None]]


def test_a_batch_may_be_waited_for(client: Any, source: Any) -> None:
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/data_source/{source.uuid}/batch"
    body = {"async_": True, "operations": [{"action": "insert", "rows": SALES}]}
    answer = httpx.post(address, json=body, headers={"X-Api-Key": client._api_key}).json()
    assert answer["status"] == "ok"
    task = serenytics.task.Task(answer["task_id"], "batch", source._headers)
    task.wait()
    task.raise_on_error()
    assert source.get_nb_rows() == 4


def test_pushed_rows_are_there_with_their_new_columns(source: Any) -> None:
    source.push_data({"year": 2015, "quarter": "Q2", "sales": 80})
    source.push_data([{"year": 2016, "quarter": "Q3", "sales": 81, "who": "Ana"}])
    assert columns(source) == {"year": "int", "quarter": "str", "sales": "int", "who": "str"}
    assert source.get_nb_rows() == 2
    source._config["token"] = "wrong"
    with pytest.raises(Refused, match="token is not its own"):
        source.push_data({"year": 1})


def test_formulas(source: Any) -> None:
    source.reload_data(SALES)
    measures = {
        str(uuid4()): {"name": "measure", "type": "formula", "data": {"formula": "2 * [sales]"}},
        str(uuid4()): {"name": "mean", "type": "value", "data": {"formula": "sum([measure]) / count([sales])"}},
    }
    source._config["jsonContent"]["measures"] = measures
    source._config["jsonContent"]["kept"] = {"un": ["touched", 1.5, None]}
    source.save()
    assert "measure" not in columns(source)
    asked = {"order": "row_by_row", "data_processing_pipeline": [{"select": [{"name": "sales"}, {"name": "measure"}]}]}
    data = source.get_data({**asked, "format": "simple_array"})
    assert data.columns == ["sales", "measure"]
    assert sorted(data.rows) == [[25, 50], [80, 160], [85, 170], [120, 240]]
    assert source.get_value_formula("mean") == 155
    kept = httpx.get(f"{settings.SERENYTICS_API_DOMAIN}/api/data_source/{source.uuid}", headers=source._headers).json()
    assert kept["jsonContent"] == source._config["jsonContent"]


@pytest.mark.parametrize("format", ["auto", "csv", "csv.gz", "parquet"])
@pytest.mark.parametrize("quotes", [False, True])
def test_datasets_as_dataframes(source: Any, format: str, quotes: bool) -> None:
    source.reload_data([*SALES, {"year": 2013, "quarter": 'a "b" | c', "sales": None}])
    frame = source.get_dataset_as_dataframe(exchange_format=format, add_quotes_in_csv=quotes)
    assert sorted(frame["year"]) == [2013, 2014, 2015, 2015, 2015]
    assert 'a "b" | c' in set(frame["quarter"])


def test_a_dataset_without_a_format_is_csv_with_commas(source: Any) -> None:
    source.reload_data(SALES)
    assert sorted(source.get_dataset()["sales"]) == [25, 80, 85, 120]


def test_the_cache_can_be_invalidated(source: Any) -> None:
    source.invalidate_cache()


def test_wrong_questions_are_told(source: Any) -> None:
    source.reload_data(SALES)
    for step in (
        {"select": ["nope"]},
        {"select": [{"name": "quarter", "agg_function": "sum"}]},
        {"limit": -1},
        {"where": [7]},
    ):
        with pytest.raises(Refused):
            source.get_data({"data_processing_pipeline": [step]})


def test_dashboards(client: Any, source: Any, login: str) -> None:
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/web_app"
    widgets = [{"type": "hc-array", "options": {"data": {"sourceUuid": source.uuid}}}]
    content: dict[str, Any] = {"version": 3, "tabs": [{"widgets": widgets}]}
    body = {"name": "Sales", "jsonContent": content}
    uuid = httpx.post(address, json=body, headers=client._headers).json()["uuid"]
    webapp = client.get_webapp_by_uuid(uuid)
    assert uuid in [one.uuid for one in client.get_webapps()]
    webapp.set_custom_css("body { color: red }")
    webapp.set_custom_html_header("<h1>Sales</h1>")
    webapp.save()
    kept = client.get_webapp_by_uuid(uuid)._config["jsonContent"]
    assert kept == {**content, "cssContent": "body { color: red }", "headerMode": "custom_html",
                    "htmlHeader": "<h1>Sales</h1>"}  # fmt: skip
    assert webapp.get_list_of_data_sources() == [{"uuid": source.uuid, "name": source.name}]
    client.share_webapp_with_user(uuid, login.partition(":")[0])
    with pytest.raises(Refused, match="does not exist"):
        client.get_webapp_by_uuid(str(uuid4()))
