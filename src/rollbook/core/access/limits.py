"""How often signing in may fail, and things be done: counted in the record, so that the limit holds over all nodes.

An attempt is counted before the password is looked at and given back when it was right, so that no number of attempts
at once tries more passwords than the limit allows.
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, case, delete, select, update

from rollbook.core.access.tables import attempts
from rollbook.core.kernel.clock import MINUTE, SECOND
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement, Store, insert_or_update
from rollbook.core.kernel.work import Database, Work

Rows = Statement[tuple[Any, ...]]

ALLOWED_BY_NAME = 10
ALLOWED_BY_ADDRESS = 50
"""More than by name, for a whole company may come from one address."""
WINDOW = 5 * MINUTE
ONE_SITE = 64
"""The bits of an IPv6 address that are the same for everything at one place."""

_COUNTED = Rows(
    select(attempts.c.failures, attempts.c.window_start).where(
        attempts.c.subject == bindparam("subject"), attempts.c.window_start > bindparam("since")
    )
)


def _count_one(store: Store) -> Any:
    made = insert_or_update(store, attempts)
    made = made.values(subject=bindparam("subject"), window_start=bindparam("at"), failures=1)
    is_old = attempts.c.window_start <= bindparam("since")
    return made.on_conflict_do_update(
        index_elements=["subject"],
        set_={
            "failures": case((is_old, 1), else_=attempts.c.failures + 1),
            "window_start": case((is_old, made.excluded.window_start), else_=attempts.c.window_start),
        },
    ).returning(attempts.c.failures, attempts.c.window_start)


_COUNT = Rows(_count_one)
_GIVE_BACK = Rows(
    update(attempts)
    .where(attempts.c.subject == bindparam("subject"), attempts.c.failures > 0)
    .values(failures=attempts.c.failures - 1)
)
_FORGET = Rows(delete(attempts).where(attempts.c.window_start < bindparam("before")))


def _pace(store: Store) -> Any:
    made = insert_or_update(store, attempts)
    made = made.values(subject=bindparam("subject"), window_start=bindparam("at"), failures=0)
    return made.on_conflict_do_update(
        index_elements=["subject"],
        set_={"window_start": made.excluded.window_start},
        where=attempts.c.window_start <= bindparam("since"),
    ).returning(attempts.c.window_start)


_PACE = Rows(_pace)

Subjects = dict[str, int]
"""What an attempt counts against, in order, each with how many failures it may have."""


def begin(database: Database, address: str, usernames: Iterable[str]) -> Subjects:
    """Count an attempt from an address on some user names; give it to :func:`give_back` when it was no failure.

    Faults: RATE_LIMITED with ``retry_after_s``.
    """
    subjects = _subjects(address, usernames)
    with database.reading() as work:  # so that someone who goes on trying costs no write
        for subject, allowed in subjects.items():
            counted = work.first(_COUNTED, subject=subject, since=work.at - WINDOW)
            if counted is not None:
                _refuse_over(work, counted[0] + 1, allowed, counted[1])
    with database.writing() as work:
        for subject, allowed in subjects.items():
            for count, window_start in work.all(_COUNT, subject=subject, at=work.at, since=work.at - WINDOW):
                _refuse_over(work, count, allowed, window_start)
    return subjects


def pace(database: Database, what: str, address: str, *, every: int) -> None:
    """Let something be done from an address once in so many microseconds. Faults: RATE_LIMITED."""
    with database.writing() as work:
        subject = f"{what}:{_site(address)}"
        if work.first(_PACE, subject=subject, at=work.at, since=work.at - every) is None:
            wait_s = max(1, every // SECOND)
            raise Fault(FaultCode.RATE_LIMITED, "Rate Limited", details={"retry_after_s": wait_s})


def _subjects(address: str, usernames: Iterable[str]) -> Subjects:
    """In one order for everyone, or two attempts could wait for each other's rows.

    Names are kept as hashes: some who sign in type their password there.
    """
    names = {hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest() for name in usernames}
    return {f"address:{_site(address)}": ALLOWED_BY_ADDRESS} | {
        f"name:{name}": ALLOWED_BY_NAME for name in sorted(names)
    }


def _site(address: str) -> str:
    """An address as it counts: IPv6 by its network, of which anyone has more addresses than could be counted."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(known, ipaddress.IPv4Address) or known.ipv4_mapped:
        return str(known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else known)
    return str(ipaddress.ip_network((known, ONE_SITE), strict=False))


def _refuse_over(work: Work, count: int, allowed: int, window_start: int) -> None:
    if count > allowed:
        wait_s = max(1, (window_start + WINDOW - work.at) // SECOND)
        raise Fault(
            FaultCode.RATE_LIMITED,
            f"Too many failed sign-ins; try again in {wait_s} seconds.",
            details={"retry_after_s": wait_s},
        )


def give_back(database: Database, subjects: Subjects) -> None:
    """Take an attempt out of the count, for its password was right.

    Earlier failures stay: whoever knows one password for a name could otherwise go on guessing another's.
    """
    with database.writing() as work:
        for subject in subjects:
            work.run(_GIVE_BACK, subject=subject)


def forget(work: Work, before: int) -> int:
    """Delete counts whose window began before an instant; how many."""
    return work.run(_FORGET, before=before)
