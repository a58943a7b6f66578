"""People into and out of core."""

from typing import Any

import msgspec
from msgspec import UNSET

from rollbook.core.kernel.clock import iso
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.work import Work
from rollbook.core.people import structure
from rollbook.core.people.bulk_plan import Outcome, PersonRow, Plan
from rollbook.core.people.placing import ids_of_each
from rollbook.core.people.records import NewPerson, Person, PersonChanges
from rollbook.doors.native.wire.bulk import PersonIn, UpsertOut, UpsertOutcome
from rollbook.doors.native.wire.people import PersonOut


def from_core_person(person: Person) -> PersonOut:
    """A person as the native API shows them."""
    return PersonOut(
        id=person.uuid,
        number=person.id,
        external_id=person.external_id,
        username=person.username,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        phone=person.phone,
        mobile=person.mobile,
        birth_date=person.birth_date,
        language=person.language,
        time_zone=person.time_zone,
        active=person.is_active,
        guest=person.is_guest,
        roles=sorted(person.roles.split(",")) if person.roles else [],
        group=person.group_external_id,
        location=person.location_external_id,
        workplace=person.workplace_external_id,
        created_at=iso(person.created_at),
        updated_at=iso(person.updated_at),
    )


_ROLES = {role.value: role for role in Role}
_PLACES = (
    ("group", "group_id", structure.GROUPS),
    ("location", "location_id", structure.LOCATIONS),
    ("workplace", "workplace_id", structure.WORKPLACES),
)


def to_core_roles(names: list[str], field: str = "roles") -> frozenset[Role]:
    """Faults: INVALID naming the field."""
    unknown = [name for name in names if name not in _ROLES]
    if unknown:
        raise field_fault(FaultCode.INVALID, field, f"{field} must be among {', '.join(_ROLES)}")
    return frozenset(_ROLES[name] for name in names)


def to_core_row(person: PersonIn, position: int) -> PersonRow:
    """A row of a bulk call. Faults: INVALID naming the row's roles."""
    given = msgspec.structs.asdict(person)
    if person.roles is not UNSET:
        given["roles"] = to_core_roles(person.roles, f"rows[{position}].roles")
    return PersonRow(**given)


def _given(work: Work, person: PersonIn) -> dict[str, Any]:
    """The fields that were given, by core's names. Faults: INVALID, UNKNOWN_REFERENCE."""
    given = {name: value for name, value in msgspec.structs.asdict(person).items() if value is not UNSET}
    codes = {name: (catalogue, given.pop(name)) for name, _, catalogue in _PLACES if name in given}
    ids = ids_of_each(work, codes)
    given |= {column: ids[name] for name, column, _ in _PLACES if name in ids}
    if "roles" in given:
        given["roles"] = to_core_roles(given["roles"])
    if "active" in given:
        given["is_active"] = given.pop("active")
    return given


def to_core_new_person(work: Work, person: PersonIn) -> NewPerson:
    """A person to register. Faults: MISSING for a name, those of single fields."""
    given = _given(work, person)
    for name in ("first_name", "last_name"):
        if name not in given:
            raise field_fault(FaultCode.MISSING, name, f"{name} is required")
    if given.pop("is_active", True) is False:
        raise field_fault(FaultCode.INVALID, "active", "active cannot be false for someone new")
    return NewPerson(**given)


def to_core_changes(work: Work, person: PersonIn) -> PersonChanges:
    """What is to change."""
    given = _given(work, person)
    if given.get("username", "") is None:
        raise field_fault(FaultCode.MISSING, "username", "username may not be null")
    return PersonChanges(**given)


def from_core_outcomes(planned: Plan, outcomes: list[Outcome]) -> UpsertOut:
    """The outcomes of a bulk call."""
    return UpsertOut(
        planned.count("created"),
        planned.count("changed"),
        planned.count("unchanged"),
        [UpsertOutcome(o.position, o.result, o.uuid, o.changes) for o in outcomes],
    )
