"""Every row of every door that programs call, as someone who may, someone who may not, a stranger and nobody."""

import re

import pytest

from rollbook.app import DOORS
from rollbook.core.access.policy import permissions_of
from rollbook.core.kernel.principal import Role
from rollbook.web.routes import Door, Row
from tests.architecture.samples import SAMPLES
from tests.architecture.world import SURNAME, WAYS, Sample, World
from tests.conftest import Organisation

WEAKEST = Role.LEARNER
BY_PLACES = tuple(door for door in DOORS if door.name.startswith("opentera"))
"""The doors whose callers have roles at sites and in projects; ``tests/doors/opentera`` says who may do what there."""
ROWS = [(door, row) for door in DOORS if door.is_api and door not in BY_PLACES for row in door.rows]
STRANGERS: list[dict[str, str]] = [
    {},
    {"authorization": "Bearer not-a-credential"},
    {"authorization": "Basic bm9ib2R5Og=="},
    {"accesskey": "not-a-credential"},
]
FORBIDS_STRANGERS = {"velpic"}
"""The doors whose document has 403 for a credential that is none."""
GUARDED = [(door, row) for door, row in ROWS if not row.is_public]


def key_of(row: Row) -> str:
    """What a row's sample goes by."""
    return f"{row.method} {row.path}"


def sample_of(row: Row) -> Sample:
    """The row's sample; none is a failure of test_every_row_has_a_sample alone."""
    return SAMPLES[key_of(row)] if key_of(row) in SAMPLES else pytest.skip("no sample")


def each(pairs: list[tuple[Door, Row]]) -> pytest.MarkDecorator:
    """One test per row."""
    return pytest.mark.parametrize(("door", "row"), pairs, ids=[f"{door.name} {key_of(row)}" for door, row in pairs])


@pytest.fixture
def world(organisation: Organisation) -> World:
    """One organisation's things."""
    return World(organisation)


def test_every_row_has_a_sample_and_every_sample_a_row() -> None:
    assert sorted(SAMPLES) == sorted(key_of(row) for _, row in ROWS), "add it to tests/architecture/samples.py"
    doors = {door.name for door in DOORS if door not in BY_PLACES}
    assert WAYS.keys() | {"player"} == doors, "a player's token is for a lesson, not a role"


@each(ROWS)
def test_who_may_gets_an_answer(world: World, door: Door, row: Row) -> None:
    sample = sample_of(row)
    answer = world.send(row, sample, world.credential(door, Role.OWNER))
    assert answer.status_code == (sample.status or row.status), answer.text


@each(GUARDED)
def test_nobody_gets_in_and_nothing_changes(world: World, door: Door, row: Row) -> None:
    sample = sample_of(row)
    world.filled([*sample.path.values(), sample.json, sample.params])
    before = world.count_events()
    for headers in STRANGERS:
        answer = world.send(row, sample, headers)
        if door.name in FORBIDS_STRANGERS:
            assert answer.status_code == 403, answer.text
        else:
            assert answer.status_code == 401, answer.text
            assert "www-authenticate" in answer.headers
    assert world.count_events() == before


@each([(door, row) for door in BY_PLACES for row in door.rows if not row.is_public])
def test_nobody_gets_into_a_place(world: World, door: Door, row: Row) -> None:
    path = re.sub(r"\{[^}]+\}", "1", row.path)
    before = world.count_events()
    for headers in STRANGERS:
        answer = world.organisation.client.request(row.method, path, headers=headers)
        assert answer.status_code == 401, answer.text
    assert world.count_events() == before


@each(GUARDED)
def test_a_weak_credential_does_no_more_than_its_role_may(world: World, door: Door, row: Row) -> None:
    sample = sample_of(row)
    world.filled([*sample.path.values(), sample.json, sample.params])
    headers = world.credential(door, WEAKEST)
    before = world.count_events()
    answer = world.send(row, sample, headers)
    if row.needs is not None and row.needs not in permissions_of(frozenset({WEAKEST})):
        assert answer.status_code == 403, answer.text
        assert world.count_events() == before
    else:
        assert answer.status_code < 500, answer.text
        assert "ana@example.org" not in answer.text


NAMED_BY_CALLERS = {"POST /api/upload_file/{uuid:str}"}
"""Whose path names something new of the caller's own."""


@each(GUARDED)
def test_another_organisations_credential_sees_and_changes_nothing(
    world: World, other_organisation: Organisation, door: Door, row: Row
) -> None:
    sample = sample_of(row)
    world.filled([*sample.path.values(), sample.json, sample.params])
    before = world.count_events()
    stranger = World(other_organisation).credential(door, Role.OWNER)
    answer = world.send(row, sample, stranger)
    assert answer.status_code < 500, answer.text
    assert SURNAME not in answer.text
    assert "ana@example.org" not in answer.text
    assert world.count_events() == before
    if "{" in row.path and f"{row.method} {row.path}" not in NAMED_BY_CALLERS:
        assert answer.status_code == 404, answer.text
