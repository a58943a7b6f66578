"""Queries of the user API about assets, tests and their types (OpenTera, "user")."""

import msgspec


class AssetsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/assets takes."""

    id_asset: int | None = None
    """Specific ID of asset to query information."""
    asset_uuid: str | None = None
    """Specific UUID of asset to query information."""
    id_device: int | None = None
    """ID of the device from which to request all accessible assets"""
    id_session: int | None = None
    """ID of session from which to request all assets"""
    id_participant: int | None = None
    """ID of participant from which to request all accessible assets"""
    id_user: int | None = None
    """ID of the user from which to request all accessible assets."""
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
    full: bool | None = None
    """Also include names of sessions, users, services, … in the reply"""


class AssetsArchiveQuery(msgspec.Struct, kw_only=True):
    """What GET /user/assets/archive takes."""

    id_participant: int | None = None
    """ID of the participant from which to request all associated assets"""
    id_project: int | None = None
    """ID of the project from which to request all associated assets"""
    id_session: int | None = None
    """ID of the session from which to request all associated assets"""


class TestsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/tests takes."""

    id_test: int | None = None
    """Specific ID of test to query information."""
    test_uuid: str | None = None
    """Specific UUID of test to query information."""
    id_device: int | None = None
    """ID of the device from which to request all tests"""
    id_session: int | None = None
    """ID of session from which to request all tests"""
    id_participant: int | None = None
    """ID of participant from which to request all tests"""
    id_user: int | None = None
    """ID of the user from which to request all tests."""
    with_urls: bool | None = None
    """Also include tests results url"""
    with_only_token: bool | None = None
    """Only includes the access token. Will ignore with_urls if specified."""
    full: bool | None = None
    """Also include names of sessions, users, services, … in the reply"""


class TestsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/tests takes."""

    id: int
    """Test type ID to delete"""


class TesttypesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/testtypes takes."""

    id_test_type: int | None = None
    """ID of the test type to query"""
    test_type_key: str | None = None
    """Key of the test type to query"""
    id_project: int | None = None
    """ID of the project to get test types for"""
    id_site: int | None = None
    """ID of the site to get test types for"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""
    with_urls: bool | None = None
    """Also include test types urls"""
    with_only_token: bool | None = None
    """Only includes the access token. Will ignore with_urls if specified."""
    test_type_uuid: str | None = None
    """Specific UUID of test type to query information."""


class TesttypesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/testtypes takes."""

    id: int
    """Test type ID to delete"""


class TesttypesProjectsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/testtypes/projects takes."""

    id_project: int | None = None
    """Project ID to query associated test types from"""
    id_test_type: int | None = None
    """Test type ID to query associated projects from"""
    with_projects: bool | None = None
    """Used with id_test_type. Also return projects that don't have any association with that type"""
    with_test_types: bool | None = None
    """Used with id_project. Also return types that don't have any association with that project"""
    with_sites: bool | None = None
    """Used with id_test_type. Also return site information of the returned projects."""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""
    with_tests_types: bool | None = None
    """Used with id_project, also return test types not associated"""


class TesttypesProjectsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/testtypes/projects takes."""

    id: int
    """Specific test type - project association ID to delete. Be careful: this is not the test-type or project ID,
    but the ID of the association itself!"""


class TesttypesSitesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/testtypes/sites takes."""

    id_test_type: int | None = None
    """ID of the test type from which to request all associated sites"""
    id_site: int | None = None
    """ID of the site from which to get all associated test types"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""
    with_test_types: bool | None = None
    """Used with id_test_type. Also return test types that don't have any association with that site"""
    with_sites: bool | None = None
    """Used with id_site. Also return site information of the returned test types."""
    with_tests_types: bool | None = None
    """Used with id_site, also return test types not associated"""


class TesttypesSitesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/testtypes/sites takes."""

    id: int
    """Specific test type-site association ID to delete. Be careful: this is not the test type or the site ID, but
    the ID of the association itself!"""
