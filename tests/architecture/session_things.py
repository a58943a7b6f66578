"""Sites, participants, devices, services, sessions and users of a test's organisation, one of each."""

from collections.abc import Callable
from typing import Any

from rollbook.core.sessions import devices, live, memberships, participants, places, services, types
from rollbook.core.sessions import entities as e

SURNAME = "Kvasovec"
_SERVICE = {"key": "k", "hostname": "h", "port": 1, "endpoint": "/", "client_endpoint": "/"}


def _made(save: Callable[..., Any], **needed: str) -> Callable[[Any], int]:
    """Makes a record by a service function, of the numbers of other things: ``column=thing``."""

    def make(world: Any) -> int:
        values: dict[str, Any] = {column: world[thing] for column, thing in needed.items()}
        with world.organisation.writing() as work:
            return int(save(work, values)["id"])

    return make


SESSION_THINGS: dict[str, Callable[[Any], Any]] = {
    "site number": _made(lambda work, v: places.save_site(work, 0, {"name": SURNAME})),
    "project number": _made(lambda work, v: places.save_project(work, 0, v | {"name": SURNAME}), site_id="site number"),
    "participant number": _made(
        lambda work, v: participants.save(work, 0, v | {"name": SURNAME}), project_id="project number"
    ),
    "participant group number": _made(
        lambda work, v: places.save_group(work, 0, v | {"name": SURNAME}), project_id="project number"
    ),
    "device type number": _made(
        lambda work, v: devices.save_type(work, e.DEVICE_TYPE, 0, {"name": SURNAME, "key": "k"})
    ),
    "device subtype number": _made(
        lambda work, v: devices.save_type(work, e.DEVICE_SUBTYPE, 0, v | {"name": SURNAME}),
        device_type_id="device type number",
    ),
    "device number": _made(
        lambda work, v: devices.save(work, 0, v | {"name": SURNAME}, site_ids=None, project_ids=None),
        device_type_id="device type number",
    ),
    "service number": _made(lambda work, v: services.save(work, 0, _SERVICE | {"name": SURNAME}, None)),
    "service config number": _made(
        lambda work, v: services.save_config(work, 0, v | {"config": {"a": SURNAME}}, None),
        service_id="service number",
        device_id="device number",
    ),
    "session type number": _made(
        lambda work, v: types.save_session_type(work, 0, {"name": SURNAME, "category": 2}, {})
    ),
    "test type number": _made(
        lambda work, v: types.save_test_type(work, 0, v | {"name": SURNAME}, {}), service_id="service number"
    ),
    "live session number": _made(
        lambda work, v: live.save(work, 0, v | {"name": SURNAME}, {}), session_type_id="session type number"
    ),
    "user group number": _made(lambda work, v: memberships.save_group(work, 0, SURNAME)),
}
"""Things that the console goes by numbers of."""
