"""Signing in with a user name and a password, and setting passwords."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from rollbook.core.access import credentials, limits
from rollbook.core.access.policy import principal_for
from rollbook.core.access.tables import passwords
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ports import PasswordHasher
from rollbook.core.kernel.principal import Principal, Role
from rollbook.core.kernel.statements import Statement, Store, insert_or_update
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.organisations import slug_of
from rollbook.core.people.queries import roles_of
from rollbook.core.people.records import Person
from rollbook.core.people.tables import organisations, people

Rows = Statement[tuple[Any, ...]]

TRIED = 3
"""In how many organisations a user name is tried when none is named; those that were founded first."""
_QUALIFIED = re.compile(r"([^/\\]+)[/\\]\s*(.+)", re.DOTALL)
"""An organisation and a user name, as web addresses or as Windows have it."""
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256


class _Candidate(msgspec.Struct, frozen=True):
    person_id: int
    organisation_id: int
    hash: str
    roles: str | None


_candidate = (
    select(people.c.id, people.c.organisation_id, passwords.c.hash, roles_of(people.c.id))
    .join(passwords, passwords.c.person_id == people.c.id)
    .where(people.c.is_active, people.c.username_key == bindparam("username_key"))
)
_ANYWHERE = Statement(_candidate.order_by(people.c.organisation_id).limit(TRIED), _Candidate)
_IN_ORGANISATION = Statement(
    _candidate.join(organisations, organisations.c.id == people.c.organisation_id).where(
        organisations.c.slug == bindparam("slug")
    ),
    _Candidate,
)
_SOME_ORGANISATIONS = Rows(select(organisations.c.id).limit(TRIED))


class Reading(msgspec.Struct, frozen=True):
    """One way to understand what was typed: a user name, in an organisation or in whichever has it."""

    username_key: str
    slug: str | None = None


def sign_in(
    database: Database,
    hasher: PasswordHasher,
    username: str,
    password: str,
    *,
    door: str,
    address: str,
    organisation: str | None = None,
) -> Principal:
    r"""The principal behind a user name and password. Slow by design: call it in the pool.

    The organisation may be named before the user name too, as ``slug/username`` or ``slug\username``; a name that is in
    several organisations needs it beyond the first :data:`TRIED`. How many passwords are compared depends on what was
    typed and on the number of organisations, not on who is there.
    Faults: RATE_LIMITED with ``retry_after_s``; UNAUTHENTICATED, the same whether the name exists or not.
    """
    understood = list(readings(username, organisation))
    counted = limits.begin(database, address, (reading.username_key for reading in understood))
    with database.reading() as work:
        candidates = [found for reading in understood for found in _candidates(work, reading)]
    for candidate in candidates:
        if hasher.verify(password, candidate.hash if candidate else None) and candidate:
            limits.give_back(database, counted)
            roles = frozenset(map(Role, candidate.roles.split(","))) if candidate.roles else frozenset()
            return principal_for(candidate.organisation_id, door, roles, person_id=candidate.person_id)
    raise Fault(FaultCode.UNAUTHENTICATED, "The user name or the password is wrong.")


def readings(username: str, organisation: str | None) -> Iterator[Reading]:
    """The ways to understand a user name, which may hold a separator itself, so that what has one is read both ways."""
    key = username.strip().casefold()
    if organisation is not None:
        yield Reading(key, slug_of(organisation))
        return
    if named := _QUALIFIED.fullmatch(key):
        yield Reading(named[2], slug_of(named[1]))
    yield Reading(key)


def _candidates(work: Work, reading: Reading) -> list[_Candidate | None]:
    """Whose password is compared; None is nobody's, so that those who are there cannot be told by the time it takes."""
    if reading.slug is not None:
        return [work.first(_IN_ORGANISATION, username_key=reading.username_key, slug=reading.slug)]
    found: list[_Candidate | None] = [*work.all(_ANYWHERE, username_key=reading.username_key)]
    return found + [None] * (len(work.all(_SOME_ORGANISATIONS)) - len(found))


def qualified(username: str, slug: str) -> str:
    """A user name that means one person, however many organisations there are."""
    return f"{slug}/{username}"


def is_ones_password(
    database: Database, hasher: PasswordHasher, person: Person, password: str, *, address: str
) -> bool:
    """Whether someone knows their password; being wrong counts as failing to sign in. Slow. Faults: RATE_LIMITED."""
    counted = limits.begin(database, address, [person.username.casefold()])
    with database.reading() as work:
        stored = password_hash_of(work, person.id)
    is_right = hasher.verify(password, stored)
    if is_right:
        limits.give_back(database, counted)
    return is_right


def _upsert_password(store: Store, where: Any = None) -> Any:
    made = insert_or_update(store, passwords)
    made = made.values({c.name: bindparam(c.name) for c in passwords.c})
    new = {c.name: made.excluded[c.name] for c in passwords.c if c.name != "person_id"}
    return made.on_conflict_do_update(index_elements=["person_id"], set_=new, where=where)


_SET_PASSWORD = Rows(_upsert_password)
_REPLACE_PASSWORD = Rows(lambda store: _upsert_password(store, passwords.c.hash == bindparam("replaced")))
_PASSWORD = Rows(select(passwords.c.hash).where(passwords.c.person_id == bindparam("person_id")))


def checked_password(password: str, *, shortest: int = SHORTEST_PASSWORD) -> str:
    """A password that may be set. Faults: INVALID naming ``password``."""
    if not shortest <= len(password) <= LONGEST_PASSWORD:
        raise field_fault(
            FaultCode.INVALID, "password", f"password must have {shortest} to {LONGEST_PASSWORD} characters"
        )
    return password


def set_password(work: Work, person: Person, password_hash: str, *, must_change: bool = False) -> None:
    """Give a person a password by its hash; their sessions, tokens and links end."""
    work.run(_SET_PASSWORD, person_id=person.id, hash=password_hash, must_change=must_change, changed_at=work.at)
    _note_new_password(work, person)


def _note_new_password(work: Work, person: Person) -> None:
    credentials.end_personal(work, person.id, "session", "access_token", "invitation", "login_link")
    work.record("person.password_set", "person", person.id, person.uuid, person_id=person.id)


def bring_password(
    database: Database, hasher: PasswordHasher, principal: Principal, person: Person, password: str
) -> None:
    """Give a person a password; nothing is changed when it is theirs already.

    For programs that send passwords again and again. Slow, so it opens units of work of its own; that the principal may
    change the person is the caller's to check, before.
    """
    while True:
        with database.reading() as work:
            stored = password_hash_of(work, person.id)
        if stored is not None and hasher.verify(password, stored):
            return
        if _replace(database, principal, person, stored, hasher.hash(password)):
            return


def _replace(database: Database, principal: Principal, person: Person, stored: str | None, new_hash: str) -> bool:
    """Set a password in the place of the one that was compared; False when another came between."""
    with database.writing() as work:
        work.act_as(principal)
        values = {"person_id": person.id, "hash": new_hash, "must_change": False, "changed_at": work.at}
        is_replaced = work.run(_REPLACE_PASSWORD, replaced=stored or "", **values) > 0
        if is_replaced:
            _note_new_password(work, person)
    return is_replaced


def password_hash_of(work: Work, person_id: int) -> str | None:
    """The hash of a person's password; None for someone who has none."""
    return work.value(_PASSWORD, person_id=person_id) or None


def has_password(work: Work, person_id: int) -> bool:
    """Whether a person can sign in by password."""
    return password_hash_of(work, person_id) is not None
