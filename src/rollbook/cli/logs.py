"""What the server writes to standard error, and what it must not: secrets that stand in addresses."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]

log = logging.getLogger("rollbook.requests")

_SECRET = re.compile(r"rb[a-z]_[A-Za-z0-9_-]{8,}")


def configure_logging() -> None:
    """Warnings of everything, and what Rollbook itself tells, one line each."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("rollbook").setLevel(logging.INFO)


def shown_path(path: str) -> str:
    """A path as it may be logged: secrets in it are cut to their beginning, control characters escaped."""
    return _SECRET.sub(lambda found: f"{found.group()[:4]}***", path).encode("unicode_escape").decode("ascii")


class RequestLog:
    """ASGI middleware: one line a request, without its query string."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass on, and note the status on the way back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noting(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            spent_ms = (time.perf_counter() - began) * 1000
            log.info("%s %s %s %.1f ms", scope["method"], shown_path(scope["path"]), status or "-", spent_ms)
