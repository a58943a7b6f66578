"""Which mails assignments want at a moment: scheduled, reminder, overdue, cancelled. A few statements for any number.

Nothing is told twice, for each mail's occasion is unique; and nothing late, for only a window of time is looked at.
Mails about days go out in the morning of the person's own day. Whoever has no address is in the ledger too, as skipped,
and so is what the organisation has silenced.
"""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, cast, func, literal_column, or_, select

from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.kernel.statements import Statement, Store, insert_or_update, new_uuids, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning.records import CANCELLED, LESSON, OPEN
from rollbook.core.learning.tables import assignments, contents
from rollbook.core.mail import ledger
from rollbook.core.mail.tables import mails
from rollbook.core.people import settings
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]

SCHEDULED, REMINDER, OVERDUE, CANCELLATION = (
    "lesson_scheduled",
    "lesson_reminder",
    "lesson_overdue",
    "lesson_cancelled",
)
KINDS = (SCHEDULED, REMINDER, OVERDUE, CANCELLATION)
ABOUT = "assignment"
"""What these mails are about, in the ledger."""
LOOKS_BACK = 2 * DAY
"""How far the first look goes back."""
MORNING = 8 * HOUR
"""When mails about a day go out, counted from its midnight."""

_own = assignments.c
_since: Any = bindparam("since")
_now: Any = bindparam("now")
_COLUMNS = (
    "uuid", "organisation_id", "person_id", "kind", "recipient", "subject", "about", "about_id", "occasion", "state",
    "error", "due_at", "created_at",
)  # fmt: skip


def _word(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'", String())


def _is_between(instant: ColumnElement[Any], offset: int = 0) -> ColumnElement[bool]:
    """Whether an instant, put off, lies between ``:since`` and ``:now``; the column stands alone for its index."""
    return and_(instant > _since - offset, instant <= _now - offset)


def _is_wanted(kind: str, days: int) -> ColumnElement[bool]:
    """The assignments that came to want a mail of the kind between ``:since`` and ``:now``."""
    is_open = _own.outcome == _word(OPEN)
    match kind:
        case "lesson_scheduled":
            has_begun = and_(_own.start_at <= _now, or_(_own.start_at > _since, _own.created_at > _since))
            return and_(is_open, has_begun)
        case "lesson_reminder":
            was_told_before = _own.start_at < _own.due_at - days * DAY
            return and_(is_open, was_told_before, _is_between(_own.due_at, MORNING - (days + 1) * DAY))
        case "lesson_overdue":
            return and_(is_open, _is_between(_own.due_at, MORNING))
        case _:
            return and_(_own.outcome == _word(CANCELLED), _is_between(_own.cancelled_at))


@shapes
def _queue(kind: str, days: int, *, is_silenced: bool) -> Rows:
    """A due day's end is a second before midnight; ``days`` before it, in the morning, the reminder goes out."""
    occasion = f"{kind}-{days}:" if kind == REMINDER else f"{kind}:"

    def build(store: Store) -> Any:
        has_address = people.c.email.is_not(None)
        state: ColumnElement[Any] = case((has_address, _word("pending")), else_=_word("skipped"))
        why: ColumnElement[Any] = case((has_address, None), else_=_word(ledger.NO_ADDRESS))
        if is_silenced:
            state, why = _word("skipped"), _word(settings.SILENCED)
        rows = (
            select(
                new_uuids(store),
                _own.organisation_id,
                _own.person_id,
                _word(kind),
                func.coalesce(people.c.email, _word("")),
                _word(""),
                _word(ABOUT),
                _own.id,
                _word(occasion) + cast(_own.id, String()),
                state,
                why,
                cast(_now, mails.c.due_at.type),
                cast(_now, mails.c.created_at.type),
            )
            .join(people, people.c.id == _own.person_id)
            .join(contents, contents.c.id == _own.content_id)
            .where(
                _own.organisation_id == bindparam("organisation_id"),
                people.c.is_active,
                contents.c.kind == _word(LESSON),
                _is_wanted(kind, days),
            )
        )
        made = insert_or_update(store, mails).from_select(list(_COLUMNS), rows)
        return made.on_conflict_do_nothing(index_elements=["occasion"])

    return Rows(build)


def queue_due(work: Work, *, since: int) -> int:
    """Queue what the organisation's assignments came to want after an instant until now; how many mails.

    The caller acts for the organisation. Looking at a moment twice queues nothing twice.
    """
    chosen = settings.get_settings(work)
    asked = [(kind, 0) for kind in (SCHEDULED, OVERDUE, CANCELLATION)]
    asked += [(REMINDER, days) for days in chosen.reminder_days]
    made = 0
    for kind, days in asked:
        statement = _queue(kind, days, is_silenced=kind in chosen.silenced_mails)
        made += work.run(statement, organisation_id=work.principal.organisation_id, since=since, now=work.at)
    if made:
        work.wakes.add("mails")
    return made
