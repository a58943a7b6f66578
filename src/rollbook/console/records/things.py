"""What sessions are held with and as: devices, types of sessions and of tests, as rooms."""

from rollbook.console.records import saving
from rollbook.console.records.shape import (
    AT_SITE,
    ENABLED,
    IN_PROJECT,
    SHORT,
    Column,
    Filter,
    HolderRoles,
    Kind,
    Listed,
    Tied,
    given,
    name,
    seen,
    state,
    text,
    to,
)
from rollbook.core.sessions import devices, links, ties, types
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.forms import CATEGORIES
from rollbook.core.sessions.ties import of_thing

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
        AT_SITE,
        IN_PROJECT,
        Filter("device_type_id", "Type", e.DEVICE_TYPE),
        ENABLED,
        given("device_subtype_id", "Subtype", e.DEVICE_SUBTYPE),
        given("participant_id", "Participant", e.PARTICIPANT),
    ),
    parts=(
        Tied("sites", "Sites", of_thing(links.DEVICE_SITES), "site", "Where it stands"),
        Tied("projects", "Projects", of_thing(links.DEVICE_PROJECTS), "project", "Of its sites"),
        Tied("participants", "Participants", ties.PARTICIPANTS_OF_DEVICE, "participant", "Who has it, in its projects"),
        Listed("sessions", "Sessions", "device_id", SHORT, may_add=False),
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
        AT_SITE,
        IN_PROJECT,
        Filter("category", "Category", options=tuple(enumerate(CATEGORIES, 1))),
        given("service_id", "Service", e.SERVICE),
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
        Listed("sessions", "Sessions", "session_type_id", SHORT),
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
    filters=(AT_SITE, IN_PROJECT, given("service_id", "Service", e.SERVICE)),
    parts=(
        Tied("sites", "Sites", of_thing(links.TEST_TYPE_SITES), "site"),
        Tied("projects", "Projects", of_thing(links.TEST_TYPE_PROJECTS), "project", "Of its sites"),
    ),
)
