"""Custom fields out of core."""

from rollbook.core.kernel.clock import iso
from rollbook.core.learning.lesson_records import CustomField
from rollbook.doors.native.wire.custom_fields import FieldOut


def from_core_field(field: CustomField) -> FieldOut:
    """A field."""
    return FieldOut(
        id=field.uuid,
        number=field.id,
        key=field.key,
        description=field.description,
        kind=field.kind,  # type: ignore[arg-type]
        created_at=iso(field.created_at),
        updated_at=iso(field.updated_at),
    )
