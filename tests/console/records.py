"""A small clinic made through the console's own forms, and people with roles in it."""

from dataclasses import dataclass
from typing import Any

from rollbook.core.kernel.principal import Role
from rollbook.core.people.records import Person
from tests.conftest import Organisation
from tests.console.signed_in import Visitor, add_person, owner, sign_in


def made(visitor: Visitor, room: str, /, **fields: Any) -> int:
    """The number of a record that a form makes."""
    answer = visitor.post(f"/console/{room}/new", fields)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rsplit("/", 1)[1])


def give(visitor: Visitor, path: str, part: int, **fields: Any) -> Any:
    """A button of a record's page that takes something in or gives a role."""
    return visitor.post(f"{path}/act", {"part": part, "action": "give", **fields})


def part_of(visitor: Visitor, path: str, label: str) -> int:
    """Which part of a record's page a labelled choice stands in."""
    text = visitor.get(path).text
    before = text[: text.index(f">{label}</label>")]
    return int(before.rpartition('name="part" value="')[2].partition('"')[0])


@dataclass
class Clinic:
    """Two sites with a project each; the first has participants, a device, a service and a type of sessions."""

    organisation: Organisation
    owner_hash: str
    owner: Visitor
    site: int
    other_site: int
    project: int
    other_project: int
    participant: int
    device: int
    service: int
    session_type: int

    def person(self, name: str) -> Person:
        """Someone with no role but that of a learner."""
        return add_person(self.organisation, self.owner_hash, Role.LEARNER, name)

    def with_role(self, name: str, what: str, place: int, role: str) -> Visitor:
        """Someone signed in who has a role at a site or in a project, by a group of their own."""
        person = self.person(name)
        group = made(self.owner, "user-groups", name=f"Group of {name}")
        path = f"/console/user-groups/{group}"
        at = part_of(self.owner, path, "Add a user")
        assert give(self.owner, path, at, other=person.id).status_code == 303
        where = f"/console/{what}s/{place}"
        given = give(self.owner, where, part_of(self.owner, where, "User group"), other=group, role=role)
        assert given.status_code == 303, given.text
        return sign_in(self.organisation, person.username)

    def session(self, name: str = "First call", **fields: Any) -> int:
        """A session with the participant in it."""
        asked = {
            "session_type_id": self.session_type,
            "name": name,
            "started_at": "2026-03-02T09:30",
            "status": 2,
            "participant_id": self.participant,
        }
        return made(self.owner, "sessions", **(asked | fields))


def open_clinic(organisation: Organisation, owner_hash: str) -> Clinic:
    """Make it."""
    visitor = owner(organisation)
    site, other_site = made(visitor, "sites", name="Ljubljana"), made(visitor, "sites", name="Rotterdam")
    project = made(visitor, "projects", name="Hands", site_id=site, is_enabled=1)
    other_project = made(visitor, "projects", name="Lungs", site_id=other_site, is_enabled=1)
    kind = made(visitor, "device-types", name="Robot", key="robot")
    service = made(
        visitor,
        "services",
        name="Calls",
        key="VideoRehabService",
        hostname="calls.example",
        port=443,
        endpoint="/",
        client_endpoint="/calls",
        is_enabled=1,
    )
    return Clinic(
        organisation,
        owner_hash,
        visitor,
        site,
        other_site,
        project,
        other_project,
        made(visitor, "participants", name="Cas Jansen", project_id=project, is_enabled=1),
        made(visitor, "devices", name="Robot one", device_type_id=kind, is_enabled=1, project_id=project),
        service,
        made(visitor, "session-types", name="Exercises", category=2, color="#112233", project_id=project),
    )
