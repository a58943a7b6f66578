"""Users on the wire (Velpic, "User")."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.velpic.paging import Meta, PageQuery


class GroupRef(msgspec.Struct):
    """A group, by its id."""

    id: int


class UserQuery(PageQuery):
    """GET /api/v2/user. ``q`` is looked for in user name, first and last name; ``empId`` and ``emailAddress`` whole."""

    q: str | None = None
    emp_id: str | None = None
    email_address: str | None = None
    active_value: Literal["active", "inactive", "all"] = "active"
    role_id: int | None = None


class UserIn(msgspec.Struct, rename="camel", kw_only=True):
    """POST /api/v2/user. Without ``userName`` one is made from the name; without ``roles`` it is a trainee."""

    first_name: str
    last_name: str
    user_name: str | None = None
    email_address: str | None = None
    phone_number: str | None = None
    mobile_number: str | None = None
    employee_number: str | None = None
    send_welcome_email: bool | None = None
    """True unless it says false: the welcome mail goes out."""
    password: str | None = None
    roles: list[int] | None = None
    groups: list[GroupRef] | None = None
    groups_supervised: list[GroupRef] | None = None
    time_zone: str | None = None


class UserChange(msgspec.Struct, rename="camel", kw_only=True):
    """POST or PUT /api/v2/user/{userId}. What is left out stays as it is."""

    id: int | UnsetType = UNSET
    """If given, the one in the address."""
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    user_name: str | UnsetType | None = UNSET
    email_address: str | UnsetType | None = UNSET
    phone_number: str | UnsetType | None = UNSET
    mobile_number: str | UnsetType | None = UNSET
    employee_number: str | UnsetType | None = UNSET
    password: str | UnsetType | None = UNSET
    roles: list[int] | UnsetType | None = UNSET
    groups: list[GroupRef] | UnsetType | None = UNSET
    groups_supervised: list[GroupRef] | UnsetType | None = UNSET
    time_zone: str | UnsetType | None = UNSET


class UserOut(msgspec.Struct, rename="camel"):
    """A user as every answer shows it; what is not known is blank."""

    id: int
    user_name: str
    first_name: str
    last_name: str
    email_address: str
    phone_number: str
    mobile_number: str
    employee_number: str
    client_status_id: int
    """56 active, 57 not current."""
    active: bool
    client_id: int
    groups: list[GroupRef]
    groups_supervised: list[GroupRef]
    roles: list[int]
    time_zone: str
    last_logged_in_date: str | None
    created_date: str
    modified_date: str


class UserPage(msgspec.Struct):
    """Users with where they stand in the whole."""

    results: list[UserOut]
    meta: Meta


class UserMade(msgspec.Struct, rename="camel"):
    """What making a user answers."""

    id: int
    created_date: str
    modified_date: str


class BulkUser(msgspec.Struct, rename="camel", kw_only=True):
    """A user of a bulk import. What is left out stays as it is, but roles: without them it is a trainee again."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    user_name: str | UnsetType | None = UNSET
    email_address: str | UnsetType | None = UNSET
    phone_number: str | UnsetType | None = UNSET
    mobile_number: str | UnsetType | None = UNSET
    employee_number: str | UnsetType | None = UNSET
    roles: list[int] | None = None
    groups: list[GroupRef] | UnsetType | None = UNSET
    groups_supervised: list[GroupRef] | UnsetType | None = UNSET
    time_zone: str | UnsetType | None = UNSET


class BulkIn(msgspec.Struct, rename="camel", kw_only=True):
    """POST /api/v2/bulkUserImport. ``mergeType`` is the field that tells whether a user is there already."""

    users: list[BulkUser]
    merge_type: Literal["none", "email", "empNo", "userName"] = "none"


class LinkQuery(msgspec.Struct, rename="camel"):
    """POST /api/v2/user/{userId}/generate_login_url. ``expiresIn`` says how long the link is good; disabled ends it."""

    expires_in: Literal["disabled", "never", "day", "week", "month", "year"]
