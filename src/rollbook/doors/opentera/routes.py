"""The OpenTera API at a glance: one for each kind of caller, and the service for files that all of them call.

Sources and quirks in README.md.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from rollbook.core.kernel.principal import Permission as P
from rollbook.core.kernel.sniffing import UNKNOWN
from rollbook.core.sessions.asset_files import MOST_BYTES
from rollbook.doors.opentera import auth
from rollbook.doors.opentera.arguments import query_decoder
from rollbook.doors.opentera.endpoints import device, files, invitations, live, manager, participant, testing
from rollbook.doors.opentera.endpoints.service import access
from rollbook.doors.opentera.endpoints.service import places as of_service
from rollbook.doors.opentera.endpoints.service import sessions as led
from rollbook.doors.opentera.endpoints.user import (
    devices,
    forms,
    materials,
    participants,
    places,
    second_step,
    server,
    services,
    sessions,
    signing_in,
    sites,
    types,
    users,
)
from rollbook.doors.opentera.errors import render_fault, render_to_people
from rollbook.doors.opentera.sockets import SOCKETS
from rollbook.web.routes import Door, Row, Runs

Handler = Callable[..., Any]
_reads = partial(Row, "GET")
_writes = partial(Row, "POST", reads_raw=True, accepts=("application/json",))
_deletes = partial(Row, "DELETE")
_follows = partial(Row, "GET", handler=live.follow, answers="text/event-stream")
_signs_in = partial(Row, "GET", is_public=True, opens_own_work=True)
_steps = partial(Row, "POST", is_public=True, opens_own_work=True, reads_raw=True, accepts=("application/json",))
_U = "/api/user"

USER_ROWS = (
    _signs_in(f"{_U}/login", signing_in.login, answers=dict[str, Any]),
    _signs_in(f"{_U}/login/2fa", second_step.check),
    _steps(f"{_U}/login/2fa", second_step.check_posted),
    _signs_in(f"{_U}/login/setup_2fa", second_step.show_setup),
    _steps(f"{_U}/login/setup_2fa", second_step.set_up),
    _steps(f"{_U}/login/change_password", second_step.change_password),
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
    _reads(f"{_U}/assets/archive", materials.archive, writes=True),
    _reads(f"{_U}/tests", materials.index_tests),
    _writes(f"{_U}/tests", materials.not_here),
    _deletes(f"{_U}/tests", materials.delete_test),
    _reads(f"{_U}/tests/invitations", invitations.index),
    _writes(f"{_U}/tests/invitations", invitations.save),
    _deletes(f"{_U}/tests/invitations", invitations.delete),
    _reads(f"{_U}/stats", server.show_stats),
    _reads(f"{_U}/forms", forms.show),
    _follows(path=f"{_U}/events"),
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
    _follows(path=f"{_P}/events"),
    _reads(f"{_P}/assets", participant.index_assets),
    _reads(f"{_P}/sessions", participant.index_sessions, needs=P.SESSIONS_JOIN),
    _writes(f"{_P}/sessions", participant.save_session),
)
_D = "/api/device"
DEVICE_ROWS = (
    _reads(f"{_D}/login", device.login, writes=True),
    _reads(f"{_D}/logout", device.logout, writes=True),
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
    Row(
        "POST",
        f"{_D}/certificate",
        device.renew,
        reads_raw=True,
        accepts=(device.PEM,),
        limit_bytes=100_000,
    ),
    Row("GET", "/pki/authority.pem", device.show_authority, is_public=True, answers=device.PEM_FILE),
    Row("GET", device.LIST, device.show_revoked, is_public=True, runs=Runs.POOL, answers="application/pkix-crl"),
    Row(
        "GET",
        f"{device.LIST}.pem",
        device.show_revoked_pem,
        is_public=True,
        runs=Runs.POOL,
        answers=device.PEM_FILE,
    ),
    _reads(f"{_D}/devices", device.show),
    _writes(f"{_D}/devices", device.save),
    _reads(f"{_D}/participants", device.index_participants),
    _follows(path=f"{_D}/events"),
    _reads(f"{_D}/assets", device.index_assets),
    _reads(f"{_D}/sessions", device.refuse),
    _writes(f"{_D}/sessions", device.save_session),
    _deletes(f"{_D}/sessions", device.refuse),
    _reads(f"{_D}/sessions/events", device.refuse),
    _writes(f"{_D}/sessions/events", device.save_event),
    _deletes(f"{_D}/sessions/events", device.refuse),
    _writes(f"{_D}/status", device.save_status),
)

_S = "/api/service"
SERVICE_ROWS = (
    _reads(f"{_S}/access", access.show),
    _reads(f"{_S}/auth/code", access.auth_code, writes=True),
    _follows(path=f"{_S}/events"),
    _reads(f"{_S}/disconnect", access.disconnect, writes=True),
    _reads(f"{_S}/services", access.index_services),
    _reads(f"{_S}/sites", access.index_sites),
    _reads(f"{_S}/users", access.index_users),
    _reads(f"{_S}/users/access", access.show_role),
    _reads(f"{_S}/projects", of_service.index_projects),
    _writes(f"{_S}/projects", of_service.save_project),
    _deletes(f"{_S}/projects", of_service.delete_project),
    _reads(f"{_S}/groups", of_service.index_groups),
    _writes(f"{_S}/groups", of_service.save_group),
    _deletes(f"{_S}/groups", of_service.delete_group),
    _reads(f"{_S}/participants", of_service.index_participants),
    _writes(f"{_S}/participants", of_service.save_participant),
    _reads(f"{_S}/devices", of_service.show_device),
    _writes(f"{_S}/devices", of_service.save_device),
    _reads(f"{_S}/roles", of_service.index_roles),
    _writes(f"{_S}/roles", of_service.save_role),
    _deletes(f"{_S}/roles", of_service.delete_role),
    _reads(f"{_S}/serviceaccess", of_service.index_access),
    _writes(f"{_S}/serviceaccess", of_service.save_access),
    _deletes(f"{_S}/serviceaccess", of_service.delete_access),
    _reads(f"{_S}/usergroups", of_service.index_user_groups),
    _writes(f"{_S}/usergroups", of_service.save_user_group),
    _deletes(f"{_S}/usergroups", of_service.delete_user_group),
    _reads(f"{_S}/sessions", led.index),
    _writes(f"{_S}/sessions", led.save),
    _reads(f"{_S}/sessions/events", led.index_events),
    _writes(f"{_S}/sessions/events", led.save_event),
    _writes(f"{_S}/sessions/manager", manager.manage),
    _reads(f"{_S}/sessiontypes", led.index_types),
    _writes(f"{_S}/sessiontypes", led.save_type),
    _reads(f"{_S}/assets", led.index_assets),
    _writes(f"{_S}/assets", led.save_asset),
    _deletes(f"{_S}/assets", led.delete_asset),
    _reads(f"{_S}/tests", led.index_tests),
    _writes(f"{_S}/tests", led.save_test),
    _deletes(f"{_S}/tests", led.delete_test),
    _reads(f"{_S}/tests/invitations", invitations.index),
    _writes(f"{_S}/tests/invitations", invitations.save),
    _deletes(f"{_S}/tests/invitations", invitations.delete),
    _reads(f"{_S}/testtypes", led.index_test_types),
    _writes(f"{_S}/testtypes", led.save_test_type),
    _deletes(f"{_S}/testtypes", led.delete_test_type),
    *places.SERVICE_ROWS,
)

_F = "/file/api"
_opens = partial(_reads, opens_with="access_token", runs=Runs.POOL)
FILE_ROWS = (
    _opens(f"{_F}/assets", files.download, answers=UNKNOWN),
    Row(
        "POST",
        f"{_F}/assets",
        files.upload,
        opens_own_work=True,
        reads_raw=True,
        spools=True,
        limit_bytes=MOST_BYTES + 100_000,
        accepts=("multipart/form-data", UNKNOWN),
    ),
    _deletes(f"{_F}/assets", files.delete),
    _opens(f"{_F}/assets/infos", files.show_infos),
    _writes(f"{_F}/assets/infos", files.index_infos, is_public=True, writes=False),
    _opens(f"{_F}/archives", files.download_archive, answers="application/zip"),
    _opens(f"{_F}/archives/infos", files.show_archive),
)


def _sorted(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (row.path, row.method)))


_SECURITY = {"type": "apiKey", "in": "header", "name": "Authorization"}
_CREDENTIAL = "Send Authorization: OpenTera with a token."

USER = Door(
    name="opentera",
    title="OpenTera, users",
    rows=_sorted(USER_ROWS),
    authenticate=auth.user,
    render_fault=render_to_people,
    prove=auth.prove_user,
    query_decoder=query_decoder,
    security=_SECURITY,
    credential=_CREDENTIAL,
    source="OpenTera API Documentation",
    sockets=SOCKETS,
)
PARTICIPANT = replace(
    USER,
    name="opentera-participant",
    title="OpenTera, participants",
    rows=_sorted(PARTICIPANT_ROWS),
    authenticate=auth.participant,
    prove=auth.prove_participant,
    sockets=(),
)
DEVICE = replace(
    USER,
    name="opentera-device",
    title="OpenTera, devices",
    rows=_sorted(DEVICE_ROWS),
    authenticate=auth.device,
    render_fault=render_fault,
    prove=None,
    sockets=(),
)
SERVICE = replace(
    DEVICE, name="opentera-service", title="OpenTera, services", rows=_sorted(SERVICE_ROWS), authenticate=auth.service
)
FILES = replace(
    DEVICE,
    name="opentera-files",
    title="OpenTera, files",
    rows=_sorted(FILE_ROWS),
    authenticate=auth.anyone,
    prove=auth.prove_anyone,
)
DOORS = (USER, PARTICIPANT, DEVICE, SERVICE, FILES)
