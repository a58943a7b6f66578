"""Rules of simulators' activities that have many branches."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people.queries import list_people
from rollbook.core.people.records import PeopleFilter
from rollbook.core.simulation import catalogue, queries
from rollbook.core.simulation.activities import ingest, is_pass, score_of
from rollbook.core.simulation.batch import Batch, RowError, RowRefused, checked_row, digest_of
from rollbook.core.simulation.records import ActivityFilter, InstructorRef, NewActivity, TraineeRef
from tests.conftest import Organisation

GUEST = TraineeRef(first_name="Natalia", last_name="Brown")
NOW = 1_700_000_000_000_000


def activity(**changes: object) -> NewActivity:
    given: dict[str, object] = {"simulator": "Slings", "scenario": "S01", "trainee": GUEST, "trained_at": NOW - DAY}
    return NewActivity(**given | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("points", "most", "mark", "passes"),
    [
        (0, 0, None, True),
        (0, 100, None, True),
        (0, 100, 0.0, True),
        (0, 0, 0.0, False),
        (74, 100, 75.0, False),
        (75, 100, 75.0, True),
        (2, 3, 66.67, False),
        (2, 3, 66.66, True),
        (1, 3, 100 / 3, True),
        (100, 100, 100.0, True),
        (99, 100, 100.0, False),
    ],
)
def test_the_mark_is_reached_or_not(points: int, most: int, mark: float | None, passes: bool) -> None:
    assert is_pass(points, most, mark) is passes


@pytest.mark.parametrize(("points", "most", "score"), [(0, 0, None), (0, 7, 0.0), (1, 3, 33.33), (7, 7, 100.0)])
def test_the_score_is_per_cent_when_there_is_a_maximum(points: int, most: int, score: float | None) -> None:
    assert score_of(points, most) == score


def test_a_row_is_trimmed_and_says_the_same_however_it_was_written() -> None:
    plain = checked_row(activity(client_id="a"), NOW)
    spaced = checked_row(activity(client_id=" a ", simulator=" Slings", scenario="S01 ", scenario_name="  "), NOW)
    assert isinstance(plain, NewActivity)
    assert isinstance(spaced, NewActivity)
    assert digest_of(plain) == digest_of(spaced)
    assert digest_of(plain) != digest_of(activity(client_id="a", points=1))


def test_a_row_names_everything_that_is_wrong_with_it() -> None:
    bad = activity(simulator=0, scenario=" ", points=-1, trainee=TraineeRef(), instructor=InstructorRef(uuid="a\nb"))
    refused = checked_row(bad, NOW)
    assert isinstance(refused, RowRefused)
    assert [error.field for error in refused.errors] == ["simulator", "scenario", "trainee", "instructor.id", "points"]


def test_a_devices_clock_may_run_a_little_ahead() -> None:
    assert isinstance(checked_row(activity(trained_at=NOW + 23 * HOUR), NOW), NewActivity)
    assert isinstance(checked_row(activity(trained_at=NOW + 25 * HOUR), NOW), RowRefused)


def test_a_repeated_row_shares_the_fate_of_the_first() -> None:
    batch = Batch([activity(), activity(), RowRefused([RowError("points", FaultCode.INVALID, "no")]), activity()])
    batch.repeat(1, 0)
    batch.repeat(3, 2)
    batch.made = {0: "u-0"}
    assert [(row.result, row.uuid) for row in batch.results()] == [
        ("created", "u-0"),
        ("unchanged", "u-0"),
        ("failed", None),
        ("failed", None),
    ]
    assert batch.fault().details["failed"] == 2


def test_activities_are_counted_by_day(organisation: Organisation, other_organisation: Organisation) -> None:
    start = 19_000 * DAY
    times = [start, start + DAY - 1, start + DAY, start + 5 * DAY, start - 1]
    rows = [activity(collection="Rigging", trained_at=at) for at in times]
    with organisation.writing() as work:
        ingest(work, rows, create_missing=True, is_atomic=True)
        counted = queries.count_activities_by_day(work, start, start + 5 * DAY)
    assert counted == [(start, 2), (start + DAY, 1), (start + 5 * DAY, 1)]
    with other_organisation.writing() as work:
        assert queries.count_activities_by_day(work, start, start + 5 * DAY) == []


def test_the_newest_come_first_when_asked(organisation: Organisation) -> None:
    with organisation.writing() as work:
        made = ingest(
            work, [activity(collection="Rigging", points=n) for n in range(5)], create_missing=True, is_atomic=True
        )
        wanted = ActivityFilter()
        first = queries.list_activities(work, wanted, limit=2, newest_first=True)
        rest = queries.list_activities(
            work, wanted, limit=9, newest_first=True, cursor=queries.activity_cursor(first[-1])
        )
    assert [row.points for row in first + rest] == [4, 3, 2, 1, 0]
    assert {row.uuid for row in first + rest} == {row.uuid for row in made}


def test_more_than_fifty_thousand_are_refused(organisation: Organisation) -> None:
    with organisation.writing() as work, pytest.raises(Fault) as refused:
        ingest(work, [activity()] * 50_001)
    assert refused.value.code is FaultCode.TOO_LARGE


def test_what_did_not_change_is_no_event(organisation: Organisation) -> None:
    with organisation.writing() as work:
        made = catalogue.add_collection(work, "Rigging")
        before = len(work.changes)
        assert catalogue.change_collection(work, made, " Rigging ") is made
        assert len(work.changes) == before


def test_senders_at_the_same_time_make_one_of_each(organisation: Organisation) -> None:
    rows = [activity(client_id=f"c-{n}", collection="Rigging", scenario=f"S{n % 3}") for n in range(50)]

    def send(_: int) -> Counter[str]:
        with organisation.writing() as work:
            return Counter(result.result for result in ingest(work, rows, create_missing=True))

    with ThreadPoolExecutor(4) as senders:
        counted = sum(senders.map(send, range(4)), Counter[str]())
    assert counted == {"created": 50, "unchanged": 150}
    with organisation.writing() as work:
        assert len(queries.list_scenarios(work)) == 3
        assert len(queries.list_activities(work, ActivityFilter(), limit=100)) == 50
        assert len(list_people(work, PeopleFilter(is_guest=True), limit=100).rows) == 1
