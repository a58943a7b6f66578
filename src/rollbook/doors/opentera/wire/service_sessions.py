"""Queries of the API of services about sessions, assets and tests (OpenTera, "service")."""

import msgspec


class AssetsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/assets takes."""

    id_asset: int | None = None
    """Specific ID of asset to query information."""
    id_device: int | None = None
    """ID of the device from which to request all assets"""
    id_session: int | None = None
    """ID of session from which to request all assets"""
    id_participant: int | None = None
    """ID of participant from which to request all assets"""
    id_user: int | None = None
    """ID of the user from which to request all assets."""
    service_uuid: str | None = None
    """Query all assets associated with that service uuid"""
    id_creator_service: int | None = None
    """ID of the service from which to request all created assets."""
    id_creator_user: int | None = None
    """ID of the user from which to request all created assets."""
    id_creator_participant: int | None = None
    """ID of the participant from which to request all created assets."""
    id_creator_device: int | None = None
    """ID of the device from which to request all created assets."""
    with_urls: bool | None = None
    """Also include assets infos and download-upload url"""
    with_only_token: bool | None = None
    """Only includes the access token. Will ignore with_urls if specified."""


class AssetsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/assets takes."""

    uuid: str | None = None
    """Asset UUID to delete"""


class SessionsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/sessions takes."""

    id_session: int | None = None
    """ID of the session to query"""
    uuid_session: str | None = None
    """UUID of the session to query"""
    id_participant: int | None = None
    """ID of the participant to query"""
    id_user: int | None = None
    """ID of the user to query"""
    id_device: int | None = None
    """ID of the device to query"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""
    with_events: bool | None = None
    """Also includes session events"""
    with_session_type: bool | None = None
    """Also includes session type information"""
    status: int | None = None
    """Limit to specific session status"""
    limit: int | None = None
    """Maximum number of results to return"""
    offset: int | None = None
    """Number of items to ignore in results, offset from 0-index"""
    start_date: str | None = None
    """Start date, sessions before that date will be ignored"""
    end_date: str | None = None
    """End date, sessions after that date will be ignored"""


class SessionsEventsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/sessions/events takes."""

    id_session: int
    """ID of the session to query events for"""


class SessiontypesQuery(msgspec.Struct, kw_only=True):
    """What GET /service/sessiontypes takes."""

    id_site: int | None = None
    """ID of the site to query session types for"""
    id_project: int | None = None
    """ID of the project to query session types for"""
    id_participant: int | None = None
    """ID of the participant to query types for"""
    id_session_type: int | None = None
    """ID of the session type to query"""


class TestsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/tests takes."""

    id_test: int | None = None
    """Specific ID of test to query information."""
    id_device: int | None = None
    """ID of the device from which to request all tests"""
    id_session: int | None = None
    """ID of session from which to request all tests"""
    id_participant: int | None = None
    """ID of participant from which to request all tests"""
    id_user: int | None = None
    """ID of the user from which to request all tests."""
    service_uuid: str | None = None
    """Query all tests associated with that service uuid"""
    with_urls: bool | None = None
    """Also include tests infos and download-upload url"""
    with_only_token: bool | None = None
    """Only includes the access token. Will ignore with_urls if specified."""


class TestsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/tests takes."""

    uuid: str | None = None
    """Test UUID to delete"""


class TesttypesQuery(msgspec.Struct, kw_only=True):
    """What GET /service/testtypes takes."""

    id_site: int | None = None
    """ID of the site to query test types for"""
    id_project: int | None = None
    """ID of the project to query test types for"""
    id_participant: int | None = None
    """ID of the participant to query types for"""
    test_type_key: str | None = None
    """Test type key to query for"""
    id_test_type: int | None = None
    """ID of the test type to query for"""
    test_type_uuid: str | None = None
    """Specific UUID of test type to query information."""


class TesttypesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/testtypes takes."""

    uuid: str | None = None
    """Test type UUID to delete"""


class TesttypesProjectsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/testtypes/projects takes."""

    id_project: int | None = None
    """Project ID to query associated test types from"""
    id_test_type: int | None = None
    """Test type ID to query associated projects from"""
    with_sites: bool | None = None
    """Used with id_test_type. Also return site information of the returned projects."""


class TesttypesProjectsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/testtypes/projects takes."""

    id: int
    """Specific test type - project association ID to delete. Be careful: this is not the test-type or project ID,
    but the ID of the association itself!"""
