"""One script that runs: its output is taken, its limits are watched, and at its end nothing of it is left."""

import os
import selectors
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from rollbook.adapters.scripts.launcher import descendants
from rollbook.adapters.scripts.relay import Relay
from rollbook.adapters.scripts.watching import disk_of, is_nearly_full, memory_of
from rollbook.core.kernel.ports import ScriptEnd, ScriptLimits, ScriptOutcome, ScriptWatcher

LOOKS_EVERY_S = 0.1
TELLS_EVERY_S = 0.5
_CHUNK = 64 * 1024
_ENDING_S = 10
"""How long the launcher may take to end what a script left, before it is ended itself."""
_REASONS: dict[ScriptOutcome, str] = {
    "timeout": "It took longer than it may, and was ended.",
    "stopped": "It was stopped.",
    "memory": "It took more memory than it may, and was ended.",
    "disk": "It wrote more to the disk than it may, and was ended.",
}
CUT = b"\n[more was written than is kept]\n"


class Running:
    """A launcher with its script. ``folder`` is where it writes to the disk, where it does."""

    def __init__(
        self,
        started: tuple[subprocess.Popen[bytes], socket.socket],
        limits: ScriptLimits,
        api: tuple[str, int],
        folder: Path | None,
    ) -> None:
        self._child, self._control = started
        self._limits = limits
        self._api = api
        self._folder = folder
        self._relay: Relay | None = None
        self._code: int | None = None
        self._refused = ""
        self._outcome: ScriptOutcome = "ended"
        self._new = {"stdout": b"", "stderr": b""}
        self._left = dict.fromkeys(self._new, limits.output_bytes)

    def until_ended(self, watcher: ScriptWatcher) -> ScriptEnd:
        """Take its output and watch it until all of it has ended."""
        try:
            self._watch(watcher)
        finally:
            self._end()
            if self._relay is not None:
                self._relay.close()
            self._control.close()
        self._tell(watcher)
        if self._refused:
            return ScriptEnd(outcome="refused", return_code=126, reason=self._refused)
        code = self._code if self._code is not None else -9
        return ScriptEnd(outcome=self._outcome, return_code=code, reason=_REASONS.get(self._outcome, ""))

    def _watch(self, watcher: ScriptWatcher) -> None:
        deadline = time.monotonic() + self._limits.deadline_s
        next_look, next_telling, ending_at = 0.0, 0.0, float("inf")
        with selectors.DefaultSelector() as waiting:
            assert self._child.stdout is not None
            assert self._child.stderr is not None
            waiting.register(self._child.stdout, selectors.EVENT_READ, "stdout")
            waiting.register(self._child.stderr, selectors.EVENT_READ, "stderr")
            waiting.register(self._control, selectors.EVENT_READ, "control")
            while waiting.get_map():
                for key, _ in waiting.select(LOOKS_EVERY_S):
                    if not self._take(key):
                        waiting.unregister(key.fileobj)
                at = time.monotonic()
                if at >= next_telling:
                    next_telling = at + TELLS_EVERY_S
                    self._tell(watcher)
                if self._outcome == "ended" and at >= next_look:
                    next_look = at + LOOKS_EVERY_S
                    self._outcome = self._why_end(watcher, is_late=at >= deadline)
                    if self._outcome != "ended":
                        self._child.terminate() if self._folder is not None else self._child.kill()
                        ending_at = at + _ENDING_S
                if at >= ending_at:
                    return

    def _why_end(self, watcher: ScriptWatcher, *, is_late: bool) -> ScriptOutcome:
        if is_late:
            return "timeout"
        if watcher.should_stop():
            return "stopped"
        if memory_of(self._child.pid) > self._limits.memory_bytes:
            return "memory"
        if self._folder is not None and self._has_filled(self._folder):
            return "disk"
        return "ended"

    def _has_filled(self, folder: Path) -> bool:
        return disk_of(folder) > self._limits.disk_bytes or is_nearly_full(folder)

    def _take(self, key: selectors.SelectorKey) -> bool:
        """Take what came on a stream; False at its end."""
        if key.data == "control":
            return self._hear()
        data = os.read(key.fd, _CHUNK)
        left = self._left[key.data]
        self._left[key.data] = left - len(data)
        if left > 0:
            self._new[key.data] += data if len(data) <= left else data[:left] + CUT
        return bool(data)

    def _hear(self) -> bool:
        """Hear what the launcher says; False when it has said its last."""
        try:
            said, descriptors, _, _ = socket.recv_fds(self._control, 2_000, 1)
        except OSError:
            return False
        if descriptors:
            self._relay = Relay(socket.socket(fileno=descriptors[0]), self._api)
        word, _, rest = said.decode(errors="replace").partition(" ")
        if word == "end":
            self._code = int(rest)
        elif word == "refused":
            self._refused = rest
        return bool(said)

    def _tell(self, watcher: ScriptWatcher) -> None:
        stdout, stderr = self._new["stdout"], self._new["stderr"]
        self._new = {"stdout": b"", "stderr": b""}
        watcher.wrote(stdout=stdout, stderr=stderr)

    def _end(self) -> None:
        if self._code is None and not self._refused:
            for pid in (*descendants(self._child.pid), self._child.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._child.wait()
        for stream in (self._child.stdout, self._child.stderr):
            assert stream is not None
            stream.close()
