"""What each kind of record is made of, so that deleting it deletes its parts too."""

from collections.abc import Mapping

from rollbook.core.sessions import entities as e

PARTS: Mapping[str, tuple[tuple[e.Entity, str], ...]] = {
    "site": (
        (e.PROJECT, "site_id"),
        (e.SERVICE_ROLE, "site_id"),
        (e.DEVICE_SITE, "site_id"),
        (e.SERVICE_SITE, "site_id"),
        (e.SESSION_TYPE_SITE, "site_id"),
        (e.TEST_TYPE_SITE, "site_id"),
    ),
    "project": (
        (e.PARTICIPANT_GROUP, "project_id"),
        (e.PARTICIPANT, "project_id"),
        (e.SERVICE_ROLE, "project_id"),
        (e.DEVICE_PROJECT, "project_id"),
        (e.SERVICE_PROJECT, "project_id"),
        (e.SESSION_TYPE_PROJECT, "project_id"),
        (e.TEST_TYPE_PROJECT, "project_id"),
        (e.TEST_INVITATION, "project_id"),
    ),
    "participant_group": ((e.PARTICIPANT, "participant_group_id"), (e.SERVICE_ACCESS, "participant_group_id")),
    "participant": (
        (e.DEVICE_PARTICIPANT, "participant_id"),
        (e.SERVICE_CONFIG, "participant_id"),
        (e.TEST_INVITATION, "participant_id"),
    ),
    "device": (
        (e.DEVICE_SITE, "device_id"),
        (e.DEVICE_PROJECT, "device_id"),
        (e.DEVICE_PARTICIPANT, "device_id"),
        (e.SERVICE_ACCESS, "device_id"),
        (e.SERVICE_CONFIG, "device_id"),
        (e.TEST_INVITATION, "device_id"),
    ),
    "service": (
        (e.SERVICE_ROLE, "service_id"),
        (e.SERVICE_SITE, "service_id"),
        (e.SERVICE_PROJECT, "service_id"),
        (e.SERVICE_CONFIG, "service_id"),
        (e.SESSION_TYPE_SERVICE, "service_id"),
        (e.TEST_TYPE, "service_id"),
    ),
    "service_role": ((e.SERVICE_ACCESS, "service_role_id"),),
    "session_type": (
        (e.SESSION_TYPE_SITE, "session_type_id"),
        (e.SESSION_TYPE_PROJECT, "session_type_id"),
        (e.SESSION_TYPE_SERVICE, "session_type_id"),
    ),
    "session": (
        (e.SESSION_EVENT, "session_id"),
        (e.ASSET, "session_id"),
        (e.TEST, "session_id"),
        (e.TEST_INVITATION, "session_id"),
    ),
    "test_type": (
        (e.TEST_TYPE_SITE, "test_type_id"),
        (e.TEST_TYPE_PROJECT, "test_type_id"),
        (e.TEST_INVITATION, "test_type_id"),
    ),
}
