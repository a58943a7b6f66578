"""Writing down what came of attempts: delivered, to be tried again, given up; and how the target does."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from rollbook.core.kernel.statements import Params, Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.webhooks.deliveries import Parcel, is_mine, is_pending
from rollbook.core.webhooks.schedule import DOWN_AFTER, DOWN_AFTER_FAILURES, Jitter, Verdict, next_attempt_at
from rollbook.core.webhooks.tables import deliveries, delivery_attempts, subscriptions

Rows = Statement[tuple[Any, ...]]

LONGEST_ANSWER = 2_000
"""Characters kept of what a target answered."""
LONGEST_ERROR = 500


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt that began at ``at``. ``wait`` is what the target asked for, in microseconds."""

    parcel: Parcel
    at: int
    verdict: Verdict
    duration_ms: int = 0
    status: int | None = None
    error: str | None = None
    answer: str = ""
    wait: int = 0


class Trouble(msgspec.Struct, frozen=True):
    """A subscription that cannot go on as it is: its target is gone for good, or has been down for long."""

    organisation_id: int
    subscription_id: int
    is_gone: bool


_result = {"attempts": deliveries.c.attempts + 1, "leased_until": None, "last_status": bindparam("status"),
           "last_error": bindparam("error")}  # fmt: skip
_END = Rows(update(deliveries).where(is_mine).values(**_result, state=bindparam("ends"), ended_at=bindparam("now")))
_AGAIN = Rows(update(deliveries).where(is_mine).values(**_result, due_at=bindparam("due")))
_DISMISS = Rows(
    update(deliveries)
    .where(is_mine)
    .values(state="dropped", leased_until=None, last_error=bindparam("error"), ended_at=bindparam("now"))
)
_FOLLOW = Rows(
    update(deliveries)
    .where(
        deliveries.c.subscription_id == bindparam("subscription"),
        deliveries.c.entity == bindparam("about"),
        deliveries.c.entity_id == bindparam("about_id"),
        deliveries.c.event_id > bindparam("event"),
        is_pending(),
        deliveries.c.leased_until.is_(None),
        deliveries.c.due_at != bindparam("due"),
    )
    .values(due_at=bindparam("due"))
)
_NOTE = Rows(
    insert(delivery_attempts).values(
        {name: bindparam(name) for name in ("delivery_id", "at", "duration_ms", "status", "error", "answer")}
    )
)


def settle(work: Work, outcomes: Sequence[Outcome], jitter: Jitter) -> list[Trouble]:
    """Write outcomes down; the subscriptions that are in trouble by them, for ``notices.act_on``.

    An outcome whose lease was lost meanwhile, or whose webhook was removed, is noted and changes nothing else.
    """
    ended = [outcome for outcome in outcomes if outcome.verdict in _ENDS]
    failed = [outcome for outcome in outcomes if outcome.verdict not in _ENDS]
    dues = {o.parcel.id: next_attempt_at(work.at, o.parcel.attempts + 1, o.wait, jitter) for o in failed}
    given_up = [outcome for outcome in failed if dues[outcome.parcel.id] is None]
    again = [outcome for outcome in failed if dues[outcome.parcel.id] is not None]
    over = [*ended, *given_up]
    work.run_many(_END, [{**_written(o), "ends": _ENDS.get(o.verdict, "failed"), "now": work.at} for o in over])
    work.run_many(_AGAIN, [{**_written(o), "due": dues[o.parcel.id]} for o in again])
    work.run_many(_FOLLOW, [_followers(o.parcel, work.at) for o in over])
    work.run_many(_FOLLOW, [_followers(o.parcel, dues[o.parcel.id]) for o in again])
    work.run_many(_NOTE, [_noted(outcome) for outcome in outcomes])
    return _judge_targets(work, outcomes)


_ENDS = {Verdict.DELIVERED: "delivered", Verdict.REFUSED: "failed", Verdict.GONE: "dropped"}
"""The state in which a verdict ends a delivery at once."""


def _written(outcome: Outcome) -> Params:
    return {
        "delivery": outcome.parcel.id,
        "lease": outcome.parcel.leased_until,
        "status": outcome.status,
        "error": _cut(outcome.error, LONGEST_ERROR),
    }


def _followers(parcel: Parcel, due: int | None) -> Params:
    """Those that wait behind a delivery are due when it is: the queue need not look at them before."""
    return {
        "subscription": parcel.subscription_id,
        "about": parcel.entity,
        "about_id": parcel.entity_id,
        "event": parcel.event_id,
        "due": due,
    }


def _noted(outcome: Outcome) -> Params:
    return {
        "delivery_id": outcome.parcel.id,
        "at": outcome.at,
        "duration_ms": outcome.duration_ms,
        "status": outcome.status,
        "error": _cut(outcome.error, LONGEST_ERROR),
        "answer": _cut(outcome.answer, LONGEST_ANSWER),
    }


def _cut(said: str | None, limit: int) -> str | None:
    """Text that both stores take: no NUL, which PostgreSQL refuses, and no more than the limit."""
    return said.replace("\x00", "\ufffd")[:limit] if said else None


def dismiss(work: Work, parcels: Iterable[Parcel], reason: str) -> None:
    """End deliveries that turn out to have nothing to say."""
    parcels = list(parcels)
    work.run_many(
        _DISMISS, [{"delivery": p.id, "lease": p.leased_until, "error": reason, "now": work.at} for p in parcels]
    )
    work.run_many(_FOLLOW, [_followers(parcel, work.at) for parcel in parcels])


# --- How targets do ----------------------------------------------------------------------------------------------

_FORGIVE = Rows(
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("subscription"), subscriptions.c.failures_in_a_row > 0)
    .values(failures_in_a_row=0, failing_since=None)
)
_BLAME = Rows(
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("subscription"))
    .values(
        failures_in_a_row=subscriptions.c.failures_in_a_row + bindparam("failures"),
        failing_since=func.coalesce(subscriptions.c.failing_since, bindparam("since")),
    )
)
_DOWN = Rows(
    select(subscriptions.c.organisation_id, subscriptions.c.id).where(
        among(subscriptions.c.id, "ids"),
        subscriptions.c.state == "active",
        subscriptions.c.failures_in_a_row >= DOWN_AFTER_FAILURES,
        subscriptions.c.failing_since <= bindparam("since"),
    )
)
_BLAMED = (Verdict.RETRY, Verdict.REFUSED)


def _judge_targets(work: Work, outcomes: Sequence[Outcome]) -> list[Trouble]:
    """Count failures in a row, in the order they happened; those who are down or gone."""
    forgiven: set[int] = set()
    blamed: dict[int, list[int]] = {}
    for outcome in outcomes:
        subscription = outcome.parcel.subscription_id
        if outcome.verdict is Verdict.DELIVERED:
            forgiven.add(subscription)
            blamed.pop(subscription, None)
        elif outcome.verdict in _BLAMED:
            blamed.setdefault(subscription, []).append(outcome.at)
    work.run_many(_FORGIVE, [{"subscription": subscription} for subscription in sorted(forgiven)])
    work.run_many(
        _BLAME,
        [{"subscription": s, "failures": len(times), "since": min(times)} for s, times in sorted(blamed.items())],
    )
    gone = {o.parcel.subscription_id: o.parcel.organisation_id for o in outcomes if o.verdict is Verdict.GONE}
    down = work.all(_DOWN, ids=sorted(blamed), since=work.at - DOWN_AFTER) if blamed else []
    return [
        *(Trouble(organisation_id, subscription, True) for subscription, organisation_id in gone.items()),
        *(Trouble(organisation_id, subscription, False) for organisation_id, subscription in down),
    ]
