"""What an organisation notes of each edition of its lessons, in fields of its own."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement, among, insert_or_update
from rollbook.core.kernel.values import checked_line, required_line
from rollbook.core.kernel.work import Work
from rollbook.core.learning import checks, policy
from rollbook.core.learning.lesson_records import CustomField, CustomValue
from rollbook.core.learning.records import Content, ContentVersion
from rollbook.core.learning.tables import content_versions, custom_fields, custom_values
from rollbook.core.learning.tenancy import beside

Rows = Statement[tuple[Any, ...]]

STRING, NUMBER, DATE, BOOLEAN = "string", "number", "date", "boolean"
FIELD_KINDS = (STRING, NUMBER, DATE, BOOLEAN)
MOST_FIELDS = 100
LONGEST_VALUE = 1000

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_fields, _values = custom_fields.c, custom_values.c
_field = select(*(_fields[name] for name in CustomField.__struct_fields__)).where(
    _fields.organisation_id == bindparam("organisation_id")
)
_LIST = Statement(_field.order_by(_fields.key), CustomField)
_ONE = Statement(_field.where(_fields.uuid == bindparam("uuid")), CustomField)
_BY_KEY = Statement(_field.where(_fields.key == bindparam("key")), CustomField)
_INSERT = Rows(insert(custom_fields).values({c.name: bindparam(c.name) for c in _fields if c.name != "id"}))
_RENAME = Rows(
    update(custom_fields)
    .where(_fields.id == bindparam("field_id"))
    .values(description=bindparam("new_description"), updated_at=bindparam("at"))
)
_DELETE = Rows(delete(custom_fields).where(_fields.id == bindparam("field_id")))
_COUNT = Rows(select(func.count()).where(_fields.organisation_id == bindparam("organisation_id")))


def list_fields(work: Work) -> list[CustomField]:
    """The organisation's fields, by key."""
    return work.all(_LIST, organisation_id=work.principal.organisation_id)


def get_field(work: Work, uuid: str) -> CustomField:
    """One field. Faults: NOT_FOUND."""
    found = work.first(_ONE, uuid=uuid, organisation_id=work.principal.organisation_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such custom field.")
    return found


def define(work: Work, key: str, description: str, kind: str = STRING) -> CustomField:
    """Make a field.

    Faults: FORBIDDEN; MISSING, INVALID or DUPLICATE naming the field; CONFLICT when there are too many.
    """
    policy.require_content_write(work.principal)
    organisation_id = work.principal.organisation_id
    if not _KEY.fullmatch(key):
        checks.refuse("key", "key must begin with a letter and hold at most 64 letters, digits and underscores")
    values = {
        "key": key,
        "description": required_line(description, "description"),
        "kind": checks.one_of(kind, "kind", FIELD_KINDS),
    }
    if work.first(_BY_KEY, key=key, organisation_id=organisation_id) is not None:
        raise field_fault(FaultCode.DUPLICATE, "key", "A custom field with this key exists already.")
    if work.value(_COUNT, organisation_id=organisation_id) >= MOST_FIELDS:
        raise Fault(FaultCode.CONFLICT, f"An organisation may have at most {MOST_FIELDS} custom fields.")
    uuid = new_uuid()
    work.run(_INSERT, uuid=uuid, organisation_id=organisation_id, created_at=work.at, updated_at=work.at, **values)
    made = get_field(work, uuid)
    work.record("custom_field.created", "custom_field", made.id, made.uuid, after=values)
    return made


def describe(work: Work, field: CustomField, description: str) -> CustomField:
    """Change what a field is said to be. Faults: FORBIDDEN; MISSING or INVALID naming ``description``."""
    policy.require_content_write(work.principal)
    wanted = required_line(description, "description")
    if wanted == field.description:
        return field
    work.run(_RENAME, field_id=field.id, new_description=wanted, at=work.at)
    before, after = {"description": field.description}, {"description": wanted}
    work.record("custom_field.updated", "custom_field", field.id, field.uuid, before=before, after=after)
    return get_field(work, field.uuid)


def remove(work: Work, field: CustomField) -> None:
    """Delete a field, and what every edition has in it. Faults: FORBIDDEN."""
    policy.require_content_write(work.principal)
    work.run(_DELETE, field_id=field.id)
    before = {"key": field.key, "description": field.description}
    work.record("custom_field.deleted", "custom_field", field.id, field.uuid, before=before)


# --- Values -------------------------------------------------------------------------------------------------------

_OF_VERSIONS = Statement(
    select(
        _values.id, _values.version_id, _values.field_id, _fields.key, _fields.description, _fields.kind, _values.value,
        _values.created_at, _values.updated_at,
    )
    .join(custom_fields, _fields.id == _values.field_id)
    .join(content_versions, content_versions.c.id == _values.version_id)
    .where(
        among(_values.version_id, "version_ids"),
        beside(content_versions.c.organisation_id) == bindparam("organisation_id"),
    )
    .order_by(_values.version_id, _fields.key),
    CustomValue,
)  # fmt: skip
_SET = Rows(
    lambda store: (
        (made := insert_or_update(store, custom_values).values(
            {c.name: bindparam(c.name) for c in _values if c.name != "id"}
        )).on_conflict_do_update(
            index_elements=["version_id", "field_id"],
            set_={"value": made.excluded.value, "updated_at": made.excluded.updated_at},
        )
    )
)  # fmt: skip
_CLEAR = Rows(
    delete(custom_values).where(_values.version_id == bindparam("version_id"), among(_values.field_id, "field_ids"))
)


def list_values(work: Work, version_ids: Sequence[int]) -> dict[int, list[CustomValue]]:
    """What is noted of these editions, by their ids; one without notes has an empty list."""
    found: dict[int, list[CustomValue]] = {version_id: [] for version_id in version_ids}
    for value in work.all(_OF_VERSIONS, version_ids=list(version_ids), organisation_id=work.principal.organisation_id):
        found[value.version_id].append(value)
    return found


def set_values(
    work: Work, content: Content, version: ContentVersion, given: Mapping[str, str | None]
) -> list[CustomValue]:
    """Note values of an edition, by the fields' keys; None or blank clears, what is not named stays.

    Faults: FORBIDDEN; UNKNOWN_REFERENCE or INVALID naming ``custom_fields.<key>``.
    """
    policy.require_content_write(work.principal)
    fields = {field.key: field for field in list_fields(work)}
    before = {value.key: value.value for value in list_values(work, [version.id])[version.id]}
    wanted = {key: _checked(fields, key, value) for key, value in given.items()}
    changed = {key: value for key, value in wanted.items() if value != before.get(key)}
    if changed:
        _write(work, version, {fields[key].id: value for key, value in changed.items()})
        was = {key: before.get(key) for key in changed}
        after = {"number": version.number, **changed}
        work.record("content.values_set", "content", content.id, content.uuid, before=was, after=after)
    return list_values(work, [version.id])[version.id]


def _write(work: Work, version: ContentVersion, values: Mapping[int, str | None]) -> None:
    cleared = [field_id for field_id, value in values.items() if value is None]
    kept = [
        {"version_id": version.id, "field_id": id_, "value": value, "created_at": work.at, "updated_at": work.at}
        for id_, value in values.items()
        if value is not None
    ]
    if cleared:
        work.run(_CLEAR, version_id=version.id, field_ids=cleared)
    work.run_many(_SET, kept)


def _checked(fields: Mapping[str, CustomField], key: str, value: str | None) -> str | None:
    place = f"custom_fields.{key}"
    if key not in fields:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, place, f"{key} is no custom field of this organisation")
    text = checked_line(value, place, LONGEST_VALUE)
    return None if text is None else _typed(fields[key].kind, text, place)


def _typed(kind: str, text: str, place: str) -> str:
    """The value as it is kept. Faults: INVALID."""
    match kind:
        case "number":
            if not _is_number(text):
                checks.refuse(place, f"{place} must be a number")
        case "date":
            if not _is_date(text):
                checks.refuse(place, f"{place} must be a date such as 2026-03-31")
        case "boolean":
            text = text.lower()
            if text not in ("true", "false"):
                checks.refuse(place, f"{place} must be true or false")
    return text


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        return len(text) == len("2026-03-31") and date.fromisoformat(text) is not None
    except ValueError:
        return False
