"""After every change that a door can make, the warehouse's copies of the record say what the record does."""

from typing import Any

import pytest
from litestar.testing import TestClient

from rollbook.app import DOORS, Server
from rollbook.core.kernel.principal import Role
from rollbook.web.routes import Door
from tests.architecture.samples import SAMPLES
from tests.architecture.test_access import BY_PLACES, key_of
from tests.architecture.world import World
from tests.conftest import found
from tests.record_copies import differing

CHANGING = [door for door in DOORS if door.is_api and door not in BY_PLACES]


@pytest.mark.parametrize("door", CHANGING, ids=lambda door: door.name)
def test_copies_are_renewed_by_every_change(
    server: Server, client: TestClient[Any], owner_hash: str, door: Door
) -> None:
    wrong = {}
    for row in door.rows:
        if not row.is_writing or key_of(row) not in SAMPLES:
            continue
        sample, world = SAMPLES[key_of(row)], World(found(server, client, owner_hash))
        world.filled([*sample.path.values(), sample.json, sample.params])
        credential = world.credential(door, Role.OWNER)
        assert differing(server, world.organisation.id) == []
        answer = world.send(row, sample, credential)
        assert answer.status_code == (sample.status or row.status), answer.text
        if found_wrong := differing(server, world.organisation.id):
            wrong[key_of(row)] = found_wrong
    assert wrong == {}
