"""Queries of the user API about sites, projects, participants and the roles at them (OpenTera, "user")."""

import msgspec


class GroupsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/groups takes."""

    id_group: int | None = None
    """ID of the participant group to query"""
    id_project: int | None = None
    """ID of the project from which to get all participant groups"""
    id: int | None = None
    """Alias for "id_group\""""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""


class GroupsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/groups takes."""

    id: int
    """Participant Group ID to delete"""


class ParticipantsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/participants takes."""

    id_participant: int | None = None
    """ID of the participant to query"""
    id: int | None = None
    """Alias for "id_participant\""""
    username: str | None = None
    """Username of the participant to query"""
    participant_uuid: str | None = None
    """Participant uuid of the participant to query"""
    uuid: str | None = None
    """Alias for "participant_uuid\""""
    id_site: int | None = None
    """ID of the site from which to get all participants"""
    id_project: int | None = None
    """ID of the project from which to get all participants"""
    id_group: int | None = None
    """ID of the participant groups from which to get all participants"""
    id_session: int | None = None
    """ID of the session from which to get all participants"""
    id_device: int | None = None
    """ID of the device from which to get all participants associated"""
    name: str | None = None
    """Name of the participant to query"""
    enabled: bool | None = None
    """Flag that limits the returned data to the enabled participants"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""
    full: bool | None = None
    """Flag that expands the returned data to include all information"""
    orderby_recents: bool | None = None
    """Returns participants ordered by most recently updated"""
    limit: int | None = None
    """Returns at most "limit" participants"""
    no_group: bool | None = None
    """Flag that limits the returned data with only participants without a group"""


class ParticipantsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/participants takes."""

    id: int
    """Participant ID to delete"""


class ParticipantsOnlineQuery(msgspec.Struct, kw_only=True):
    """What GET /user/participants/online takes."""

    with_sites: bool | None = None
    """Include site informations for each participant."""
    with_projects: bool | None = None
    """Include project informations for each participant."""


class ProjectaccessQuery(msgspec.Struct, kw_only=True):
    """What GET /user/projectaccess takes."""

    id_user: int | None = None
    """ID of the user from which to request all projects roles"""
    id_user_group: int | None = None
    """ID of the user group from which to request all projects roles"""
    id_project: int | None = None
    """ID of the project from which to request all users groups roles"""
    admins: bool | None = None
    """Flag to limit to projects from which the user is an admin or users in project that have the admin role"""
    with_sites: bool | None = None
    """Include sites information for each project."""
    by_users: bool | None = None
    """If specified, returns roles by users instead of by usergroups"""
    with_empty: bool | None = None
    """Used with id_user_group. Also return projects that don't have any access with that user group. Used with
    id_project. also return user groups that don't have any access to the project"""


class ProjectaccessDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/projectaccess takes."""

    id: int
    """Project Access ID to delete"""


class ProjectsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/projects takes."""

    id_project: int | None = None
    """ID of the project to query"""
    id: int | None = None
    """Alias for "id_project\""""
    id_site: int | None = None
    """ID of the site from which to get all projects"""
    id_service: int | None = None
    """ID of the service from which to get all projects"""
    user_uuid: str | None = None
    """User UUID from which to get all projects that are accessible"""
    name: str | None = None
    """Project to query by name"""
    enabled: bool | None = None
    """Flag that limits the returned data to the enabled projects"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""


class ProjectsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/projects takes."""

    id: int
    """Project ID to delete"""


class SiteaccessQuery(msgspec.Struct, kw_only=True):
    """What GET /user/siteaccess takes."""

    id_user: int | None = None
    """ID of the user from which to request all site roles"""
    id_user_group: int | None = None
    """ID of the user group from which to request all site roles"""
    id_site: int | None = None
    """ID of the site from which to request all user groups roles"""
    admins: bool | None = None
    """Flag to limit to sites from which the user group is an admin or users in site that have the admin role"""
    by_users: bool | None = None
    """If specified, returns roles by users instead of by usergroups"""
    with_usergroups: bool | None = None
    """Used With the "by_users" parameter, it instead returns the usergroups of each user."""
    with_empty: bool | None = None
    """Used with id_site, also return user or user groups that don't have any access to the site. Used with
    id_user_group, also return sites that don't have any access with that user group"""


class SiteaccessDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/siteaccess takes."""

    id: int
    """Site Access ID to delete"""


class SitesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/sites takes."""

    id_site: int | None = None
    """ID of the site to query"""
    id: int | None = None
    """Alias for "id_site\""""
    id_device: int | None = None
    """ID of the device from which to get all related sites"""
    user_uuid: str | None = None
    """User UUID from which to get all sites that are accessible"""
    name: str | None = None
    """Site name to query"""


class SitesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/sites takes."""

    id: int
    """Site ID to delete"""
