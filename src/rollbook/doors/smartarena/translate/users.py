"""Users to and from people."""

from typing import Any

from msgspec import UNSET

from rollbook.core.kernel.work import Work
from rollbook.core.people import structure
from rollbook.core.people.placing import ids_of_each
from rollbook.core.people.records import NewPerson, Person, PersonChanges
from rollbook.doors.smartarena.translate import codes
from rollbook.doors.smartarena.wire.users import UserChange, UserIn, UserOut

_PLACES = (
    ("group_id", "branch_mapping_code", structure.GROUPS),
    ("location_id", "location_mapping_code", structure.LOCATIONS),
    ("workplace_id", "workplace_mapping_code", structure.WORKPLACES),
)


def to_core_new_person(work: Work, user: UserIn) -> NewPerson:
    """Faults: INVALID for a number that is none of the vendor's, UNKNOWN_REFERENCE for a code."""
    roles = codes.to_core_roles([6] if user.roles is None else user.roles, frozenset())
    ids = ids_of_each(work, {wire: (kind, getattr(user, wire)) for _, wire, kind in _PLACES})
    places: dict[str, Any] = {core: ids[wire] for core, wire, _ in _PLACES}
    mails_now = bool(user.register_mail)
    return NewPerson(
        external_id=user.mapping_code,
        email=user.email,
        username=user.username,
        first_name=user.firstname,
        last_name=user.lastname,
        birth_date=user.date_of_birth or None,
        language=codes.to_core_language(user.language_code) if user.language_code is not None else None,
        is_sync_protected=bool(user.synch_protected),
        welcome="sent" if mails_now else "on_enrolment",
        roles=roles,
        **places,
    )


def to_core_changes(work: Work, user: UserChange, person: Person) -> PersonChanges:
    """Only what was given. A user name that was the e-mail follows the e-mail, as long as there is one."""
    changes = PersonChanges(email=user.email, first_name=user.firstname, last_name=user.lastname)
    if user.username is not UNSET and user.username.strip():
        changes.username = user.username
    elif user.email and user.email.strip() and person.username == person.email:
        changes.username = user.email
    if user.date_of_birth is not UNSET:
        changes.birth_date = user.date_of_birth or None
    if user.language_code is not UNSET:
        changes.language = codes.to_core_language(user.language_code)
    if user.roles is not UNSET:
        changes.roles = codes.to_core_roles(user.roles, person.role_set)
    if user.synch_protected is not UNSET:
        changes.is_sync_protected = bool(user.synch_protected)
    if user.active is not UNSET:
        changes.is_active = bool(user.active)
    codes_given = {wire: (kind, code) for _, wire, kind in _PLACES if (code := getattr(user, wire)) is not UNSET}
    ids = ids_of_each(work, codes_given)
    for core, wire, _ in _PLACES:
        if wire in ids:
            setattr(changes, core, ids[wire])
    return changes


def names_of_new(user: UserIn) -> dict[str, str]:
    """What to call the user name in faults: where none was given, it is the e-mail."""
    return {} if (user.username or "").strip() else {"username": "email"}


def names_of_change(user: UserChange) -> dict[str, str]:
    """As :func:`names_of_new`."""
    return {} if user.username is not UNSET and user.username.strip() else {"username": "email"}


def from_core_person(person: Person) -> UserOut:
    """A person as a user."""
    return UserOut(
        id=person.id,
        mapping_code=person.external_id,
        username=person.username,
        email=person.email,
        firstname=person.first_name,
        lastname=person.last_name,
        date_of_birth=person.birth_date,
        branch_mapping_code=person.group_external_id,
        location_mapping_code=person.location_external_id,
        workplace_mapping_code=person.workplace_external_id,
        language_code=codes.from_core_language(person.language),
        roles=codes.from_core_roles(person.role_set),
        synch_protected=int(person.is_sync_protected),
        active=int(person.is_active),
        created_at=codes.from_core_instant(person.created_at),
        updated_at=codes.from_core_instant(person.updated_at),
    )
