"""Queries of the user API about sessions and their types (OpenTera, "user")."""

import msgspec


class SessionsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/sessions takes."""

    id_session: int | None = None
    """ID of the session to query"""
    id_participant: int | None = None
    """ID of the participant from which to get all sessions"""
    id_user: int | None = None
    """ID of the user from which to get all sessions"""
    id_device: int | None = None
    """ID of the device from which to get all sessions"""
    status: int | None = None
    """Limit to specific session status"""
    limit: int | None = None
    """Maximum number of results to return"""
    offset: int | None = None
    """Number of items to ignore in results, offset from 0-index"""
    session_uuid: str | None = None
    """Session UUID to query"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""
    start_date: str | None = None
    """Start date, sessions before that date will be ignored"""
    end_date: str | None = None
    """End date, sessions after that date will be ignored"""
    with_session_type: bool | None = None
    """Include session type informations"""


class SessionsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/sessions takes."""

    id: int
    """Session ID to delete"""


class SessionsEventsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/sessions/events takes."""

    id_session: int
    """ID of the session to query events for"""


class SessionsEventsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/sessions/events takes."""

    id: int
    """Session event ID to delete"""


class SessiontypesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/sessiontypes takes."""

    id_session_type: int | None = None
    """ID of the session type to query"""
    id_project: int | None = None
    """ID of the project to get session type for"""
    id_site: int | None = None
    """ID of the site to get session types for"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""


class SessiontypesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/sessiontypes takes."""

    id: int
    """Session type ID to delete"""


class SessiontypesProjectsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/sessiontypes/projects takes."""

    id_project: int | None = None
    """Project ID to query associated session types from"""
    id_session_type: int | None = None
    """Session type ID to query associated projects from"""
    with_projects: bool | None = None
    """Used with id_session_type. Also return projects that don't have any association with that type"""
    with_session_type: bool | None = None
    """Used with id_project. Also return types that don't have any association with that project"""
    with_sites: bool | None = None
    """Used with id_session_type. Also return site information of the returned projects."""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""


class SessiontypesProjectsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/sessiontypes/projects takes."""

    id: int
    """Specific device-type - project association ID to delete. Be careful: this is not the session-type or project
    ID, but the ID of the association itself!"""


class SessiontypesSitesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/sessiontypes/sites takes."""

    id_session_type: int | None = None
    """ID of the session type from which to request all associated sites"""
    id_site: int | None = None
    """ID of the site from which to get all associated session types"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""
    with_session_type: bool | None = None
    """Used with id_session_type. Also return session types that don't have any association with that site"""
    with_sites: bool | None = None
    """Used with id_service. Also return site information of the returned projects."""


class SessiontypesSitesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/sessiontypes/sites takes."""

    id: int
    """Specific session type-site association ID to delete. Be careful: this is not the session type or the site ID,
    but the ID of the association itself!"""


class SessiontypesServicesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/sessiontypes/services takes."""

    id_service: int | None = None
    """ID of the service to query session types for"""
    id_session_type: int | None = None
    """ID of the session type to query services for"""
    with_services: bool | None = None
    """Used with id_session_type. Also return the services that are not associated"""
    with_session_type: bool | None = None
    """Used with id_service. Also return the session types that are not associated"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""


class SessiontypesServicesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/sessiontypes/services takes."""

    id: int
    """Session type - service association ID to delete"""
