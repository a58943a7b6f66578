"""When credentials were last used, gathered in memory so that reading costs no write."""

import threading


class UsageLog:
    """The latest use of each credential since it was last emptied. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: dict[int, int] = {}

    def note(self, credential_id: int, at: int) -> None:
        """A credential was used."""
        with self._lock:
            self._uses[credential_id] = at

    def take(self) -> dict[int, int]:
        """What was gathered; the log is empty afterwards."""
        with self._lock:
            taken, self._uses = self._uses, {}
        return taken

    def put_back(self, uses: dict[int, int]) -> None:
        """What was taken and could not be written, unless there is a later use by now."""
        with self._lock:
            self._uses = {**uses, **self._uses}
