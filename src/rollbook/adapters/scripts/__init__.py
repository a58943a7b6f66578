"""Scripts run in a process that confines itself first (``launcher``); here they are started, watched and ended."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import sysconfig
import tempfile
import threading
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec

from rollbook.adapters.scripts import launcher
from rollbook.adapters.scripts.running import Running
from rollbook.core.kernel.ports import ScriptEnd, ScriptJob, ScriptRunner, ScriptWatcher

Confinement = Literal["namespaces", "landlock", "none"]
LEAST_LANDLOCK = 6
"""The version that keeps a script from sending signals to the server; Linux 6.12."""
FIRST_USER, USERS = 700_000, 1_000
"""The users that scripts run as where the server is root, one for each script at a time."""
OWN_PORT = 8000
"""Where a script finds our API in a network of its own."""
MOST_FILES = 10_000
LONGEST_VARIABLE = 96 * 1024
"""Bytes; Linux takes 128 KiB in one variable."""
_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/ssl", "/etc/ld.so.cache", "/etc/localtime")
_PREFIX = "rollbook-script-"
_LAUNCHER = Path(launcher.__file__)


def script_runner(wanted: str, host: str, port: int, folders: Sequence[Path]) -> ScriptRunner:
    """What runs scripts beside a server that listens at an address: ``confined``, ``unconfined`` or ``off``.

    ``folders`` are what no script may read.
    """
    if wanted == "off":
        return NoScripts()
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return ConfinedScripts(lambda: (near, port), folders, "none" if wanted == "unconfined" else None)


class NoScripts:
    """`ScriptRunner` that runs none."""

    def run(self, job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        """Refuse; see `ScriptRunner.run`."""
        return ScriptEnd(outcome="refused", return_code=126, reason=self.why_not())

    def why_not(self) -> str:
        """Say why; see `ScriptRunner.why_not`."""
        return "Scripts are switched off on this server (ROLLBOOK_SCRIPTS=off)."


class ConfinedScripts:
    """`ScriptRunner` by Linux's namespaces and Landlock.

    ``address`` is where the server listens; ``hidden`` are folders that no script may read; ``confinement`` None takes
    the best that there is here.
    """

    def __init__(
        self, address: Callable[[], tuple[str, int]], hidden: Sequence[Path], confinement: Confinement | None = None
    ) -> None:
        self._address = address
        self._hidden = [path.resolve() for path in hidden]
        self._wanted = confinement
        self._users: set[int] = set()
        self._lock = threading.Lock()
        self._was_swept = False

    def run(self, job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        """Run a script to its end; see `ScriptRunner.run`."""
        if (reason := self.why_not()) is not None:
            return ScriptEnd(outcome="refused", return_code=126, reason=reason)
        user = self._take_user()
        self._sweep()
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        try:
            if self._switches_user:
                os.chown(folder, user, user)
            return self._running(job, folder, user).until_ended(watcher)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with self._lock:
                self._users.discard(user)

    def _sweep(self) -> None:
        """Once, delete the folders that servers left which were killed."""
        with self._lock:
            was_swept, self._was_swept = self._was_swept, True
        for folder in [] if was_swept else Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            maker = folder.name.removeprefix(_PREFIX).partition("-")[0]
            if not Path("/proc", maker).exists():
                shutil.rmtree(folder, ignore_errors=True)

    def why_not(self) -> str | None:
        """Say why no script can be run here; see `ScriptRunner.why_not`."""
        if sys.platform != "linux":
            return "Scripts are confined by what Linux alone has."
        if self._confinement is None:
            return (
                "Scripts cannot be confined here: there are neither namespaces for them nor Landlock (Linux 6.12 or "
                "newer). ROLLBOOK_SCRIPTS=unconfined runs them all the same, with all that the server may do."
            )
        for path in self._hidden if self._confinement != "none" else []:
            if any(path.is_relative_to(shown) for shown in map(Path, _readable())):
                return f"Scripts could read {path}: it lies in a folder that Python or the system needs."
        if self._confinement == "landlock" and self._switches_user and (closed := _closed_to_others()):
            return (
                f"Scripts run as a user of their own here, who may not go into {closed}, where Python lies. Let "
                "everyone in (chmod o+x), run the server as a plain user, or let it make namespaces (CAP_SYS_ADMIN)."
            )
        return None

    @cached_property
    def _confinement(self) -> Confinement | None:
        if self._wanted is not None:
            return self._wanted
        if _can_make_namespaces():
            return "namespaces"
        return "landlock" if launcher.landlock_version() >= LEAST_LANDLOCK else None

    def _take_user(self) -> int:
        if not self._switches_user:
            return launcher.NOBODY if self._confinement == "namespaces" else os.geteuid()
        with self._lock:
            user = next(user for user in range(FIRST_USER, FIRST_USER + USERS) if user not in self._users)
            self._users.add(user)
            return user

    def _running(self, job: ScriptJob, folder: Path, user: int) -> Running:
        confinement = self._confinement
        port = OWN_PORT if confinement == "namespaces" else self._address()[1]
        params = msgspec.json.encode(job.params)
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHON_CLIENT_API_DOMAIN": f"http://127.0.0.1:{port}",
            # One thread each: they would take the addresses and processes that a script may have.
            **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }
        if len(encoded := b64encode(params)) <= LONGEST_VARIABLE:
            environment["_SERENYTICS_PARAMS"] = encoded.decode()
        told: dict[str, Any] = {
            "confinement": confinement,
            "landlock": confinement != "none" and launcher.landlock_version() > 0,
            "root": str(folder),
            "home": str(folder),
            "user": user,
            "switches_user": self._switches_user,
            "readable": _readable(),
            "port": port,
            "python": sys.executable,
            "environment": environment,
            "texts": {"script.py": job.code, "params.json": params.decode()},
            "memory_bytes": job.limits.memory_bytes,
            "disk_bytes": job.limits.disk_bytes,
            "cpu_s": int(job.limits.deadline_s) + 1,
            "processes": job.limits.processes + (0 if self._has_own_user else _threads_of(os.geteuid())),
            "files": MOST_FILES,
        }
        watched = None if confinement == "namespaces" else folder
        return Running(_started(told), job.limits, self._address(), watched)

    @property
    def _switches_user(self) -> bool:
        """Whether a script runs as a user of its own: the server may make it so, and is not told to confine nothing."""
        return os.geteuid() == 0 and self._confinement != "none"

    @property
    def _has_own_user(self) -> bool:
        """Whether a script's processes are counted for themselves, and not with the server's."""
        return self._switches_user or self._confinement == "namespaces"


def _closed_to_others() -> Path | None:
    """The first folder on the way to Python that other users may not go into."""
    for path in (Path(sys.executable), Path(sys.executable).resolve(), Path(sys.base_prefix)):
        for folder in reversed(path.absolute().parents):
            if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
                return folder
    return None


def _readable() -> list[str]:
    """What every script reads: the system's programs and libraries, and Python with its packages."""
    paths = sysconfig.get_paths()
    own = {sys.prefix, sys.base_prefix, paths["stdlib"], paths["purelib"], paths["platlib"]}
    links = {str(part) for one in own for part in (Path(one), Path(one).resolve())}
    return [*(path for path in _SYSTEM if Path(path).exists()), *sorted(links)]


def _threads_of(user: int) -> int:
    """How many threads a user has, which the limit of processes counts."""
    total = 0
    for entry in os.scandir("/proc"):
        with suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == user:
                total += sum(1 for _ in os.scandir(f"{entry.path}/task"))
    return total


def _started(told: dict[str, Any]) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """The launcher, which has its job, and the socket that it talks over."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), str(theirs.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
            cwd="/",
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    assert child.stdin is not None
    with suppress(BrokenPipeError), child.stdin as given:
        given.write(msgspec.json.encode(told))
    return child, ours


def _can_make_namespaces() -> bool:
    """Try it, in a process of its own."""
    command = [sys.executable, "-I", "-S", str(_LAUNCHER), "try"]
    return subprocess.run(command, env={}, capture_output=True, check=False).returncode == 0
