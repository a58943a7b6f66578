"""Waking workers on other nodes by PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest

from rollbook.adapters import bus
from rollbook.adapters.bus import PostgresListener, announce
from rollbook.adapters.sql import open_database
from tests.environment import postgres_url, skip_or_fail


@pytest.fixture
def url() -> str:
    found = postgres_url()
    if found is None:
        skip_or_fail("postgres", "no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES")
    return found


class Heard:
    """What a listener told."""

    def __init__(self) -> None:
        self.notices: asyncio.Queue[str] = asyncio.Queue()
        self.connected: asyncio.Queue[None] = asyncio.Queue()


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Heard]:
    heard = Heard()
    listener = PostgresListener(url, heard.notices.put_nowait, lambda: heard.connected.put_nowait(None))
    task = asyncio.create_task(listener.run())
    try:
        async with asyncio.timeout(30):
            await heard.connected.get()
            yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def write(url: str, *workers: str, fails: bool = False) -> None:
    """A transaction that wants workers woken."""
    database = open_database(url, announce, pool_size=1)
    try:
        with suppress(ZeroDivisionError), database.writing() as work:
            work.wakes |= set(workers)
            if fails:
                announce(work)
                raise ZeroDivisionError
    finally:
        database.close()


@pytest.mark.anyio
async def test_another_node_hears_after_the_commit_and_nothing_of_what_was_rolled_back(url: str) -> None:
    async with listening(url) as heard:
        await asyncio.to_thread(write, url, "mails", fails=True)
        await asyncio.to_thread(write, url, "deliveries", "mails")
        assert [await heard.notices.get(), await heard.notices.get()] == ["deliveries", "mails"]
        assert heard.notices.empty()


@pytest.mark.anyio
async def test_a_broken_connection_is_made_again_and_all_are_woken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus, "FIRST_PAUSE_S", 0.01)
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rollbook bus'"
    async with listening(url) as heard:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as admin:
            await admin.execute(f"{ends} AND datname = current_database()")
        await heard.connected.get()
        await asyncio.to_thread(write, url, "deliveries")
        assert await heard.notices.get() == "deliveries"
