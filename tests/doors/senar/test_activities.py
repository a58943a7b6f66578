"""Activities through the SENAR API."""

import asyncio
import re
import tracemalloc
from array import array
from typing import Any

import pytest

from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import HOUR, SECOND
from rollbook.core.kernel.principal import Role
from rollbook.core.people import registration
from rollbook.core.people.queries import get_person
from tests.conftest import Caller
from tests.doors.senar.conftest import School, activity, walk

ACTIVITIES = "/integration/data/activities"
FIELDS = [
    "id", "collectionId", "userId", "traineeId", "firstName", "lastName", "company", "trainingDate", "scenarioId",
    "scenarioName", "totalPoints", "totalSec", "totalTries", "simulatorId", "tilts", "totalMaxPoints", "abandons",
    "collectionTitle", "simulatorTitle", "userFirstName", "userLastName", "userEmail", "userCostCenter",
    "userAccountName", "traineeEmail", "traineeProfile",
]  # fmt: skip


def test_an_activity_has_the_26_documented_fields(school: School) -> None:
    jon = school.person("jon", Role.INSTRUCTOR, company="ACME", cost_center="East")
    school.record(activity(instructor=jon))
    shown = school.manager().get(ACTIVITIES).json()[0]
    guest = school.manager().get("/integration/data/users").json()[-1]
    assert list(shown) == FIELDS
    assert shown == {
        "id": shown["id"],
        "collectionId": shown["collectionId"],
        "userId": jon.uuid,
        "traineeId": guest["id"],
        "firstName": "Natalia",
        "lastName": "Brown",
        "company": "Daria",
        "trainingDate": "2021-03-09T17:37:11.186836",
        "scenarioId": "S01",
        "scenarioName": "Scenario 1",
        "totalPoints": 2900,
        "totalSec": 622,
        "totalTries": 1,
        "simulatorId": shown["simulatorId"],
        "tilts": 0,
        "totalMaxPoints": 3400,
        "abandons": 1,
        "collectionTitle": "Rigging",
        "simulatorTitle": "Lifting Hardware and Sling Inspection",
        "userFirstName": "Jon",
        "userLastName": "Doe",
        "userEmail": "jon@example.org",
        "userCostCenter": "East",
        "userAccountName": "ACME",
        "traineeEmail": guest["email"],
        "traineeProfile": "Guest",
    }
    numbers = ("id", "collectionId", "simulatorId")
    assert all(type(shown[name]) is int for name in numbers)


def test_a_whole_second_keeps_its_six_digits(school: School) -> None:
    school.record(activity(trained_at=1_615_311_431 * SECOND))
    assert school.manager().get(ACTIVITIES).json()[0]["trainingDate"] == "2021-03-09T17:37:11.000000"


def test_nobody_led_and_nobody_known_are_null(school: School) -> None:
    ana = school.person("ana", email=None, username="ana")
    school.record(activity(ana))
    manager = school.manager()
    shown = manager.get(ACTIVITIES).json()[0]
    assert [shown[name] for name in FIELDS if name.startswith("user")] == [None] * 6
    assert (shown["traineeEmail"], shown["traineeProfile"]) == (None, "Trainee")
    with school.organisation.writing() as work:
        registration.erase(work, get_person(work, ana.id))
    erased = manager.get(ACTIVITIES).json()[0]
    assert [erased[name] for name in FIELDS if name.startswith("trainee")] == [None] * 3
    assert (erased["firstName"], erased["lastName"]) == ("Ana", "Doe")


def test_everyone_sees_the_activities_they_may_see(school: School) -> None:
    jon, eva = school.person("jon", Role.INSTRUCTOR), school.person("eva", Role.INSTRUCTOR)
    riggers = school.group("Riggers", jon)
    ana, bor = school.person("ana", group=riggers), school.person("bor")
    school.record(
        activity(ana, points=1),
        activity(bor, points=2),
        activity(bor, jon, points=3),
        activity(points=4),
        activity(instructor=eva, points=5),
        activity(jon, eva, points=6),
    )

    def seen(caller: Caller) -> list[int]:
        assert [row["totalPoints"] for row in walk(caller, ACTIVITIES, limit=2)] == [
            row["totalPoints"] for row in caller.get(ACTIVITIES).json()
        ]
        return [row["totalPoints"] for row in caller.get(ACTIVITIES).json()]

    assert seen(school.manager()) == [1, 2, 3, 4, 5, 6]
    assert seen(school.api(jon)) == [1, 3, 6]
    assert seen(school.api(eva)) == [5, 6]
    assert seen(school.api(ana)) == [1]
    assert seen(school.api(bor)) == [2, 3]


def test_an_instructor_records_for_those_they_see_alone(school: School) -> None:
    jon = school.person("jon", Role.INSTRUCTOR)
    ana, bor = school.person("ana", group=school.group("Riggers", jon)), school.person("bor")
    school.record(activity(ana, jon), activity(instructor=jon), by=jon)
    assert len(school.api(jon).get(ACTIVITIES).json()) == 2
    with pytest.raises(Exception, match=r"trainee\.id"):
        school.record(activity(bor, jon), by=jon)


def test_another_organisations_activities_are_not_there(school: School, other_school: School) -> None:
    school.record(activity())
    assert other_school.manager().get(ACTIVITIES).json() == []


def test_activities_are_filtered_by_the_time_of_recording(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.now()
    school.record(*(activity(points=n) for n in range(4)))
    monkeypatch.setattr(clock, "now", lambda: start + HOUR)
    school.record(*(activity(points=n, trained_at=0) for n in range(4, 9)))
    manager, since = school.manager(), clock.iso(start + HOUR)
    assert [row["totalPoints"] for row in manager.get(ACTIVITIES, params={"updated_since": since}).json()] == [
        4, 5, 6, 7, 8,
    ]  # fmt: skip
    assert len(walk(manager, ACTIVITIES, updated_since=since, limit=2)) == 5
    assert len(walk(manager, ACTIVITIES, updated_since="2020-01-01", limit=4)) == 9


@pytest.mark.parametrize("since", [None, "2020-01-01"])
def test_paging_meets_every_activity_once_while_others_are_recorded(school: School, since: str | None) -> None:
    school.record(*(activity(points=n) for n in range(25)))
    manager, params = school.manager(), {"limit": 4} | ({"updated_since": since} if since else {})
    found: list[int] = []
    cursor: str | None = None
    for _ in range(100):
        answer = manager.get(ACTIVITIES, params=params | ({"cursor": cursor} if cursor else {}))
        found += [row["totalPoints"] for row in answer.json()]
        cursor = answer.headers.get("x-next-cursor")
        if cursor is None:
            break
        if len(found) < 30:
            school.record(activity(points=100 + len(found)))
    assert found[:25] == list(range(25))
    assert len(found) == len(set(found))
    assert set(found[25:]) == {100 + n for n in range(4, 30, 4)}


def test_tens_of_thousands_stream_without_filling_memory(school: School) -> None:
    peaks = []
    for count in (5_000, 25_000):
        recorded = len(_stream(school)[0])
        for start in range(recorded, count, 5_000):
            school.record(*(activity(points=n % 3400) for n in range(start, start + 5_000)))
        ids, peak = _stream(school)
        assert len(ids) == count
        assert list(ids) == sorted(set(ids))
        peaks.append(peak)
    assert peaks[1] < 1.3 * peaks[0]
    assert peaks[1] < 4 * 2**20


def _stream(school: School) -> "tuple[array[int], int]":
    """The ids in the whole list, and the most memory that the server took for it, while nobody kept its answer."""
    headers = school.manager().headers
    ids = array("q")
    """Compact, for it is measured too."""

    is_over = asyncio.Event()

    async def receive() -> Any:
        await is_over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        assert message.get("status", 200) == 200
        ids.extend(int(found) for found in re.findall(rb'\{"id":(\d+)', message.get("body", b"")))
        if message["type"] == "http.response.body" and not message.get("more_body"):
            is_over.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": ACTIVITIES,
        "raw_path": ACTIVITIES.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    app: Any = school.organisation.client.app
    tracemalloc.start()
    try:
        asyncio.run(app(scope, receive, send))
        return ids, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
