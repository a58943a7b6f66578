"""The rail: which rooms there are, in which sections, and which of them a caller's roles open.

A new room is a line in SECTIONS and a symbol in static/icons.svg; the rail holds about twenty without scrolling.
"""

from dataclasses import dataclass
from typing import Any

from rollbook.core.kernel.principal import PeopleScope, Principal
from rollbook.core.kernel.principal import Permission as P


@dataclass(frozen=True)
class Room:
    """One place in the rail. ``needs`` None is open to all; ``beyond_self``: only for those who see other people."""

    key: str
    label: str
    icon: str
    href: str
    needs: P | None = None
    beyond_self: bool = False
    at_places: bool = False
    """Whether it is for those alone who have something to do with sites and sessions."""
    children: tuple["Room", ...] = ()

    def is_open_to(self, principal: Principal, *, sees_places: bool) -> bool:
        """Whether the caller finds it in the rail."""
        if self.at_places and not sees_places:
            return False
        if self.beyond_self and principal.people_scope is PeopleScope.SELF:
            return False
        return self.needs is None or principal.may(self.needs)


@dataclass(frozen=True)
class Section:
    """Rooms that belong together, under a heading; the first section has none."""

    label: str | None
    rooms: tuple[Room, ...]


_CALLED = {"device-subtypes": "Subtypes", "device-types": "Types", "service-configs": "Settings"}


def _of_places(key: str, label: str, icon: str, *more: str) -> Room:
    """A room of sites and sessions, with the rooms of what goes with its records."""
    called = {key: label if key != "user-groups" else "User groups"} | {
        name: _CALLED.get(name, name.replace("-", " ").capitalize()) for name in more
    }
    children = tuple(Room(name, word, "", f"/console/{name}") for name, word in called.items())
    return Room(f"{key}-room", label, icon, f"/console/{key}", at_places=True, children=children)


SECTIONS = (
    Section(
        None,
        (
            Room("overview", "Overview", "home", "/console", beyond_self=True),
            Room("people", "People", "people", "/console/people", P.PEOPLE_READ, beyond_self=True),
            Room(
                "organisation",
                "Organisation",
                "organisation",
                "/console/groups",
                P.STRUCTURE_READ,
                children=(
                    Room("groups", "Groups", "", "/console/groups"),
                    Room("locations", "Locations", "", "/console/locations"),
                    Room("workplaces", "Workplaces", "", "/console/workplaces"),
                    Room("qualifications", "Qualifications", "", "/console/qualifications"),
                ),
            ),
        ),
    ),
    Section(
        "Learning",
        (
            Room("learn", "My learning", "play", "/console/learn"),
            Room("lessons", "Lessons", "lessons", "/console/lessons", P.STRUCTURE_READ),
            Room("courses", "Courses", "learning", "/console/courses", P.STRUCTURE_READ),
            Room("classes", "Classes", "classes", "/console/classes", P.LEARNING_READ),
            Room("assignments", "Assignments", "assignments", "/console/assignments", P.LEARNING_READ),
            Room("certificates", "Certificates", "certificate", "/console/certificates", P.LEARNING_READ),
        ),
    ),
    Section(
        "Simulation",
        (
            Room("activities", "Activities", "activities", "/console/activities", P.SIMULATION_READ),
            Room("simulators", "Simulators", "simulation", "/console/simulators", P.STRUCTURE_READ),
        ),
    ),
    Section(
        "Live sessions",
        (
            Room("live", "Live", "st-active", "/console/live", at_places=True),
            _of_places("sessions", "Sessions", "sessions", "session-types", "test-types"),
            _of_places("sites", "Sites", "sites", "projects", "participants", "participant-groups"),
            _of_places("devices", "Devices", "devices", "device-types", "device-subtypes"),
            _of_places("services", "Services", "webhooks", "service-configs"),
            _of_places("user-groups", "Access", "lock", "users"),
        ),
    ),
    Section(
        "Analytics",
        (
            Room("dashboards", "Dashboards", "dashboards", "/console/dashboards", P.ANALYTICS_READ),
            Room("sources", "Data sources", "data", "/console/sources", P.ANALYTICS_READ),
            Room("scripts", "Scripts", "scripts", "/console/scripts", P.ANALYTICS_WRITE),
            Room("tasks", "Tasks", "clock", "/console/tasks", P.ANALYTICS_WRITE),
        ),
    ),
    Section(
        "Connections",
        (
            Room("imports", "Imports", "imports", "/console/imports", P.IMPORTS_WRITE),
            Room("webhooks", "Webhooks", "webhooks", "/console/webhooks", P.WEBHOOKS_READ),
            Room("keys", "Keys", "keys", "/console/keys", P.CREDENTIALS_WRITE),
        ),
    ),
    Section(
        "Administration",
        (
            Room("mail", "Mail", "mail", "/console/mail", P.EVENTS_READ),
            Room("audit", "Audit", "audit", "/console/audit", P.EVENTS_READ),
            Room("recycle-bin", "Recycle bin", "trash", "/console/recycle-bin", P.SETTINGS_WRITE),
            Room("settings", "Settings", "settings", "/console/settings", P.SETTINGS_WRITE),
        ),
    ),
)


def rail_for(principal: Principal, *, sees_places: bool) -> list[dict[str, Any]]:
    """The sections with the rooms open to a caller, as the rail draws them; a section without any is left out."""
    opened = [
        {
            "label": section.label,
            "rooms": [
                _drawn(room, principal, sees_places=sees_places)
                for room in section.rooms
                if room.is_open_to(principal, sees_places=sees_places)
            ],
        }
        for section in (_own(principal), *SECTIONS)
    ]
    return [section for section in opened if section["rooms"]]


def _own(principal: Principal) -> Section:
    """Someone who sees nobody else starts at their own record."""
    if principal.people_scope is not PeopleScope.SELF or principal.person_id is None:
        return Section(None, ())
    return Section(None, (Room("record", "My record", "person", f"/console/people/{principal.person_id}"),))


def _drawn(room: Room, principal: Principal, *, sees_places: bool) -> dict[str, Any]:
    inner = [
        {"key": c.key, "label": c.label, "href": c.href}
        for c in room.children
        if c.is_open_to(principal, sees_places=sees_places)
    ]
    return {"key": room.key, "label": room.label, "icon": room.icon, "href": room.href, "children": inner}
