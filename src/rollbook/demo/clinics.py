"""The demo's clinics: sites and projects, whom they follow, devices, services, and a month of sessions."""

from random import Random
from typing import Any, NamedTuple

from rollbook.core.kernel.clock import MINUTE, SECOND
from rollbook.core.kernel.principal import Principal, Role
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import list_people
from rollbook.core.people.records import PeopleFilter
from rollbook.core.sessions import (
    access,
    devices,
    kept,
    links,
    live,
    managing,
    memberships,
    participants,
    places,
    services,
    types,
)
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.grants import What
from rollbook.core.sessions.members import DEVICES, PARTICIPANTS, PEOPLE
from rollbook.demo.stage import SEED, Stage

LJUBLJANA, ROTTERDAM, GDANSK = "Occupational health, Ljubljana", "Rehabilitation lab, Rotterdam", "Field clinic, Gdańsk"


class Study(NamedTuple):
    """A project at a site, and how many it follows."""

    name: str
    site: str
    what: str
    followed: int


STUDIES = (
    Study("Back to work after hand injury", LJUBLJANA, "Twelve weeks of exercises at home, with a call a week.", 9),
    Study("Shoulder care for riggers", LJUBLJANA, "Strength and range of motion before the lifting season.", 7),
    Study("Breathing with masks", ROTTERDAM, "How breathing apparatus is borne in heat.", 6),
    Study("Balance at height", ROTTERDAM, "Balance and reaction before rope access refreshers.", 8),
    Study("Offshore fitness", GDANSK, "Follow-up between the yearly medical examinations.", 5),
)
FIRST = (
    "Aljaž", "Brina", "Cas", "Daria", "Emre", "Femke", "Gregor", "Hana", "Igor", "Joost", "Kinga", "Lovro", "Marta",
    "Niels", "Oliwia", "Petra", "Quinten", "Roza", "Stefan", "Tina", "Urban", "Vesna", "Wiktor", "Yara", "Zala",
)  # fmt: skip
LAST = ("Bizjak", "de Wit", "Hočevar", "Jansen", "Kowalik", "Mrak", "Nowak", "Potočnik", "Smit", "Vidmar", "Zieliński")
KINDS = (("Tablet", "tablet", ("10 inch", "13 inch")), ("Telepresence robot", "robot", ("Standing", "Desk")),
         ("Motion sensor", "motion-sensor", ("Wrist band", "Chest strap")))  # fmt: skip
SAID = (
    "Pain 3 of 10 after the second set.",
    "Range of motion better than last week.",
    "Asked for a shorter programme.",
)
STATUSES = (live.COMPLETED, live.COMPLETED, live.COMPLETED, live.COMPLETED, live.CANCELLED, live.TERMINATED)


class Clinics:
    """What has been made so far, by name."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.random = Random(SEED)  # noqa: S311 - the same clinics every time
        self.sites: dict[str, Record] = {}
        self.projects: list[Record] = []
        self.followed: dict[int, list[Record]] = {}
        self.devices: dict[int, list[Record]] = {}
        self.types: list[Record] = []

    def open(self) -> None:
        """Sites, projects and participants."""
        for name in (LJUBLJANA, ROTTERDAM, GDANSK):
            self.sites[name] = places.save_site(self.work, 0, {"name": name})
        for study in STUDIES:
            site = self.sites[study.site]
            values = {"name": study.name, "site_id": site["id"], "description": study.what}
            project = places.save_project(self.work, 0, values)
            self.projects.append(project)
            group = places.save_group(self.work, 0, {"name": "First intake", "project_id": project["id"]})
            self.followed[project["id"]] = [
                self._follow(project, group if at < study.followed // 2 else None) for at in range(study.followed)
            ]

    def _follow(self, project: Record, group: Record | None) -> Record:
        name = f"{self.random.choice(FIRST)} {self.random.choice(LAST)}"
        values: dict[str, Any] = {"name": name, "project_id": project["id"]}
        if group is not None:
            values["participant_group_id"] = group["id"]
        return participants.save(self.work, 0, values)

    def equip(self) -> None:
        """Devices at every site and in its projects; some participants have one at home."""
        kinds = [devices.save_type(self.work, e.DEVICE_TYPE, 0, {"name": name, "key": key}) for name, key, _ in KINDS]
        models = [
            [
                devices.save_type(self.work, e.DEVICE_SUBTYPE, 0, {"name": name, "device_type_id": kind["id"]})
                for name in KINDS[at][2]
            ]
            for at, kind in enumerate(kinds)
        ]
        for project in self.projects:
            self.devices[project["id"]] = []
            for at, kind in enumerate(kinds):
                number = len(self.devices) * 10 + at
                values = {
                    "name": f"{kind['name']} {number}",
                    "device_type_id": kind["id"],
                    "device_subtype_id": models[at][number % 2]["id"],
                    "is_enabled": number % 11 != 0,
                    "goes_online": True,
                    "notes": "Charger in the second drawer." if at == 0 else None,
                }
                made = devices.save(self.work, 0, values, site_ids=None, project_ids=[project["id"]])
                self.devices[project["id"]].append(made)
            for at, participant in enumerate(self.followed[project["id"]][:2]):
                devices.assign(self.work, self.devices[project["id"]][at]["id"], participant["id"])

    def employ(self) -> tuple[Record, Record]:
        """Services, with their types of sessions and tests; the service of calls, and the type of tests."""
        calls = self._serve("Video consultations", "VideoRehabService")
        self._serve("File transfer", "FileTransferService")
        wanted = (
            ("Video consultation", types.LED_BY_SERVICE, calls["id"], "#0f62fe", True),
            ("Exercises at home", 2, None, "#198038", False),
            ("Examination", 4, None, "#8a3ffc", False),
        )
        every = [project["id"] for project in self.projects]
        for name, category, service_id, color, is_online in wanted:
            values = {
                "name": name,
                "category": category,
                "service_id": service_id,
                "color": color,
                "is_online": is_online,
            }
            at = {links.SESSION_TYPE_SITES: None, links.SESSION_TYPE_PROJECTS: every}
            self.types.append(types.save_session_type(self.work, 0, values, at))
        scale = {
            "name": "Pain and function scale",
            "key": "pain-function",
            "service_id": calls["id"],
            "has_json_format": True,
        }
        at = {links.TEST_TYPE_SITES: None, links.TEST_TYPE_PROJECTS: every}
        return calls, types.save_test_type(self.work, 0, scale, at)

    def _serve(self, name: str, key: str) -> Record:
        """A service, used at every site and in every project."""
        values = {
            "name": name,
            "key": key,
            "hostname": f"{key.lower()}.meridian-safety.example",
            "port": 443,
            "endpoint": "/",
            "client_endpoint": f"/{key.lower()}",
            "has_assets": True,
            "has_tests": key == "VideoRehabService",
            "has_editable_config": True,
        }
        service = services.save(self.work, 0, values, None)
        for site in self.sites.values():
            links.make(self.work, links.SERVICE_SITES, {"service_id": service["id"], "site_id": site["id"]})
        for project in self.projects:
            links.make(self.work, links.SERVICE_PROJECTS, {"service_id": service["id"], "project_id": project["id"]})
        return service

    def staff(self) -> list[int]:
        """Groups of users with roles at the places, and the people in them; who leads the sessions."""
        found = list_people(self.work, PeopleFilter(role=Role.INSTRUCTOR, is_active=True), limit=9, order="name").rows
        ids = [one.id for one in found]
        wanted: tuple[tuple[str, What, int, str, list[int]], ...] = (
            ("Clinic leads, Ljubljana", "site", self.sites[LJUBLJANA]["id"], "admin", ids[:2]),
            ("Physiotherapists, Ljubljana", "project", self.projects[0]["id"], "user", ids[2:5]),
            ("Lab team, Rotterdam", "site", self.sites[ROTTERDAM]["id"], "admin", ids[5:7]),
            ("Researchers, balance at height", "project", self.projects[3]["id"], "user", ids[7:]),
        )
        for name, what, place_id, role, people in wanted:
            group = memberships.save_group(self.work, 0, name)
            access.set_role(self.work, what, group["id"], place_id, role)
            for person_id in people:
                memberships.add(self.work, person_id, group["id"])
        return ids


def open_clinics(stage: Stage, admin: Principal) -> None:
    """Make the clinics as they were a month ago, and let sessions be held in them until now and be planned."""
    with stage.at(stage.instant(-32, 8 * 3600), admin) as work:
        clinics = Clinics(work)
        clinics.open()
        clinics.equip()
        calls, scale = clinics.employ()
        leaders = clinics.staff()
    for day in range(-30, 7):
        for at in range(2 if day % 3 else 1):
            begins = stage.instant(day, (8 + 3 * at) * 3600 + 600 * (day % 4))
            with stage.at(min(begins, stage.base), admin) as work:
                _hold(work, clinics, begins, leaders, calls, scale, is_ahead=begins >= stage.base)


def _hold(
    work: Work, clinics: Clinics, begins: int, leaders: list[int], calls: Record, scale: Record, *, is_ahead: bool
) -> None:
    """One session, with what happened in it."""
    chance = clinics.random
    project = chance.choice(clinics.projects)
    participant = chance.choice(clinics.followed[project["id"]])
    kind, leader = chance.choice(clinics.types), chance.choice(leaders)
    device = chance.choice(clinics.devices[project["id"]])
    status = live.PLANNED if is_ahead else chance.choice(STATUSES)
    length = 0 if status in (live.PLANNED, live.CANCELLED) else chance.randrange(12, 50) * 60
    values: Record = {
        "name": f"{kind['name']}, week {chance.randrange(1, 13)}",
        "session_type_id": kind["id"],
        "started_at": begins,
        "duration_s": length,
        "status": status,
        "creator_person_id": leader,
        "comments": chance.choice(SAID) if status == live.COMPLETED else None,
    }
    taking_part = {PARTICIPANTS: [participant["id"]], PEOPLE: [leader], DEVICES: [device["id"]]}
    session = live.save(work, 0, values, taking_part)
    if length:
        _tell(work, session, participant, device, length, is_cut=status == live.TERMINATED)
    if status == live.COMPLETED and kind["service_id"] is not None:
        _leave(work, session, participant, calls, scale, length)


def _tell(work: Work, session: Record, participant: Record, device: Record, length: int, *, is_cut: bool) -> None:
    """What happened in a session, minute by minute."""
    begins, ends = session["started_at"], session["started_at"] + length * SECOND
    told: list[tuple[int, int, str]] = [
        (managing.START, begins, ""),
        (managing.JOIN, begins + 40 * SECOND, participant["name"]),
        (10, begins + 3 * MINUTE, f"{device['name']} is on."),
    ]
    if is_cut:
        told += [
            (7, ends - 2 * MINUTE, f"{device['name']} has 4 per cent left."),
            (0, ends, "The connection was lost."),
        ]
    else:
        told += [(1, begins + length * SECOND // 2, "Second set begins."), (managing.LEAVE, ends, participant["name"])]
    told.append((managing.STOP, ends + 20 * SECOND, ""))
    for kind, at, text in told:
        live.save_event(work, 0, {"session_id": session["id"], "kind": kind, "at": at, "text": text, "context": ""})


def _leave(work: Work, session: Record, participant: Record, calls: Record, scale: Record, length: int) -> None:
    """What a call leaves behind: an answered test."""
    own: Record = {"session_id": session["id"], "participant_id": participant["id"], "service_id": calls["id"]}
    answered: Record = {
        "name": "Pain and function scale",
        "test_type_id": scale["id"],
        "at": session["started_at"] + length * SECOND + 5 * MINUTE,
        "status": 2,
        "summary": '{"pain": 3, "function": 7}',
    }
    kept.save(work, e.TEST, 0, own | answered)
