"""Copies of the record are renewed row by row, and made anew only where an event reaches far."""

from typing import Any

import pytest
from sqlglot import exp

from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import DAY, iso, now
from tests.architecture.world import World
from tests.conftest import Organisation
from tests.record_copies import copied_whole, differing


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that are copied whole from here on."""
    return copied_whole(monkeypatch)


def shown(organisation: Organisation, key: str, column: str, *, later: int = 0) -> list[Any]:
    """A column of a source's copy, so many microseconds from now."""
    snapshots = organisation.server.services.snapshots
    with organisation.server.database.reading() as work:
        work.at += later
        work.act_as(system_principal(organisation.id))
        table = snapshots.table_of(work, key)
    return [row[0] for row in snapshots.warehouse.query(exp.select(exp.column(column, quoted=True)).from_(table)).rows]


def test_who_is_renamed_is_so_wherever_they_are_shown_and_nothing_is_copied_whole(
    organisation: Organisation, copied: list[str]
) -> None:
    world = World(organisation)
    for thing in ("certificate", "activity"):
        _ = world[thing]
    assert differing(organisation.server, organisation.id) == []
    copied.clear()
    answer = organisation.native().patch(f"/v1/people/{world['person']}", json={"first_name": "Grace"})
    assert answer.status_code == 200, answer.text
    assert differing(organisation.server, organisation.id) == []
    for key in ("assignments", "certificates"):
        assert any(name.startswith("Grace ") for name in shown(organisation, key, "person"))
    assert set(copied) <= {"devices", "webhook_deliveries"}, "these change without events"


def test_an_assignment_falls_overdue_by_the_clock_alone(organisation: Organisation, copied: list[str]) -> None:
    world = World(organisation)
    due = iso(now() + DAY)[:10]
    world.create("/v1/assignments", people=[world["person"]], course=world["course"], due_date=due)
    assert shown(organisation, "assignments", "status") == ["due"]
    copied.clear()
    assert shown(organisation, "assignments", "status", later=3 * DAY) == ["overdue"]
    assert copied == []


def test_what_goes_with_a_person_is_gone(organisation: Organisation) -> None:
    world = World(organisation)
    for thing in ("certificate", "activity"):
        _ = world[thing]
    assert differing(organisation.server, organisation.id) == []
    for person in organisation.native().get("/v1/people").json()["people"]:
        organisation.native().delete(f"/v1/people/{person['id']}")
    assert differing(organisation.server, organisation.id) == []
