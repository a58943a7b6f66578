"""Who is busy: in a session that is under way, and in one at a time."""

from typing import Any

from sqlalchemy import bindparam, delete, select

from rollbook.core.kernel.statements import Statement, Store, among, insert_or_update
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import telling
from rollbook.core.sessions.members import KINDS, ROLES, Role
from rollbook.core.sessions.tables.presence import busy_subjects
from rollbook.core.sessions.telling import What
from rollbook.core.sessions.viewers import Kind

Rows = Statement[tuple[Any, ...]]


def _set_busy(store_name: Store) -> Any:
    made = insert_or_update(store_name, busy_subjects)
    made = made.values({c.name: bindparam(c.name) for c in busy_subjects.c})
    return made.on_conflict_do_update(
        index_elements=["kind", "subject_id"], set_={"session_id": made.excluded.session_id}
    )


_BUSY = Rows(_set_busy)
_BUSY_IN = Rows(
    select(busy_subjects.c.kind, busy_subjects.c.subject_id).where(
        busy_subjects.c.session_id == bindparam("session_id")
    )
)
_FREE_ALL = Rows(
    delete(busy_subjects)
    .where(busy_subjects.c.session_id == bindparam("session_id"))
    .returning(busy_subjects.c.kind, busy_subjects.c.subject_id)
)
_FREE = Rows(
    delete(busy_subjects)
    .where(
        busy_subjects.c.session_id == bindparam("session_id"),
        busy_subjects.c.kind == bindparam("kind"),
        among(busy_subjects.c.subject_id, "subjects"),
    )
    .returning(busy_subjects.c.subject_id)
)


def among_members(work: Work, session_id: int) -> dict[Role, list[int]]:
    """Who is busy with a session, by the way in which they take part."""
    found = work.all(_BUSY_IN, session_id=session_id)
    return {role: [subject_id for kind, subject_id in found if kind == KINDS[role].value] for role in ROLES}


def begin(work: Work, session_id: int, who: dict[Role, list[int]]) -> None:
    """These are busy with a session from now on, and with no other."""
    present = set(work.all(_BUSY_IN, session_id=session_id))
    given = {"organisation_id": work.principal.organisation_id, "session_id": session_id}
    for role, ids in who.items():
        kind = KINDS[role]
        new = [one for one in dict.fromkeys(ids) if (kind.value, one) not in present]
        work.run_many(_BUSY, [{"kind": kind.value, "subject_id": one, **given} for one in new])
        telling.presence(work, What.JOINED, kind, new)


def end(work: Work, session_id: int, role: Role, ids: list[int]) -> None:
    """These are not busy with a session any more; those who went on to another stay busy there."""
    freed = work.all(_FREE, session_id=session_id, kind=KINDS[role].value, subjects=ids) if ids else []
    telling.presence(work, What.LEFT, KINDS[role], [row[0] for row in freed])


def end_all(work: Work, session_id: int) -> None:
    """Nobody is busy with a session any more."""
    freed: dict[Kind, list[int]] = {}
    for kind, subject_id in work.all(_FREE_ALL, session_id=session_id):
        freed.setdefault(Kind(kind), []).append(subject_id)
    for of, ids in freed.items():
        telling.presence(work, What.LEFT, of, ids)
