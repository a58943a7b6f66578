"""Every kind of record that has a room, by its address and by the columns that name one."""

from rollbook.console.records.places import PARTICIPANT_GROUPS, PARTICIPANTS, PROJECTS, SITES
from rollbook.console.records.sessions import SESSIONS
from rollbook.console.records.things import DEVICE_SUBTYPES, DEVICE_TYPES, DEVICES, SESSION_TYPES, TEST_TYPES
from rollbook.console.records.working import SERVICE_CONFIGS, SERVICES, USER_GROUPS, USERS

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
