"""Users (Smart Arena, "USERS")."""

from typing import Any

from msgspec import UnsetType

from rollbook.core.access import signin, welcome
from rollbook.core.kernel.work import Work
from rollbook.core.people import queries, registration
from rollbook.core.people.records import PeopleFilter, PersonChanges
from rollbook.doors.smartarena.translate.codes import to_core_delete_mode
from rollbook.doors.smartarena.translate.references import the_user
from rollbook.doors.smartarena.translate.users import (
    from_core_person,
    names_of_change,
    names_of_new,
    to_core_changes,
    to_core_new_person,
)
from rollbook.doors.smartarena.wire.users import UserChange, UserFilter, UserIn, UserOut, UserRemoval
from rollbook.web.naming import fields_named
from rollbook.web.routes import Call, Listing

CHUNK = 1000


def index(call: Call[UserFilter, None]) -> Listing:
    """Users, all or by mapping code or e-mail ("GET /api/users")."""
    wanted = PeopleFilter(external_id=call.body.mapping_code, email=call.body.email)
    principal = call.principal

    def next_users(work: Work, after: int | None) -> tuple[list[Any], int | None]:
        work.act_as(principal)
        found = queries.list_people(work, wanted, limit=CHUNK, after=after or 0).rows
        return [from_core_person(person) for person in found], found[-1].id if len(found) == CHUNK else None

    return Listing(next_users)


def create(call: Call[UserIn, None]) -> UserOut:
    """Register a user ("POST /api/users")."""
    password = _given(call.body.password)
    password_hash = call.services.hasher.hash(password) if password is not None else None
    with call.services.database.writing() as work:
        work.act_as(call.principal)
        with fields_named(names_of_new(call.body)):
            person = registration.register(work, to_core_new_person(work, call.body))
        if password_hash is not None:
            signin.set_password(work, person, password_hash)
        if person.welcome == "sent":
            welcome.send(work, person)
        return from_core_person(person)


def update(call: Call[UserChange, None]) -> UserOut:
    """Change a user ("PUT /api/users"). A password that they have already changes nothing."""
    password = _given(call.body.password)
    with call.services.database.writing() as work:
        work.act_as(call.principal)
        person = the_user(work, call.body.mapping_code)
        changes = to_core_changes(work, call.body, person)
        with fields_named(names_of_change(call.body)):
            changed = registration.change(work, person, changes, from_sync=True)
    # Only once the rest was allowed and done: else how long a refusal takes would tell whether the password is theirs.
    if password is not None:
        services = call.services
        signin.bring_password(services.database, services.hasher, call.principal, changed, password)
    return from_core_person(changed)


def _given(password: str | UnsetType | None) -> str | None:
    """A password that was given. Faults: INVALID."""
    return signin.checked_password(password) if password else None


def delete(call: Call[UserRemoval, None]) -> UserOut:
    """Inactivate a user, or delete them for good ("DELETE /api/users")."""
    is_kept = to_core_delete_mode(call.body.delete_mode)
    person = the_user(call.work, call.body.mapping_code)
    if is_kept:
        return from_core_person(registration.change(call.work, person, PersonChanges(is_active=False), from_sync=True))
    registration.erase(call.work, person, from_sync=True)
    return from_core_person(person)
