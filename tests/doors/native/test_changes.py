"""The change feed: every change once, in an order one can rely on, whatever is being committed meanwhile."""

import threading
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select

from rollbook.core.access.policy import system_principal
from rollbook.core.events.feed import list_changes
from rollbook.core.events.outbox import rebase
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from tests.conftest import Caller, Organisation


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


def add_person(api: Caller, **fields: Any) -> str:
    person = {"first_name": "Ana", "last_name": "Novak", "username": uuid4().hex[:10], **fields}
    return str(api.post("/v1/people", json=person).json()["id"])


def end_of(api: Caller) -> str:
    """The cursor after everything there is."""
    return str(api.get("/v1/changes", params={"limit": 1000}).json()["next"])


def follow(api: Caller, since: str, limit: int = 1000) -> Any:
    answer = api.get("/v1/changes", params={"since": since, "limit": limit})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_changes_come_oldest_first_with_what_changed(api: Caller) -> None:
    since = end_of(api)
    person = add_person(api, email="ana@example.org")
    api.patch(f"/v1/people/{person}", json={"first_name": "Eva"})
    api.delete(f"/v1/people/{person}")
    found = follow(api, since)
    assert [change["type"] for change in found["changes"]] == ["person.created", "person.updated", "person.deleted"]
    assert {change["id"] for change in found["changes"]} == {person}
    assert {change["entity"] for change in found["changes"]} == {"person"}
    assert [change["deleted"] for change in found["changes"]] == [False, False, True]
    created, updated, deleted = found["changes"]
    assert created["data"] is None, "what is erased is not told again"
    assert (updated["data"], deleted["data"]) == (None, None)
    assert found["more"] is False
    assert follow(api, found["next"]) == {"changes": [], "next": found["next"], "more": False}


def test_a_change_tells_the_fields_as_they_are_and_as_they_were(api: Caller) -> None:
    person = add_person(api)
    since = end_of(api)
    api.patch(f"/v1/people/{person}", json={"first_name": "Eva"})
    [change] = follow(api, since)["changes"]
    assert (change["data"], change["previous"]) == ({"first_name": "Eva"}, {"first_name": "Ana"})
    assert change["door"] == "native"
    assert change["at"].endswith("Z")


def test_instants_are_told_as_text(api: Caller) -> None:
    since = end_of(api)
    api.post("/v1/credentials", json={"kind": "api_key", "name": "k", "expires_at": "2030-01-01T00:00:00Z"})
    [change] = follow(api, since)["changes"]
    assert change["data"]["expires_at"] == "2030-01-01T00:00:00.000Z"


def test_pages_join_without_gap_or_overlap(api: Caller) -> None:
    since = end_of(api)
    people = [add_person(api) for _ in range(7)]
    found: list[str] = []
    more = True
    while more:
        page = follow(api, since, limit=3)
        found += [change["id"] for change in page["changes"]]
        since, more = page["next"], page["more"]
    assert found == people


def test_one_transaction_may_be_split_between_pages(api: Caller) -> None:
    since = end_of(api)
    rows = [{"external_id": f"hr-{n}", "first_name": "A", "last_name": "B"} for n in range(25)]
    assert api.put("/v1/people", json=rows).status_code == 200
    numbers = []
    for _ in range(3):
        page = follow(api, since, limit=10)
        numbers += [change["data"]["external_id"] for change in page["changes"]]
        since = page["next"]
    assert numbers == [row["external_id"] for row in rows]


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"limit": "all"}, "limit"),
        ({"since": "yesterday"}, "since"),
        ({"since": "WzEsMl0"}, "since"),
        ({"since": "WzAsOTIyMzM3MjAzNjg1NDc3NTgwNywxXQ=="}, None),
        ({"since": "WzkyMjMzNzIwMzY4NTQ3NzU4MDcsLTkyMjMzNzIwMzY4NTQ3NzU4MDcsMV0"}, None),
    ],
)
def test_a_bad_value_is_named(api: Caller, params: dict[str, Any], named: str | None) -> None:
    answer = api.get("/v1/changes", params=params)
    assert answer.status_code == (200 if named is None else 422), answer.text
    assert named is None or list(answer.json()["errors"]) == [named]


def test_another_organisations_changes_are_not_there(api: Caller, other_organisation: Organisation) -> None:
    since = end_of(api)
    add_person(other_organisation.native())
    assert follow(api, since)["changes"] == []


def test_a_restore_into_another_database_keeps_cursors_where_they_were(organisation: Organisation, api: Caller) -> None:
    first, second = add_person(api), add_person(api)
    start = end_of(api)
    third = add_person(api)
    page = api.get("/v1/changes", params={"limit": 2}).json()
    everything = [change["id"] for change in api.get("/v1/changes", params={"limit": 1000}).json()["changes"]]
    with organisation.server.database.writing() as work:
        rebase(work)
    fourth = add_person(api)
    again = api.get("/v1/changes", params={"limit": 1000}).json()
    assert [change["id"] for change in again["changes"]] == [*everything, fourth]
    assert [change["id"] for change in follow(api, start)["changes"]] == [third, fourth]
    assert [change["id"] for change in follow(api, page["next"])["changes"]] == [*everything[2:], fourth]
    assert {first, second} <= set(everything)


# --- Many writers at once ----------------------------------------------------------------------------------------


def acting(organisation: Organisation, work: Work) -> Work:
    work.act_as(system_principal(organisation.id, "test"))
    return work


_NUMBER = Statement[tuple[Any, ...]](select(func.pg_current_xact_id()))


def take_number(work: Work) -> None:
    """Have PostgreSQL number the transaction now, as its first write would, long before its events are written."""
    if work.store == "postgresql":
        work.first(_NUMBER)


def record(work: Work, name: str) -> None:
    work.record("group.updated", "group", 1, name)


def test_a_transaction_that_commits_late_is_not_skipped(organisation: Organisation, api: Caller, store: str) -> None:
    """Its events have the lower numbers, and those who commit before it must wait to be read."""
    if store == "sqlite":
        pytest.skip("writers take turns there: none can commit out of order")
    server, since = organisation.server, end_of(api)
    with server.database.writing() as late:
        record(acting(organisation, late), "late")
        take_number(late)
        with server.database.writing() as early:
            record(acting(organisation, early), "early")
        assert follow(api, since)["changes"] == []
    found = follow(api, since)
    assert [change["id"] for change in found["changes"]] == ["late", "early"]


def test_another_database_of_the_same_server_holds_nothing_up(
    organisation: Organisation, api: Caller, store: str
) -> None:
    if store == "sqlite":
        pytest.skip("there is no server to share")
    url = organisation.server.settings.database_url
    since = end_of(api)
    with psycopg.connect(url, dbname="postgres") as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        person = add_person(api)
        assert [change["id"] for change in follow(api, since)["changes"]] == [person]


def test_a_reader_meets_every_change_of_many_writers_exactly_once(organisation: Organisation, api: Caller) -> None:
    server, since = organisation.server, end_of(api)
    writers, each = 6, 30
    together = threading.Barrier(writers)
    problems: list[BaseException] = []

    def write(number: int) -> None:
        try:
            together.wait()
            for count in range(each):
                with server.database.writing() as work:
                    acting(organisation, work)
                    take_number(work)
                    for part in range(1 + (number + count) % 3):
                        record(work, f"{number}/{count}/{part}")
        except BaseException as problem:  # noqa: BLE001 - told to the test
            problems.append(problem)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    expected = {
        f"{number}/{count}/{part}"
        for number in range(writers)
        for count in range(each)
        for part in range(1 + (number + count) % 3)
    }
    met: list[str] = []
    while True:
        is_over = not any(thread.is_alive() for thread in threads)
        with server.database.reading() as work:
            page = list_changes(acting(organisation, work), since, 7)
        met += [event.entity_uuid for event in page.events]
        since = page.next
        if is_over and not page.events:
            break
    assert problems == []
    assert len(met) == len(set(met))
    assert set(met) == expected
    for number in range(writers):
        own = [name for name in met if name.startswith(f"{number}/")]
        assert own == sorted(own, key=lambda name: [int(part) for part in name.split("/")])
