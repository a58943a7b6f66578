"""Users and participants who show a name and a password, and how often they may be wrong.

A pair that was right lately costs no hash and no write. Five failures lock a name for two minutes from the last one, by
whatever node; the attempt is counted before the password is looked at, so that no number of tries at once gets more.
"""

import hashlib
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import bindparam, case, delete, func, literal, select

from rollbook.core.access.policy import principal_for
from rollbook.core.access.signin import TRIED, Reading, readings
from rollbook.core.access.tables import attempts, passwords
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.ports import PasswordHasher
from rollbook.core.kernel.principal import Actor, PeopleScope, Permission, Principal, Role
from rollbook.core.kernel.statements import Lookup, Store, insert_or_update, shapes
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.queries import roles_of
from rollbook.core.people.tables import organisations, people
from rollbook.core.sessions.tables.places import participants, projects
from rollbook.core.sessions.tables.users import user_profiles

Rows = Lookup[tuple[Any, ...]]
ALLOWED = 5
WINDOW = 120 * SECOND
FULL = frozenset({Permission.SESSIONS_JOIN})
"""What a participant may do who showed a password or a token got by one; a lasting token does not give it."""


class Who(Enum):
    """Whose names are looked for."""

    USER = "user"
    PARTICIPANT = "participant"


class Known(msgspec.Struct, frozen=True):
    """Someone whose password was right. ``roles`` is a comma-separated list, of users alone."""

    id: int
    organisation_id: int
    hash: str
    roles: str | None
    has_second_factor: bool
    has_app_factor: bool
    must_change_password: bool
    uuid: str
    first_name: str
    last_name: str
    failures: int
    """How often a password for the name was wrong lately."""

    def principal(self, door: str) -> Principal:
        """The user as a caller."""
        roles = frozenset(map(Role, self.roles.split(","))) if self.roles else frozenset()
        return principal_for(self.organisation_id, door, roles, person_id=self.id)


def subject(actor: Actor, organisation_id: int, subject_id: int, door: str, *, is_full: bool = False) -> Principal:
    """A participant, device or service as a caller."""
    permissions = FULL if is_full else frozenset()
    return Principal(organisation_id, door, actor, permissions, PeopleScope.SELF, subject_id=subject_id)


_failures = func.coalesce(
    select(attempts.c.failures)
    .where(attempts.c.subject == bindparam("subject"), attempts.c.window_start > bindparam("since"))
    .scalar_subquery(),
    0,
)


@shapes
def _candidates(who: Who, *, in_organisation: bool) -> Lookup[Known]:
    if who is Who.USER:
        profile = user_profiles
        source: Any = people.join(passwords, passwords.c.person_id == people.c.id).outerjoin(
            profile, profile.c.person_id == people.c.id
        )
        query = select(
            people.c.id,
            people.c.organisation_id,
            passwords.c.hash,
            roles_of(people.c.id),
            func.coalesce(profile.c.has_second_factor, False),
            func.coalesce(profile.c.has_app_factor, False),
            passwords.c.must_change,
            people.c.uuid,
            people.c.first_name,
            people.c.last_name,
            _failures,
        ).where(people.c.is_active, profile.c.deleted_at.is_(None), people.c.username_key == bindparam("username_key"))
        tenant: Any = people.c.organisation_id
    else:
        source = participants.join(projects, projects.c.id == participants.c.project_id)
        nothing: Any = participants.c.deleted_at.is_not(None)
        query = select(
            participants.c.id,
            participants.c.organisation_id,
            participants.c.password_hash,
            func.nullif("", ""),
            nothing,
            nothing,
            nothing,
            participants.c.uuid,
            participants.c.name,
            literal(""),
            _failures,
        ).where(
            participants.c.is_enabled,
            participants.c.may_sign_in,
            participants.c.deleted_at.is_(None),
            participants.c.password_hash.is_not(None),
            participants.c.username_key == bindparam("username_key"),
        )
        tenant = participants.c.organisation_id
    if in_organisation:
        source = source.join(organisations, organisations.c.id == tenant)
        query = query.where(organisations.c.slug == bindparam("slug"))
    return Lookup(query.select_from(source).order_by(tenant).limit(TRIED), Known)


def _count_one(store: Store) -> Any:
    made = insert_or_update(store, attempts)
    made = made.values(subject=bindparam("subject"), window_start=bindparam("at"), failures=1)
    is_old = attempts.c.window_start <= bindparam("since")
    return made.on_conflict_do_update(
        index_elements=["subject"],
        set_={
            "failures": case((is_old, 1), else_=attempts.c.failures + 1),
            "window_start": made.excluded.window_start,
        },
    ).returning(attempts.c.failures)


_COUNT = Rows(_count_one)
_CLEAR = Rows(delete(attempts).where(attempts.c.subject == bindparam("subject")))


def find_verified(work: Work, hasher: PasswordHasher, who: Who, username: str, password: str) -> Known | None:
    """Who it is, if the same password was right lately and none was wrong since; None leaves it open."""
    found = _named(work, who, username)
    return next((one for one in found if not one.failures and hasher.was_verified(password, one.hash)), None)


def check(database: Database, hasher: PasswordHasher, who: Who, username: str, password: str) -> Known | None:
    """Who it is, if the password is right and the name is not locked. Slow the first time: call it in the pool."""
    with database.reading() as work:
        found = _named(work, who, username)
    if not found:
        hasher.verify(password, None)
        return None
    failures = found[0].failures
    if failures >= ALLOWED:
        return None
    known = next((one for one in found if hasher.was_verified(password, one.hash)), None)
    if known is None:
        failures = _counted(database, _subject(who, username))
        if failures > ALLOWED:
            return None
        known = next((one for one in found if hasher.verify(password, one.hash)), None)
    if known is not None and failures:
        with database.writing() as work:
            work.run(_CLEAR, subject=_subject(who, username))
    return known


def _subject(who: Who, username: str) -> str:
    """What failures are counted under."""
    return f"{who.value}:{hashlib.sha256(username.strip().casefold().encode('utf-8', 'replace')).hexdigest()}"


def _named(work: Work, who: Who, username: str) -> list[Known]:
    """Those whom a name may mean."""
    given = {"subject": _subject(who, username), "since": work.at - WINDOW}
    return [known for reading in readings(username, None) for known in _read_as(work, who, reading, given)]


def _read_as(work: Work, who: Who, reading: Reading, given: dict[str, Any]) -> list[Known]:
    given = given | {"username_key": reading.username_key}
    if reading.slug is not None:
        given["slug"] = reading.slug
    return work.all(_candidates(who, in_organisation=reading.slug is not None), **given)


def _counted(database: Database, name: str) -> int:
    with database.writing() as work:
        return int(work.value(_COUNT, subject=name, at=work.at, since=work.at - WINDOW))
