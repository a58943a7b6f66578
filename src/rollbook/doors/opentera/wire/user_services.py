"""Queries of the user API about services (OpenTera, "user")."""

import msgspec


class ServicesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/services takes."""

    id_service: int | None = None
    """ID of the service to query"""
    id_project: int | None = None
    """ID of the project to query services from"""
    id_site: int | None = None
    """ID of the site to query services from"""
    id: int | None = None
    """Alias for "id_service\""""
    service_uuid: str | None = None
    """Service UUID to query"""
    uuid: str | None = None
    """Alias for "service_uuid\""""
    service_key: str | None = None
    """Service Key to query"""
    key: str | None = None
    """Alias for "service_key\""""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""
    with_config: bool | None = None
    """Only return services with editable configuration"""


class ServicesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/services takes."""

    id: int
    """Service ID to delete"""


class ServicesAccessQuery(msgspec.Struct, kw_only=True):
    """What GET /user/services/access takes."""

    id_user_group: int | None = None
    """Usergroup ID to query service access"""
    id_user: int | None = None
    """User ID to query service access"""
    id_participant_group: int | None = None
    """Participant group ID to query service access"""
    id_device: int | None = None
    """Device ID to query service access"""
    id_service: int | None = None
    """Service ID to query associated access from"""


class ServicesAccessDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/services/access takes."""

    id: int
    """Specific service access ID to delete. Be careful: this is not the service or service role ID, but the ID of
    the association itself!"""


class ServicesConfigsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/services/configs takes."""

    id_service: int | None = None
    """ID of service to get all configs from. Use in combination with another ID field to filter."""
    service_key: str | None = None
    """Service key to query. Can be used instead of id_service. If usedwith id_service, service_key will be ignored."""
    id_participant: int | None = None
    """ID of the participant from which to get the service specified with id_service or all configs"""
    id_user: int | None = None
    """ID of the user from which to get the service specified with id_service or all configs"""
    id_device: int | None = None
    """ID of the device from which to get the service specified with id_service or all configs"""
    id_specific: str | None = None
    """ID of the specific configuration to get."""
    with_empty: bool | None = None
    """Also include empty configs for services without config."""
    list: bool | None = None
    """Also includes a list of all available specifics configs."""


class ServicesConfigsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/services/configs takes."""

    id: int
    """Service config ID to delete"""


class ServicesProjectsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/services/projects takes."""

    id_project: int | None = None
    """Project ID to query associated services"""
    id_service: int | None = None
    """Service ID to query associated projects from"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""
    with_projects: bool | None = None
    """Used with id_service. Also return projects that don't have any association with that service"""
    with_services: bool | None = None
    """Used with id_project. Also return services that don't have any association with that project"""
    with_roles: bool | None = None
    """Used with id_project. Returns detailled information oneach role for this service."""
    with_sites: bool | None = None
    """Used with id_service. Also return site information of the returned projects."""


class ServicesProjectsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/services/projects takes."""

    id: int
    """Specific service - project association ID to delete. Be careful: this is not the service or project ID, but
    the ID of the association itself!"""


class ServicesRolesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/services/roles takes."""

    id_service: int | None = None
    """Specific service ID to query roles for"""
    globals: bool | None = None
    """Only return global roles, e.g. not related to a site or a project"""
    list: bool | None = None
    """Return minimal information about the roles"""


class ServicesRolesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/services/roles takes."""

    id: int
    """Specific service role ID to delete."""


class ServicesSitesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/services/sites takes."""

    id_site: int | None = None
    """Site ID to query associated services"""
    id_service: int | None = None
    """Service ID to query associated projects from"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""
    with_sites: bool | None = None
    """Used with id_service. Also return sites that don't have any association with that service"""
    with_services: bool | None = None
    """Used with id_site. Also return services that don't have any association with that site"""
    with_roles: bool | None = None
    """Used with id_site. Returns detailed information oneach role for this service."""


class ServicesSitesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/services/sites takes."""

    id: int
    """Specific service - site association ID to delete. Be careful: this is not the service or site ID, but the ID
    of the association itself!"""
