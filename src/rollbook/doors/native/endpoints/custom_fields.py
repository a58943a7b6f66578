"""Custom fields: what an organisation notes of each version of its lessons."""

from typing import Any

from rollbook.core.learning import custom_fields
from rollbook.core.learning.lesson_records import CustomField
from rollbook.doors.native.translate.custom_fields import from_core_field
from rollbook.doors.native.wire.custom_fields import FieldChange, FieldIn, FieldList, FieldOut
from rollbook.web.routes import Call


def _the(call: Call[Any, Any]) -> CustomField:
    return custom_fields.get_field(call.work, call.path["id"].lower())


def list_fields(call: Call[None, None]) -> FieldList:
    """Every custom field of the organisation, by key."""
    return FieldList([from_core_field(field) for field in custom_fields.list_fields(call.work)])


def create_field(call: Call[FieldIn, None]) -> FieldOut:
    """Make a custom field."""
    return from_core_field(custom_fields.define(call.work, call.body.key, call.body.description, call.body.kind))


def show_field(call: Call[None, None]) -> FieldOut:
    """One custom field."""
    return from_core_field(_the(call))


def update_field(call: Call[FieldChange, None]) -> FieldOut:
    """Describe a custom field otherwise."""
    return from_core_field(custom_fields.describe(call.work, _the(call), call.body.description))


def delete_field(call: Call[None, None]) -> None:
    """Delete a custom field, with what every version has in it."""
    custom_fields.remove(call.work, _the(call))
