"""Who may train with a collection."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from rollbook.core.access import signin
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import registration
from rollbook.core.people.queries import find_person, list_people, person_select, scope_params, visible_to
from rollbook.core.people.records import NewPerson, PeopleFilter, Person
from rollbook.core.people.tables import people
from rollbook.core.simulation import policy
from rollbook.core.simulation.records import Collection
from rollbook.core.simulation.tables import collection_members

Rows = Statement[tuple[Any, ...]]

_is_this = (
    collection_members.c.collection_id == bindparam("collection"),
    collection_members.c.person_id == bindparam("person"),
)
_HELD = Rows(select(collection_members.c.joined_at).where(*_is_this))
_DROP = Rows(delete(collection_members).where(*_is_this))
_ADD = Rows(insert(collection_members).values({c.name: bindparam(c.name) for c in collection_members.c}))


@shapes
def _members(scope: PeopleScope) -> Statement[Person]:
    held = select(collection_members.c.person_id).where(collection_members.c.collection_id == bindparam("collection"))
    chosen = person_select().where(visible_to(scope), people.c.id.in_(held), people.c.id > bindparam("after"))
    return Statement(chosen.order_by(people.c.id).limit(bindparam("limit")), Person)


def list_members(work: Work, collection: Collection, *, after: int = 0, limit: int = 500) -> list[Person]:
    """The people the caller sees who may train with a collection, by id, after an id."""
    params = scope_params(work.principal)
    return work.all(_members(work.principal.people_scope), collection=collection.id, after=after, limit=limit, **params)


def let_in(work: Work, collection: Collection, person: Person) -> bool:
    """Let a person train with a collection; whether they could not before.

    Faults: FORBIDDEN; CONFLICT for someone inactive.
    """
    policy.require_simulation_write(work.principal)
    if not person.is_active:
        raise Fault(FaultCode.CONFLICT, "This person is inactive.")
    if work.first(_HELD, collection=collection.id, person=person.id) is not None:
        return False
    work.run(_ADD, collection_id=collection.id, person_id=person.id, joined_at=work.at)
    _record(work, collection, "member_added", person)
    return True


def find_by_email(work: Work, email: str) -> Person | None:
    """The person the caller sees who signs in by this e-mail address or, failing that, the one who has it.

    Faults: CONFLICT naming ``email`` when several have it.
    """
    named = find_person(work, key="username_key", value=email.casefold())
    if named is not None:
        return named
    found = list_people(work, PeopleFilter(email=email), limit=2).rows
    if len(found) > 1:
        raise field_fault(FaultCode.CONFLICT, "email", "Several people have this e-mail address.")
    return found[0] if found else None


def let_in_by_email(
    work: Work, collection: Collection, new: NewPerson, hash_password: Callable[[], str]
) -> tuple[Person, bool]:
    """Let the person with this e-mail address in, registering them when there is nobody; whether they are new.

    Someone who is there already stays as they are. Faults: those of :func:`let_in`, :func:`find_by_email` and of
    registering; MISSING naming ``email``.
    """
    policy.require_simulation_write(work.principal)
    if not new.email:
        raise field_fault(FaultCode.MISSING, "email", "email is required")
    person = find_by_email(work, new.email)
    is_new = person is None
    if person is None:
        person = registration.register(work, new)
        signin.set_password(work, person, hash_password())
    let_in(work, collection, person)
    return person, is_new


def shut_out(work: Work, collection: Collection, person: Person) -> None:
    """Take a collection away from a person. Faults: FORBIDDEN; NOT_FOUND when they did not have it."""
    policy.require_simulation_write(work.principal)
    if not work.run(_DROP, collection=collection.id, person=person.id):
        raise Fault(FaultCode.NOT_FOUND, "This person does not have the collection.")
    _record(work, collection, "member_removed", person)


def _record(work: Work, collection: Collection, what: str, person: Person) -> None:
    work.record(
        f"collection.{what}",
        "collection",
        collection.id,
        collection.uuid,
        after={"title": collection.title, "person_id": person.id},
        person_id=person.id,
    )
