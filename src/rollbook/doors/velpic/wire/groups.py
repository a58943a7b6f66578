"""Groups on the wire (Velpic, "Group")."""

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.velpic.paging import Meta, PageQuery


class GroupQuery(PageQuery):
    """GET /api/v2/group. ``q`` is looked for in the name."""

    q: str = ""


class GroupIn(msgspec.Struct, rename="camel", kw_only=True):
    """POST /api/v2/group. Without ``parentId`` it stands at the top."""

    name: str
    description: str | None = None
    parent_id: int | None = None


class GroupChange(msgspec.Struct, rename="camel", kw_only=True):
    """POST /api/v2/group/{groupId}. What is left out stays as it is."""

    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    parent_id: int | UnsetType | None = UNSET


class GroupOut(msgspec.Struct, rename="camel", kw_only=True):
    """A group. ``parentId`` is left out at the top; ``memberCount`` is of this group alone."""

    id: int
    name: str
    parent_id: int | UnsetType
    description: str
    member_count: int
    created_date: str
    client_id: int


class GroupPage(msgspec.Struct):
    """Groups with where they stand in the whole."""

    results: list[GroupOut]
    meta: Meta


class UsersIn(msgspec.Struct, rename="camel"):
    """The users who are added or removed."""

    user_ids: list[int]
