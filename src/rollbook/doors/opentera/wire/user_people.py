"""Queries of the user API about users, their groups and signing in (OpenTera, "user")."""

import msgspec


class DisconnectQuery(msgspec.Struct, kw_only=True):
    """What GET /user/disconnect takes."""

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


class FormsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/forms takes."""

    type: str
    """Data type of the required form. Currently, the following data types are supported: device device_type
    device_subtype group participant project service service_config session session_type session_type_config site
    test_type user user_group versions"""
    id: int | None = None
    """Specific id of subitem to query. Used to provide context to the returned form."""
    id_project: int | None = None
    """Specific id_project used to limit arrays list in some forms"""
    id_site: int | None = None
    """Specific id_site used to limit arrays list in some forms"""
    key: str | None = None
    """Specific key of subitem to query. Used with service_config."""


class LoginQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What GET /user/login takes."""

    with_websocket: bool | None = None
    """If set, requires that a websocket url is returned.If not possible to do so, return a 403 error."""


class RefreshTokenQuery(msgspec.Struct, kw_only=True):
    """What GET /user/refresh_token takes."""

    with_websocket: bool | None = None
    """If set, requires that a websocket url is returned.If not possible to do so, return a 403 error."""


class ServerSettingsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/server/settings takes."""

    uuid: bool | None = None
    """Get server UUID"""
    device_register_key: bool | None = None
    """Get device registration key"""


class StatsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/stats takes."""

    id_user_group: int | None = None
    """ID of the user group to query stats for."""
    id_user: int | None = None
    """ID of the user to query stats for."""
    id_site: int | None = None
    """ID of the site to query stats for."""
    id_project: int | None = None
    """ID of the project to query stats for."""
    id_group: int | None = None
    """ID of the participant group to query stats for."""
    id_session: int | None = None
    """ID of the session to query stats for."""
    id_participant: int | None = None
    """ID of the participant to query stats for."""
    id_device: int | None = None
    """ID of the device to query stats for."""
    with_participants: bool | None = None
    """Also includes related participants stats. Can not be used with "id_participant", "id_user_group",
    "id_session", "id_user" or "id_device"."""
    with_warnings: bool | None = None
    """Also include warning information such as a participant not having sessions for some time or users not having
    logged on for some time. Can only be used with "id_site" for now."""


class UsergroupsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/usergroups takes."""

    id_user_group: int | None = None
    """ID of the user group to query"""
    id_user: int | None = None
    """ID of the user to get all user groups"""
    id_site: int | None = None
    """ID of the site to get all user groups with access in that site"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""


class UsergroupsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/usergroups takes."""

    id: int
    """User group ID to delete"""


class UsersQuery(msgspec.Struct, kw_only=True):
    """What GET /user/users takes."""

    id: int | None = None
    """ID of the user to query"""
    id_user: int | None = None
    """ID of the user to query"""
    id_user_group: int | None = None
    """ID of the user group to get all users from"""
    id_project: int | None = None
    """ID of the project to get all users that has access to it"""
    user_uuid: str | None = None
    """User UUID to query"""
    uuid: str | None = None
    """Alias for "user_uuid\""""
    username: str | None = None
    """Username of the user to query"""
    self: bool | None = None
    """Query information about the currently logged user"""
    enabled: bool | None = None
    """Only returns users with the specified enabled status"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ID, name, enabled)"""
    with_usergroups: bool | None = None
    """Include usergroups information for each user."""
    with_status: bool | None = None
    """Include status information - offline, online, busy for each user"""


class UsersDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/users takes."""

    id: int
    """User ID to delete"""


class UsersPreferencesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/users/preferences takes."""

    id_user: int | None = None
    """ID of the user to get preference for"""
    app_tag: str | None = None
    """Tag of the application for which to get preferences"""


class UsersUsergroupsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/users/usergroups takes."""

    id_user_group: int | None = None
    """ID of the user group to query"""
    id_user: int | None = None
    """ID of the user to get all user groups"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""
    with_empty: bool | None = None
    """Used with id_user, also returns users groups that the user is not part of. Used with id_user_group, also
    returns users not part of that user group."""


class UsersUsergroupsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/users/usergroups takes."""

    id: int
    """User - User group relationship ID to delete"""


class LoginCodeQuery(msgspec.Struct, kw_only=True):
    """What GET /user/login/2fa takes."""

    otp_code: str
    """2FA otp code"""
    with_websocket: bool | None = None
    """If set, requires that a websocket url is returned"""
