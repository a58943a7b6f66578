"""Sites, projects, and whom they follow, as rooms."""

from typing import Any

from rollbook.console.records.shape import (
    AT_SITE,
    ENABLED,
    IN_PROJECT,
    SHORT,
    Column,
    HolderRoles,
    Kind,
    Listed,
    PlaceRoles,
    Tied,
    given,
    name,
    seen,
    state,
    text,
    to,
)
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import links, participants, places, ties
from rollbook.core.sessions.ties import of_place

_OF_SITE = to("sites", "Site", "site_id", "site_name", sort="site_name")
_OF_PROJECT = to("projects", "Project", "project_id", "project_name")


def _used_here(place: str) -> tuple[Tied, ...]:
    """What is used at a site, or in a project."""
    of: dict[str, Any] = {
        "site": (links.DEVICE_SITES, links.SERVICE_SITES, links.SESSION_TYPE_SITES, links.TEST_TYPE_SITES),
        "project": (
            links.DEVICE_PROJECTS,
            links.SERVICE_PROJECTS,
            links.SESSION_TYPE_PROJECTS,
            links.TEST_TYPE_PROJECTS,
        ),
    }
    note = "" if place == "site" else "Of those at its site"
    hint = "" if place == "site" else "Add some to its site first."
    device, service, session_type, test_type = map(of_place, of[place])
    return (
        Tied("devices", "Devices", device, "device", note, hint),
        Tied("session-types", "Session types", session_type, "session type", note, hint),
        Tied("services", "Services", service, "service", note, hint),
        Tied("test-types", "Test types", test_type, "test type", note, hint),
    )


SITES = Kind(
    "sites",
    e.SITE,
    "site",
    "Sites",
    "sites",
    "Clinics, labs and other places. Everything else belongs to one.",
    "Add your first clinic or lab; projects, devices and people’s roles come after.",
    (
        name("sites"),
        Column(
            "needs_second_factor",
            "Signing in",
            lambda one: "With two factors" if one["needs_second_factor"] else "With a password",
        ),
    ),
    lambda work, number, values: places.save_site(work, number, values),
    places.remove_site,
    "Its projects, their participants, and the roles at them go with it. One whose participants had sessions stays.",
    parts=(
        Listed("projects", "Projects", "site_id", ("name", "state")),
        PlaceRoles("site"),
        *_used_here("site"),
        Listed("sessions", "Latest sessions", "site_id", SHORT, may_add=False),
    ),
)
PROJECTS = Kind(
    "projects",
    e.PROJECT,
    "project",
    "Projects",
    "flag",
    "A programme or study at a site, with the participants it follows.",
    "Add a project at one of your sites; then take participants in.",
    (name("projects"), _OF_SITE, state(), text("description", "Description", wide=True, hidden=True)),
    places.save_project,
    places.remove_project,
    "Its participants, their groups, and the roles in it go with it. One whose participants had sessions stays.",
    filters=(AT_SITE, ENABLED),
    parts=(
        Listed("participants", "Participants", "project_id", ("name", "state", "last_online_at")),
        Listed("participant-groups", "Participant groups", "project_id", ("name",)),
        PlaceRoles("project"),
        *_used_here("project"),
        Listed("sessions", "Latest sessions", "project_id", SHORT),
    ),
    defaults={"is_enabled": True},
)
PARTICIPANTS = Kind(
    "participants",
    e.PARTICIPANT,
    "participant",
    "Participants",
    "person",
    "Whom a project follows. They are not people of the organisation, and have a record of their own.",
    "Add the first one to a project; devices and sessions come after.",
    (
        name("participants"),
        Column(
            "project",
            "Project",
            lambda one: {"label": one["project_name"], "href": f"/console/projects/{one['project_id']}"},
            "link",
        ),
        state(),
        seen("last_online_at"),
        text("email", "E-mail", hidden=True),
        text("username", "User name", hidden=True),
    ),
    participants.save,
    participants.remove,
    "The devices they have are free again. One who took part in sessions, or has files or tests, stays: disable them.",
    filters=(
        AT_SITE,
        IN_PROJECT,
        ENABLED,
        given("participant_group_id", "Group", e.PARTICIPANT_GROUP),
        given("device_id", "Device", e.DEVICE),
    ),
    parts=(
        Listed("sessions", "Sessions", "participant_id", ("name", "type", "started", "status")),
        Tied(
            "devices",
            "Devices",
            ties.DEVICES_OF_PARTICIPANT,
            "device",
            "Of those that the project uses",
            "Add some to the project first.",
        ),
        Listed("service-configs", "Service settings", "participant_id", ("name", "updated_at")),
    ),
)
PARTICIPANT_GROUPS = Kind(
    "participant-groups",
    e.PARTICIPANT_GROUP,
    "participant group",
    "Participant groups",
    "group",
    "Participants of one project who go together.",
    "Add a group to a project, and put participants in by editing them.",
    (name("participant-groups"), to("projects", "Project", "project_id", "project_name", sort="project_name")),
    places.save_group,
    places.remove_group,
    "Its participants go with it. One whose participants had sessions stays.",
    filters=(IN_PROJECT,),
    parts=(
        Listed("participants", "Participants", "participant_group_id", ("name", "state", "last_online_at")),
        HolderRoles("participant_group_id"),
    ),
)
