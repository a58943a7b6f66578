"""Users (Serenytics, "User")."""

from typing import Any

from msgspec import UNSET

from rollbook.core.access import signin
from rollbook.core.analytics import metadata
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy, queries, registration
from rollbook.core.people.records import PeopleFilter, Person, PersonChanges
from rollbook.doors.serenytics.translate.searching import to_core_window
from rollbook.doors.serenytics.translate.users import from_core_people, to_core_new_person, to_core_roles
from rollbook.doors.serenytics.wire.answers import PageQuery
from rollbook.doors.serenytics.wire.users import NameQuery, UserChange, UserIn, UserList, UserOut
from rollbook.web.routes import Call

MOST_LISTED = 10_000


def by_name(work: Work, username: str) -> Person:
    """A user by their name, in any case. Faults: NOT_FOUND."""
    found = queries.find_person(work, key="username_key", value=username.strip().casefold())
    return _present(found)


def _present(found: Person | None) -> Person:
    """Who was deleted is still in the record, and no user any more. Faults: NOT_FOUND."""
    if found is None or not found.is_active:
        raise Fault(FaultCode.NOT_FOUND, "There is no such user.")
    return found


def listed(call: Call[Any, PageQuery], wanted: PeopleFilter) -> UserList:
    """A page of users, by name."""
    window = to_core_window(call.query.page, call.query.results_per_page, MOST_LISTED)
    limit, offset = window.limit, window.offset
    found = queries.list_people(call.work, wanted, limit=limit, offset=offset, order="name", with_total=True)
    return UserList(objects=from_core_people(call.work, found.rows), **window.told(found.total or 0))


def index(call: Call[None, PageQuery]) -> UserList:
    """The users that the caller sees ("GET /api/user")."""
    return listed(call, PeopleFilter(is_active=True))


def _found(call: Call[Any, Any]) -> Person:
    return _present(queries.find_person(call.work, key="uuid", value=str(call.path["uuid"])))


def show(call: Call[None, None]) -> UserOut:
    """One user ("GET /api/user/<user_uuid>")."""
    return from_core_people(call.work, [_found(call)])[0]


def show_by_name(call: Call[None, NameQuery]) -> UserOut:
    """One user by their name ("GET /api/user/byname/")."""
    return from_core_people(call.work, [by_name(call.work, call.query.username)])[0]


def create(call: Call[UserIn, None]) -> UserOut:
    """Register a user with a password ("POST /api/user")."""
    policy.require_people_write(call.principal)
    new, password = to_core_new_person(call.body), signin.checked_password(call.body.password)
    hashed = call.services.hasher.hash(password)
    with call.services.database.writing() as work:
        work.act_as(call.principal)
        person = registration.register(work, new)
        signin.set_password(work, person, hashed)
        return from_core_people(work, [person])[0]


def update(call: Call[UserChange, None]) -> UserOut:
    """Change a user's category or metadata ("PUT /api/user/<user_uuid>")."""
    person, body = _found(call), call.body
    if body.category is not UNSET:
        roles = to_core_roles(body.category, person.role_set)
        person = registration.change(call.work, person, PersonChanges(roles=roles))
    if body.login_metadata is not UNSET:
        metadata.set_metadata(call.work, person, body.login_metadata)
    return from_core_people(call.work, [person])[0]


def delete(call: Call[None, None]) -> None:
    """End a user's access; their record stays ("DELETE /api/user/<uuid>")."""
    registration.change(call.work, _found(call), PersonChanges(is_active=False), from_sync=True)
