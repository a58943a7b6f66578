"""Assigning a collection to a user on the wire (SENAR, "user_assign")."""

import msgspec


class AssignIn(msgspec.Struct, rename="camel"):
    """POST /integration/data/user_assign. The names and the password serve someone who is not registered yet."""

    email: str
    first_name: str
    last_name: str
    password: str
    organization: str
    collection_id: int


class AssignOut(msgspec.Struct, rename="camel"):
    """Who may train with what now."""

    succeed: bool
    email: str
    collection_id: int
    is_new_user: bool
