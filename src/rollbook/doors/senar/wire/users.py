"""Users on the wire (SENAR, "Users")."""

import msgspec


class UserOut(msgspec.Struct, rename="camel"):
    """A user. ``creationDate`` is UTC without a zone, with seven digits after the second."""

    id: str
    first_name: str
    last_name: str
    email: str | None
    language: str
    account_name: str
    country_name: str | None
    creation_date: str
    profile: str
