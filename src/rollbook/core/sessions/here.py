"""Who and what is here now, as one viewer sees it: for people who look after sites."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import presence, queries
from rollbook.core.sessions.entities import SESSION, Record
from rollbook.core.sessions.live import IN_PROGRESS
from rollbook.core.sessions.tables.presence import busy_subjects
from rollbook.core.sessions.viewers import Kind

MOST = 100
"""How many of a kind are listed; the rest is counted."""
_BUSY = Statement[tuple[Any, ...]](
    select(busy_subjects.c.subject_id, busy_subjects.c.session_id).where(
        busy_subjects.c.organisation_id == bindparam("organisation_id"), busy_subjects.c.kind == bindparam("kind")
    )
)


class Present(msgspec.Struct, frozen=True):
    """One who is online, in a session that goes on, or both; ``session`` is that session if the viewer sees it."""

    record: Record
    is_online: bool
    is_busy: bool
    session: Record | None


class Here(msgspec.Struct, frozen=True):
    """Those of a kind: how many, and the first of them."""

    total: int
    listed: list[Present]


def of_kind(work: Work, kind: Kind) -> Here:
    """The users, participants or devices who are online or busy, of those whom the caller sees."""
    here = presence.of_kind(work, kind)
    if not here.here:
        return Here(0, [])
    busy_in = dict(work.all(_BUSY, organisation_id=work.principal.organisation_id, kind=kind.value))
    entity = queries.ENTITY_OF[kind]
    found = queries.find(work, entity, id_among=here.here, limit=MOST)
    wanted = sorted({busy_in[one["id"]] for one in found if one["id"] in busy_in})
    sessions = {one["id"]: one for one in queries.find(work, SESSION, id_among=wanted)} if wanted else {}
    listed = [
        Present(one, one["id"] in here.online, one["id"] in busy_in, sessions.get(busy_in.get(one["id"], 0)))
        for one in found
    ]
    return Here(queries.count(work, entity, id_among=here.here), listed)


def sessions_under_way(work: Work) -> list[Record]:
    """The sessions that go on, of those that the caller sees; the newest first."""
    return queries.find(work, SESSION, status=IN_PROGRESS, limit=MOST)
