"""Results of simulators counted towards assignments, any number at once.

A result is a fact: it counts whatever the assignment's dates, prerequisites or attempts say.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Select, Update, and_, bindparam, select, update

from rollbook.core.kernel.statements import Statement, Store, given_rows
from rollbook.core.kernel.work import Work
from rollbook.core.learning import checks, facts, finishing
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.records import ACTIVITY, COMPLETED, OPEN, Result
from rollbook.core.learning.tables import assignments
from rollbook.core.learning.tenancy import beside

Rows = Statement[tuple[Any, ...]]


class _State(msgspec.Struct):
    """An open assignment, and what results add to it."""

    id: int
    person_id: int
    content_id: int
    started_at: int | None
    created_at: int
    score: float | None
    time_s: int
    attempts: int
    status_changed_at: int
    completed_at: int | None = None


def _open_ones(store: Store) -> Select[Any]:
    own = assignments.c
    given = given_rows(store, "pairs", own.person_id, own.content_id)
    names = [name for name in _State.__struct_fields__ if name != "completed_at"]
    return (
        select(*(own[name] for name in names))
        .join(given, and_(own.person_id == given.c.person_id, beside(own.content_id) == given.c.content_id))
        .where(beside(own.organisation_id) == bindparam("organisation_id"), own.outcome == OPEN)
        .order_by(own.id)
        .with_for_update(of=assignments)
    )


_WRITTEN = [assignments.c[name] for name in ("id", "started_at", "score", "time_s", "attempts", "status_changed_at")]


def _write(store: Store) -> Update:
    given = given_rows(store, "rows", *_WRITTEN)
    new: dict[str, Any] = {c.name: given.c[c.name] for c in _WRITTEN[1:]}
    at = bindparam("at", type_=assignments.c.updated_at.type)
    return update(assignments).where(assignments.c.id == given.c.id).values(new | {"updated_at": at})


_OPEN_ONES = Statement(_open_ones, _State)
_WRITE = Rows(_write)


def best_of(held: float | None, reached: float | None) -> float | None:
    """The score that stays of two: the better one."""
    return max((score for score in (held, reached) if score is not None), default=None)


def record_results(work: Work, results: Sequence[Result]) -> list[int | None]:
    """Count results towards the newest open assignment of each one's content, and complete it when passed.

    Adds an attempt, the time and the better score. The ids of the assignments, result by result; None where nobody had
    assigned it. Results count in the order given, so that what follows a pass goes to an older assignment or to none.
    The caller has decided that the results may be recorded.
    """
    waiting = _waiting(work, results)
    reached = [_count(work, result, waiting.get((result.person_id, result.content_id), [])) for result in results]
    touched = {state.id: state for state in reached if state is not None}
    if touched:
        _save(work, touched)
    return [state.id if state is not None else None for state in reached]


def _waiting(work: Work, results: Sequence[Result]) -> dict[tuple[int, int], list[_State]]:
    """The open assignments of each person and content, the newest last."""
    pairs = [{"person_id": p, "content_id": c} for p, c in {(r.person_id, r.content_id) for r in results}]
    waiting: dict[tuple[int, int], list[_State]] = {}
    organisation_id = work.principal.organisation_id
    for state in work.all(_OPEN_ONES, pairs=msgspec.json.encode(pairs).decode(), organisation_id=organisation_id):
        waiting.setdefault((state.person_id, state.content_id), []).append(state)
    return waiting


def _count(work: Work, result: Result, waiting: list[_State]) -> _State | None:
    """Count a result towards the newest of the waiting assignments; one that is passed waits no longer."""
    if not waiting:
        return None
    state = waiting[-1]
    done_at = min(max(result.at, state.created_at), work.at)
    if state.started_at is None:
        state.started_at, state.status_changed_at = done_at, work.at
    state.attempts += 1
    state.time_s = min(state.time_s + max(result.time_s, 0), checks.MOST_SECONDS)
    state.score = best_of(state.score, result.score)
    if result.is_passed:
        state.completed_at = done_at
        waiting.pop()
    return state


def _save(work: Work, touched: dict[int, _State]) -> None:
    before = load_assignments(work, list(touched))
    rows = [{c.name: getattr(state, c.name) for c in _WRITTEN} for state in touched.values()]
    work.run(_WRITE, rows=msgspec.json.encode(rows).decode(), at=work.at)
    passed = {state.id: state.completed_at for state in touched.values() if state.completed_at is not None}
    finishing.finish(work, passed, COMPLETED, via=ACTIVITY)
    facts.record_moved(work, "assignment.progressed", [before[id_] for id_ in touched if id_ not in passed])
    facts.record_moved(work, f"assignment.{COMPLETED}", [before[id_] for id_ in passed])
