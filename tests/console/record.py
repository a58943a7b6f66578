"""A small organisation that looks like a real one, for the console's browser tests; the same but for today's date."""

from dataclasses import dataclass

from rollbook.app import Server
from rollbook.core.access import credentials, signin
from rollbook.core.access.founding import found_organisation
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import DAY, MINUTE, iso
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments, courses, enrolment
from rollbook.core.learning.queries import get_assignment
from rollbook.core.learning.records import NewAssignments, NewCourse
from rollbook.core.mail import ledger
from rollbook.core.people import membership, registration, structure
from rollbook.core.people.records import NewPerson, Person
from rollbook.core.sessions import (
    access,
    devices,
    entities,
    kept,
    links,
    live,
    memberships,
    participants,
    places,
    services,
    types,
)
from rollbook.core.sessions.members import DEVICES, PARTICIPANTS, PEOPLE
from rollbook.core.simulation import activities
from rollbook.core.simulation.records import NewActivity, TraineeRef
from rollbook.core.webhooks import subscriptions

PASSWORD = "correct horse battery"
NAMES = (
    "Maren Oduya", "Tomás Lindqvist", "Aoife Brandt", "Jun Watanabe", "Priya Raghunathan", "Lukas Adeyemi",
    "Sofie Castellanos-Mbeki", "Henrik Vos", "Camille Durand", "Noor El-Sayed", "Viktor Pham", "Ines Okafor",
    "Ruben Schreiber", "Yara Haddad", "Owen Kowalczyk", "Elif Marchetti", "Dagny Sørensen", "Pavel Novák",
    "Amara Diallo", "Felix Baumgartner", "Rosa Iglesias", "Kofi Mensah", "Hanna Virtanen", "Mateo Rojas",
    "Linh Tran", "Oskar Nilsson", "Zeynep Kaya", "Emil Horvat", "Freya Lund", "Samuel Osei",
)  # fmt: skip
UNITS = ("Signalling", "Track works", "Rolling stock", "Control room", "Contractors")
COURSES = (
    "Lookout and site warden", "Electrical isolation, level 2", "Working at height", "Track access planning",
    "First aid refresher", "Manual handling",
)  # fmt: skip
SCENARIOS = (("points-night", "Points failure, night shift"), ("fog", "Signal passed in fog"), ("evac", "Evacuation"))


@dataclass
class Filled:
    """The organisation's people and how they sign in."""

    owner: str
    manager: str
    learner: str
    people: list[Person]


def fill(server: Server) -> Filled:
    """Found the organisation and give it a record."""
    hashed = server.services.hasher.hash(PASSWORD)
    with server.database.writing() as work:
        founded = found_organisation(
            work, "Northwind Rail Safety", username="ada.owner", password_hash=hashed, email="ada@northwind.example"
        )
        units = [
            structure.add_entry(work, structure.GROUPS, name=name, external_id=f"U{at}", parent_id=1)
            for at, name in enumerate(UNITS)
        ]
        structure.add_entry(work, structure.GROUPS, name="Night shift", parent_id=units[1].id)
        depots = [structure.add_entry(work, structure.LOCATIONS, name=name) for name in ("Gävle depot", "Malmö yard")]
        trades = [structure.add_entry(work, structure.WORKPLACES, name=name) for name in ("Electrician", "Warden")]
        people = [
            _person(work, name, at, units[at % 5].id, depots[at % 2].id, trades[at % 2].id)
            for at, name in enumerate(NAMES)
        ]
        for person in people[:2]:
            signin.set_password(work, person, hashed)
        membership.lead(work, units[0], people[0])
        credentials.create_key(work, "api_key", "HR connector", door="smartarena", lives_s=7 * 24 * 3600)
    _learn(server, founded.organisation.id, people)
    _train(server, founded.organisation.id, people)
    _hold(server, founded.organisation.id, people)
    with server.database.writing() as work:
        work.act_as(system_principal(founded.organisation.id, "demo"))
        topics = frozenset({"person.created", "assignment.completed"})
        hook, _ = subscriptions.subscribe(
            work,
            server.services.sealer,
            format="native",
            url="https://hooks.example.org/rollbook",
            topics=topics,
            description="Rostering",
        )
        subscriptions.pause(work, hook, "The target has not answered since yesterday.")
        ledger.queue_all(work, "welcome", [(people[2].id, None)])
    return Filled("ada.owner", people[0].username, people[1].username, people)


def _person(work: Work, name: str, at: int, group_id: int, location_id: int, workplace_id: int) -> Person:
    first, _, last = name.partition(" ")
    roles = {0: Role.UNIT_MANAGER, 2: Role.INSTRUCTOR, 3: Role.HR_MANAGER}.get(at, Role.LEARNER)
    return registration.register(
        work,
        NewPerson(
            first_name=first,
            last_name=last,
            username=f"person{at}",
            email=f"person{at}@northwind.example",
            external_id=f"HR-{10423 + 17 * at}",
            group_id=group_id,
            location_id=location_id,
            workplace_id=workplace_id,
            roles=frozenset({roles}),
            company="Northwind" if at % 3 else "Contractors AB",
        ),
    )


def _learn(server: Server, organisation_id: int, people: list[Person]) -> None:
    for at, title in enumerate(COURSES):
        with server.database.writing() as work:
            work.act_as(system_principal(organisation_id, "smartarena"))
            course = courses.create(
                work, NewCourse(title=title, kind=("online", "blended", "live")[at % 3], issues_certificate=True)
            )
            start = work.at - 40 * DAY if at != 4 else work.at + 20 * DAY
            due = work.at + (6 * at - 12) * DAY if at != 4 else work.at + 60 * DAY
            made = enrolment.assign(
                work,
                NewAssignments(
                    person_ids=[person.id for person in people[at::2]],
                    course=course,
                    start_at=start,
                    due_date=iso(due)[:10],
                ),
            )
            for number, assignment_id in enumerate(made.assignment_ids):
                one = get_assignment(work, key="id", value=assignment_id)
                if at != 4 and number % 3:
                    assignments.complete(work, one, score=float(70 + number * 2 % 30), at=work.at - number * 2 * DAY)
                elif number % 7 == 6:
                    assignments.cancel(work, one)


def _train(server: Server, organisation_id: int, people: list[Person]) -> None:
    with server.database.writing() as work:
        work.act_as(system_principal(organisation_id, "senar"))
        rows = [
            NewActivity(
                collection="Depot",
                simulator="SIM-04" if at % 3 else "SIM-11",
                scenario=SCENARIOS[at % 3][0],
                scenario_name=SCENARIOS[at % 3][1],
                trainee=TraineeRef(external_id=people[at * 7 % 30].external_id),
                trained_at=work.at - (at * at % 170) * DAY - 90 * MINUTE,
                points=40 + at * 13 % 60,
                max_points=100,
                time_s=300 + at * 37 % 1500,
                tries=1 + at % 3,
            )
            for at in range(120)
        ]
        activities.ingest(work, rows, create_missing=True, is_atomic=True)


def _hold(server: Server, organisation_id: int, people: list[Person]) -> None:
    """A site, and a session in it with everything that sessions have."""
    with server.database.writing() as work:
        work.act_as(system_principal(organisation_id, "opentera"))
        site = places.save_site(work, 0, {"name": "Gävle clinic"})
        project = places.save_project(work, 0, {"name": "Back to the track", "site_id": site["id"]})
        group = places.save_group(work, 0, {"name": "First intake", "project_id": project["id"]})
        follow = {"name": "Astrid Öhman", "project_id": project["id"], "participant_group_id": group["id"]}
        participant = participants.save(work, 0, follow)
        kind = devices.save_type(work, entities.DEVICE_TYPE, 0, {"name": "Tablet", "key": "tablet"})
        values = {"name": "Tablet 7", "device_type_id": kind["id"], "is_enabled": True, "config": '{"volume": 80}'}
        device = devices.save(work, 0, values, site_ids=None, project_ids=[project["id"]])
        at = {"hostname": "calls.example", "port": 443, "endpoint": "/", "client_endpoint": "/calls"}
        service = services.save(work, 0, at | {"name": "Video calls", "key": "VideoRehabService"}, None)
        links.make(work, links.SERVICE_SITES, {"service_id": service["id"], "site_id": site["id"]})
        call = {"name": "Call", "category": 1, "service_id": service["id"]}
        used = {links.SESSION_TYPE_SITES: None, links.SESSION_TYPE_PROJECTS: [project["id"]]}
        kind = types.save_session_type(work, 0, call, used)
        scale = types.save_test_type(work, 0, {"name": "Pain scale", "service_id": service["id"]}, {})
        who = {PARTICIPANTS: [participant["id"]], PEOPLE: [people[2].id], DEVICES: [device["id"]]}
        values = {"name": "Third call", "session_type_id": kind["id"], "status": live.COMPLETED, "duration_s": 1500}
        session = live.save(work, 0, values | {"comments": "Went well."}, who)
        for number in (3, 12, 7, 13, 4):
            event = {"session_id": session["id"], "kind": number, "text": "Astrid Öhman" if number > 11 else ""}
            live.save_event(work, 0, event)
        left = {"session_id": session["id"], "participant_id": participant["id"]}
        film = {"name": "call.webm", "media_type": "video/webm", "keeper_uuid": service["uuid"]}
        kept.save(work, entities.ASSET, 0, left | film)
        kept.save(work, entities.TEST, 0, left | {"name": "Pain", "test_type_id": scale["id"], "status": 2})
        users = memberships.save_group(work, 0, "Physiotherapists")
        access.set_role(work, "site", users["id"], site["id"], "admin")
        memberships.add(work, people[2].id, users["id"])
