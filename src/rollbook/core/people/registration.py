"""Registering, changing, inactivating and erasing people. Every door's write of a person ends here."""

from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import String, bindparam, delete, func, insert, or_, select, update

from rollbook.core.events.tables import events
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.statements import Lookup, Statement, Store, insert_or_update, shapes
from rollbook.core.kernel.values import (
    checked_birth_date,
    checked_email,
    checked_language,
    checked_line,
    checked_time_zone,
    checked_username,
    required_line,
    required_username,
)
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy, structure, units
from rollbook.core.people.queries import find_person
from rollbook.core.people.records import NewPerson, Person, PersonChanges
from rollbook.core.people.tables import organisations, people, person_roles
from rollbook.core.people.usernames import free_usernames

KEPT = ("phone", "mobile", "country", "company", "cost_center")
"""What is kept of a person as it is given."""
_LENGTHS = {c.name: c.type.length for c in people.c if isinstance(c.type, String) and c.type.length is not None}
_AUDITED = (
    "external_id", "username", "email", "first_name", "last_name", "phone", "mobile", "birth_date", "language",
    "time_zone", "country", "company", "cost_center", "is_sync_protected", "is_active", "location_id", "workplace_id",
)  # fmt: skip

_WRITTEN = [c.name for c in people.c if c.name not in {"id"}]
_language_of_organisation = (
    select(organisations.c.language).where(organisations.c.id == bindparam("organisation_id")).scalar_subquery()
)


def _own(catalogue: structure.Catalogue, field: str) -> Any:
    """The entry that a field names, when it is the organisation's own; else nothing."""
    entries = catalogue.table.c
    own = entries.organisation_id == bindparam("organisation_id")
    return select(entries.id).where(entries.id == bindparam(field), own).scalar_subquery()


_PLACES = {"location_id": structure.LOCATIONS, "workplace_id": structure.WORKPLACES}


def _insert(store: Store) -> Any:
    """No row comes back when someone with the user name or external id is there."""
    values: dict[str, Any] = {name: bindparam(name) for name in _WRITTEN}
    given: Any = bindparam("language", type_=people.c.language.type)
    values["language"] = func.coalesce(given, _language_of_organisation)
    values |= {field: _own(catalogue, field) for field, catalogue in _PLACES.items()}
    made = insert_or_update(store, people).values(values).on_conflict_do_nothing()
    return made.returning(people.c.id, *(people.c[field] for field in _PLACES))


_INSERT = Statement[tuple[Any, ...]](_insert)
_TAKEN = Lookup[tuple[Any, ...]](
    select(people.c.id, people.c.username_key, people.c.external_id)
    .where(
        people.c.organisation_id == bindparam("organisation_id"),
        or_(people.c.username_key == bindparam("username_key"), people.c.external_id == bindparam("external_id")),
    )
    .order_by(people.c.id)
)
_ADD_ROLE = Statement[tuple[Any, ...]](
    insert(person_roles).values(person_id=bindparam("person_id"), role=bindparam("role"))
)
_DROP_ROLES = Statement[tuple[Any, ...]](delete(person_roles).where(person_roles.c.person_id == bindparam("person_id")))
_OWNERS = Statement[tuple[Any, ...]](
    select(func.count())
    .select_from(people.join(person_roles, person_roles.c.person_id == people.c.id))
    .where(
        people.c.organisation_id == bindparam("organisation_id"),
        people.c.is_active,
        person_roles.c.role == Role.OWNER.value,
        people.c.id != bindparam("person_id"),
    )
)
_ERASE = Statement[tuple[Any, ...]](delete(people).where(people.c.id == bindparam("person_id")))
_REDACT = Statement[tuple[Any, ...]](
    update(events)
    .where(
        events.c.organisation_id == bindparam("organisation_id"),
        events.c.entity == "person",
        events.c.entity_id == bindparam("person_id"),
    )
    .values(before=None, after=None)
)


def search_keys(values: dict[str, Any]) -> dict[str, Any]:
    """The derived columns that look-ups, sorting and search use, from a person's own."""
    parts = (values["first_name"], values["last_name"], values["username"], values["email"], values["external_id"])
    email = values["email"]
    return {
        "username_key": values["username"].casefold(),
        "email_key": email.casefold() if email else None,
        "name_key": f"{values['last_name']} {values['first_name']}".casefold()[: _LENGTHS["name_key"]],
        "search_text": " ".join(part for part in parts if part).casefold(),
    }


def checked_plain(value: str | None, name: str) -> str | None:
    """A line of a person that is kept as it is given; blank is None. Faults: INVALID."""
    return checked_line(value, name, _LENGTHS[name])


def register(work: Work, new: NewPerson) -> Person:
    """Add a person to the organisation, with their unit and roles.

    Faults: FORBIDDEN; MISSING, INVALID, UNKNOWN_REFERENCE or DUPLICATE naming the field.
    """
    policy.require_people_write(work.principal)
    policy.require_may_grant(work.principal, new.roles)
    person_id = _inserted(work, _new_values(work, new))
    work.run_many(_ADD_ROLE, [{"person_id": person_id, "role": role.value} for role in new.roles])
    if new.group_id is not None:
        units.place_newcomer(work, person_id, new.group_id)
    person = _still_seen(work, person_id)
    after = {name: value for name in _AUDITED if (value := getattr(person, name)) is not None}
    after |= {"roles": sorted(role.value for role in new.roles), "group_id": new.group_id}
    work.record("person.created", "person", person_id, person.uuid, after=after, person_id=person_id)
    return person


def _inserted(work: Work, values: dict[str, Any]) -> int:
    """The new person's id. Faults: DUPLICATE or UNKNOWN_REFERENCE naming the field."""
    row = work.first(_INSERT, **values)
    if row is None:
        _refuse_taken(work, values["username_key"], values["external_id"], except_id=None)
        raise Fault(FaultCode.DUPLICATE, "A person with the same identifying value exists already.")
    person_id, *places = row
    for (field, catalogue), place_id in zip(_PLACES.items(), places, strict=True):
        if place_id != values[field]:
            raise structure.unknown_entry(catalogue, field)
    return int(person_id)


def _still_seen(work: Work, person_id: int) -> Person:
    """The person as written. Faults: FORBIDDEN when the caller would put them out of their own sight."""
    person = find_person(work, key="id", value=person_id)
    if person is None:
        raise field_fault(
            FaultCode.FORBIDDEN, "group_id", "group_id must be a group that you are responsible for, or one below it"
        )
    return person


def _new_values(work: Work, new: NewPerson) -> dict[str, Any]:
    """Every column of a new person, checked but for the places, which the insertion looks up."""
    values: dict[str, Any] = {
        "uuid": new_uuid(),
        "organisation_id": work.principal.organisation_id,
        "external_id": checked_line(new.external_id, "external_id"),
        "email": checked_email(new.email),
        "first_name": required_line(new.first_name, "first_name"),
        "last_name": required_line(new.last_name, "last_name"),
        "birth_date": checked_birth_date(new.birth_date, work.at),
        "language": checked_language(new.language) if new.language else None,
        "time_zone": checked_time_zone(new.time_zone),
        "is_active": True,
        "is_guest": new.is_guest,
        "is_sync_protected": new.is_sync_protected,
        "welcome": new.welcome,
        "location_id": new.location_id,
        "workplace_id": new.workplace_id,
        "last_seen_at": None,
        "inactivated_at": None,
        "created_at": work.at,
        "updated_at": work.at,
    }
    values |= {name: checked_plain(getattr(new, name), name) for name in KEPT}
    username = checked_username(new.username) or (None if new.names_itself else values["email"])
    values["username"] = username or free_usernames(work, [(values["first_name"], values["last_name"])])[0]
    return values | search_keys(values)


def _refuse_taken(work: Work, username_key: str, external_id: str | None, *, except_id: int | None) -> None:
    found = work.all(
        _TAKEN,
        organisation_id=work.principal.organisation_id,
        username_key=username_key,
        external_id=external_id,
    )
    for person_id, taken_key, taken_external_id in found:
        if person_id == except_id:
            continue
        if external_id is not None and taken_external_id == external_id:
            raise field_fault(FaultCode.DUPLICATE, "external_id", "external_id is taken: someone has it already")
        if taken_key == username_key:
            raise field_fault(FaultCode.DUPLICATE, "username", "username is taken: someone has it already")


def change(work: Work, person: Person, changes: PersonChanges, *, from_sync: bool = False) -> Person:
    """Change a person; the event holds only what really changed, and nothing is written when nothing did.

    ``from_sync`` is a synchronisation, which may not overwrite someone who is protected from it.
    Faults: FORBIDDEN, PROTECTED, CONFLICT (the last owner), and those of :func:`register`.
    """
    policy.require_may_change(work.principal, person)
    if from_sync and person.is_sync_protected:
        raise _protected()
    given = msgspec.structs.asdict(changes)
    wanted = _checked(work, {name: value for name, value in given.items() if value is not UNSET})
    columns = {name: value for name, value in wanted.items() if name in _AUDITED and value != getattr(person, name)}
    before = {name: getattr(person, name) for name in columns}
    after = dict(columns)
    if columns:
        _update_columns(work, person, columns)
    _change_unit(work, person, wanted, before, after)
    _change_roles(work, person, wanted, before, after)
    if not after:
        return person
    kind = "person.updated"
    if "is_active" in columns:
        kind = "person.activated" if columns["is_active"] else "person.inactivated"
    work.record(kind, "person", person.id, person.uuid, before=before, after=after, person_id=person.id)
    return _still_seen(work, person.id)


def _checked(work: Work, given: dict[str, Any]) -> dict[str, Any]:
    """The given fields, cleaned. Faults: MISSING, INVALID or UNKNOWN_REFERENCE naming the field."""
    checks: dict[str, Any] = {
        "first_name": lambda v: required_line(v, "first_name"),
        "last_name": lambda v: required_line(v, "last_name"),
        "username": required_username,
        "email": checked_email,
        "birth_date": lambda v: checked_birth_date(v, work.at),
        "language": checked_language,
        "time_zone": checked_time_zone,
        "location_id": lambda v: structure.require_entry(work, structure.LOCATIONS, v, "location_id"),
        "workplace_id": lambda v: structure.require_entry(work, structure.WORKPLACES, v, "workplace_id"),
        "external_id": lambda v: checked_line(v, "external_id"),
    }
    checks |= {name: lambda v, n=name: checked_plain(v, n) for name in KEPT}
    return {name: checks[name](value) if name in checks else value for name, value in given.items()}


@shapes
def _update(names: frozenset[str]) -> Statement[tuple[Any, ...]]:
    return Statement(
        update(people)
        .where(people.c.id == bindparam("person_id"))
        .values({name: bindparam(f"new_{name}") for name in sorted(names)})
    )


def _update_columns(work: Work, person: Person, columns: dict[str, Any]) -> None:
    values = {
        name: columns.get(name, getattr(person, name))
        for name in ("first_name", "last_name", "username", "email", "external_id")
    }
    keys = search_keys(values)
    if columns.keys() & {"username", "external_id"}:
        _refuse_taken(work, keys["username_key"], values["external_id"], except_id=person.id)
    written = columns | {"updated_at": work.at}
    if columns.keys() & values.keys():
        written |= keys
    if "is_active" in columns:
        _refuse_last_owner(work, person, stays_owner=columns["is_active"])
        if not columns["is_active"]:
            written["inactivated_at"] = work.at
    work.run(_update(frozenset(written)), person_id=person.id, **{f"new_{k}": v for k, v in written.items()})


def _change_unit(
    work: Work, person: Person, wanted: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    if "group_id" in wanted and wanted["group_id"] != person.group_id:
        units.place(work, person.id, wanted["group_id"])
        before["group_id"], after["group_id"] = person.group_id, wanted["group_id"]


def _change_roles(
    work: Work, person: Person, wanted: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    roles: frozenset[Role] = wanted.get("roles", person.role_set)
    if roles == person.role_set:
        return
    policy.require_may_grant(work.principal, roles ^ person.role_set)
    _refuse_last_owner(work, person, stays_owner=Role.OWNER in roles)
    work.run(_DROP_ROLES, person_id=person.id)
    work.run_many(_ADD_ROLE, [{"person_id": person.id, "role": role.value} for role in roles])
    before["roles"] = sorted(role.value for role in person.role_set)
    after["roles"] = sorted(role.value for role in roles)


def _refuse_last_owner(work: Work, person: Person, *, stays_owner: bool) -> None:
    """An organisation always keeps one active owner."""
    if stays_owner or Role.OWNER not in person.role_set:
        return
    if not work.value(_OWNERS, organisation_id=work.principal.organisation_id, person_id=person.id):
        raise Fault(FaultCode.CONFLICT, "This is the organisation's last owner; make someone else an owner first.")


def _protected() -> Fault:
    message = "This person is protected from synchronisations; lift the protection in the console first."
    return Fault(FaultCode.PROTECTED, message, fields={"is_sync_protected": [message]})


def erase(work: Work, person: Person, *, from_sync: bool = False) -> None:
    """Delete a person for good, with their memberships, assignments and credentials.

    What simulators recorded stays without the link. The audit trail keeps that it happened and loses what it said.
    Faults: FORBIDDEN, PROTECTED, CONFLICT (the last owner).
    """
    policy.require_may_change(work.principal, person)
    if from_sync and person.is_sync_protected:
        raise _protected()
    _refuse_last_owner(work, person, stays_owner=False)
    work.run(_REDACT, organisation_id=work.principal.organisation_id, person_id=person.id)
    work.run(_ERASE, person_id=person.id)
    work.record("person.deleted", "person", person.id, person.uuid, person_id=person.id)
