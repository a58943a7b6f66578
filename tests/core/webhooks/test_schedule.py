"""When to try again."""

import pytest

from rollbook.core.kernel.clock import DAY, HOUR, MINUTE, SECOND
from rollbook.core.kernel.ports import OutboundReply
from rollbook.core.webhooks import schedule
from rollbook.core.webhooks.schedule import Verdict, asked_wait, judge, next_attempt_at


def reply(status: int, retry_after_s: int | None = None) -> OutboundReply:
    return OutboundReply(status=status, body=b"", duration_ms=1, retry_after_s=retry_after_s)


def test_the_waits_are_those_we_promise_and_then_it_is_given_up() -> None:
    waits = [next_attempt_at(0, attempts, 0, lambda: 1.0) for attempts in range(1, 10)]
    hours = [2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR]
    assert waits == [5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE, *hours, None]


def test_waits_stray_by_a_tenth_at_most() -> None:
    factors = [schedule.random_jitter() for _ in range(1000)]
    assert 0.9 <= min(factors) < 0.92
    assert 1.08 < max(factors) <= 1.1


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.DELIVERED),
        (202, Verdict.DELIVERED),
        (299, Verdict.DELIVERED),
        (199, Verdict.RETRY),
        (301, Verdict.RETRY),
        (307, Verdict.RETRY),
        (400, Verdict.RETRY),
        (404, Verdict.RETRY),
        (410, Verdict.GONE),
        (429, Verdict.RETRY),
        (500, Verdict.RETRY),
    ],
)
def test_what_a_status_means(status: int, verdict: Verdict) -> None:
    assert judge(reply(status)) is verdict


@pytest.mark.parametrize(
    ("status", "retry_after_s", "wait"),
    [
        (429, 60, MINUTE),
        (503, 60, MINUTE),
        (503, None, 0),
        (500, 60, 0),
        (503, -5, 0),
        (429, 10**9, DAY),
    ],
)
def test_only_a_target_that_is_overloaded_may_ask_for_time(status: int, retry_after_s: int | None, wait: int) -> None:
    assert asked_wait(reply(status, retry_after_s)) == wait


def test_a_target_may_ask_for_more_than_the_schedule_and_not_for_less() -> None:
    assert next_attempt_at(0, 1, MINUTE, lambda: 1.0) == MINUTE
    assert next_attempt_at(0, 5, MINUTE, lambda: 1.0) == 2 * HOUR


def test_a_target_counts_as_down_before_a_lonely_delivery_is_given_up() -> None:
    """So that nothing is lost while a target is down: its subscription is paused, and the delivery waits."""
    failed_at = [0]
    for wait in schedule.BACKOFF:
        failed_at.append(failed_at[-1] + wait)
    down_at = next(
        at
        for count, at in enumerate(failed_at, start=1)
        if count >= schedule.DOWN_AFTER_FAILURES and at >= schedule.DOWN_AFTER
    )
    assert down_at < failed_at[-1]
