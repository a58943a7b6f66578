"""Who sees which rows of the record as a data source: those about what they see elsewhere."""

from typing import Any

from sqlalchemy import select

from rollbook.core.analytics.recorded.shown import About, RecordSource
from rollbook.core.kernel.principal import PeopleScope, Principal
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import scope_params, visible_to
from rollbook.core.people.tables import people
from rollbook.core.sessions import scopes
from rollbook.core.sessions.entities import DEVICE, PARTICIPANT, SESSION
from rollbook.core.sessions.queries import params_of
from rollbook.core.sessions.viewers import Kind, find_viewer, viewer_of

Rows = Statement[tuple[Any, ...]]
_ENTITIES = {About.SESSION: SESSION, About.PARTICIPANT: PARTICIPANT, About.DEVICE: DEVICE}


def may_see(principal: Principal, source: RecordSource) -> bool:
    """Whether a caller may ask for a source at all."""
    return principal.may(source.needs) and (source.about not in _ENTITIES or find_viewer(principal) is not None)


@shapes
def _people(scope: PeopleScope) -> Rows:
    return Statement(select(people.c.id).where(visible_to(scope)))


@shapes
def _reached(about: About, kind: Kind) -> Rows:
    entity = _ENTITIES[about]
    return Statement(select(entity.table.c.id).where(scopes.visible_to(entity, kind)))


def subjects_seen(work: Work, about: About) -> list[int] | None:
    """The ids of those that the caller sees; None is all."""
    if about is About.NOTHING:
        return None
    if about is About.PERSON:
        if work.principal.people_scope is PeopleScope.EVERYONE:
            return None
        return [row[0] for row in work.all(_people(work.principal.people_scope), **scope_params(work.principal))]
    viewer = viewer_of(work.principal)
    return None if viewer.is_super else [row[0] for row in work.all(_reached(about, viewer.kind), **params_of(viewer))]
