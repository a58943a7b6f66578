"""Answers that were given, kept for as long as the tables they came from stay as they were."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from rollbook.core.kernel.warehouse import Result

MOST_CELLS = 5_000_000
"""Of all kept answers together."""
LARGEST_CELLS = 500_000
"""Of one answer that is kept."""


class AnswerCache:
    """The answers that were asked for last. A key holds the versions of the tables, so that no answer is ever old."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Result] = OrderedDict()
        self._cells = 0
        self._guard = threading.Lock()

    def find(self, key: Hashable) -> Result | None:
        """The answer under a key."""
        with self._guard:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, result: Result) -> None:
        """Keep an answer, unless it is large; those that nobody asked for longest make room."""
        size = _cells_of(result)
        if size > LARGEST_CELLS:
            return
        with self._guard:
            if key in self._kept:
                return
            self._kept[key] = result
            self._cells += size
            while self._cells > MOST_CELLS:
                _, dropped = self._kept.popitem(last=False)
                self._cells -= _cells_of(dropped)


def _cells_of(result: Result) -> int:
    return (len(result.rows) + 1) * len(result.columns)
