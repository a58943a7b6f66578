"""Who is told of somebody's presence is who sees them: the rules of both are compared for everyone there is."""

from typing import Any

import pytest

from rollbook.app import Server
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import audiences, queries
from rollbook.core.sessions.entities import DEVICE, PARTICIPANT, SERVICE, USER
from rollbook.core.sessions.viewers import Kind, Viewer
from tests.doors.opentera.conftest import Ways

ENTITIES = {Kind.USER: USER, Kind.PARTICIPANT: PARTICIPANT, Kind.DEVICE: DEVICE, Kind.SERVICE: SERVICE}


def viewers(work: Work, organisation_id: int) -> list[tuple[Kind, Viewer]]:
    """Everyone, by what they are told as, and as whom they see."""
    everyone = Viewer(Kind.SUPER, organisation_id, 0)
    found = []
    for kind, entity in ENTITIES.items():
        for one in queries.find(work, entity, viewer=everyone):
            as_whom = Kind.SUPER if one.get("is_super") else kind
            found.append((kind, Viewer(as_whom, organisation_id, one["id"])))
    return found


@pytest.mark.parametrize("subject", [Kind.USER, Kind.PARTICIPANT, Kind.DEVICE])
def test_who_is_told_of_someone_is_who_sees_them(tera: Ways, tera_server: Server, subject: Kind) -> None:
    with tera_server.database.reading() as work:
        organisation_id = 1
        everyone = viewers(work, organisation_id)
        assert {kind for kind, _ in everyone} == ENTITIES.keys()
        told: dict[int, Any] = {}
        for one in queries.find(work, ENTITIES[subject], viewer=Viewer(Kind.SUPER, organisation_id, 0)):
            told[one["id"]] = audiences.of_presence(work, organisation_id, subject.value, one["id"])
        assert len(told) > 2
        for kind, viewer in everyone:
            hears_of_users = kind in (Kind.USER, Kind.SERVICE)
            seen = {one["id"] for one in queries.find(work, ENTITIES[subject], viewer=viewer)}
            expected = seen if subject is not Kind.USER or hears_of_users else set()
            if kind is Kind.SERVICE and viewer.id == 1:
                continue  # the server itself listens to nobody
            assert {one for one in told if (kind, viewer.id) in told[one]} == expected, (kind, viewer)
