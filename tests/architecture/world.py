"""An organisation with one of each thing, made when a test first asks for it, and credentials of every strength."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, func, select

from rollbook.app import DOORS
from rollbook.core.access import credentials
from rollbook.core.access.policy import system_principal
from rollbook.core.events.tables import events
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.learning import assignments, certificate_queries
from rollbook.core.learning.queries import get_assignment
from rollbook.core.mail import ledger
from rollbook.core.people import correspondence, registration
from rollbook.core.people.correspondence import LetterFilter
from rollbook.core.people.records import NewPerson
from rollbook.core.schema import metadata
from rollbook.web.routes import Door, Row
from tests.architecture.analytics_things import ANALYTICS_THINGS
from tests.architecture.session_things import SESSION_THINGS
from tests.conftest import Caller, Organisation
from tests.media import mp4, png

SURNAME = "Kvasovec"
"""In everything that must not be seen from outside; no request holds it."""

_COUNT = Statement[tuple[Any, ...]](
    select(func.count()).select_from(events).where(events.c.organisation_id == bindparam("organisation_id"))
)


@shapes
def _newest(table: str) -> Statement[tuple[Any, ...]]:
    kept = metadata.tables[table]
    return Statement(select(func.max(kept.c.id)).where(kept.c.organisation_id == bindparam("organisation_id")))


@dataclass(frozen=True)
class Sample:
    """A request that a caller with every right may make. ``$thing`` in it stands for the id of that thing."""

    path: Mapping[str, str] = field(default_factory=dict)
    """What the path's parameters are."""
    params: Mapping[str, Any] | None = None
    json: Any = None
    content: str | None = None
    media_type: str | None = None
    status: int | None = None
    """What is answered to the one who may, where it is not the row's own."""


@dataclass
class World:
    """One organisation, and its things by name: each is made once, when it is asked for."""

    organisation: Organisation
    made: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        if name not in self.made:
            self.made[name] = THINGS[name](self)
        return self.made[name]

    @property
    def native(self) -> Caller:
        """A caller with every right on the native API."""
        return self.organisation.native()

    def create(self, path: str, **body: Any) -> Any:
        """Make something through the native API."""
        answer = self.native.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def entry(self, path: str, **body: Any) -> str:
        """Make a catalogue's entry through Smart Arena; its code."""
        code = f"code-{uuid4().hex[:8]}"
        answer = self.organisation.smartarena().post(path, json={"mapping_code": code, "name": SURNAME, **body})
        assert answer.status_code == 201, answer.text
        return code

    def credential(self, door: Door, role: Role) -> dict[str, str]:
        """Headers of a credential for a door that has one role alone."""
        secret = self.secret(door, role)
        return {"accesskey": secret} if door.name == "velpic" else {"authorization": f"Bearer {secret}"}

    def secret(self, door: Door, role: Role) -> str:
        """A credential for a door that has one role alone."""
        kind, is_personal = WAYS[door.name]
        with self.organisation.server.database.writing() as work:
            work.act_as(system_principal(self.organisation.id, "test"))
            person_id = None
            if is_personal:
                name = f"{role.value}-{uuid4().hex[:8]}"
                new = NewPerson(first_name="R", last_name="R", username=name, roles=frozenset({role}))
                person_id = registration.register(work, new).id
            _, secret = credentials.issue(
                work,
                kind,
                "test",
                organisation_id=self.organisation.id,
                person_id=person_id,
                door=door.name,
                roles=None if is_personal else frozenset({role}),
                lives_s=3600,
            )
        return secret

    def newest(self, table: str) -> int:
        """The number of what was added last to one of the organisation's tables."""
        with self.organisation.server.database.reading() as work:
            return int(work.value(_newest(table), organisation_id=self.organisation.id))

    def count_events(self) -> int:
        """How many changes the organisation's record has seen."""
        with self.organisation.server.database.reading() as work:
            return int(work.value(_COUNT, organisation_id=self.organisation.id))

    def send(self, row: Row, sample: Sample, headers: Mapping[str, str]) -> Any:
        """Make the sample's request, with these headers."""
        path = row.path
        for name, value in sample.path.items():
            kind = next(part for part in row.path.split("/") if part.strip("{}").partition(":")[0] == name)
            path = path.replace(kind, str(self.filled(value)))
        body: dict[str, Any] = {}
        if sample.content is not None:
            body = {"content": self.filled(sample.content)}
        elif sample.json is not None:
            body = {"json": self.filled(sample.json)}
        typed = {"content-type": sample.media_type} if sample.media_type else {}
        return self.organisation.client.request(
            row.method, path, headers={**headers, **typed}, params=self.filled(sample.params), **body
        )

    def filled(self, value: Any) -> Any:
        """A sample's value with the ids of this world's things."""
        match value:
            case str() if value.startswith("$"):
                return self[value[1:]]
            case Mapping():
                return {name: self.filled(held) for name, held in value.items()}
            case list():
                return [self.filled(held) for held in value]
        return value


WAYS = {
    "console": ("session", True),
    "native": ("api_key", False),
    "senar": ("access_token", True),
    "serenytics": ("api_key", False),
    "smartarena": ("access_token", False),
    "velpic": ("api_key", False),
}
"""The kind of credential that each door takes, and whether it is a person's."""


def _person(world: World) -> Any:
    return world.create(
        "/v1/people", first_name="Ana", last_name=SURNAME, email="ana@example.org", external_id="hr-1", username="ana"
    )


def _simulator(world: World) -> Any:
    return world.create("/v1/simulators", title=SURNAME, collection=world["collection"])


def _activity(world: World) -> Any:
    made = world.create(
        "/v1/activities",
        simulator=world["simulator"],
        scenario=world["scenario"],
        trainee={"external_id": world["person code"]},
        trained_at="2026-03-01T09:30:00Z",
    )
    return made["id"]


def _member(world: World) -> Any:
    answer = world.native.put(f"/v1/collections/{world['collection']}/members/{world['person']}")
    assert answer.status_code == 204, answer.text
    return world["person"]


def _senar_webhook(world: World) -> Any:
    door = next(door for door in DOORS if door.name == "senar")
    answer = world.organisation.client.post(
        "/integration/data/webhook_register",
        json={"hookUrl": "https://hooks.example.org/a", "method": "user"},
        headers=world.credential(door, Role.OWNER),
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def _import(world: World) -> str:
    csv = "external_id,first_name,last_name,email\nhr-9,Bor,Zajec,bor@example.org\n"
    answer = Caller(world.native.client, {**world.native.headers, "content-type": "text/csv"}).post(
        "/v1/imports", content=csv
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _applied_import(world: World) -> str:
    made = _import(world)
    answer = world.native.post(f"/v1/imports/{made}/apply", json={"confirm": True})
    assert answer.status_code == 200, answer.text
    return made


def _delivery(world: World) -> Any:
    answer = world.native.post(f"/v1/webhooks/{world['webhook']}/test")
    assert answer.status_code == 202, answer.text
    return world.native.get(f"/v1/webhooks/{world['webhook']}/deliveries").json()["deliveries"][0]["id"]


def _version(world: World) -> Any:
    assert world["custom field"]
    return world.create(f"/v1/contents/{world['content']}/versions", steps=[{"title": SURNAME}])["number"]


def _custom_field(world: World) -> Any:
    return world.create("/v1/custom-fields", key="noted", description=SURNAME)["id"]


def _attached(world: World, name: str, data: bytes) -> str:
    """A file of the draft; its uuid."""
    path = f"/v1/contents/{world['content']}/versions/{world['version']}/files"
    answer = world.native.post(path, files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _pictured_version_number(world: World) -> int:
    path = f"/v1/contents/{world['content']}/versions/{world['version']}"
    answer = world.native.patch(path, json={"thumbnail": _attached(world, "picture.png", png())})
    assert answer.status_code == 200, answer.text
    return world.newest("content_versions")


def _lesson_version_number(world: World) -> int:
    assert world["published version"]
    return world.newest("content_versions")


def _published_version(world: World) -> Any:
    number = world["version"]
    answer = world.native.post(f"/v1/contents/{world['content']}/versions/{number}/publish")
    assert answer.status_code == 200, answer.text
    return number


def _file(world: World) -> Any:
    path = f"/v1/contents/{world['content']}/versions/{world['version']}/files"
    answer = world.native.post(path, files={"file": (SURNAME, b"hello", "text/plain")})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _schedule_number(world: World) -> int:
    path = f"/api/v2/user/{world['person number']}/lesson_schedule"
    asked = {"lessonVersionIds": [world["lesson version number"]]}
    return int(world.organisation.velpic().post(path, json=asked).json()["ids"][0])


def _assignment(world: World) -> Any:
    made = world.create("/v1/assignments", people=[world["person"]], course=world["course"])
    return made["assignments"][0]["id"]


def _certificate(world: World) -> Any:
    answer = world.native.post(f"/v1/assignments/{world['assignment']}/complete")
    assert answer.status_code == 200, answer.text
    return answer.json()["certificate"]["number"]


def _certificate_row(world: World) -> int:
    with world.organisation.server.database.reading() as work:
        found = certificate_queries.find(work, world["certificate"])
    assert found is not None
    return found.id


def _mail_number(world: World) -> int:
    person_id = world["person number"]
    with world.organisation.writing() as work:
        ledger.queue(work, "notice", f"{SURNAME}@example.org", person_id=person_id, subject=SURNAME, body=SURNAME)
        return max(letter.id for letter in correspondence.list_letters(work, LetterFilter(), limit=10))


def _completed_schedule_number(world: World) -> int:
    number = int(world["schedule number"])
    with world.organisation.writing() as work:
        assignments.complete(work, get_assignment(work, key="id", value=number))
    return number


def _class(world: World) -> Any:
    session = {
        "lessonId": world["content number"],
        "startDatetime": "2031-05-19T01:00:06.000Z",
        "endDatetime": "2031-05-19T02:00:06.000Z",
        "location": SURNAME,
        "instructorId": world["person number"],
        "numberOfPlaces": 12,
    }
    answer = world.organisation.velpic().post("/api/v2/ilt_session", json=session)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def _attendee(world: World) -> Any:
    path, person = f"/api/v2/ilt_session/{world['class number']}", world["person number"]
    answer = world.organisation.velpic().post(f"{path}/bulk_register", json={"userIds": [person]})
    assert answer.status_code == 200, answer.text
    return world.organisation.velpic().get(f"{path}/attendees").json()["results"][0]


THINGS: dict[str, Callable[[World], Any]] = {
    "activity": _activity,
    "assignment": _assignment,
    "attendee": lambda world: world["attendee shown"]["id"],
    "attendee shown": _attendee,
    "attendee's person": lambda world: world["attendee shown"]["userId"],
    "branch code": lambda world: world.entry("/api/branches", parent_mapping_code="root"),
    "certificate": _certificate,
    "certificate row": _certificate_row,
    "mail number": _mail_number,
    "completed schedule number": _completed_schedule_number,
    "class number": _class,
    "collection": lambda world: world["collection shown"]["id"],
    "collection number": lambda world: world["collection shown"]["number"],
    "collection shown": lambda world: world.create("/v1/collections", title=SURNAME),
    "content": lambda world: world["content shown"]["id"],
    "film": lambda world: _attached(world, "film.mp4", mp4()),
    "lesson version number": _lesson_version_number,
    "schedule number": _schedule_number,
    "pictured version number": _pictured_version_number,
    "content number": lambda world: world["content shown"]["number"],
    "content shown": lambda world: world.create("/v1/contents", title=SURNAME),
    "course": lambda world: world["course shown"]["id"],
    "course category": lambda world: world.create("/v1/course-categories", name=SURNAME)["id"],
    "course code": lambda world: world["course shown"]["external_id"],
    "course shown": lambda world: world.create("/v1/courses", title=SURNAME, external_id="k-1", certificate=True),
    "credential": lambda world: world.create("/v1/credentials", kind="api_key", name=SURNAME)["credential"]["id"],
    "custom field": _custom_field,
    "delivery": _delivery,
    "file": _file,
    "import": _import,
    "applied import": _applied_import,
    "location code": lambda world: world.entry("/api/locations"),
    "member of the collection": _member,
    "person": lambda world: world["person shown"]["id"],
    "person code": lambda world: world["person shown"]["external_id"],
    "person shown": _person,
    "person's user name": lambda world: world["person shown"]["username"],
    "published version": _published_version,
    "qualification code": lambda world: world.entry("/api/qualifications", parent_mapping_code="root"),
    "scenario": lambda world: world.create("/v1/scenarios", code="S01", name=SURNAME, simulator=world["simulator"])[
        "id"
    ],
    "senar webhook": _senar_webhook,
    "simulator": lambda world: _simulator(world)["id"],
    "version": _version,
    "webhook": lambda world: world.create(
        "/v1/webhooks", url="https://hooks.example.org/a", topics=["*"], description=SURNAME
    )["webhook"]["id"],
    "workplace code": lambda world: world.entry("/api/workplaces"),
}


def _number_of(thing: str, table: str) -> Callable[[World], int]:
    """The console goes by numbers: the thing is made, and then it is the newest of its table."""

    def make(world: World) -> int:
        assert world[thing]
        return world.newest(table)

    return make


THINGS |= ANALYTICS_THINGS | SESSION_THINGS
THINGS |= {
    name: _number_of(thing, table)
    for name, thing, table in (
        ("activity number", "activity", "activities"),
        ("lesson number", "version", "contents"),
        ("assignment number", "assignment", "assignments"),
        ("course number", "course", "courses"),
        ("credential number", "credential", "credentials"),
        ("event number", "person", "events"),
        ("group number", "branch code", "groups"),
        ("import number", "import", "imports"),
        ("location number", "location code", "locations"),
        ("person number", "person", "people"),
        ("qualification number", "qualification code", "qualifications"),
        ("simulator number", "simulator", "simulators"),
        ("webhook number", "webhook", "subscriptions"),
        ("workplace number", "workplace code", "workplaces"),
    )
}
