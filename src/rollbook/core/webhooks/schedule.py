"""When a delivery is tried again, when it is given up, and when a target counts as down. All of it is constants."""

import random
from collections.abc import Callable
from enum import Enum

from rollbook.core.kernel.clock import DAY, HOUR, MINUTE, SECOND
from rollbook.core.kernel.ports import OutboundReply

BACKOFF = (5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR)
"""The wait after each failed attempt; the attempt after the last wait is the last."""
SPREAD = 0.1
"""How far a wait may stray either way, so that what failed together does not come back together."""
LONGEST_RETRY_AFTER = DAY
"""A target may ask us to wait longer than the schedule, up to this."""

DOWN_AFTER_FAILURES = 8
DOWN_AFTER = 12 * HOUR
"""A target is down when it has failed this many times in a row over at least this long. Its subscription is paused
then, before the schedule of any delivery runs out: a delivery is given up only where others get through."""

Jitter = Callable[[], float]
"""Gives the factor of one wait, between 1 - SPREAD and 1 + SPREAD. Tests pass their own."""


class Verdict(Enum):
    """What an attempt means for its delivery."""

    DELIVERED = "delivered"
    RETRY = "retry"
    """Failed; the schedule says whether there is another attempt."""
    UNMADE = "unmade"
    """We could not make the body. As RETRY, but no fault of the target."""
    REFUSED = "refused"
    """We may not send there, so trying again cannot help."""
    GONE = "gone"
    """The target wants nothing more, ever (410)."""


def random_jitter() -> float:
    """A factor for one wait."""
    return random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - spreads load, guards nothing


def judge(reply: OutboundReply) -> Verdict:
    """What a reply means: any 2xx is success, 410 is the end, everything else is tried again."""
    if 200 <= reply.status < 300:
        return Verdict.DELIVERED
    return Verdict.GONE if reply.status == 410 else Verdict.RETRY


def asked_wait(reply: OutboundReply) -> int:
    """How long a target that is overloaded (429, 503) asks us to wait, in microseconds, within our limit; else 0."""
    if reply.status not in (429, 503) or reply.retry_after_s is None:
        return 0
    return min(max(reply.retry_after_s, 0) * SECOND, LONGEST_RETRY_AFTER)


def next_attempt_at(failed_at: int, attempts: int, wait: int, jitter: Jitter) -> int | None:
    """When to try again after the ``attempts``-th failure; None gives up. ``wait`` is what the target asked for."""
    if attempts > len(BACKOFF):
        return None
    return failed_at + max(round(BACKOFF[attempts - 1] * jitter()), wait)
