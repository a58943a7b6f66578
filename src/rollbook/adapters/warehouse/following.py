"""A change while it goes on: how far it is, told now and then, and ended where it was called off."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import duckdb

from rollbook.core.kernel.warehouse import WarehouseCalledOff, Watch

T = TypeVar("T")
EVERY_S = 0.2


class Following:
    """One change and who watches it. ``share`` is what the change itself knows of how much of it is done."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, watch: Watch | None) -> None:
        self._cursor = cursor
        self._watch = watch
        self._ended = threading.Event()
        self.share: float | None = None
        self.is_off = False

    def follow(self) -> None:
        """Look every now and then until it has ended. An interrupt between two statements is lost: there are many."""
        while self._watch is not None and not self._ended.wait(EVERY_S):
            self.is_off = self.is_off or not self._watch.tell(self._known())
            if self.is_off:
                self._cursor.interrupt()

    def _known(self) -> float | None:
        if self.share is not None:
            return self.share
        percent = self._cursor.query_progress()
        return percent / 100 if percent >= 0 else None

    def each(self, parts: Sequence[T], size: Callable[[T], int]) -> Iterator[T]:
        """The parts of a change one by one, whose sizes say how much is done. Raises `WarehouseCalledOff`."""
        total, so_far = sum(map(size, parts)), 0
        for part in parts:
            self.share = so_far / total if total else None
            self.require_wanted()
            yield part
            so_far += size(part)

    def require_wanted(self) -> None:
        """Raises `WarehouseCalledOff`."""
        if self.is_off:
            raise WarehouseCalledOff

    def require_may_commit(self) -> None:
        """Ask for the last time. Raises `WarehouseCalledOff`."""
        self.require_wanted()
        if self._watch is not None and not self._watch.may_commit():
            raise WarehouseCalledOff

    def end(self) -> None:
        """Look no more."""
        self._ended.set()


@contextmanager
def following(cursor: duckdb.DuckDBPyConnection, watch: Watch | None) -> Iterator[Following]:
    """Follow a change for as long as the block lasts. Raises `WarehouseCalledOff` for an interrupt of its own."""
    followed = Following(cursor, watch)
    if watch is None:
        yield followed
        return
    cursor.execute("SET enable_progress_bar = true")
    cursor.execute("SET enable_progress_bar_print = false")
    thread = threading.Thread(target=followed.follow, name="rollbook-following", daemon=True)
    thread.start()
    try:
        yield followed
    except duckdb.InterruptException:
        followed.require_wanted()
        raise
    finally:
        followed.end()
        thread.join()
