"""Custom fields on the wire of the native API. Times are RFC 3339 in UTC."""

from typing import Literal

import msgspec

Kind = Literal["string", "number", "date", "boolean"]


class FieldIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/custom-fields. ``key`` is its name for programs and stays."""

    key: str
    description: str
    kind: Kind = "string"


class FieldChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """PATCH /v1/custom-fields/{id}."""

    description: str


class FieldOut(msgspec.Struct):
    """A field. ``number`` is the id that vendors' APIs show."""

    id: str
    number: int
    key: str
    description: str
    kind: Kind
    created_at: str
    updated_at: str


class FieldList(msgspec.Struct):
    """Every field, by key."""

    custom_fields: list[FieldOut]
