"""Data sources over HTTP: the search form, sharing, files, keys to data, folders."""

import json
from typing import Any

import pytest

from rollbook.core.analytics.recorded.listing import RECORD_SOURCES
from tests.conftest import Caller
from tests.doors.serenytics.conftest import SALES, Door

STORAGE = {"name": "type", "op": "neq", "val": "Rollbook"}
"""All sources but those that show the record."""


def names(caller: Caller, *filters: dict[str, Any], **params: Any) -> list[str]:
    """The names of the sources that are listed."""
    if filters:
        params["q"] = json.dumps({"filters": filters})
    answer = caller.get("/api/data_source", params=params)
    assert answer.status_code == 200, answer.text
    return [source["name"] for source in answer.json()["objects"]]


def test_the_list_is_searched_and_paged_by_the_server(door: Door) -> None:
    for name in ("b", "A", "a_b", "a%b"):
        door.admin.post("/api/data_source", json={"name": name})
    door.admin.post("/api/data_source", json={"name": "joined", "type": "InnerJoin"})
    assert sorted(names(door.admin, STORAGE)) == ["A", "a%b", "a_b", "b", "joined"]
    assert names(door.admin, {"name": "name", "op": "eq", "val": "A"}) == ["A"]
    others = [{"name": "name", "op": "neq", "val": "A"}, {"name": "type", "op": "eq", "val": "Storage"}]
    assert sorted(names(door.admin, *others)) == [
        "a%b",
        "a_b",
        "b",
    ]
    assert sorted(names(door.admin, {"name": "name", "op": "in", "val": ["b", "A", "z"]})) == ["A", "b"]
    assert names(door.admin, {"name": "name", "op": "ilike", "val": "JOIN%"}) == ["joined"]
    everything = names(door.admin)
    total = len(RECORD_SOURCES) + 5
    assert len(everything) == total
    pages = [door.admin.get("/api/data_source", params={"results_per_page": 5, "page": n}).json() for n in (1, 2, 3, 4)]
    assert [(page["num_results"], page["page"], page["total_pages"]) for page in pages] == [
        (total, n, -(-total // 5)) for n in (1, 2, 3, 4)
    ]
    assert [one["name"] for page in pages for one in page["objects"]] == everything


@pytest.mark.parametrize("path", ["script", "web_app"])
def test_scripts_and_dashboards_are_searched_as_sources_are(door: Door, path: str) -> None:
    made = {n: door.admin.post(f"/api/{path}", json={"name": n}).json()["uuid"] for n in ("Costs", "costs 2", "Sales")}

    def found(*filters: dict[str, Any], **params: Any) -> list[str]:
        answer = door.admin.get(f"/api/{path}", params={**params, "q": json.dumps({"filters": filters})})
        assert answer.status_code == 200, answer.text
        return sorted(one["name"] for one in answer.json()["objects"])

    assert found({"name": "name", "op": "ilike", "val": "cost%"}) == ["Costs", "costs 2"]
    assert found({"name": "name", "op": "neq", "val": "Costs"}, {"name": "name", "op": "like", "val": "%s"}) == [
        "Sales"
    ]
    assert found({"name": "uuid", "op": "in", "val": [made["Sales"], made["Costs"]]}) == ["Costs", "Sales"]
    assert found({"name": "name", "op": "not_in", "val": ["Sales"]}) == ["Costs", "costs 2"]
    page = door.admin.get(f"/api/{path}", params={"results_per_page": 2, "page": 2, "q": '{"filters":[]}'}).json()
    assert (page["num_results"], page["total_pages"], len(page["objects"])) == (3, 2, 1)
    answer = door.admin.get(f"/api/{path}", params={"q": '{"filters":[{"name":"type","op":"eq","val":"x"}]}'})
    assert (answer.status_code, answer.json()["errors"][0][:2]) == (400, "q:")


def test_users_and_groups_come_in_pages_for_whom_asks(door: Door) -> None:
    for _ in range(4):
        door.user()
    for path in ("user", "usersgroup"):
        whole = door.admin.get(f"/api/{path}").json()
        assert (whole["page"], whole["total_pages"], whole["num_results"]) == (1, 1, len(whole["objects"]))
        size = max(1, len(whole["objects"]) // 2)
        pages = [
            door.admin.get(f"/api/{path}", params={"results_per_page": size, "page": n}).json()
            for n in range(1, -(-whole["num_results"] // size) + 1)
        ]
        assert [one for page in pages for one in page["objects"]] == whole["objects"]
        assert {page["total_pages"] for page in pages} == {len(pages)}


@pytest.mark.parametrize(
    "q",
    [
        "{",
        "[]",
        '{"filters":[{"name":"token","op":"eq","val":"x"}]}',
        '{"filters":[{"name":"name","op":"~","val":"x"}]}',
        '{"filters":[{"name":"name","op":"in","val":"x"}]}',
        '{"filters":[{"name":"name","op":"eq"}]}',
    ],
)
def test_a_search_that_cannot_be_made_is_refused(door: Door, q: str) -> None:
    answer = door.admin.get("/api/data_source", params={"q": q})
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("q")


def test_what_a_client_keeps_with_a_source_comes_back(door: Door) -> None:
    content = {"separator": ";", "kept": {"a": [1, None, "é"]}, "advanced_options": '{"force_types": {"n": "float"}}'}
    made = door.admin.post("/api/data_source", json={"name": "x", "jsonContent": content, "unknown": 1}).json()
    assert made["jsonContent"] == content
    changed = door.admin.put(f"/api/data_source/{made['uuid']}", json={**made, "name": "y"})
    assert changed.json() == {**made, "name": "y", "modified": changed.json()["modified"]}
    assert door.admin.get(f"/api/data_source/{made['uuid']}").json() == changed.json()


@pytest.mark.parametrize(
    "content",
    [
        {"separator": ";;"},
        {"measures": []},
        {"measures": {"u": 1}},
        {"measures": {"u": {"name": "x", "type": "conditional", "data": {"conditions": [], "default": 0}}}},
        {"joinConfig": [{"uuid": "x", "joinType": "outer"}]},
        {"measures": {"u": {"name": 1, "data": {"formula": "1"}}}},
        {"advanced_options": "{"},
        {"advanced_options": '{"force_types": {"n": "decimal"}}'},
        {"row_policies": [{"column": 1}]},
        {"joinConfig": [7]},
    ],
)
def test_content_that_we_cannot_understand_is_refused(door: Door, content: Any) -> None:
    answer = door.admin.post("/api/data_source", json={"name": "x", "jsonContent": content})
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("jsonContent")


def test_a_source_is_its_owners_until_it_is_shared(door: Door) -> None:
    owner, _ = door.user("studio")
    uuid = door.source(caller=owner)
    viewer, user = door.user("viewer")
    other, _ = door.user("studio")
    path = f"/api/data_source/{uuid}"
    for caller in (viewer, other):
        assert names(caller, STORAGE) == []
        for answer in (caller.get(path), caller.post(f"/api/formatted_data/{uuid}", json={})):
            assert answer.status_code == 404
    assert owner.post(f"{path}/sharings", json={"username_to_share_with": user["username"]}).status_code == 201
    shown = viewer.get(path).json()
    assert shown["token"] is None, "who may not write is not told how to push"
    assert len(door.ask(uuid, viewer)["data"]) == len(SALES)
    assert viewer.put(path, json={"name": "mine"}).status_code == 403
    assert other.get(path).status_code == 404


@pytest.mark.parametrize("path", ["data_source", "web_app"])
def test_with_whom_something_is_shared_has_to_be_said(door: Door, path: str) -> None:
    uuid = door.admin.post(f"/api/{path}", json={"name": "x"}).json()["uuid"]
    answer = door.admin.post(f"/api/{path}/{uuid}/sharings", json={})
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        ["username_to_share_with is required, or usersgroup_to_share_with"],
    )


def test_a_source_is_shared_with_a_group(door: Door) -> None:
    uuid = door.source()
    viewer, user = door.user("viewer")
    group = door.admin.get("/api/usersgroup").json()["objects"][0]
    share = {"usersgroup_to_share_with": group["uuid"]}
    assert door.admin.post(f"/api/data_source/{uuid}/sharings", json=share).status_code == 201
    assert viewer.get(f"/api/data_source/{uuid}").status_code == 404
    door.admin.post(f"/api/usersgroup/{group['uuid']}/adduser", json={"username_to_add": user["username"]})
    assert viewer.get(f"/api/data_source/{uuid}").status_code == 200


def test_a_shared_reader_changes_nothing(door: Door) -> None:
    uuid = door.source()
    studio, user = door.user("studio")
    door.admin.post(f"/api/data_source/{uuid}/sharings", json={"username_to_share_with": user["username"]})
    path = f"/api/data_source/{uuid}"
    refused = [
        studio.delete(path),
        studio.post(f"{path}/batch", json={"operations": []}),
        studio.post(f"{path}/file", content=b"a\n1\n"),
        studio.post(f"{path}/reload_from_file", json={}),
        studio.post(f"{path}/sharings", json={"username_to_share_with": user["username"]}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 5


def test_a_deleted_source_is_gone_with_its_rows(door: Door) -> None:
    uuid = door.source()
    before = door.admin.get(f"/api/data_source/{uuid}").json()
    assert door.admin.delete(f"/api/data_source/{uuid}").status_code == 204
    assert door.admin.get(f"/api/data_source/{uuid}").status_code == 404
    assert door.admin.delete(f"/api/data_source/{uuid}").status_code == 404
    push = f"/api/data_source/{uuid}/push/{before['token']}"
    assert door.organisation.client.post(push, json={"a": 1}).status_code == 404


def test_a_task_is_pending_then_done_and_only_its_owner_asks(door: Door) -> None:
    uuid = door.source()
    path = f"/api/data_source/{uuid}"
    assert door.admin.post(f"{path}/reload_from_file", json={}).status_code == 400, "nothing is attached yet"
    door.admin.put(path, json={"originalFileName": "C:\\sales\\new.csv"})
    assert door.admin.post(f"{path}/file", content=b"a;b\n1;x\n").status_code == 201
    task = door.admin.post(f"{path}/reload_from_file", json={"async": True}).json()["task_id"]
    assert door.admin.get(f"/api/task/{task}").json() == {"status": "pending"}
    studio, _ = door.user("studio")
    assert studio.get(f"/api/task/{task}").status_code == 404
    door.do_tasks()
    assert door.admin.get(f"/api/task/{task}").json() == {"status": "ok", "rows": 1}
    assert door.ask(uuid)["data"] == [[1, "x"]]
    assert door.admin.delete(f"/api/task/{task}").status_code == 400
    second = door.admin.post(f"{path}/reload_from_file", json={}).json()["task_id"]
    assert door.admin.delete(f"/api/task/{second}").status_code == 204
    door.do_tasks()
    assert door.admin.get(f"/api/task/{second}").json() == {"status": "error", "errors": ["It was cancelled."]}


@pytest.mark.parametrize("query", ["?async_=false", "?async=false", "?async=0"])
def test_a_batch_whose_address_says_so_is_done_when_it_is_answered(door: Door, query: str) -> None:
    uuid, body = door.source(), {"operations": [{"action": "insert", "rows": [{"sold": 1}]}]}
    assert door.admin.post(f"/api/data_source/{uuid}/batch{query}", json=body).json() == {"status": "ok"}
    assert door.ask(uuid, select=["$$count$$"])["data"] == [[4]]
    assert "task_id" in door.admin.post(f"/api/data_source/{uuid}/batch{query}", json={**body, "async": True}).json()


@pytest.mark.parametrize("at", [False, 7, [], {"day": 1}])
def test_a_batch_whose_values_do_not_fit_is_refused_naming_the_row(door: Door, at: Any) -> None:
    uuid = door.source([{"id": 1, "at": "2026-03-01T10:00:00"}])
    rows = [{"id": 2, "at": None}, {"id": 3, "at": at}]
    for given in ({"action": "insert"}, {"action": "insertOrUpdate", "primaryKey": "id"}):
        body = {"async_": False, "operations": [{**given, "rows": rows}]}
        refused = door.admin.post(f"/api/data_source/{uuid}/batch", json=body)
        assert refused.status_code == 400
        assert "(row 2: the column 'at' holds datetime)" in refused.text
    assert door.ask(uuid, select=["id"])["data"] == [[1]]


def test_an_operation_without_rows_does_nothing(door: Door) -> None:
    uuid = door.source([{"id": 1}])
    empty = [{"action": "insert", "rows": []}, {"action": "insertOrUpdate", "primaryKey": "id", "rows": []}]
    done = door.admin.post(f"/api/data_source/{uuid}/batch", json={"async_": False, "operations": empty})
    assert (done.status_code, done.json()) == (200, {"status": "ok"})
    assert door.ask(uuid, select=["id"])["data"] == [[1]]


def test_an_export_is_opened_by_its_address_alone(door: Door) -> None:
    uuid = door.source([{"a": 1, "b": "x|y"}])
    body = {"export_format": "csv", "csv_separator": "|"}
    made = door.admin.post(f"/api/data_source/{uuid}/export_source_data", json=body).json()
    path = "/api/export/" + made["csv_url"].split("/api/export/")[1]
    answer = door.organisation.client.get(path)
    assert answer.content == b'a|b\n1|"x|y"\n'
    assert ".csv" in answer.headers["content-disposition"]
    assert door.organisation.client.get(path[:-1]).status_code == 404
    wrong = door.admin.post(
        f"/api/data_source/{uuid}/export_source_data", json={"export_format": "csv", "csv_separator": "ab"}
    )
    assert wrong.status_code == 400


def test_a_data_key_reads_its_sources_and_does_nothing_else(door: Door) -> None:
    opened, closed = door.source(), door.source()
    made = door.admin.post("/api/data_api_key", json={"name": "Partner", "data_sources": [opened]}).json()
    partner = Caller(door.organisation.client, {"x-api-key": made["key"]})
    listed = partner.get("/data-api/datasources_list").json()["objects"]
    assert [source["uuid"] for source in listed] == [opened]
    model = partner.post(f"/data-api/query-model/{opened}").json()["columns_titles"]
    assert [column["name"] for column in model] == ["country", "sold", "price", "at"]
    step = {
        "select": ["country", {"name": "sold", "agg_function": "sum"}],
        "group_by": ["country"],
        "order_by": ["country"],
    }
    answer = partner.post(f"/data-api/query-data/{opened}", json={"format": "json", "query": step})
    assert answer.json()["data"] == [["FR", 13], ["SI", 5]]
    answer = partner.post(f"/data-api/query-data/{opened}", json={"format": "csv", "query": step})
    assert answer.text == "country,sold\r\nFR,13\r\nSI,5\r\n"
    whole = {"format": "csv", "query": {"select": ["at"], "where": [{"name": "sold", "op": "==", "value": 3}]}}
    assert partner.post(f"/data-api/query-data/{opened}", json=whole).text == "at\r\n2026-01-31T23:30:00\r\n"
    assert len(partner.post(f"/data-api/query-data/{opened}", json={}).json()["data"]) == len(SALES)
    assert partner.post(f"/data-api/query-data/{closed}", json={}).status_code == 404
    for path in ("/api/data_source", "/api/user", "/api/folder", f"/api/data_source/{opened}"):
        assert partner.get(path).status_code == 403
    assert "key" not in door.admin.get("/api/data_api_key").json()["objects"][0]
    assert door.admin.delete(f"/api/data_api_key/{made['uuid']}").status_code == 204
    assert partner.get("/data-api/datasources_list").status_code == 401


def test_what_is_refused_is_called_as_it_was_sent(door: Door) -> None:
    refused = door.admin.post("/api/data_api_key", json={"name": "k", "data_sources": []}).json()["errors"]
    assert refused[0].startswith("data_sources must")
    path = f"/api/data_source/{door.source()}/export_source_data"
    refused = door.admin.post(path, json={"export_format": "csv", "csv_separator": "ab"}).json()["errors"]
    assert refused[0].startswith("csv_separator must")


def test_folders(door: Door) -> None:
    made = door.admin.post("/api/folder", json={"name": "Reports", "resource_type": "datasource"})
    assert made.status_code == 201
    *homes, last = door.admin.get("/api/folder").json()["objects"]
    assert last == made.json()
    assert [(one["name"], one["resource_type"]) for one in homes] == [
        ("home", "datasource"), ("home", "webapp"), ("home", "script"),
    ]  # fmt: skip
    folder = made.json()["uuid"]
    source = door.admin.post("/api/data_source", json={"name": "x", "folder_uuid": folder}).json()
    assert source["folder_uuid"] == folder
    assert door.admin.post("/api/data_source", json={"name": "x", "folder_uuid": "none"}).status_code == 400


def test_metadata_is_taken_from_a_source(door: Door) -> None:
    _, user = door.user()
    rows = [
        {"login": user["username"].upper(), "unit": '["FR","SI"]', "level": 3},
        {"login": "nobody", "unit": "x", "level": 1},
    ]
    source = door.source(rows)
    assert door.admin.post(f"/api/data_source/{source}/reload_users_metadata").status_code == 200
    shown = door.admin.get(f"/api/user/{user['uuid']}").json()
    assert shown["login_metadata"] == {"unit": ["FR", "SI"], "level": 3}
    assert door.admin.post(f"/api/data_source/{door.source()}/reload_users_metadata").status_code == 400
