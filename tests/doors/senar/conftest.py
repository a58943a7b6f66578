"""People who call the SENAR API, and activities for them to see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from rollbook.app import Server
from rollbook.core.access import credentials, limits
from rollbook.core.access.policy import principal_for
from rollbook.core.kernel.principal import Role
from rollbook.core.people import membership, registration, structure
from rollbook.core.people.records import Entry, NewPerson, Person
from rollbook.core.simulation.activities import ingest
from rollbook.core.simulation.records import InstructorRef, NewActivity, TraineeRef
from tests.conftest import Caller, Organisation

TRAINED_AT = 1_615_311_431_186_836
"""2021-03-09T17:37:11.186836Z, the document's example."""


@pytest.fixture(autouse=True)
def _no_failures(server: Server) -> Iterator[None]:
    """Every test client comes from one address, and failed sign-ins count by address."""
    with server.database.writing() as work:
        limits.forget(work, 2**62)
    yield
    with server.database.writing() as work:
        limits.forget(work, 2**62)


@dataclass
class School:
    """An organisation with the means to fill it."""

    organisation: Organisation

    def person(self, name: str, *roles: Role, group: Entry | None = None, **fields: Any) -> Person:
        """Register someone called after their role in the test; they sign in as ``name``@example.org."""
        new = NewPerson(
            first_name=name.capitalize(),
            last_name="Doe",
            roles=frozenset(roles or {Role.LEARNER}),
            group_id=group.id if group else None,
            **{"email": f"{name}@example.org", **fields},
        )
        with self.organisation.writing() as work:
            return registration.register(work, new)

    def group(self, name: str, leader: Person | None = None) -> Entry:
        """Make a group, perhaps with a supervisor."""
        with self.organisation.writing() as work:
            made = structure.add_entry(work, structure.GROUPS, name=name)
            if leader is not None:
                membership.lead(work, made, leader)
        return made

    def api(self, person: Person) -> Caller:
        """A caller with a person's token."""
        with self.organisation.writing() as work:
            _, token = credentials.issue(
                work, "access_token", "test", organisation_id=self.organisation.id, person_id=person.id, door="senar"
            )
        return Caller(self.organisation.client, {"authorization": f"Bearer {token}"})

    def manager(self) -> Caller:
        """A caller with the owner's token."""
        return self.api(self.organisation.founded.owner)

    def record(self, *rows: NewActivity, by: Person | None = None) -> list[str]:
        """Record activities, making the places; their uuids."""
        with self.organisation.writing() as work:
            if by is not None:
                work.act_as(principal_for(self.organisation.id, "test", by.role_set, person_id=by.id))
            results = ingest(work, rows, create_missing=True, is_atomic=True)
        return [str(result.uuid) for result in results]


@pytest.fixture
def school(organisation: Organisation) -> School:
    return School(organisation)


@pytest.fixture
def other_school(other_organisation: Organisation) -> School:
    return School(other_organisation)


def activity(trainee: Person | None = None, instructor: Person | None = None, **changes: Any) -> NewActivity:
    """The document's example; without a trainee it is a guest's."""
    guest = TraineeRef(first_name="Natalia", last_name="Brown", company="Daria")
    given: dict[str, Any] = {
        "collection": "Rigging",
        "simulator": "Lifting Hardware and Sling Inspection",
        "scenario": "S01",
        "scenario_name": "Scenario 1",
        "trainee": TraineeRef(uuid=trainee.uuid) if trainee else guest,
        "instructor": InstructorRef(uuid=instructor.uuid) if instructor else None,
        "trained_at": TRAINED_AT,
        "points": 2900,
        "max_points": 3400,
        "time_s": 622,
        "tries": 1,
        "abandons": 1,
    }
    return NewActivity(**given | changes)


Walk = Callable[..., list[Any]]


def walk(api: Caller, path: str, **params: Any) -> list[Any]:
    """Every row of a list, page after page, by the cursor in the header."""
    found: list[Any] = []
    cursor: str | None = None
    while True:
        answer = api.get(path, params=params | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        found += answer.json()
        cursor = answer.headers.get("x-next-cursor")
        if cursor is None:
            return found
