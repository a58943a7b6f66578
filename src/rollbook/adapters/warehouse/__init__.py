"""The warehouse: DuckDB on one file that this process owns, or on a lake that many share.

Its libraries are large, and load when it is first used.
"""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from rollbook.adapters.warehouse.address import LakeAddress, read_address
from rollbook.core.kernel.warehouse import Warehouse


def warehouse_from(url: str | None, folder: Path) -> Warehouse:
    """The warehouse at a URL, or in a folder where it is None. The folder is this server's own in either case.

    Raises `ValueError` for a URL that says no place.
    """
    return cast(Warehouse, _Sleeping(folder, None if url is None else read_address(url)))


class _Sleeping:
    """A warehouse that wakes when something is asked of it."""

    def __init__(self, folder: Path, address: LakeAddress | None) -> None:
        self._folder = folder
        self._address = address
        self._woken: Any = None
        self._waking = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wake(), name)

    def _wake(self) -> Any:
        with self._waking:
            if self._woken is None:
                self._woken = _made(self._folder, self._address)
            return self._woken

    def take_changed(self) -> Iterable[str]:
        """What changed; nothing while it sleeps."""
        return () if self._woken is None else cast(Iterable[str], self._woken.take_changed())

    def tidy(self) -> None:
        """Give back room; nothing while it sleeps."""
        if self._woken is not None:
            self._woken.tidy()

    def close(self) -> None:
        """Let go of the file, if it was taken."""
        if self._woken is not None:
            self._woken.close()


def _made(folder: Path, address: LakeAddress | None) -> Any:
    if address is not None:
        from rollbook.adapters.warehouse.lake import LakeWarehouse

        return LakeWarehouse(folder, address)
    from rollbook.adapters.warehouse.duck import DuckWarehouse

    return DuckWarehouse(folder)
