"""Answers that were kept are given again while the data is the same, and never after it changed in whatever way."""

from collections.abc import Callable
from typing import Any

import pytest

from rollbook.adapters.warehouse.cache import AnswerCache
from tests.doors.serenytics.conftest import Door

ROWS = [{"id": 1, "unit": "A", "n": 10}, {"id": 2, "unit": "B", "n": 20}]
TOTAL = {"name": "n", "agg_function": "sum"}
ASKED: dict[str, Any] = {"select": [TOTAL, {"name": "$$count$$"}]}
Change = Callable[[Door, str], None]


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The answers that are given again, as they are."""
    given: list[Any] = []
    find = AnswerCache.find

    def seen(kept: AnswerCache, key: Any) -> Any:
        found = find(kept, key)
        if found is not None:
            given.append(found)
        return found

    monkeypatch.setattr(AnswerCache, "find", seen)
    return given


def asked_twice(ask: Callable[[], Any], again: list[Any]) -> Any:
    """What is answered, which was kept and given again."""
    first = ask()
    again.clear()
    assert ask() == first
    assert again, "the second answer was a kept one"
    again.clear()
    return first


def _apply(*operations: dict[str, Any]) -> Change:
    def change(door: Door, uuid: str) -> None:
        body = {"async_": False, "operations": list(operations)}
        assert door.admin.post(f"/api/data_source/{uuid}/batch", json=body).json() == {"status": "ok"}

    return change


def _batch_by_a_task(door: Door, uuid: str) -> None:
    body = {"operations": [{"action": "insert", "rows": [{"id": 3, "n": 5}]}]}
    assert "task_id" in door.admin.post(f"/api/data_source/{uuid}/batch", json=body).json()
    door.do_tasks()


def _push(door: Door, uuid: str) -> None:
    token = door.admin.get(f"/api/data_source/{uuid}").json()["token"]
    rows = [{"id": 3, "n": 4, "new": "column"}, {"id": 4, "n": 1}]
    assert door.admin.post(f"/api/data_source/{uuid}/push/{token}", json=rows).status_code == 200


def _reload(door: Door, uuid: str) -> None:
    door.reloading(uuid, b"id,unit,n\n1,A,7\n2,B,8\n")
    door.do_tasks()


def _reload_by_other_kinds(door: Door, uuid: str) -> None:
    door.reloading(uuid, b"id,n\nx,1.5\n")
    door.do_tasks()


def _update(door: Door, uuid: str) -> None:
    path = f"/api/data_source/{uuid}"
    door.admin.put(path, json={"originalFileName": "more.csv"})
    door.admin.post(f"{path}/file", content=b"id,unit,n\n2,B,1\n3,C,1\n")
    assert door.admin.post(f"{path}/update_from_file", json={"primary_key": "id"}).status_code == 200
    door.do_tasks()


CHANGES: dict[str, tuple[Change, list[Any]]] = {
    "insert": (_apply({"action": "insert", "rows": [{"id": 3, "n": 5}]}), [35, 3]),
    "upsert": (_apply({"action": "insertOrUpdate", "primaryKey": "id", "rows": [{"id": 2, "n": 1}]}), [11, 2]),
    "delete": (_apply({"action": "delete", "primaryKey": "id", "rows": [1]}), [20, 1]),
    "a batch by a task": (_batch_by_a_task, [35, 3]),
    "push": (_push, [35, 4]),
    "reload": (_reload, [15, 2]),
    "reload by other kinds": (_reload_by_other_kinds, [1.5, 1]),
    "update": (_update, [12, 3]),
}


@pytest.mark.parametrize("how", CHANGES)
def test_after_each_way_to_change_rows_the_new_ones_are_told(door: Door, again: list[Any], how: str) -> None:
    change, expected = CHANGES[how]
    uuid = door.source(ROWS)
    assert asked_twice(lambda: door.ask(uuid, **ASKED)["data"], again) == [[30, 2]]
    change(door, uuid)
    assert door.ask(uuid, **ASKED)["data"] == [expected]
    assert again == []


@pytest.mark.parametrize("how", CHANGES)
def test_a_join_tells_what_became_of_its_parts(door: Door, again: list[Any], how: str) -> None:
    change, expected = CHANGES[how]
    uuid = door.source(ROWS)
    inner = _joined(door, [{"uuid": uuid, "prefix": "a"}])
    outer = _joined(door, [{"uuid": inner, "prefix": "b"}])
    asked: dict[str, Any] = {"select": [{**TOTAL, "name": "b.a.n"}, {"name": "$$count$$"}]}
    assert asked_twice(lambda: door.ask(outer, **asked)["data"], again) == [[30, 2]]
    change(door, uuid)
    assert door.ask(outer, **asked)["data"] == [expected]
    assert again == []


def _joined(door: Door, config: list[dict[str, str]]) -> str:
    body = {"name": "joined", "type": "InnerJoin", "jsonContent": {"joinConfig": config}}
    return str(door.admin.post("/api/data_source", json=body).json()["uuid"])


def test_a_join_that_takes_in_another_source_tells_of_that_one(door: Door, again: list[Any]) -> None:
    uuid, other = door.source(ROWS), door.source([{"n": 1}])
    joined = _joined(door, [{"uuid": uuid, "prefix": ""}])
    assert asked_twice(lambda: door.ask(joined, **ASKED)["data"], again) == [[30, 2]]
    content = {"joinConfig": [{"uuid": other, "prefix": ""}]}
    door.admin.put(f"/api/data_source/{joined}", json={"jsonContent": content})
    assert door.ask(joined, **ASKED)["data"] == [[1, 1]]


def test_a_formula_that_was_changed_counts_anew(door: Door, again: list[Any]) -> None:
    def with_formula(text: str, inner: str) -> dict[str, Any]:
        formulas = {"m": ("outer", text), "i": ("inner", inner)}
        return {
            "measures": {key: {"name": n, "type": "value", "data": {"formula": f}} for key, (n, f) in formulas.items()}
        }

    uuid = door.source(ROWS, **with_formula("[inner] + 1", "[n]"))
    asked: dict[str, Any] = {"select": [{"name": "x", "measureUuid": "m", "agg_function": "sum"}]}
    assert asked_twice(lambda: door.ask(uuid, **asked)["data"], again) == [[32]]
    for text, inner, expected in (("[inner] + 2", "[n]", 34), ("[inner] + 2", "[n] * 2", 64)):
        door.admin.put(f"/api/data_source/{uuid}", json={"jsonContent": with_formula(text, inner)})
        assert door.ask(uuid, **asked)["data"] == [[expected]]
    assert again == []


def test_a_variable_with_another_value_is_another_question(door: Door, again: list[Any]) -> None:
    uuid = door.source(ROWS, measures={"m": {"name": "m", "type": "value", "data": {"formula": "[n] * {{by}}"}}})

    def ask(by: int) -> Any:
        step = {"select": [{"name": "m", "measureUuid": "m", "agg_function": "sum"}]}
        body = {"data_processing_pipeline": [step], "dashboard_variables": {"by": by}}
        return door.admin.post(f"/api/formatted_data/{uuid}", json=body).json()["data"]

    assert asked_twice(lambda: ask(2), again) == [[60]]
    assert ask(3) == [[90]]
    assert again == []


def test_policies_and_what_they_go_by_bind_from_their_change_on(door: Door, again: list[Any]) -> None:
    uuid = door.source(ROWS)
    viewer, user = door.user(unit="A", place="B")
    door.admin.post(f"/api/data_source/{uuid}/sharings", json={"username_to_share_with": user["username"]})

    def total() -> Any:
        return door.ask(uuid, viewer, **ASKED)["data"]

    def bind(**content: Any) -> None:
        assert door.admin.put(f"/api/data_source/{uuid}", json={"jsonContent": content}).status_code == 200

    assert asked_twice(total, again) == [[30, 2]]
    bind(row_policies=[{"column": "unit", "metadata": "unit"}])
    assert asked_twice(total, again) == [[10, 1]]
    bind(row_policies=[{"column": "unit", "metadata": "place"}])
    assert asked_twice(total, again) == [[20, 1]]
    door.admin.put(f"/api/user/{user['uuid']}", json={"login_metadata": {"place": ["A", "B"]}})
    assert asked_twice(total, again) == [[30, 2]]
    door.admin.put(f"/api/user/{user['uuid']}", json={"login_metadata": {}})
    assert total() == [[None, 0]]
    assert again == []


def test_what_one_caller_was_answered_is_not_given_to_another_who_sees_less(door: Door, again: list[Any]) -> None:
    uuid = door.source(ROWS, row_policies=[{"column": "unit", "metadata": "unit"}])
    assert asked_twice(lambda: door.ask(uuid, **ASKED)["data"], again) == [[30, 2]]
    for unit, expected in (("A", [10, 1]), ("B", [20, 1])):
        viewer, user = door.user(unit=unit)
        door.admin.post(f"/api/data_source/{uuid}/sharings", json={"username_to_share_with": user["username"]})
        assert door.ask(uuid, viewer, **ASKED)["data"] == [expected]
    assert again == []


def test_a_policy_of_a_joins_part_binds_from_its_change_on(door: Door, again: list[Any]) -> None:
    uuid = door.source(ROWS)
    joined = _joined(door, [{"uuid": uuid, "prefix": "a"}])
    viewer, user = door.user(unit="A")
    door.admin.post(f"/api/data_source/{joined}/sharings", json={"username_to_share_with": user["username"]})
    asked: dict[str, Any] = {"select": [{**TOTAL, "name": "a.n"}]}
    assert asked_twice(lambda: door.ask(joined, viewer, **asked)["data"], again) == [[30]]
    content = {"row_policies": [{"column": "unit", "metadata": "unit"}]}
    door.admin.put(f"/api/data_source/{uuid}", json={"jsonContent": content})
    assert door.ask(joined, viewer, **asked)["data"] == [[10]]
    assert again == []


def test_a_person_who_comes_or_goes_is_told_of_at_once_alone_and_in_a_join(door: Door, again: list[Any]) -> None:
    listed = door.admin.get("/api/data_source").json()["objects"]
    people = next(source["uuid"] for source in listed if source["name"] == "People")
    joined = _joined(door, [{"uuid": people, "prefix": ""}])
    asked: dict[str, Any] = {
        "select": [{"name": "$$count$$"}],
        "where": [{"name": "is_active", "op": "==", "value": True}],
    }

    def count() -> list[Any]:
        return [door.ask(uuid, **asked)["data"][0][0] for uuid in (people, joined)]

    before = asked_twice(count, again)
    _, user = door.user()
    assert asked_twice(count, again) == [one + 1 for one in before]
    assert door.admin.delete(f"/api/user/{user['uuid']}").status_code == 204
    assert count() == before


def test_a_source_that_was_deleted_is_answered_by_nobody(door: Door, again: list[Any]) -> None:
    uuid = door.source(ROWS)
    joined = _joined(door, [{"uuid": uuid, "prefix": ""}])
    for source in (uuid, joined):
        assert asked_twice(lambda source=source: door.ask(source, **ASKED)["data"], again) == [[30, 2]]  # type: ignore[misc]
    assert door.admin.delete(f"/api/data_source/{uuid}").status_code == 204
    assert door.admin.post(f"/api/formatted_data/{uuid}", json={}).status_code == 404
    assert door.ask(joined, **ASKED)["status"] == "error"
    assert again == []
