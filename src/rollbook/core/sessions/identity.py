"""Whom a signed token is about, when its subject is still there and may come in."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select

from rollbook.core.access.policy import principal_for
from rollbook.core.access.tables import passwords
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Actor, Principal, Role
from rollbook.core.kernel.statements import Lookup, Statement
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import roles_of
from rollbook.core.people.tables import people
from rollbook.core.sessions import tokens
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.signin import subject
from rollbook.core.sessions.tables.devices import devices
from rollbook.core.sessions.tables.places import participants
from rollbook.core.sessions.tables.services import services
from rollbook.core.sessions.tables.users import user_profiles
from rollbook.core.sessions.tokens import Claims


class _Person(msgspec.Struct, frozen=True):
    id: int
    organisation_id: int
    inactivated_at: int
    roles: str | None


_PERSON = Lookup(
    select(people.c.id, people.c.organisation_id, func.coalesce(people.c.inactivated_at, 0), roles_of(people.c.id))
    .select_from(people.outerjoin(user_profiles, user_profiles.c.person_id == people.c.id))
    .where(people.c.uuid == bindparam("uuid"), people.c.is_active, user_profiles.c.deleted_at.is_(None)),
    _Person,
)


class _Subject(msgspec.Struct, frozen=True):
    id: int
    organisation_id: int
    token_name: str | None
    is_enabled: bool


def _subject_by_uuid(table: Any, token_name: Any) -> Lookup[_Subject]:
    return Lookup(
        select(table.c.id, table.c.organisation_id, token_name, table.c.is_enabled)
        .where(table.c.uuid == bindparam("uuid"), table.c.deleted_at.is_(None))
        .order_by(table.c.organisation_id)
        .limit(1),
        _Subject,
    )


_PARTICIPANT = _subject_by_uuid(participants, participants.c.token_name)
_DEVICE = _subject_by_uuid(devices, devices.c.token_name)
_SERVICE = _subject_by_uuid(services, services.c.uuid)


def _named(claims: Claims, name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) else None


def user_of(work: Work, claims: Claims, door: str, *, claim: str) -> Principal | None:
    """The user whose uuid is in a claim; None when they are inactive, or were since the token was made."""
    found = work.first(_PERSON, uuid=_named(claims, claim))
    made_at = tokens.made_at(claims)
    if found is None or made_at is None or tokens.has_ended(work, claims) or made_at <= found.inactivated_at:
        return None
    roles = frozenset(map(Role, found.roles.split(","))) if found.roles else frozenset()
    return principal_for(found.organisation_id, door, roles, person_id=found.id)


class _KnownUser(msgspec.Struct, frozen=True):
    id: int
    organisation_id: int
    username: str
    roles: str | None
    has_second_factor: bool
    must_change_password: bool


_KNOWN_USER = Lookup(
    select(
        people.c.id,
        people.c.organisation_id,
        people.c.username,
        roles_of(people.c.id),
        func.coalesce(user_profiles.c.has_second_factor, False),
        func.coalesce(passwords.c.must_change, False),
    )
    .select_from(
        people.outerjoin(user_profiles, user_profiles.c.person_id == people.c.id).outerjoin(
            passwords, passwords.c.person_id == people.c.id
        )
    )
    .where(people.c.id == bindparam("person_id"), people.c.is_active, user_profiles.c.deleted_at.is_(None)),
    _KnownUser,
)


def known_user(work: Work, person_id: int) -> Record | None:
    """Someone whose password was right before, while they may still sign in; ``roles`` is a set."""
    found = work.first(_KNOWN_USER, person_id=person_id)
    if found is None:
        return None
    roles = frozenset(map(Role, found.roles.split(","))) if found.roles else frozenset()
    return msgspec.structs.asdict(found) | {"roles": roles}


class Oneself(msgspec.Struct, frozen=True):
    """A user as their own token names them."""

    id: int
    uuid: str
    first_name: str
    last_name: str

    @property
    def full_name(self) -> str:
        """First name and last name."""
        return f"{self.first_name} {self.last_name}"


_ONESELF = Lookup(
    select(people.c.id, people.c.uuid, people.c.first_name, people.c.last_name).where(
        people.c.id == bindparam("person_id")
    ),
    Oneself,
)


def oneself(work: Work) -> Oneself:
    """The user who calls. Faults: NOT_FOUND when it is none."""
    found = work.first(_ONESELF, person_id=work.principal.person_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "The caller is no person.")
    return found


def participant_of(work: Work, claims: Claims, door: str) -> Principal | None:
    """The participant: with a lasting token, if it is the one that is good now, to a lesser extent."""
    found = work.first(_PARTICIPANT, uuid=_named(claims, "participant_uuid"))
    if found is None or not found.is_enabled or tokens.has_ended(work, claims):
        return None
    is_lasting = "exp" not in claims
    if is_lasting and claims.get("jti") != found.token_name:
        return None
    return subject(Actor.PARTICIPANT, found.organisation_id, found.id, door, is_full=not is_lasting)


def device_of(work: Work, claims: Claims, door: str) -> tuple[Principal, bool] | None:
    """The device behind the one token that is good for it now, and whether it is enabled."""
    found = work.first(_DEVICE, uuid=_named(claims, "device_uuid"))
    if found is None or claims.get("jti") != found.token_name:
        return None
    return subject(Actor.DEVICE, found.organisation_id, found.id, door), found.is_enabled


def service_of(work: Work, claims: Claims, door: str) -> Principal | None:
    """The service, when it is enabled."""
    found = work.first(_SERVICE, uuid=_named(claims, "service_uuid"))
    if found is None or not found.is_enabled:
        return None
    return subject(Actor.SERVICE, found.organisation_id, found.id, door)


def _still_here(table: Any, uuid: Any, *conditions: Any) -> Statement[tuple[Any, ...]]:
    found = select(table.c.id).where(
        uuid == bindparam("uuid"), table.c.organisation_id == bindparam("organisation_id"), *conditions
    )
    return Statement(found.limit(1))


_STILL_HERE = {
    Actor.PARTICIPANT: _still_here(
        participants, participants.c.uuid, participants.c.deleted_at.is_(None), participants.c.is_enabled
    ),
    Actor.DEVICE: _still_here(devices, devices.c.uuid, devices.c.deleted_at.is_(None), devices.c.is_enabled),
    Actor.SERVICE: _still_here(services, services.c.uuid, services.c.deleted_at.is_(None), services.c.is_enabled),
}


def requester_of(work: Work, claims: Claims, organisation_id: int, door: str) -> Principal | None:
    """Whoever asked for a token that opens some things of an organisation, while they may still come in."""
    uuid = _named(claims, "requester_uuid")
    person = work.first(_PERSON, uuid=uuid)
    if person is not None:
        if person.organisation_id != organisation_id:
            return None
        roles = frozenset(map(Role, person.roles.split(","))) if person.roles else frozenset()
        return principal_for(organisation_id, door, roles, person_id=person.id)
    for actor, statement in _STILL_HERE.items():
        if (found := work.value(statement, uuid=uuid, organisation_id=organisation_id)) is not None:
            return subject(actor, organisation_id, int(found), door)
    return None
