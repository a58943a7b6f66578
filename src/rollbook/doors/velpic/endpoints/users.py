"""Users (Velpic, "User")."""

from typing import Any

from rollbook.core.access import login_links, signin, welcome
from rollbook.core.kernel.work import Work
from rollbook.core.people import queries, registration, standing
from rollbook.core.people.records import Person, PersonChanges
from rollbook.doors.velpic import paging
from rollbook.doors.velpic.translate.users import (
    from_core_made,
    from_core_people,
    from_core_person,
    to_core_changes,
    to_core_filter,
    to_core_groups,
    to_core_new_person,
)
from rollbook.doors.velpic.wire.users import LinkQuery, UserChange, UserIn, UserMade, UserOut, UserPage, UserQuery
from rollbook.web.routes import Call

DAY_S = 24 * 3600
LINKS_LIVE_S = {"never": None, "day": DAY_S, "week": 7 * DAY_S, "month": 30 * DAY_S, "year": 365 * DAY_S}


def index(call: Call[None, UserQuery]) -> UserPage:
    """Users by name, employee number, e-mail address, status or role ("Search for Users")."""
    offset, limit = paging.window(call.query)
    found = queries.list_people(call.work, to_core_filter(call.query), limit=limit, offset=offset, with_total=True)
    return UserPage(from_core_people(call.work, found.rows), paging.meta(found, call.query))


def show(call: Call[None, None]) -> UserOut:
    """One user ("Get User")."""
    return from_core_person(call.work, _user(call))


def _user(call: Call[Any, Any]) -> Person:
    return queries.get_person(call.work, call.path["userId"])


def create(call: Call[UserIn, None]) -> UserMade:
    """Register a user, and welcome them by mail unless told not to ("Create User")."""
    user = call.body
    password = signin.checked_password(user.password) if user.password else None
    password_hash = call.services.hasher.hash(password) if password is not None else None
    with call.services.database.writing() as work:
        work.act_as(call.principal)
        person = registration.register(work, to_core_new_person(user))
        _place(work, person, to_core_groups(user.groups), to_core_groups(user.groups_supervised))
        if password_hash is not None:
            signin.set_password(work, person, password_hash)
        if person.welcome == "sent":
            welcome.send(work, person)
        return from_core_made(person)


def _place(work: Work, person: Person, groups: list[int] | None, supervised: list[int] | None) -> None:
    if groups is not None:
        standing.replace(work, standing.MEMBERS, {person.id: groups})
    if supervised is not None:
        standing.replace(work, standing.SUPERVISORS, {person.id: supervised})


def update(call: Call[UserChange, None]) -> UserOut:
    """Change a user ("Update User"). A password that they have already changes nothing."""
    user, services = call.body, call.services
    password = signin.checked_password(user.password) if user.password else None
    with services.database.writing() as work:
        work.act_as(call.principal)
        person, home = queries.get_person(work, call.path["userId"]), queries.get_organisation(work).time_zone
        person = registration.change(work, person, to_core_changes(user, person, home), from_sync=True)
        _place(work, person, to_core_groups(user.groups), to_core_groups(user.groups_supervised))
        shown = from_core_person(work, queries.get_person(work, person.id))
    # Only once the rest was allowed and done: else how long a refusal takes would tell whether the password is theirs.
    if password is not None:
        signin.bring_password(services.database, services.hasher, call.principal, person, password)
    return shown


def activate(call: Call[None, None]) -> None:
    """Let a user sign in and learn again ("Activate User")."""
    registration.change(call.work, _user(call), PersonChanges(is_active=True), from_sync=True)


def inactivate(call: Call[None, None]) -> None:
    """End a user's access; their record stays ("Inactivate User")."""
    registration.change(call.work, _user(call), PersonChanges(is_active=False), from_sync=True)


def generate_login_url(call: Call[None, LinkQuery]) -> str | None:
    """A link that signs the user in, in place of any earlier one; null for disabled ("Generate Login URL")."""
    person = _user(call)
    if call.query.expires_in == "disabled":
        login_links.end(call.work, person)
        return None
    secret = login_links.make(call.work, person, lives_s=LINKS_LIVE_S[call.query.expires_in])
    return f"{call.services.base_url()}/sign-in/{secret}"
