"""Waking the workers of every node that shares a PostgreSQL database, by LISTEN and NOTIFY.

The notice is part of the transaction that makes the work, so it arrives after the commit or never. Nothing depends on
its arriving: workers also look by themselves.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, func, select

from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work

log = logging.getLogger("rollbook.bus")

CHANNEL = "rollbook_wake"
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
_KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}

_NOTIFY = Statement[tuple[Any, ...]](select(func.pg_notify(CHANNEL, bindparam("worker"))))


def announce(work: Work) -> None:
    """Tell every node, once this is committed, which workers have something to do. On SQLite there is one node."""
    if work.store == "postgresql":
        for worker in sorted(work.wakes):
            work.first(_NOTIFY, worker=worker)


class PostgresListener:
    """Hears what other nodes announce, on a connection of its own, which it makes again when it breaks."""

    def __init__(self, url: str, on_notice: Callable[[str], None], on_reconnect: Callable[[], None]) -> None:
        """``on_reconnect`` is called when notices may have been missed."""
        self._url = url
        self._on_notice = on_notice
        self._on_reconnect = on_reconnect
        self._pause_s = FIRST_PAUSE_S

    async def run(self) -> None:
        """Listen until cancelled."""
        from psycopg import OperationalError  # here, because a server on SQLite needs no driver of PostgreSQL's

        while True:
            try:
                await self._listen()
            except OperationalError as problem:
                log.warning("not hearing from other nodes: %s", str(problem).strip().splitlines()[0])
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    async def _listen(self) -> None:
        from psycopg import AsyncConnection

        options: dict[str, Any] = {"application_name": "rollbook bus", **_KEEPALIVE}
        async with await AsyncConnection.connect(self._url, autocommit=True, **options) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._pause_s = FIRST_PAUSE_S
            self._on_reconnect()
            async for notice in connection.notifies():
                self._on_notice(notice.payload)
