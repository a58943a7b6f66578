"""Who sees which rows of the record as a data source: those about what they see elsewhere."""

from typing import Any

from sqlalchemy import select

from rollbook.core.analytics.recorded.shown import About, RecordSource
from rollbook.core.kernel.principal import PeopleScope, Principal
from rollbook.core.kernel.statements import Lookup, Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import scope_params, visible_to
from rollbook.core.people.tables import people
from rollbook.core.sessions import scopes
from rollbook.core.sessions.entities import DEVICE, PARTICIPANT, SESSION
from rollbook.core.sessions.queries import params_of
from rollbook.core.sessions.reach import is_live
from rollbook.core.sessions.tables.sessions import sessions
from rollbook.core.sessions.viewers import Kind, Viewer, find_viewer, viewer_of

Rows = Statement[tuple[Any, ...]]
_ENTITIES = {About.SESSION: SESSION, About.PARTICIPANT: PARTICIPANT, About.DEVICE: DEVICE}


def may_see(principal: Principal, source: RecordSource) -> bool:
    """Whether a caller may ask for a source at all."""
    return principal.may(source.needs) and (source.about not in _ENTITIES or find_viewer(principal) is not None)


def _naming(column: Any) -> Rows:
    """The live sessions of the organisation that name one of some ids."""
    table = column.table
    query = select(sessions.c.id).where(sessions.c.organisation_id == scopes.ORGANISATION, is_live(sessions))
    if table is not sessions:
        query = query.join(table, table.c.session_id == sessions.c.id).where(is_live(table))
    return Lookup(query.where(among(column, "ids")))


@shapes
def _people(scope: PeopleScope) -> Rows:
    return Statement(select(people.c.id).where(visible_to(scope)))


@shapes
def _reached(about: About, kind: Kind) -> Rows:
    entity = _ENTITIES[about]
    return Statement(select(entity.table.c.id).where(scopes.visible_to(entity, kind)))


_WAYS: list[tuple[Rows, Rows]] = [
    (Lookup(chosen), _naming(column)) for column, chosen in scopes.session_ways(Kind.USER)
]
"""For each way in which a user sees sessions: whom or what they see, and the sessions that name one of those."""
_OWN = _naming(sessions.c.creator_person_id)


def _sessions_of(work: Work, viewer: Viewer) -> list[int]:
    """The sessions that a user sees, found from those whom they see: there may be a million of others.

    In steps, for PostgreSQL takes those whom a rule lets someone see for most of those there are, and reads them all.
    """
    params = params_of(viewer)
    found = {row[0] for row in work.all(_OWN, **params, ids=[viewer.id])}
    for chosen, naming in _WAYS:
        if those := [row[0] for row in work.all(chosen, **params)]:
            found.update(row[0] for row in work.all(naming, **params, ids=those))
    return sorted(found)


def subjects_seen(work: Work, about: About) -> list[int] | None:
    """The ids of those that the caller sees; None is all."""
    if about is About.NOTHING:
        return None
    if about is About.PERSON:
        if work.principal.people_scope is PeopleScope.EVERYONE:
            return None
        return [row[0] for row in work.all(_people(work.principal.people_scope), **scope_params(work.principal))]
    viewer = viewer_of(work.principal)
    if viewer.is_super:
        return None
    if about is About.SESSION and viewer.kind is Kind.USER:
        return _sessions_of(work, viewer)
    return [row[0] for row in work.all(_reached(about, viewer.kind), **params_of(viewer))]
