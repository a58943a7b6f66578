"""The rooms of sites, participants, devices, services and users: what each lists, what stands on a page of each."""

from typing import Any

from rollbook.console.records import saving
from rollbook.console.records.sessions import SESSIONS
from rollbook.console.records.shape import (
    ENABLED,
    Column,
    Filter,
    GroupRoles,
    HolderRoles,
    Kind,
    Listed,
    OwnRoles,
    PlaceRoles,
    Tied,
    UserRoles,
    name,
    seen,
    state,
    text,
    to,
)
from rollbook.console.rendering import iso
from rollbook.core.sessions import devices, links, memberships, participants, places, services, ties, types
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.forms import CATEGORIES
from rollbook.core.sessions.ties import of_place, of_thing

_SITE = Filter("site_id", "Site", e.SITE)
_PROJECT = Filter("project_id", "Project", e.PROJECT)
_OF_SITE = to("sites", "Site", "site_id", "site_name", sort="site_name")
_OF_PROJECT = to("projects", "Project", "project_id", "project_name")


def _given(column: str, label: str, entity: e.Entity) -> Filter:
    return Filter(column, label, entity, is_given_only=True)


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
    note = "" if place == "site" else "What the project’s site has can be used in it"
    device, service, session_type, test_type = map(of_place, of[place])
    return (
        Tied("devices", "Devices", device, "device", note),
        Tied("session-types", "Session types", session_type, "session type", note),
        Tied("services", "Services", service, "service", note),
        Tied("test-types", "Test types", test_type, "test type", note),
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
        Listed("sessions", "Latest sessions", "site_id", may_add=False),
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
    filters=(_SITE, ENABLED),
    parts=(
        Listed("participants", "Participants", "project_id", ("name", "state", "last_online_at")),
        Listed("participant-groups", "Participant groups", "project_id", ("name",)),
        PlaceRoles("project"),
        *_used_here("project"),
        Listed("sessions", "Latest sessions", "project_id"),
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
        _SITE,
        _PROJECT,
        ENABLED,
        _given("participant_group_id", "Group", e.PARTICIPANT_GROUP),
        _given("device_id", "Device", e.DEVICE),
    ),
    parts=(
        Listed("sessions", "Sessions", "participant_id"),
        Tied("devices", "Devices", ties.DEVICES_OF_PARTICIPANT, "device", "Of those that the project uses"),
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
    filters=(_PROJECT,),
    parts=(
        Listed("participants", "Participants", "participant_group_id", ("name", "state", "last_online_at")),
        HolderRoles("participant_group_id"),
    ),
)
DEVICES = Kind(
    "devices",
    e.DEVICE,
    "device",
    "Devices",
    "devices",
    "What is used in sessions: robots, cameras, headsets. Each is at some sites, and of use in some of their projects.",
    "Add one by hand, or let devices register themselves with the organisation’s key.",
    (
        name("devices"),
        to("device-types", "Type", "device_type_id", "type_name", sort="type_name"),
        to("device-subtypes", "Subtype", "device_subtype_id", "subtype_name", wide=True),
        state(),
        seen("last_online_at"),
        text("uuid", "Id", "code", hidden=True),
    ),
    saving.device,
    devices.remove,
    "One that a participant has, or that took part in sessions, stays: disable it instead.",
    filters=(
        _SITE,
        _PROJECT,
        Filter("device_type_id", "Type", e.DEVICE_TYPE),
        ENABLED,
        _given("device_subtype_id", "Subtype", e.DEVICE_SUBTYPE),
        _given("participant_id", "Participant", e.PARTICIPANT),
    ),
    parts=(
        Tied("sites", "Sites", of_thing(links.DEVICE_SITES), "site", "Where it stands"),
        Tied("projects", "Projects", of_thing(links.DEVICE_PROJECTS), "project", "Of its sites"),
        Tied("participants", "Participants", ties.PARTICIPANTS_OF_DEVICE, "participant", "Who has it, in its projects"),
        Listed("sessions", "Sessions", "device_id", may_add=False),
        HolderRoles("device_id"),
        Listed("service-configs", "Service settings", "device_id", ("name", "updated_at")),
    ),
    defaults={"is_enabled": True, "goes_online": True},
)
DEVICE_TYPES = Kind(
    "device-types",
    e.DEVICE_TYPE,
    "device type",
    "Device types",
    "devices",
    "Kinds of devices. Devices that register themselves name one by its key.",
    "Add the kinds of devices you have, such as “Telepresence robot”.",
    (name("device-types"), text("key", "Key", "code")),
    lambda work, number, values: devices.save_type(work, e.DEVICE_TYPE, number, values),
    lambda work, number: devices.remove_type(work, e.DEVICE_TYPE, id=number),
    "Its subtypes go with it. One that devices have stays.",
    parts=(
        Listed("device-subtypes", "Subtypes", "device_type_id", ("name",)),
        Listed("devices", "Devices", "device_type_id", ("name", "subtype_name", "state", "last_online_at")),
    ),
)
DEVICE_SUBTYPES = Kind(
    "device-subtypes",
    e.DEVICE_SUBTYPE,
    "device subtype",
    "Device subtypes",
    "devices",
    "Models and makes, below the types of devices.",
    "Add a model below one of the device types.",
    (
        name("device-subtypes"),
        to("device-types", "Type", "device_type_id", "device_type_name", sort="device_type_name"),
    ),
    lambda work, number, values: devices.save_type(work, e.DEVICE_SUBTYPE, number, values),
    lambda work, number: devices.remove_type(work, e.DEVICE_SUBTYPE, id=number),
    "One that devices have stays.",
    filters=(Filter("device_type_id", "Type", e.DEVICE_TYPE),),
    parts=(Listed("devices", "Devices", "device_subtype_id", ("name", "state", "last_online_at")),),
)
SESSION_TYPES = Kind(
    "session-types",
    e.SESSION_TYPE,
    "session type",
    "Session types",
    "sessions",
    "What sessions are held as, and at which sites and in which projects.",
    "Add the kinds of sessions that you hold, such as “Video call” or “Home exercise”.",
    (
        name("session-types"),
        Column("category", "Category", lambda one: CATEGORIES[one["category"] - 1]),
        to("services", "Service", "service_id", "service_name", wide=True),
        Column("is_online", "Held", lambda one: "Online" if one["is_online"] else "On site"),
    ),
    saving.session_type,
    types.remove_session_type,
    "Where it is used goes with it. One that sessions have stays.",
    filters=(
        _SITE,
        _PROJECT,
        Filter("category", "Category", options=tuple(enumerate(CATEGORIES, 1))),
        _given("service_id", "Service", e.SERVICE),
    ),
    parts=(
        Tied("sites", "Sites", of_thing(links.SESSION_TYPE_SITES), "site"),
        Tied("projects", "Projects", of_thing(links.SESSION_TYPE_PROJECTS), "project", "Of its sites"),
        Tied(
            "services",
            "Further services",
            of_thing(links.SESSION_TYPE_SERVICES),
            "service",
            "That work with its sessions beside the one that leads them",
        ),
        Listed("sessions", "Sessions", "session_type_id"),
    ),
    defaults={"color": "#0f62fe", "is_online": True},
)
TEST_TYPES = Kind(
    "test-types",
    e.TEST_TYPE,
    "test type",
    "Test types",
    "assignments",
    "Questionnaires and measurements that a service offers in sessions.",
    "Add one for a service that has tests; services add their own too.",
    (
        name("test-types"),
        to("services", "Service", "service_id", "service_name"),
        text("key", "Key", "code"),
    ),
    saving.test_type,
    types.remove_test_type,
    "Where it is used goes with it. One that tests have stays.",
    filters=(_SITE, _PROJECT, _given("service_id", "Service", e.SERVICE)),
    parts=(
        Tied("sites", "Sites", of_thing(links.TEST_TYPE_SITES), "site"),
        Tied("projects", "Projects", of_thing(links.TEST_TYPE_PROJECTS), "project", "Of its sites"),
    ),
)
SERVICES = Kind(
    "services",
    e.SERVICE,
    "service",
    "Services",
    "webhooks",
    "Programs that work on the record from outside: video rooms, file stores, questionnaires.",
    "Add a service, then say at which sites and in which projects it is used.",
    (
        name("services"),
        text("key", "Key", "code"),
        Column("host", "Server", lambda one: f"{one['hostname']}:{one['port']}", looks={"wide": True}),
        state(),
    ),
    saving.service,
    services.remove,
    "Its roles, and who has them, go with it. One that made sessions, assets or tests, or has types, stays.",
    filters=(_SITE, _PROJECT, ENABLED),
    parts=(
        OwnRoles(),
        Tied("sites", "Sites", of_thing(links.SERVICE_SITES), "site"),
        Tied("projects", "Projects", of_thing(links.SERVICE_PROJECTS), "project", "Of its sites"),
        Listed("session-types", "Session types that it leads", "service_id", ("name", "category")),
        Listed("test-types", "Test types", "service_id", ("name", "key")),
        Listed("service-configs", "Settings", "service_id", ("owner", "updated_at")),
    ),
    always={"is_home": False},
    defaults={"is_enabled": True, "default_config": "{}", "endpoint": "/", "port": 443},
    left_out=frozenset({"is_system"}),
)
SERVICE_CONFIGS = Kind(
    "service-configs",
    e.SERVICE_CONFIG,
    "setting",
    "Service settings",
    "settings",
    "What one user, participant or device has set for a service.",
    "Set something for a participant or a device from its page, or for yourself here.",
    (
        Column(
            "name",
            "Service",
            lambda one: {"label": one["service_name"], "href": f"/console/service-configs/{one['id']}"},
            "link",
            "service_name",
            {"lead": True},
        ),
        Column("owner", "For", saving.owner_kind),
        Column("updated_at", "Changed", lambda one: iso(one["updated_at"]), "relative", "updated_at"),
    ),
    saving.service_config,
    services.remove_config,
    "What it has for certain computers goes with it.",
    filters=(
        Filter("service_id", "Service", e.SERVICE),
        _given("person_id", "User", e.USER),
        _given("participant_id", "Participant", e.PARTICIPANT),
        _given("device_id", "Device", e.DEVICE),
    ),
    rows=saving.owners,
)
USER_GROUPS = Kind(
    "user-groups",
    e.USER_GROUP,
    "user group",
    "User groups",
    "group",
    "Roles at sites, in projects and in services are given to groups; everyone in a group has them.",
    "Add a group such as “Physiotherapists, Ljubljana”, give it a role, and put users in.",
    (name("user-groups"),),
    lambda work, number, values: memberships.save_group(work, number, values["name"]),
    memberships.remove_group,
    "Only a group that nobody is in can be deleted. Its roles go with it.",
    filters=(_SITE, _PROJECT),
    parts=(
        Tied("users", "Users", ties.USERS_OF_GROUP, "user"),
        GroupRoles("site"),
        GroupRoles("project"),
        HolderRoles("group_id"),
    ),
)
USERS = Kind(
    "users",
    e.USER,
    "user",
    "Users",
    "people",
    "The organisation’s people as they work at sites and in projects.",
    "People appear here once they are in a group that has a role at one of your sites or in one of your projects.",
    (
        name("users", sort="last_name"),
        text("username", "User name"),
        Column(
            "is_super", "Sees", lambda one: "Everything" if one["is_super"] else "By their groups", looks={"wide": True}
        ),
        state("is_active", "Active", "Inactive"),
        seen("last_online_at"),
        text("email", "E-mail", hidden=True),
    ),
    filters=(
        _SITE,
        _PROJECT,
        _given("group_id", "Group", e.USER_GROUP),
    ),
    parts=(
        UserRoles(),
        Tied("user-groups", "User groups", ties.GROUPS_OF_USER, "user group"),
        Listed("sessions", "Sessions", "person_id", may_add=False),
        Listed("service-configs", "Service settings", "person_id", ("name", "updated_at"), may_add=False),
    ),
)
KINDS = {
    kind.key: kind
    for kind in (
        SESSIONS, SITES, PROJECTS, PARTICIPANTS, PARTICIPANT_GROUPS, DEVICES, DEVICE_TYPES, DEVICE_SUBTYPES,
        SESSION_TYPES, TEST_TYPES, SERVICES, SERVICE_CONFIGS, USER_GROUPS, USERS,
    )
}  # fmt: skip
BY_COLUMN = {
    "site_id": SITES,
    "project_id": PROJECTS,
    "participant_group_id": PARTICIPANT_GROUPS,
    "participant_id": PARTICIPANTS,
    "device_id": DEVICES,
    "device_type_id": DEVICE_TYPES,
    "device_subtype_id": DEVICE_SUBTYPES,
    "session_type_id": SESSION_TYPES,
    "test_type_id": TEST_TYPES,
    "service_id": SERVICES,
    "group_id": USER_GROUPS,
    "person_id": USERS,
}
"""The kind of record that a column names one of."""
