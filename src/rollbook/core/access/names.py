"""The names behind events: which person, or whose key, made a change. For lists of events, in two queries."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from rollbook.core.access.tables import credentials
from rollbook.core.events.queries import Event
from rollbook.core.kernel.principal import Actor
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]

_PEOPLE = Rows(
    select(people.c.id, people.c.first_name, people.c.last_name).where(
        people.c.organisation_id == bindparam("organisation_id"), among(people.c.id, "ids")
    )
)
_KEYS = Rows(
    select(credentials.c.id, credentials.c.name, credentials.c.kind).where(
        credentials.c.organisation_id == bindparam("organisation_id"), among(credentials.c.id, "ids")
    )
)


class Names(msgspec.Struct, frozen=True):
    """Names by id."""

    people: dict[int, str]
    keys: dict[int, str]

    def person(self, person_id: int | None) -> str | None:
        """A person's name; None for nobody, and for someone who is gone."""
        return self.people.get(person_id) if person_id is not None else None

    def key(self, credential_id: int | None) -> str | None:
        """A key's name; sessions and tokens have none worth telling."""
        return self.keys.get(credential_id) if credential_id is not None else None

    def of(self, event: Event) -> str:
        """Who made a change, in a word or two."""
        if event.actor == Actor.SYSTEM.value:
            return "Rollbook"
        if event.actor_person_id is not None:
            return self.person(event.actor_person_id) or "Someone since erased"
        return self.key(event.credential_id) or "A key"


def names_of(work: Work, events: Iterable[Event]) -> Names:
    """The names of everyone and every key in some events of the caller's organisation."""
    listed = list(events)
    asked = {one.actor_person_id for one in listed} | {one.person_id for one in listed}
    asked |= {one.entity_id for one in listed if one.entity == "person"}
    organisation_id = work.principal.organisation_id
    found = work.all(_PEOPLE, ids=sorted(asked - {None}, key=int), organisation_id=organisation_id)
    used = sorted({one.credential_id for one in listed if one.credential_id is not None})
    keys = work.all(_KEYS, ids=used, organisation_id=organisation_id)
    return Names(
        {person_id: f"{first} {last}".strip() for person_id, first, last in found},
        {key_id: name for key_id, name, kind in keys if kind in ("api_key", "oauth_client")},
    )
