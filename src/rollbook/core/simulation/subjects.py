"""Whom the rows of an ingestion are about: people found by their keys, many at once, and guests made for mere names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Insert, insert, literal, select

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import PeopleScope, Role
from rollbook.core.kernel.statements import Statement, Store, among, given_rows, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_organisation, scope_params, visible_to
from rollbook.core.people.registration import search_keys
from rollbook.core.people.tables import people, person_roles
from rollbook.core.simulation.records import InstructorRef, TraineeRef

Rows = Statement[tuple[Any, ...]]
GUEST_ROLE = Role.LEARNER

_COLUMNS = {"uuid": "uuid", "external_id": "external_id", "email": "email_key", "username": "username_key"}
"""The keys of a reference in the order in which they count, with the columns they are looked up in."""


@dataclass(eq=False, slots=True)
class Trainee:
    """The trainee of a row. A guest's ``id`` is known once they are made."""

    id: int | None
    first_name: str
    last_name: str
    company: str | None
    is_new: bool = False


@shapes
def _by(scope: PeopleScope, column: str) -> Rows:
    own = [people.c[name] for name in (column, "id", "first_name", "last_name", "company")]
    return Rows(select(*own).where(visible_to(scope), among(people.c[column], "keys")).order_by(people.c.id))


def _key_of(ref: TraineeRef | InstructorRef) -> tuple[str, str] | None:
    """The key that counts, in the form it is looked up in."""
    for name in _COLUMNS:
        value = getattr(ref, name)
        if value:
            return name, value if name == "external_id" else value.casefold()
    return None


class Subjects:
    """The people that rows name, looked up beforehand in at most one statement per kind of key."""

    def __init__(self, work: Work, refs: Iterable[TraineeRef | InstructorRef]) -> None:
        self._found: dict[tuple[str, str], list[Trainee]] = {}
        self._guests: dict[tuple[str, str, str | None], Trainee] = {}
        wanted: dict[str, set[str]] = {}
        for ref in refs:
            if key := _key_of(ref):
                wanted.setdefault(key[0], set()).add(key[1])
        for name, keys in wanted.items():
            self._look_up(work, name, sorted(keys))

    def _look_up(self, work: Work, name: str, keys: list[str]) -> None:
        statement = _by(work.principal.people_scope, _COLUMNS[name])
        for key, *own in work.all(statement, keys=keys, **scope_params(work.principal)):
            self._found.setdefault((name, key), []).append(Trainee(*own))

    def trainee(self, ref: TraineeRef) -> Trainee:
        """The person a row names, or the guest its names stand for: one guest per name and company in a call.

        Faults: UNKNOWN_REFERENCE, MISSING or INVALID naming the field.
        """
        key = _key_of(ref)
        return self._guest(ref) if key is None else self._one("trainee", *key)

    def instructor(self, ref: InstructorRef | None) -> int | None:
        """The id of the person who led, None for nobody. Faults: UNKNOWN_REFERENCE or INVALID naming the field."""
        key = _key_of(ref) if ref is not None else None
        return self._one("instructor", *key).id if key is not None else None

    def _one(self, called: str, name: str, key: str) -> Trainee:
        field = f"{called}.{'id' if name == 'uuid' else name}"
        found = self._found.get((name, key), [])
        if not found:
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field}: there is no such person")
        if len(found) > 1:
            raise field_fault(FaultCode.INVALID, field, f"{field}: {len(found)} people have this; name one by id")
        return found[0]

    def _guest(self, ref: TraineeRef) -> Trainee:
        for name in ("first_name", "last_name"):
            if not getattr(ref, name):
                message = f"trainee.{name} is required for a guest"
                raise field_fault(FaultCode.MISSING, f"trainee.{name}", message)
        first, last = str(ref.first_name), str(ref.last_name)
        key = (first.casefold(), last.casefold(), ref.company.casefold() if ref.company else None)
        return self._guests.setdefault(key, Trainee(None, first, last, ref.company, is_new=True))


# --- Guests -------------------------------------------------------------------------------------------------------

_OWN = [
    people.c[name]
    for name in (
        "uuid", "organisation_id", "username", "username_key", "first_name", "last_name", "name_key", "search_text",
        "language", "company", "is_active", "is_guest", "welcome", "created_at", "updated_at",
    )
]  # fmt: skip


def _insert_guests(store: Store) -> Insert:
    given = given_rows(store, "rows", *_OWN)
    names = [c.name for c in _OWN]
    return (
        insert(people)
        .from_select(names, select(*(given.c[name] for name in names)))
        .returning(people.c.id, people.c.uuid)
    )


_INSERT_GUESTS = Rows(_insert_guests)
_GIVE_ROLE = Rows(
    insert(person_roles).from_select(
        ["person_id", "role"], select(people.c.id, literal(GUEST_ROLE.value)).where(among(people.c.id, "people"))
    )
)


def add_guests(work: Work, guests: list[Trainee]) -> None:
    """Make people of guests, without an e-mail address (so that no mail is ever sent to one that nobody reads).

    Whoever may record activities may record a guest's; nothing else needs the permission to write people.
    """
    if not guests:
        return
    organisation = get_organisation(work)
    shared = {
        "organisation_id": organisation.id,
        "language": organisation.language,
        "is_active": True,
        "is_guest": True,
        "welcome": "never",
        "created_at": work.at,
        "updated_at": work.at,
    }
    by_uuid = {new_uuid(): guest for guest in guests}
    rows = [{**_names_of(uuid, guest), **shared, "uuid": uuid} for uuid, guest in by_uuid.items()]
    made = work.all(_INSERT_GUESTS, rows=msgspec.json.encode(rows).decode())
    for person_id, uuid in made:
        by_uuid[uuid].id = person_id
    work.run(_GIVE_ROLE, people=[person_id for person_id, _ in made])
    for row in rows:
        _record(work, row, by_uuid[row["uuid"]])


def _names_of(uuid: str, guest: Trainee) -> dict[str, Any]:
    """A guest's names, with a user name of 48 random bits."""
    username = f"guest-{uuid[-12:]}"
    own = {"first_name": guest.first_name, "last_name": guest.last_name, "username": username}
    keys = search_keys({**own, "email": None, "external_id": None})
    return {**own, **keys, "company": guest.company}


def _record(work: Work, row: dict[str, Any], guest: Trainee) -> None:
    shown = ("username", "first_name", "last_name", "company", "language", "is_active")
    after = {name: row[name] for name in shown if row[name] is not None}
    assert guest.id is not None
    work.record(
        "person.created",
        "person",
        guest.id,
        row["uuid"],
        after=after | {"roles": [GUEST_ROLE.value], "group_id": None},
        person_id=guest.id,
    )
