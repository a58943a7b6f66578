"""Scripts that try to get out. Each attempt runs in every way of confining there is, as root and as a plain user."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rollbook.adapters.scripts import ConfinedScripts, launcher
from rollbook.core.kernel.ports import ScriptEnd, ScriptJob, ScriptLimits

HELD = bytearray(b"what the server holds in memory: " + os.urandom(8).hex().encode())
SECRET = "a row of somebody's record"


class Log:
    """What a script wrote; asked to stop it once ``until`` was seen."""

    def __init__(self, until: str | None = None) -> None:
        self.out, self.errors, self._until = "", "", until

    def wrote(self, *, stdout: bytes, stderr: bytes) -> None:
        self.out += stdout.decode()
        self.errors += stderr.decode()

    def should_stop(self) -> bool:
        return self._until is not None and self._until in self.out


class Ran:
    """Runs scripts in one way, for tests."""

    def __init__(self, runner: ConfinedScripts, data: Path) -> None:
        self.runner, self.data = runner, data

    def __call__(self, code: str, *, until: str | None = None, **limits: Any) -> tuple[ScriptEnd, Log]:
        log = Log(until)
        job = ScriptJob(code=code, params={"quarter": 2}, limits=ScriptLimits(**{"deadline_s": 30, **limits}))
        return self.runner.run(job, log), log


def _let_everyone_into(folder: Path) -> None:
    """As they may go into ``/tmp``: a script has a user of its own where the server is root."""
    for one in (folder, folder.parent, folder.parent.parent):
        one.chmod(0o755)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Where "our API" listens."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture(params=["namespaces", "landlock"])
def ran(
    request: pytest.FixtureRequest, tmp_path: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ran]:
    """Scripts confined in one way, and a data folder that everyone may read by its mode."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    (data / "rollbook.db").write_text(SECRET)
    _let_everyone_into(tmp_path)
    runs = tmp_path / "runs"
    runs.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(runs))
    runner = ConfinedScripts(lambda: ("127.0.0.1", listener.getsockname()[1]), [data], request.param)
    closed = runner.why_not()
    if request.param == "landlock" and os.geteuid() == 0 and closed and "may not go into" in closed:
        pytest.skip("root's own Python lies where no other user gets; the runs as others, below, have it elsewhere")
    assert closed is None
    yield Ran(runner, data)
    assert list(runs.iterdir()) == []


def _outside(code: str) -> str:
    """What the same code prints where nothing confines it."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_script_runs_with_its_parameters_and_ends_with_its_code(ran: Ran) -> None:
    code = (
        "import json, os, sys, base64; print(json.load(open('params.json'))['quarter'])\n"
        "print(json.loads(base64.b64decode(os.environ['_SERENYTICS_PARAMS'])))\n"
        "print('é', file=sys.stderr); sys.exit(3)"
    )
    end, log = ran(code)
    assert (end.outcome, end.return_code) == ("ended", 3), end
    assert log.out == "2\n{'quarter': 2}\n"
    assert log.errors == "é\n"


def test_a_script_runs_however_strict_the_servers_umask_is(ran: Ran) -> None:
    before = os.umask(0o077)
    try:
        end, log = ran("print(open('/dev/urandom', 'rb').read(1) != b'')")
    finally:
        os.umask(before)
    assert (end.outcome, end.return_code, log.out) == ("ended", 0, "True\n"), (end, log.errors)


def test_the_packages_that_analysts_use_are_there(ran: Ran) -> None:
    end, log = ran("import pandas, requests, serenytics\nprint(serenytics.Client().script_args)")
    assert end.return_code == 0, log.errors
    assert log.out == "{'quarter': 2}\n"


def test_a_script_that_raises_has_its_traceback_in_the_log(ran: Ran) -> None:
    end, log = ran("1/0")
    assert end.return_code == 1
    assert 'script.py", line 1' in log.errors
    assert "ZeroDivisionError" in log.errors


def test_the_environment_holds_nothing_of_the_servers(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLBOOK_SECRET_KEY", "0" * 64)
    _, log = ran("import os; print(sorted(os.environ))")
    assert "ROLLBOOK" not in log.out
    assert "'PYTHON_CLIENT_API_DOMAIN'" in log.out


def test_the_data_folder_cannot_be_read(ran: Ran) -> None:
    code = f"print(open({str(ran.data / 'rollbook.db')!r}).read())"
    assert SECRET in _outside(code)
    end, log = ran(code)
    assert end.return_code == 1
    assert SECRET not in log.out
    assert "Error" in log.errors


def test_a_link_to_the_data_folder_leads_nowhere(ran: Ran) -> None:
    target = str(ran.data / "rollbook.db")
    end, log = ran(f"import os; os.symlink({target!r}, 'link'); print(open('link').read())")
    assert end.return_code == 1
    assert SECRET not in log.out


def test_nothing_outside_its_own_folder_can_be_written(ran: Ran) -> None:
    places = ["/usr/left", "/etc/left", "/var/left", "/left", sys.prefix + "/left", str(ran.data / "left")]
    code = f"""
for place in {places}:
    try: open(place, 'w'); print('wrote', place)
    except OSError: pass
"""
    end, log = ran(code)
    assert (end.return_code, log.out) == (0, "")


def test_another_scripts_files_cannot_be_found_or_read(ran: Ran) -> None:
    code = "import time; open('own', 'w').write('mine'); print('wrote'); time.sleep(20)"
    written, finished = threading.Event(), threading.Event()

    class Other(Log):
        def should_stop(self) -> bool:
            if "wrote" in self.out:
                written.set()
            return finished.is_set()

    first = threading.Thread(target=ran.runner.run, args=(ScriptJob(code=code, params={}), Other()))
    first.start()
    written.wait(10)
    code = """
import os
places = {'/tmp', '/var/tmp', '/script', os.path.dirname(os.getcwd())} - {'/'}
print([os.path.join(parent, 'own') for place in places for parent, _, names in os.walk(place) if 'own' in names])
"""
    end, looked = ran(code)
    finished.set()
    first.join()
    assert written.is_set()
    assert (end.return_code, looked.out) == (0, "[]\n")


_READS_MEMORY = """
import ctypes, os, sys
pid, address, size = {pid}, {address}, {size}
for name in ("mem", "environ", "maps", "cmdline"):
    try:
        with open(f"/proc/{{pid}}/{{name}}", "rb") as file:
            file.seek(address if name == "mem" else 0)
            print("read", name, file.read(size))
    except OSError as problem: pass
class Part(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
buffer = ctypes.create_string_buffer(size)
libc = ctypes.CDLL(None)
here, there = Part(ctypes.addressof(buffer), size), Part(address, size)
got = libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
print("read by call", buffer.raw) if got > 0 else None
if "ptrace" in {tries}: print("traced") if libc.ptrace(16, pid, 0, 0) == 0 else None
if "kill" in {tries}:
    try: os.kill(pid, 0); print("could signal")
    except OSError: pass
"""


def _reading(**values: Any) -> str:
    buffer = (__import__("ctypes").c_char * len(HELD)).from_buffer(HELD)
    address = __import__("ctypes").addressof(buffer)
    return _READS_MEMORY.format(pid=os.getpid(), address=address, size=len(HELD), **values)


def test_the_servers_memory_and_environment_cannot_be_read_nor_can_it_be_signalled(ran: Ran) -> None:
    outside = _outside(_reading(tries=["kill"]))
    assert "read environ" in outside
    assert "could signal" in outside
    end, log = ran(_reading(tries=["kill", "ptrace"]))
    assert (end.return_code, log.out) == (0, ""), log


def test_only_our_own_api_is_called(ran: Ran, listener: socket.socket) -> None:
    def answer() -> None:
        with listener.accept()[0] as one:
            one.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nours")

    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        answering = threading.Thread(target=answer)
        answering.start()
        code = f"""
import os, socket, urllib.request
print(urllib.request.urlopen(os.environ['PYTHON_CLIENT_API_DOMAIN']).read())
for target in [('127.0.0.1', {port}), ('169.254.169.254', 80), ('8.8.8.8', 53), ('::1', {port})]:
    try: socket.create_connection(target, 2); print('reached', target)
    except OSError: pass
"""
        end, log = ran(code)
        answering.join()
    assert (end.return_code, log.out) == (0, "b'ours'\n"), log.errors


def test_abstract_sockets_of_others_are_not_reached(ran: Ran) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        name = b"\0rollbook-test-" + os.urandom(6).hex().encode()
        made.bind(name)
        made.listen()
        code = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({name!r}); print('reached')"
        assert "reached" in _outside(code)
        _, log = ran(code)
    assert log.out == ""


def _command_lines() -> Iterator[tuple[int, bytes]]:
    """Every process with its command line."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                yield int(entry.name), (entry / "cmdline").read_bytes()


def _alive(mark: str) -> list[int]:
    """The processes whose command line has a mark."""
    return [process for process, line in _command_lines() if mark.encode() in line]


def _is_daemon_there(mark: str) -> bool:
    """Whether a process has the mark as its last argument, unlike the server and its forks, whose code names it."""
    return any(line.endswith(f"\0{mark}\0".encode()) for _, line in _command_lines())


_DAEMON = """
import os, signal, subprocess, sys, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)', {mark!r}])
    os._exit(0)
time.sleep({stays})
print('done')
"""


@pytest.mark.parametrize("way", ["it ends", "deadline", "stopped"])
def test_nothing_outlives_a_script(ran: Ran, way: str) -> None:
    mark = f"mark-{os.urandom(6).hex()}"
    daemon = _DAEMON.format(mark=mark, stays=1 if way == "it ends" else 60)
    began = time.monotonic()
    end, log = ran(
        "print('began')\n" + daemon,
        deadline_s=1.5 if way == "deadline" else 30,
        until="began" if way == "stopped" else None,
    )
    assert end.outcome == {"it ends": "ended", "deadline": "timeout", "stopped": "stopped"}[way], log.errors
    assert time.monotonic() - began < 10
    assert _alive(mark) == []


def test_a_daemon_is_found_by_the_mark_while_it_lives(ran: Ran) -> None:
    mark = f"mark-{os.urandom(6).hex()}"
    running = threading.Thread(target=ran, args=(_DAEMON.format(mark=mark, stays=3),))
    running.start()
    deadline = time.monotonic() + 10
    while not (seen := _alive(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.join()
    assert seen
    assert _alive(mark) == []


def test_one_that_ignores_every_signal_ends_at_its_deadline(ran: Ran) -> None:
    code = """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass
"""
    end, _ = ran(code, deadline_s=1)
    assert end.outcome == "timeout"


def test_a_fork_bomb_is_bounded_and_ended(ran: Ran) -> None:
    mark = f"mark-{os.urandom(6).hex()}"
    code = f"""
import os, sys
if len(sys.argv) == 1: os.execv(sys.executable, [sys.executable, '-I', __file__, {mark!r}])
while True:
    try: os.fork()
    except OSError: pass
"""
    most = 0
    done = threading.Event()

    def count() -> None:
        nonlocal most
        while not done.wait(0.05):
            most = max(most, len(_alive(mark)))

    counting = threading.Thread(target=count)
    counting.start()
    end, _ = ran(code, deadline_s=2, processes=30)
    done.set()
    counting.join()
    assert end.outcome == "timeout"
    assert 5 < most <= 31 + 10  # beside its user's own limit, the server's threads come and go
    assert _alive(mark) == []


def test_memory_is_bounded_for_one_process_and_for_all(ran: Ran) -> None:
    size = 300 * 1024**2
    end, log = ran(f"x = bytearray({size * 2})", memory_bytes=size)
    assert end.return_code != 0
    assert "MemoryError" in log.errors
    many = f"import os, time\nfor _ in range(4): os.fork()\nx = b'x' * {size // 3}\ntime.sleep(20)"
    end, _ = ran(many, memory_bytes=size)
    assert end.outcome == "memory"


_FILLS = {
    "one large file": "f = open('a', 'wb')\nwhile True: f.write(b'x' * 1024**2)",
    "many files": "for n in range(10**6): open(f'f{n}', 'wb').write(b'x' * 1024**2)",
    "deleted files": """
import os
kept = []
while True:
    kept.append(open('a', 'wb')); os.unlink('a')
    for _ in range(5): kept[-1].write(b'x' * 1024**2)
    kept[-1].flush()
""",
    "files in memory": """
import os
while True:
    held = os.memfd_create('a')
    for _ in range(5): os.write(held, b'x' * 1024**2)
""",
}


@pytest.mark.parametrize("how", sorted(_FILLS))
def test_the_disk_is_not_filled(ran: Ran, how: str) -> None:
    before = os.statvfs("/tmp")
    end, log = ran(_FILLS[how], disk_bytes=40 * 1024**2, memory_bytes=400 * 1024**2)
    after = os.statvfs("/tmp")
    assert end.outcome in ("disk", "memory") or (end.return_code != 0 and "Error" in log.errors), (end, log.errors)
    assert (before.f_bfree - after.f_bfree) * before.f_frsize < 200 * 1024**2


def test_endless_output_is_cut_and_the_script_goes_on(ran: Ran) -> None:
    code = "for _ in range(3000): print('x' * 1000)\nimport sys; sys.exit(7)"
    end, log = ran(code, output_bytes=10_000)
    assert end.return_code == 7
    assert len(log.out) < 10_100
    assert log.out.endswith("[more was written than is kept]\n")


def test_output_comes_while_the_script_runs(ran: Ran) -> None:
    began = time.monotonic()
    end, _ = ran("import time; print('first'); time.sleep(60)", until="first")
    assert end.outcome == "stopped"
    assert time.monotonic() - began < 10


def test_it_has_no_privilege_and_gains_none(ran: Ran) -> None:
    code = """
import ctypes, os
libc = ctypes.CDLL(None)
print(os.getuid() != 0, libc.prctl(39, 0, 0, 0, 0))
print('mount', libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))
print('chroot', libc.chroot(b'/'))
print('setuid', libc.setuid(0))
"""
    _, log = ran(code)
    assert log.out == "True 1\nmount -1\nchroot -1\nsetuid -1\n"


def test_a_data_folder_inside_what_scripts_read_is_refused() -> None:
    runner = ConfinedScripts(lambda: ("127.0.0.1", 1), [Path(sys.prefix) / "data"])
    end = runner.run(ScriptJob(code="print(1)", params={}), Log())
    assert end.outcome == "refused"
    assert "Scripts could read" in end.reason


def test_without_namespaces_and_landlock_nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("rollbook.adapters.scripts._can_make_namespaces", lambda: False)
    monkeypatch.setattr(launcher, "landlock_version", lambda: 5)
    end = ConfinedScripts(lambda: ("127.0.0.1", 1), [tmp_path]).run(ScriptJob(code="print(1)", params={}), Log())
    assert end.outcome == "refused"
    assert "ROLLBOOK_SCRIPTS=unconfined" in end.reason


def test_scripts_end_with_their_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _let_everyone_into(tmp_path)
    mark = f"mark-{os.urandom(6).hex()}"
    server = f"""
from rollbook.adapters.scripts import ConfinedScripts
from rollbook.core.kernel.ports import ScriptJob
from tests.adapters.test_scripts import Log
job = ScriptJob(code={_DAEMON.format(mark=mark, stays=60)!r}, params={{}})
ConfinedScripts(lambda: ('127.0.0.1', 1), []).run(job, Log())
"""
    with subprocess.Popen([sys.executable, "-c", server], env={**os.environ, "TMPDIR": str(tmp_path)}) as child:
        deadline = time.monotonic() + 20
        while not _is_daemon_there(mark) and time.monotonic() < deadline:
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _alive(mark) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _alive(mark) == []
    left = [one.name for one in tmp_path.iterdir()]
    assert len(left) == 1
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ConfinedScripts(lambda: ("127.0.0.1", 1), []).run(ScriptJob(code="", params={}), Log())
    assert list(tmp_path.iterdir()) == [], "the next server sweeps up after one that was killed"


def _run_as(*who: str, chosen: str = "") -> list[str]:
    """Run this file's tests as somebody else; those that were left out, with why."""
    tests = [sys.executable, *who, "-m", "pytest", "-rs", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", __file__]
    # The options are this run's own: it may have been told to write a report where a plain user cannot.
    own = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    environment = {**own, "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/tmp", "TMPDIR": "/tmp"}
    done = subprocess.run([*tests, "-k", chosen], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]


@pytest.mark.skipif(os.geteuid() != 0, reason="the tests run as a plain user already")
def test_all_of_it_holds_for_a_plain_user() -> None:
    left_out = _run_as(str(Path(__file__).with_name("plain_user.py")), chosen="not all_of_it")
    assert left_out == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_all_of_it_holds_by_landlock_for_a_root_that_may_not_mount() -> None:
    less_root = Path(__file__).with_name("less_root.py")
    chosen = "(landlock or end_with_their_server) and not all_of_it"
    assert _run_as(str(less_root), "--shown", chosen=chosen) == []
