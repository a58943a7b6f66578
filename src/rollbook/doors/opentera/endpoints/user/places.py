"""The rows of associations and of roles at places, each made from one pattern (OpenTera, "user")."""

from typing import Any

from rollbook.core.sessions import links as core
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.endpoints.service.sessions import save_links
from rollbook.doors.opentera.endpoints.user import access, links
from rollbook.doors.opentera.endpoints.user.links import Pattern, handler
from rollbook.doors.opentera.wire import service_sessions as of_service
from rollbook.doors.opentera.wire import user_devices as devices
from rollbook.doors.opentera.wire import user_materials as materials
from rollbook.doors.opentera.wire import user_places as roles
from rollbook.doors.opentera.wire import user_services as services
from rollbook.doors.opentera.wire import user_sessions as sessions
from rollbook.web.routes import Row

_DEVICE = {"device_name": "device_name"}
_SERVICE = {"service_name": "service_name", "service_key": "service_key", "service_system": "service_is_system"}
_SESSION_TYPE = {"session_type_name": "session_type_name"}
_TEST_TYPE = {"test_type_name": "test_type_name"}

PATTERNS: tuple[tuple[str, Pattern, Any, Any], ...] = (
    (
        "devices/projects",
        Pattern(core.DEVICE_PROJECTS, "device", "project", "devices", "with_devices", _DEVICE),
        devices.DevicesProjectsQuery,
        devices.DevicesProjectsDelete,
    ),
    (
        "devices/sites",
        Pattern(core.DEVICE_SITES, "device", "site", "devices", "with_devices", _DEVICE),
        devices.DevicesSitesQuery,
        devices.DevicesSitesDelete,
    ),
    (
        "services/projects",
        Pattern(core.SERVICE_PROJECTS, "service", "project", "services", "with_services", _SERVICE),
        services.ServicesProjectsQuery,
        services.ServicesProjectsDelete,
    ),
    (
        "services/sites",
        Pattern(core.SERVICE_SITES, "service", "site", "services", "with_services", _SERVICE),
        services.ServicesSitesQuery,
        services.ServicesSitesDelete,
    ),
    (
        "sessiontypes/projects",
        Pattern(
            core.SESSION_TYPE_PROJECTS, "session_type", "project", "sessiontypes", "with_session_type", _SESSION_TYPE
        ),
        sessions.SessiontypesProjectsQuery,
        sessions.SessiontypesProjectsDelete,
    ),
    (
        "sessiontypes/sites",
        Pattern(core.SESSION_TYPE_SITES, "session_type", "site", "sessiontypes", "with_session_type", _SESSION_TYPE),
        sessions.SessiontypesSitesQuery,
        sessions.SessiontypesSitesDelete,
    ),
    (
        "sessiontypes/services",
        Pattern(
            core.SESSION_TYPE_SERVICES, "session_type", "service", "sessiontypes", "with_session_type", _SESSION_TYPE
        ),
        sessions.SessiontypesServicesQuery,
        sessions.SessiontypesServicesDelete,
    ),
    (
        "testtypes/projects",
        Pattern(core.TEST_TYPE_PROJECTS, "test_type", "project", "testtypes", "with_test_types", _TEST_TYPE),
        materials.TesttypesProjectsQuery,
        materials.TesttypesProjectsDelete,
    ),
    (
        "testtypes/sites",
        Pattern(core.TEST_TYPE_SITES, "test_type", "site", "testtypes", "with_test_types", _TEST_TYPE),
        materials.TesttypesSitesQuery,
        materials.TesttypesSitesDelete,
    ),
)


def _rows(
    path: str, listing: Any, saving: Any, deleting: Any, query: Any, delete: Any, api: str = "user"
) -> tuple[Row, ...]:
    at, name = f"/api/{api}/{path}", path.replace("/", " with ")
    many = list[Document]
    return (
        Row("GET", at, handler(listing, query, many, f'List {name} ("GET /{api}/{path}").')),
        Row(
            "POST",
            at,
            handler(saving, None, many, f'Set {name} ("POST /{api}/{path}").'),
            reads_raw=True,
            accepts=("application/json",),
        ),
        Row("DELETE", at, handler(deleting, delete, str, f'Undo one of {name} ("DELETE /{api}/{path}").')),
    )


def _linking(path: str, pattern: Pattern, query: Any, delete: Any) -> tuple[Row, ...]:
    return _rows(path, links.index(pattern), links.save(pattern), links.delete(pattern), query, delete)


ROWS: tuple[Row, ...] = (
    *(row for one in PATTERNS for row in _linking(*one)),
    *_rows(
        "siteaccess",
        access.index("site"),
        access.save("site"),
        access.delete("site"),
        roles.SiteaccessQuery,
        roles.SiteaccessDelete,
    ),
    *_rows(
        "projectaccess",
        access.index("project"),
        access.save("project"),
        access.delete("project"),
        roles.ProjectaccessQuery,
        roles.ProjectaccessDelete,
    ),
)


def _of_service(number: int, thing: str, query: Any, delete: Any) -> tuple[Row, ...]:
    path, pattern, _, _ = PATTERNS[number]
    saving = save_links(pattern.link, thing)
    return _rows(path, links.index(pattern), saving, links.delete(pattern), query, delete, "service")


_BY_PATH = {path: number for number, (path, *_) in enumerate(PATTERNS)}
SERVICE_ROWS: tuple[Row, ...] = (
    *_of_service(
        _BY_PATH["testtypes/projects"],
        "test_type",
        of_service.TesttypesProjectsQuery,
        of_service.TesttypesProjectsDelete,
    ),
    *_of_service(
        _BY_PATH["sessiontypes/projects"],
        "session_type",
        sessions.SessiontypesProjectsQuery,
        sessions.SessiontypesProjectsDelete,
    ),
)
"""The associations that services read and change too."""
