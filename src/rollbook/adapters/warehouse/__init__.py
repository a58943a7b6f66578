"""The warehouse: DuckDB on one file that this process owns. Its libraries are large, and load when it is first used."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from rollbook.core.kernel.warehouse import Warehouse


def warehouse_in(folder: Path) -> Warehouse:
    """The warehouse in a folder, which is made with the first table."""
    return cast(Warehouse, _Sleeping(folder))


class _Sleeping:
    """A warehouse that wakes when something is asked of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._woken: Any = None
        self._waking = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wake(), name)

    def _wake(self) -> Any:
        with self._waking:
            if self._woken is None:
                from rollbook.adapters.warehouse.duck import DuckWarehouse

                self._woken = DuckWarehouse(self._folder)
            return self._woken

    def take_changed(self) -> Iterable[str]:
        """What changed; nothing while it sleeps."""
        return () if self._woken is None else cast(Iterable[str], self._woken.take_changed())

    def close(self) -> None:
        """Let go of the file, if it was taken."""
        if self._woken is not None:
            self._woken.close()
