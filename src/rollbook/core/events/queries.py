"""Reading events: one record's history, the audit trail. The change feed is in ``feed``."""

from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    or_,
    select,
)

from rollbook.core.events.tables import events
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.work import Work


class Event(msgspec.Struct, frozen=True):
    """One change, as it was recorded. ``before`` and ``after`` are JSON texts."""

    id: int
    organisation_id: int
    transaction_id: int
    at: int
    kind: str
    entity: str
    entity_id: int
    entity_uuid: str
    person_id: int | None
    actor: str
    actor_person_id: int | None
    credential_id: int | None
    door: str
    import_id: int | None
    before: str | None
    after: str | None


def visible_to(scope: PeopleScope) -> ColumnElement[bool]:
    """Everyone's changes to a caller who sees everyone; else only those that concern the caller."""
    mine = events.c.organisation_id == bindparam("organisation_id")
    return mine if scope is PeopleScope.EVERYONE else and_(mine, events.c.person_id == bindparam("viewer_id"))


class AuditFilter(msgspec.Struct, frozen=True):
    """What to look for in the audit trail; None means any."""

    entity: str | None = None
    entity_id: int | None = None
    person_id: int | None = None
    actor_person_id: int | None = None
    credential_id: int | None = None
    door: str | None = None
    kind: str | None = None
    import_id: int | None = None


@shapes
def _audit(scope: PeopleScope, filters: frozenset[str], *, is_backwards: bool) -> Statement[Event]:
    chosen = [events.c[name] == bindparam(name) for name in sorted(filters - {"person_id"})]
    if "person_id" in filters:
        person: Any = bindparam("person_id")
        chosen.append(
            or_(events.c.person_id == person, and_(events.c.entity == "person", events.c.entity_id == person))
        )
    position: Any = bindparam("position")
    within = events.c.id > position if is_backwards else events.c.id < position
    order = events.c.id if is_backwards else events.c.id.desc()
    return Statement(
        select(events).where(visible_to(scope), *chosen, within).order_by(order).limit(bindparam("limit")), Event
    )


def list_audit(
    work: Work,
    wanted: AuditFilter,
    *,
    before_id: int | None = None,
    after_id: int | None = None,
    limit: int = 50,
) -> list[Event]:
    """The audit trail, newest first: what lies before an event id, or what came right after one."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    statement = _audit(work.principal.people_scope, frozenset(given), is_backwards=after_id is not None)
    position = after_id if after_id is not None else before_id if before_id is not None else 2**62
    found = work.all(statement, position=position, limit=limit, **given, **scope_params(work))
    return found if after_id is None else found[::-1]


@shapes
def _one(scope: PeopleScope) -> Statement[Event]:
    return Statement(select(events).where(visible_to(scope), events.c.id == bindparam("id")), Event)


def find_audited(work: Work, event_id: int) -> Event | None:
    """One event of the audit trail that the caller sees."""
    return work.first(_one(work.principal.people_scope), id=event_id, **scope_params(work))


_BY_IDS = Statement(select(events).where(among(events.c.id, "ids")), Event)


def get_events(work: Work, ids: list[int]) -> dict[int, Event]:
    """Events by id, whatever their organisation: for the delivery worker alone."""
    return {event.id: event for event in work.all(_BY_IDS, ids=ids)}


def scope_params(work: Work) -> dict[str, int | None]:
    """The parameters of :func:`visible_to`."""
    scope: dict[str, int | None] = {"organisation_id": work.principal.organisation_id}
    if work.principal.people_scope is not PeopleScope.EVERYONE:
        scope["viewer_id"] = work.principal.person_id
    return scope
