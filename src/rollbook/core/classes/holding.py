"""Holding a class while it changes, and writing its columns: whoever registers, leaves or plans waits here in turn."""

from typing import Any

from sqlalchemy import bindparam, select, update

from rollbook.core.classes.queries import get_session
from rollbook.core.classes.records import ACTIVE, ClassSession
from rollbook.core.classes.tables import class_sessions
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work

Rows = Statement[tuple[Any, ...]]

_LOCK = Rows(select(class_sessions.c.id).where(class_sessions.c.id == bindparam("id")).with_for_update(key_share=True))


@shapes
def _update(names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(class_sessions).where(class_sessions.c.id == bindparam("session_id")).values(values))


def hold(work: Work, session: ClassSession) -> ClassSession:
    """The class as it is now, held until the transaction ends. Faults: NOT_FOUND."""
    work.first(_LOCK, id=session.id)
    return get_session(work, key="id", value=session.id)


def hold_active(work: Work, session: ClassSession) -> ClassSession:
    """As :func:`hold`. Faults: CONFLICT when it was completed or cancelled."""
    current = hold(work, session)
    if current.outcome != ACTIVE:
        raise Fault(FaultCode.CONFLICT, f"This class is {current.outcome}; it cannot be changed any more.")
    return current


def write(work: Work, session: ClassSession, **values: Any) -> None:
    """Write columns of a class."""
    values["updated_at"] = work.at
    work.run(_update(frozenset(values)), session_id=session.id, **{f"new_{k}": v for k, v in values.items()})


def note(
    work: Work,
    kind: str,
    session: ClassSession,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    person_id: int | None = None,
) -> None:
    """Note what happened to a class, or to someone in it."""
    work.record(kind, "class", session.id, session.uuid, before=before, after=after, person_id=person_id)
