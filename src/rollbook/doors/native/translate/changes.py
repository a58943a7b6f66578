"""Events out of core: what happened to which record."""

from typing import Any

import msgspec

from rollbook.core.events.queries import Event
from rollbook.core.kernel.clock import iso
from rollbook.doors.native.wire.changes import ChangeOut, HookData, HookOut


def from_core_change(event: Event) -> ChangeOut:
    """An event as the change feed shows it."""
    return ChangeOut(
        type=event.kind,
        entity=event.entity,
        id=event.entity_uuid,
        number=event.entity_id,
        at=iso(event.at),
        deleted=is_tombstone(event),
        data=fields_of(event.after),
        previous=fields_of(event.before),
        door=event.door,
    )


def from_core_hook(event: Event) -> HookOut:
    """An event as a webhook tells it."""
    data = HookData(
        entity=event.entity,
        id=event.entity_uuid,
        number=event.entity_id,
        deleted=is_tombstone(event),
        fields=fields_of(event.after),
        previous=fields_of(event.before),
    )
    return HookOut(type=event.kind, timestamp=iso(event.at), data=data)


def is_tombstone(event: Event) -> bool:
    """Whether the record is no more."""
    return event.kind.rpartition(".")[2] in ("deleted", "removed")


def fields_of(document: str | None) -> dict[str, Any] | None:
    """A record's fields as the event keeps them, with instants as text: core's names for those end in ``_at``."""
    if document is None:
        return None
    fields: dict[str, Any] = msgspec.json.decode(document)
    for name, value in fields.items():
        if name.endswith("_at") and type(value) is int:
            fields[name] = iso(value)
    return fields
