"""Users on the wire (Smart Arena, "USERS")."""

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.smartarena.wire.values import Flag


class UserFilter(msgspec.Struct):
    """GET /api/users."""

    mapping_code: str | None = None
    email: str | None = None


class UserIn(msgspec.Struct):
    """POST /api/users. ``language_code`` and ``roles`` are the vendor's numbers; flags are 0 or 1."""

    mapping_code: str
    email: str
    firstname: str
    lastname: str
    username: str | None = None
    date_of_birth: str | None = None
    branch_mapping_code: str | None = None
    location_mapping_code: str | None = None
    workplace_mapping_code: str | None = None
    password: str | None = None
    language_code: int | None = None
    register_mail: Flag | None = None
    """0: the mail waits for the first enrolment; 1: it goes out now."""
    roles: list[int] | None = None
    synch_protected: Flag | None = None
    """1: later calls may not overwrite this user."""


class UserChange(msgspec.Struct):
    """PUT /api/users: ``mapping_code`` and what is to change; blank or null empties what may be empty."""

    mapping_code: str
    email: str | UnsetType | None = UNSET
    firstname: str | UnsetType = UNSET
    lastname: str | UnsetType = UNSET
    username: str | UnsetType = UNSET
    date_of_birth: str | UnsetType | None = UNSET
    branch_mapping_code: str | UnsetType | None = UNSET
    location_mapping_code: str | UnsetType | None = UNSET
    workplace_mapping_code: str | UnsetType | None = UNSET
    password: str | UnsetType = UNSET
    language_code: int | UnsetType = UNSET
    roles: list[int] | UnsetType = UNSET
    synch_protected: Flag | UnsetType = UNSET
    active: Flag | UnsetType = UNSET
    """Not the vendor's: 1 brings a user back from partial deletion."""


class UserRemoval(msgspec.Struct):
    """DELETE /api/users."""

    mapping_code: str
    delete_mode: int | UnsetType = UNSET
    """1: partial deletion; 2, as when it is left out: full deletion. It may not be blank."""


class UserOut(msgspec.Struct):
    """A user as every answer shows it."""

    id: int
    mapping_code: str | None
    username: str
    email: str | None
    firstname: str
    lastname: str
    date_of_birth: str | None
    branch_mapping_code: str | None
    location_mapping_code: str | None
    workplace_mapping_code: str | None
    language_code: int | None
    roles: list[int]
    synch_protected: int
    active: int
    created_at: str
    updated_at: str
