"""Queries of the API of services (OpenTera, "service")."""

import msgspec


class AccessQuery(msgspec.Struct, kw_only=True):
    """What GET /service/access takes."""

    from_user_uuid: str | None = None
    """Participant uuid requesting access"""
    from_participant_uuid: str | None = None
    """Participant uuid requesting access"""
    from_device_uuid: str | None = None
    """Participant uuid requesting access"""
    with_users: bool | None = None
    """List accessible users"""
    with_projects: bool | None = None
    """List accessible projects"""
    with_participants: bool | None = None
    """List accessible participants"""
    with_devices: bool | None = None
    """List accessible device"""
    with_sites: bool | None = None
    """List accessible site"""
    admin: bool | None = None
    """List only accessible with admin rights"""
    with_names: bool | None = None
    """Also includes the names of the returned items"""


class DevicesQuery(msgspec.Struct, kw_only=True):
    """What GET /service/devices takes."""

    device_uuid: str | None = None
    """Device uuid of the device to query"""
    with_device_type: bool | None = None
    """Give more information about type"""
    with_device_subtype: bool | None = None
    """Give more information about subtype"""
    with_device_assets: bool | None = None
    """Give more information about assets"""
    id_device: int | None = None
    """ID of the device to query"""


class DisconnectQuery(msgspec.Struct, kw_only=True):
    """What GET /service/disconnect takes."""

    id_user: int | None = None
    """ID of the user to query"""
    user_uuid: str | None = None
    """User uuid of the device to query"""
    id_participant: int | None = None
    """ID of the participant to query"""
    participant_uuid: str | None = None
    """Participant uuid of the device to query"""
    id_device: int | None = None
    """ID of the device to query"""
    device_uuid: str | None = None
    """Device uuid of the device to query"""


class GroupsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/groups takes."""

    id_participant_group: int | None = None
    """ID to query"""
    id_project: int | None = None
    """ID project to query information"""


class GroupsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/groups takes."""

    id: int
    """ID to delete"""


class ParticipantsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/participants takes."""

    participant_uuid: str | None = None
    """Participant uuid of the participant to query"""
    id_project: int | None = None
    """Project ID to query all participants for"""
    id_participant_group: int | None = None
    """Participant group to query all participants for"""
    name: str | None = None
    """Return participants with at least a partial match on their name."""
    id_participant: int | None = None
    """ID of the participant to query"""


class ProjectsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/projects takes."""

    id_project: int | None = None
    """ID of the project to query"""
    id_site: int | None = None
    """ID of the site to query projects for"""


class ProjectsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/projects takes."""

    id: int
    """Project ID to delete"""


class RolesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/roles takes."""

    id: int
    """Service role to delete"""


class ServiceaccessQuery(msgspec.Struct, kw_only=True):
    """What GET /service/serviceaccess takes."""

    id_user_group: int | None = None
    """Usergroup ID to query service access"""


class ServiceaccessDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/serviceaccess takes."""

    id: int
    """Specific service access ID to delete. Be careful: this is not the service or service role ID, but the ID of
    the association itself!"""


class ServicesQuery(msgspec.Struct, kw_only=True):
    """What GET /service/services takes."""

    id_service: int | None = None
    """ID of the service to query"""
    uuid_service: str | None = None
    """UUID of the service to query"""
    service_key: str | None = None
    """Key of the service to query"""
    with_base_url: bool | None = None
    """Also include base external URL for that service"""


class SitesQuery(msgspec.Struct, kw_only=True):
    """What GET /service/sites takes."""

    id_site: int | None = None
    """ID of the site to query"""
    id_user: int | None = None
    """ID of the user to query sites for"""


class UsergroupsQuery(msgspec.Struct, kw_only=True):
    """What GET /service/usergroups takes."""

    id_user_group: int | None = None
    """ID of the user group to query"""
    id_project: int | None = None
    """ID of the project to query user group with access to"""
    id_site: int | None = None
    """ID of the site to query user group with access to"""


class UsergroupsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /service/usergroups takes."""

    id: int
    """User group ID to delete"""


class UsersQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What GET /service/users takes."""

    user_uuid: str | None = None
    """User uuid of the user to query"""
    id_user: int | None = None
    """ID of the user to query"""


class UsersAccessQuery(msgspec.Struct, kw_only=True):
    """What GET /service/users/access takes."""

    uuid_user: str
    """UUID of the user"""
    id_project: int | None = None
    """ID of the project to query"""
    id_site: int | None = None
    """ID of the site to query"""


class AuthCodeQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What GET /service/auth/code takes."""

    endpoint_url: str
    """Endpoint url requesting access"""


class RolesQuery(msgspec.Struct, kw_only=True):
    """What GET /service/roles takes: nothing but a token."""
