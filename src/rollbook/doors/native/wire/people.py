"""People on the wire of the native API. Times are RFC 3339 in UTC."""

import msgspec


class PeopleQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/people. ``q`` is a substring of name, user name, e-mail or external id; ``group`` a group's uuid."""

    q: str | None = None
    external_id: str | None = None
    email: str | None = None
    username: str | None = None
    active: bool | None = None
    role: str | None = None
    group: str | None = None
    updated_since: str | None = None
    limit: int = 50
    cursor: str | None = None
    total: bool = False


class PersonOut(msgspec.Struct):
    """A person. The ``group`` is the one they belong to; ``*_id`` of places are external ids."""

    id: str
    number: int
    external_id: str | None
    username: str
    email: str | None
    first_name: str
    last_name: str
    phone: str | None
    mobile: str | None
    birth_date: str | None
    language: str
    time_zone: str | None
    active: bool
    guest: bool
    roles: list[str]
    group: str | None
    location: str | None
    workplace: str | None
    created_at: str
    updated_at: str


class PeoplePage(msgspec.Struct):
    """A page of people. ``next`` is the cursor to go on from, null at the end; ``total`` only when asked for."""

    people: list[PersonOut]
    next: str | None
    total: int | None = None
