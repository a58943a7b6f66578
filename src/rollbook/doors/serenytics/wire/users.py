"""Users and groups of them on the wire (Serenytics, "User", "Usersgroup")."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.serenytics.wire.answers import ListOut

Category = Literal["viewer", "studio_dashboard", "studio", "admin"]


class UserIn(msgspec.Struct):
    """POST /api/user. Without names they are made from the user name."""

    username: str
    password: str
    category: Category = "viewer"
    first_name: str | None = None
    last_name: str | None = None


class UserChange(msgspec.Struct):
    """PUT /api/user/{uuid}: what is left out stays as it is."""

    category: Category | UnsetType = UNSET
    login_metadata: dict[str, Any] | UnsetType = UNSET


class UserOut(msgspec.Struct):
    """A user."""

    uuid: str
    username: str
    category: Category
    """studio_dashboard is a business analyst."""
    email: str | None
    first_name: str
    last_name: str
    login_metadata: dict[str, Any]
    """What row policies go by; shown to administrators, and of oneself."""


class UserList(ListOut, kw_only=True):
    """Users."""

    objects: list[UserOut]


class NameQuery(msgspec.Struct):
    """GET /api/user/byname."""

    username: str


class GroupOut(msgspec.Struct):
    """A group of users."""

    uuid: str
    name: str


class GroupList(ListOut, kw_only=True):
    """Groups of users."""

    objects: list[GroupOut]


class GroupQuery(msgspec.Struct):
    """GET /api/usersgroup/byname."""

    name: str


class AddUserIn(msgspec.Struct):
    """POST …/adduser."""

    username_to_add: str


class RemoveUserIn(msgspec.Struct):
    """POST …/removeuser."""

    username_to_remove: str


class FolderIn(msgspec.Struct):
    """POST /api/folder."""

    name: str
    resource_type: Literal["datasource", "webapp", "script"]


class FolderOut(msgspec.Struct):
    """A folder."""

    uuid: str
    name: str
    resource_type: Literal["datasource", "webapp", "script"]


class FolderList(ListOut, kw_only=True):
    """Folders."""

    objects: list[FolderOut]
