"""Work that outlives its request: asking for it, claiming it by lease, writing down what came of it."""

from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, delete, insert, literal_column, or_, select, update

from rollbook.core.analytics.records import ALL_PERMILLE, Source, Task
from rollbook.core.analytics.tables import tasks
from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Lookup, Statement, Store, for_one_taker
from rollbook.core.kernel.work import Work
from rollbook.core.mail import ledger

Rows = Statement[tuple[Any, ...]]
KEPT = DAY
"""How long what came of a task can be asked for, once it has ended."""
LEASE = HOUR
"""From the last time that the worker said it is still at it."""
LONGEST_ERROR = 2_000
MAILING = "mail"
"""The kind whose work the mail worker does."""
ABOUT = "task"
"""What the ledger calls a task that its mails are about."""

_NAMES = Task.__struct_fields__
_WRITTEN = ("uuid", "organisation_id", "source_id", "person_id", "kind", "state", "arguments", "created_at")
_INSERT = Rows(insert(tasks).values({name: bindparam(name) for name in _WRITTEN}).returning(tasks.c.id))


def ask_for(work: Work, kind: str, source: Source, arguments: Any) -> str:
    """Have something done to a source once this is committed; the task's uuid. The caller checks that it may be."""
    work.wakes.add("tasks")
    return _ask(work, kind, source.id, msgspec.json.encode(arguments).decode())[1]


def begin(work: Work, kind: str) -> tuple[int, str]:
    """Note work that something else does than the worker of tasks, and ends by :func:`end`; the task's id and uuid."""
    return _ask(work, kind, None, None)


def _ask(work: Work, kind: str, source_id: int | None, arguments: str | None) -> tuple[int, str]:
    uuid = new_uuid()
    id_ = work.value(
        _INSERT,
        uuid=uuid,
        organisation_id=work.principal.organisation_id,
        source_id=source_id,
        person_id=work.principal.person_id,
        kind=kind,
        state="pending",
        arguments=arguments,
        created_at=work.at,
    )
    return int(id_), uuid


_BY_UUID = Lookup(
    select(*(tasks.c[name] for name in _NAMES)).where(
        tasks.c.organisation_id == bindparam("organisation_id"), tasks.c.uuid == bindparam("uuid")
    ),
    Task,
)


def get_task(work: Work, uuid: str) -> Task:
    """A task that the caller asked for, or any to an administrator. Faults: NOT_FOUND."""
    found = work.first(_BY_UUID, organisation_id=work.principal.organisation_id, uuid=uuid)
    is_admin = work.principal.may(Permission.ANALYTICS_ADMIN)
    if found is None or not (is_admin or (found.person_id is not None and found.person_id == work.principal.person_id)):
        raise Fault(FaultCode.NOT_FOUND, "There is no such task; what came of one is kept for a day.")
    return found


_is_open = or_(tasks.c.done_permille.is_(None), tasks.c.done_permille < ALL_PERMILLE)
_CANCEL = Rows(
    update(tasks)
    .where(tasks.c.id == bindparam("id"), tasks.c.state == "pending", _is_open)
    .values(
        state="cancelled",
        ended_at=bindparam("at"),
        error="It was cancelled.",
        arguments=None,
        leased_until=None,
    )
)


def cancel(work: Work, task: Task) -> None:
    """Call off a task, also one that is under way: it will have changed nothing. Faults: CONFLICT when it has ended.

    Of mails, those that are not on their way yet are not sent.
    """
    if not work.run(_CANCEL, id=task.id, at=work.at):
        raise Fault(FaultCode.CONFLICT, "The task has ended already, or is about to.")
    if task.kind == MAILING:
        ledger.call_off(work, ABOUT, task.id, "It was called off before it was sent.")


# --- The worker's side: all organisations at once ----------------------------------------------------------------

_is_pending = tasks.c.state == literal_column("'pending'")
_is_free = and_(
    tasks.c.kind != literal_column(f"'{MAILING}'"),
    or_(tasks.c.leased_until.is_(None), tasks.c.leased_until < bindparam("now")),
)


def _claim(store: Store) -> Any:
    picked = select(tasks.c.id).where(_is_pending, _is_free).order_by(tasks.c.id).limit(1)
    leased = update(tasks).where(tasks.c.id.in_(for_one_taker(store, picked)))
    leased = leased.values(leased_until=bindparam("until"), done_permille=None)
    return leased.returning(*(tasks.c[name] for name in _NAMES))


_CLAIM = Statement(_claim, Task)
_WAITING = Rows(select(tasks.c.id).where(_is_pending, _is_free).limit(1))
_mine = and_(tasks.c.id == bindparam("id"), _is_pending, tasks.c.leased_until == bindparam("lease"))
_END = Rows(
    update(tasks)
    .where(_mine)
    .values(
        state=bindparam("new_state"),
        result=bindparam("result"),
        error=bindparam("error"),
        arguments=None,
        leased_until=None,
        ended_at=bindparam("at"),
    )
)
_PROGRESS = Rows(
    update(tasks).where(_mine).values(done_permille=bindparam("permille"), leased_until=bindparam("until"))
)
_leased = and_(_is_pending, tasks.c.leased_until.is_not(None))
_RELEASE_ALL = Rows(update(tasks).where(_leased).values(leased_until=None, done_permille=None))


def is_waiting(work: Work) -> bool:
    """Whether something is to be done."""
    return work.first(_WAITING, now=work.at) is not None


def claim(work: Work) -> Task | None:
    """Take up the task that waits longest, under a lease."""
    return work.first(_CLAIM, now=work.at, until=work.at + LEASE)


def note_progress(work: Work, task: Task, permille: int | None) -> Task | None:
    """Say how far it is, and take a new lease; None when it was called off, or is another worker's by now."""
    until = work.at + LEASE
    if not work.run(_PROGRESS, id=task.id, lease=task.leased_until, permille=permille, until=until):
        return None
    return msgspec.structs.replace(task, done_permille=permille, leased_until=until)


def note_done(work: Work, task: Task, result: Any) -> bool:
    """It was done; False when it was called off, or is another worker's by now."""
    encoded = msgspec.json.encode(result).decode()
    ended = {"new_state": "done", "result": encoded, "error": None}
    return work.run(_END, id=task.id, lease=task.leased_until, at=work.at, **ended) > 0


def note_failed(work: Work, task: Task, reason: str) -> None:
    """It cannot be done."""
    error = reason.replace("\x00", "\ufffd")[:LONGEST_ERROR]
    work.run(_END, id=task.id, lease=task.leased_until, new_state="failed", result=None, error=error, at=work.at)


_LOCK = Rows(update(tasks).where(tasks.c.id == bindparam("id"), _is_pending).values(state=tasks.c.state))
_SET = Rows(
    update(tasks)
    .where(tasks.c.id == bindparam("id"), _is_pending)
    .values({name: bindparam(f"new_{name}") for name in ("state", "result", "error", "done_permille", "ended_at")})
)


def is_open(work: Work, task_id: int) -> bool:
    """Whether a task of :func:`begin` has not ended; until this is committed nobody else ends it."""
    return work.run(_LOCK, id=task_id) > 0


def note_share(work: Work, task_id: int, share: float) -> None:
    """Say how much of a task of :func:`begin` is done."""
    permille = min(int(share * ALL_PERMILLE), ALL_PERMILLE - 1)
    work.run(
        _SET, id=task_id, new_state="pending", new_result=None, new_error=None, new_done_permille=permille,
        new_ended_at=None,
    )  # fmt: skip


def end(work: Work, task_id: int, *, result: Any = None, error: str | None = None) -> None:
    """A task of :func:`begin` is done, or cannot be."""
    state, encoded = ("done", msgspec.json.encode(result).decode()) if error is None else ("failed", None)
    work.run(
        _SET, id=task_id, new_state=state, new_result=encoded, new_error=error and error[:LONGEST_ERROR],
        new_done_permille=ALL_PERMILLE, new_ended_at=work.at,
    )  # fmt: skip


def release_all(work: Work) -> int:
    """Give back everything that is leased: for a server that starts and is its database's only one."""
    return work.run(_RELEASE_ALL)


_old = select(tasks.c.id).where(tasks.c.ended_at < bindparam("before"), ~_is_pending).limit(1_000)
_FORGET = Rows(delete(tasks).where(tasks.c.id.in_(_old)))


def forget(work: Work, before: int) -> int:
    """Delete some tasks that ended before an instant; how many."""
    return work.run(_FORGET, before=before)
