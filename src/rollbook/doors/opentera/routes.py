"""The OpenTera API at a glance: four, one for each kind of caller. Sources and quirks in README.md."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from rollbook.core.kernel.principal import Permission as P
from rollbook.doors.opentera import auth
from rollbook.doors.opentera.arguments import query_decoder
from rollbook.doors.opentera.endpoints import device, invitations, manager, participant, testing
from rollbook.doors.opentera.endpoints.user import (
    devices,
    forms,
    materials,
    participants,
    places,
    server,
    services,
    sessions,
    signing_in,
    sites,
    types,
    users,
)
from rollbook.doors.opentera.errors import render_fault, render_to_people
from rollbook.web.routes import Door, Row

Handler = Callable[..., Any]
_reads = partial(Row, "GET")
_writes = partial(Row, "POST", reads_raw=True, accepts=("application/json",))
_deletes = partial(Row, "DELETE")
_signs_in = partial(Row, "GET", is_public=True, opens_own_work=True)
_U = "/api/user"

USER_ROWS = (
    _signs_in(f"{_U}/login", signing_in.login),
    _reads(f"{_U}/logout", signing_in.logout, writes=True),
    _reads(f"{_U}/refresh_token", signing_in.refresh, writes=True),
    _reads(f"{_U}/sites", sites.index_sites),
    _writes(f"{_U}/sites", sites.save_site),
    _deletes(f"{_U}/sites", sites.delete_site),
    _reads(f"{_U}/projects", sites.index_projects),
    _writes(f"{_U}/projects", sites.save_project),
    _deletes(f"{_U}/projects", sites.delete_project),
    _reads(f"{_U}/groups", sites.index_groups),
    _writes(f"{_U}/groups", sites.save_group),
    _deletes(f"{_U}/groups", sites.delete_group),
    _reads(f"{_U}/participants", participants.index),
    _writes(f"{_U}/participants", participants.save),
    _deletes(f"{_U}/participants", participants.delete),
    _reads(f"{_U}/participants/online", participants.index_online),
    *places.ROWS,
    _reads(f"{_U}/devices", devices.index),
    _writes(f"{_U}/devices", devices.save),
    _deletes(f"{_U}/devices", devices.delete),
    _reads(f"{_U}/devices/online", devices.index_online),
    _reads(f"{_U}/devices/participants", devices.index_assignments),
    _writes(f"{_U}/devices/participants", devices.save_assignments),
    _deletes(f"{_U}/devices/participants", devices.delete_assignment),
    _reads(f"{_U}/devicetypes", devices.index_types),
    _writes(f"{_U}/devicetypes", devices.save_type),
    _deletes(f"{_U}/devicetypes", devices.delete_type),
    _reads(f"{_U}/devicesubtypes", devices.index_subtypes),
    _writes(f"{_U}/devicesubtypes", devices.save_subtype),
    _deletes(f"{_U}/devicesubtypes", devices.delete_subtype),
    _reads(f"{_U}/users", users.index),
    _writes(f"{_U}/users", users.save),
    _deletes(f"{_U}/users", users.delete),
    _reads(f"{_U}/users/online", users.index_online),
    _reads(f"{_U}/usergroups", users.index_groups),
    _writes(f"{_U}/usergroups", users.save_group),
    _deletes(f"{_U}/usergroups", users.delete_group),
    _reads(f"{_U}/users/usergroups", users.index_memberships),
    _writes(f"{_U}/users/usergroups", users.save_memberships),
    _deletes(f"{_U}/users/usergroups", users.delete_membership),
    _reads(f"{_U}/users/preferences", users.index_preferences),
    _writes(f"{_U}/users/preferences", users.save_preference),
    _reads(f"{_U}/services", services.index),
    _writes(f"{_U}/services", services.save),
    _deletes(f"{_U}/services", services.delete),
    _reads(f"{_U}/services/roles", services.index_roles),
    _writes(f"{_U}/services/roles", services.save_role),
    _deletes(f"{_U}/services/roles", services.delete_role),
    _reads(f"{_U}/services/access", services.index_access),
    _writes(f"{_U}/services/access", services.save_access),
    _deletes(f"{_U}/services/access", services.delete_access),
    _reads(f"{_U}/services/configs", services.index_configs),
    _writes(f"{_U}/services/configs", services.save_config),
    _deletes(f"{_U}/services/configs", services.delete_config),
    _reads(f"{_U}/sessiontypes", types.index),
    _writes(f"{_U}/sessiontypes", types.save),
    _deletes(f"{_U}/sessiontypes", types.delete),
    _reads(f"{_U}/testtypes", types.index_tests),
    _writes(f"{_U}/testtypes", types.save_test),
    _deletes(f"{_U}/testtypes", types.delete_test),
    _reads(f"{_U}/sessions", sessions.index),
    _writes(f"{_U}/sessions", sessions.save),
    _deletes(f"{_U}/sessions", sessions.delete),
    _reads(f"{_U}/sessions/events", sessions.index_events),
    _writes(f"{_U}/sessions/events", sessions.save_event),
    _deletes(f"{_U}/sessions/events", sessions.delete_event),
    _writes(f"{_U}/sessions/manager", manager.manage),
    _reads(f"{_U}/assets", materials.index_assets),
    _writes(f"{_U}/assets", materials.not_here),
    _deletes(f"{_U}/assets", materials.not_here),
    _reads(f"{_U}/assets/archive", materials.archive),
    _reads(f"{_U}/tests", materials.index_tests),
    _writes(f"{_U}/tests", materials.not_here),
    _deletes(f"{_U}/tests", materials.delete_test),
    _reads(f"{_U}/tests/invitations", invitations.index),
    _writes(f"{_U}/tests/invitations", invitations.save),
    _deletes(f"{_U}/tests/invitations", invitations.delete),
    _reads(f"{_U}/stats", server.show_stats),
    _reads(f"{_U}/forms", forms.show),
    _reads(f"{_U}/disconnect", server.disconnect, writes=True),
    _reads(f"{_U}/server/settings", server.settings),
    _reads(f"{_U}/versions", server.show_versions),
    _writes(f"{_U}/versions", server.save_versions),
    _signs_in("/api/test/database/reset", testing.reset),
)

_P = "/api/participant"
PARTICIPANT_ROWS = (
    _reads(f"{_P}/login", participant.login, writes=True),
    _reads(f"{_P}/logout", participant.logout, writes=True),
    _reads(f"{_P}/refresh_token", participant.refresh, writes=True, needs=P.SESSIONS_JOIN),
    _reads(f"{_P}/participants", participant.show),
    _writes(f"{_P}/participants", participant.save, needs=P.SESSIONS_JOIN),
    _reads(f"{_P}/devices", participant.index_devices, needs=P.SESSIONS_JOIN),
    _reads(f"{_P}/assets", participant.index_assets),
    _reads(f"{_P}/sessions", participant.index_sessions, needs=P.SESSIONS_JOIN),
    _writes(f"{_P}/sessions", participant.save_session),
)
_D = "/api/device"
DEVICE_ROWS = (
    _reads(f"{_D}/login", device.login, writes=True),
    _reads(f"{_D}/logout", device.logout),
    _signs_in(f"{_D}/register", device.register),
    Row(
        "POST",
        f"{_D}/register",
        device.register_by_request,
        is_public=True,
        opens_own_work=True,
        reads_raw=True,
        accepts=(device.PEM,),
        limit_bytes=100_000,
    ),
    _reads(f"{_D}/devices", device.show),
    _writes(f"{_D}/devices", device.save),
    _reads(f"{_D}/participants", device.index_participants),
    _reads(f"{_D}/assets", device.index_assets),
    _reads(f"{_D}/sessions", device.refuse),
    _writes(f"{_D}/sessions", device.save_session),
    _deletes(f"{_D}/sessions", device.refuse),
    _reads(f"{_D}/sessions/events", device.refuse),
    _writes(f"{_D}/sessions/events", device.save_event),
    _deletes(f"{_D}/sessions/events", device.refuse),
    _writes(f"{_D}/status", device.save_status),
)

_SECURITY = {"type": "apiKey", "in": "header", "name": "Authorization"}
_CREDENTIAL = "Send Authorization: OpenTera with a token."

USER = Door(
    name="opentera",
    title="OpenTera, users",
    rows=USER_ROWS,
    authenticate=auth.user,
    render_fault=render_to_people,
    prove=auth.prove_user,
    query_decoder=query_decoder,
    security=_SECURITY,
    credential=_CREDENTIAL,
    source="OpenTera API Documentation",
)
PARTICIPANT = replace(
    USER,
    name="opentera-participant",
    title="OpenTera, participants",
    rows=PARTICIPANT_ROWS,
    authenticate=auth.participant,
    prove=auth.prove_participant,
)
DEVICE = replace(
    USER,
    name="opentera-device",
    title="OpenTera, devices",
    rows=DEVICE_ROWS,
    authenticate=auth.device,
    render_fault=render_fault,
    prove=None,
)
DOORS = (USER, PARTICIPANT, DEVICE)
