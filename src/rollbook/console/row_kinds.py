"""The kinds of rows that the console's table is made of: pages, forms, files, for those signed in and for anyone."""

from collections.abc import Callable
from typing import Any

from rollbook.console.visits import Handler, action, open_action, open_page, own_action, page
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.learning.media import MOST_BYTES
from rollbook.web.routes import Call, Row, Runs

FORM_BYTES = 1_000_000


def see(path: str, handler: Handler, needs: P | None = None) -> Row:
    """A page."""
    return Row("GET", path, page(handler), needs=needs, runs=Runs.POOL)


def do(
    path: str, handler: Handler, needs: P | None = None, *, again: Handler | None = None, back: str = "/console"
) -> Row:
    """A form or button."""
    run = action(handler, again=again, back=back)
    return Row("POST", path, run, needs=needs, runs=Runs.POOL, reads_raw=True, opens_own_work=True)


def do_slowly(
    path: str,
    handler: Handler,
    needs: P | None = None,
    *,
    again: Handler | None = None,
    back: str = "/console",
    limit_bytes: int = FORM_BYTES,
) -> Row:
    """A form whose handler opens its own units of work."""
    run = own_action(handler, again=again, back=back)
    return Row(
        "POST", path, run, needs=needs, runs=Runs.POOL, reads_raw=True, opens_own_work=True, limit_bytes=limit_bytes
    )


def open_see(path: str, handler: Handler) -> Row:
    """A page that needs no session."""
    return Row("GET", path, open_page(handler), is_public=True, runs=Runs.POOL)


def open_do(path: str, handler: Handler, again: Handler) -> Row:
    """A form that needs no session."""
    run = open_action(handler, again=again)
    return Row("POST", path, run, is_public=True, runs=Runs.POOL, reads_raw=True, opens_own_work=True)


def hand_out(path: str, handler: Callable[[Call[None, None]], Any]) -> Row:
    """A file for anyone who has its address."""
    return Row("GET", path, handler, is_public=True, runs=Runs.POOL, opens_own_work=True)


def answer(path: str, handler: Callable[[Call[None, None]], Any]) -> Row:
    """A form of a page in another site, which says itself what it may be answered."""
    return Row("POST", path, handler, is_public=True, runs=Runs.POOL, reads_raw=True, opens_own_work=True)


def take(
    path: str,
    handler: Handler,
    needs: P,
    *,
    again: Handler | None = None,
    back: str = "/console",
    most_bytes: int = MOST_BYTES,
) -> Row:
    """A form with a large file, which is never whole in memory."""
    run = own_action(handler, again=again, back=back)
    return Row(
        "POST", path, run, needs=needs, runs=Runs.POOL, reads_raw=True, opens_own_work=True, spools=True,
        limit_bytes=most_bytes + FORM_BYTES,
    )  # fmt: skip
