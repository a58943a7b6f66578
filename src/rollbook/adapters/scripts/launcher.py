"""The child that confines itself and then runs a script. Runs by itself, and imports nothing of ours.

A job comes as JSON on standard input. What there is to say goes over a socket whose number is the one argument: a
listening socket of the script's own network, then ``end CODE`` or ``refused REASON``. Two ways, see ``confinement``:

``namespaces``: file systems, processes and a network of its own, by mount, pid, ipc, uts and network namespaces. The
server's root user enters them as it is and gives the script a user of its own; another user makes a user namespace.
``landlock``: the files and the port that Landlock lets through; this process adopts and ends what the script leaves.

Both: limits of memory, processes, files and time, no privilege to be gained, Landlock where there is any.
"""

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import stat
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

_libc = ctypes.CDLL(None, use_errno=True)
_X86 = os.uname().machine == "x86_64"
_PIVOT_ROOT = 155 if _X86 else 41
_MOUNT_SETATTR, _LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 442, 444, 445, 446
_NEW_NS, _NEW_UTS, _NEW_IPC, _NEW_USER, _NEW_PID, _NEW_NET = (
    0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV, _AT_RECURSIVE = 1, 2, 4, 0x8000
_SET_DEATH_SIGNAL, _SET_DUMPABLE, _SET_SUBREAPER, _NO_NEW_PRIVS = 1, 4, 36, 38
NOBODY = 65534
HOME = "/script"
_DEVICES = ("null", "zero", "full", "random", "urandom")
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_REMOVE_AND_MAKE = sum(1 << bit for bit in (4, 5, 7, 8, 9, 10, 12, 13))
"""Removing and making files, folders, sockets, pipes and links, and moving them between folders; no devices."""


class Refused(Exception):
    """The script cannot be confined here. The message is for an operator."""


def _called(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _syscall(name: str, number: int, *arguments: Any) -> int:
    return _called(name, int(_libc.syscall(ctypes.c_long(number), *arguments)))


def _prctl(option: int, value: int) -> None:
    _called("prctl", _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0))


def _unshare(flags: int) -> None:
    _called("unshare", _libc.unshare(flags))


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    texts = [text.encode() if text is not None else None for text in (source, target, kind)]
    _called(f"mount {target}", _libc.mount(*texts, ctypes.c_ulong(flags), data.encode() if data else None))


# --- Landlock ----------------------------------------------------------------------------------------------------


def landlock_version() -> int:
    """The version of Landlock's interface; 0 where there is none."""
    return max(0, int(_libc.syscall(ctypes.c_long(_LANDLOCK_CREATE), None, ctypes.c_size_t(0), ctypes.c_uint32(1))))


def _landlock(version: int, readable: list[str], writable: list[str], port: int | None) -> None:
    """Let this process, for ever, read and run ``readable`` and change ``writable``, and call ``port`` alone.

    None as the port lets it use what network there is.
    """
    files = (1 << 13) - 1 | (1 << 13 if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    files |= 1 << 15 if version >= 5 else 0
    network = 3 if version >= 4 and port is not None else 0
    scopes = 3 if version >= 6 else 0
    attributes = struct.pack("=QQQ", files, network, scopes)[: 24 if version >= 6 else 16 if version >= 4 else 8]
    rules = _syscall("landlock", _LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    for path in readable:
        _let(rules, path, (_EXECUTE | _READ_FILE | _READ_DIR) & files)
    for path in writable:
        _let(rules, path, (_READ_FILE | _READ_DIR | _WRITE_FILE | _EXECUTE | _TRUNCATE | _REMOVE_AND_MAKE) & files)
    if network:
        _syscall("landlock", _LANDLOCK_ADD, rules, 2, struct.pack("=QQ", 2, port), ctypes.c_uint32(0))
    _syscall("landlock", _LANDLOCK_RESTRICT, rules, ctypes.c_uint32(0))
    os.close(rules)


def _let(rules: int, path: str, rights: int) -> None:
    try:
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(os.fstat(found).st_mode):
        rights &= _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
    _syscall("landlock", _LANDLOCK_ADD, rules, 1, struct.pack("=Qi", rights, found), ctypes.c_uint32(0))
    os.close(found)


# --- A root of its own -------------------------------------------------------------------------------------------


def _enter_user_namespace() -> None:
    user, group = os.getuid(), os.getgid()
    _unshare(_NEW_USER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def _build_root(job: dict[str, Any]) -> None:
    """Make a root that has the readable paths, some devices and an empty home, and nothing else, and enter it."""
    root = job["root"]
    _mount("script", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=256k,nr_inodes=2k,mode=755")
    for path in job["readable"]:
        _show(root, path)
    for device in _DEVICES:
        _bind(f"/dev/{device}", f"{root}/dev/{device}")
    Path(root, "etc").mkdir(exist_ok=True)
    Path(root, "etc/hosts").write_text("127.0.0.1 localhost\n")
    Path(root, "etc/passwd").write_text(f"script:x:{job['user']}:{job['user']}::{HOME}:/bin/sh\n")
    Path(root, HOME[1:]).mkdir()
    Path(root, "tmp").symlink_to(f"{HOME}/tmp")  # noqa: S108 - in the script's own root
    size = f"size={job['disk_bytes']},nr_inodes={job['files']},mode=700,uid={job['user']},gid={job['user']}"
    _mount("script", root + HOME, "tmpfs", _MS_NOSUID | _MS_NODEV, size)
    os.chdir(root)
    _syscall("pivot_root", _PIVOT_ROOT, b".", b".")
    _called("umount", _libc.umount2(b".", 2))
    os.chdir("/")
    _mount("none", "/", None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)


def _show(root: str, path: str) -> None:
    """Show a path of ours, read-only, at its own place; a link is shown as the link that it is."""
    place = Path(root + path)
    if os.path.lexists(place) or not Path(path).exists():
        return
    if Path(path).is_symlink():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(Path(path).readlink())
        return
    _bind(path, str(place))
    attributes = struct.pack("=QQQQ", _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV, 0, 0, 0)
    _syscall("mount_setattr", _MOUNT_SETATTR, -100, str(place).encode(), _AT_RECURSIVE, attributes, ctypes.c_size_t(32))


def _bind(path: str, place: str) -> None:
    if Path(path).is_dir():
        Path(place).mkdir(parents=True, exist_ok=True)
    else:
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        Path(place).touch()
    _mount(path, place, None, _MS_BIND | _MS_REC)


def _own_network(control: socket.socket, port: int) -> None:
    """Bring up the loopback of this network, and hand out a socket that listens there for calls to our API."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as asker:
        fcntl.ioctl(asker, 0x8914, struct.pack("16sH14s", b"lo", 0x1 | 0x40, b""))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        socket.send_fds(control, [b"listening"], [listener.fileno()])


# --- The script --------------------------------------------------------------------------------------------------


def _limit(job: dict[str, Any]) -> None:
    limits = {
        resource.RLIMIT_AS: job["memory_bytes"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: job["cpu_s"],
        resource.RLIMIT_FSIZE: job["disk_bytes"],
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_NPROC: job["processes"],
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))
    os.nice(10)


def _become_script(job: dict[str, Any], home: str) -> NoReturn:
    """Give up every right that is not needed, and run the script. Says why not where that fails."""
    os.setsid()
    os.umask(0o077)
    for number in range(1, signal.NSIG):
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    if job["switches_user"]:
        os.setgroups([])
        os.setresgid(job["user"], job["user"], job["user"])
        os.setresuid(job["user"], job["user"], job["user"])
    os.chdir(home)
    for name, content in job["texts"].items():
        Path(name).write_text(content, encoding="utf-8", errors="surrogatepass")
    Path("tmp").mkdir(exist_ok=True)
    _prctl(_NO_NEW_PRIVS, 1)
    if job["landlock"]:
        devices = [f"/dev/{name}" for name in _DEVICES]
        port = job["port"] if job["confinement"] == "landlock" else None
        readable = ["/"] if job["confinement"] == "namespaces" else [*job["readable"], *devices]
        _landlock(landlock_version(), readable, [home, "/dev/null"], port)
    _limit(job)
    environment = {**job["environment"], "HOME": home, "TMPDIR": f"{home}/tmp"}  # noqa: S108 - in its own home
    os.execve(job["python"], [job["python"], "-I", "-u", "script.py"], environment)  # noqa: S606 - its own program


def _start(job: dict[str, Any], control: socket.socket, home: str) -> int:
    child = os.fork()
    if child:
        return child
    try:
        _become_script(job, home)
    except BaseException as problem:  # noqa: BLE001 - whatever it is must not go on in this process
        control.send(f"refused {problem}"[:1000].encode())
        os._exit(126)


def _wait(child: int) -> int:
    """Reap whatever ends until the script does; its exit code, negative for a signal."""
    while True:
        ended, status = os.wait()
        if ended == child:
            return os.waitstatus_to_exitcode(status)


# --- Two ways ----------------------------------------------------------------------------------------------------


def _enter_namespaces(*, has_user: bool) -> None:
    if not has_user:
        _enter_user_namespace()
    _unshare(_NEW_NS | _NEW_UTS | _NEW_IPC | _NEW_PID | _NEW_NET)
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)


def _in_namespaces(job: dict[str, Any], control: socket.socket) -> None:
    _enter_namespaces(has_user=job["switches_user"])
    _own_network(control, job["port"])
    first = os.fork()
    if not first:
        # The first process of the namespace: when it ends, the kernel ends all others.
        _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
        try:
            _build_root(job)
            control.send(f"end {_wait(_start(job, control, HOME))}".encode())
        except BaseException as problem:  # noqa: BLE001 - told, as nobody else would
            control.send(f"refused {problem}"[:1000].encode())
        os._exit(0)
    os.waitpid(first, 0)


def _under_landlock(job: dict[str, Any], control: socket.socket) -> None:
    _prctl(_SET_SUBREAPER, 1)
    child = _start(job, control, job["home"])
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    code = _wait(child)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _end_descendants(job["user"] if job["switches_user"] else None)
    control.send(f"end {code}".encode())


def _end_descendants(user: int | None) -> None:
    """End everything that the script left: all of its user where it had one of its own, else all our descendants."""
    if user is not None:
        killer = os.fork()
        if not killer:
            os.setresuid(user, user, user)
            with suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            os._exit(0)
    while True:
        for descendant in descendants(os.getpid()):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(descendant, signal.SIGSTOP if user is None else signal.SIGKILL)
        left = descendants(os.getpid())
        for descendant in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(descendant, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def descendants(of: int) -> list[int]:
    """The processes below one, as ``/proc`` shows them."""
    parents: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                fields = Path(entry.path, "stat").read_text(errors="replace").rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
    found: list[int] = []
    newest = {of}
    while newest:
        newest = {pid for pid, parent in parents.items() if parent in newest}
        found += newest
    return found


def main() -> None:
    """Read the job, run it, say how it ended; or only try whether there are namespaces."""
    if sys.argv[1] == "try":
        _enter_namespaces(has_user=os.geteuid() == 0)
        return
    os.umask(0o022)  # the server's own is stricter, and what is made here the script must reach
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    job = json.load(sys.stdin.buffer)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    in_namespaces = job["confinement"] == "namespaces"
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL if in_namespaces else signal.SIGTERM)
    _prctl(_SET_DUMPABLE, 1 if in_namespaces else 0)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    try:
        if in_namespaces:
            _in_namespaces(job, control)
        else:
            _under_landlock(job, control)
    except (OSError, Refused) as problem:
        control.send(f"refused {problem}"[:1000].encode())


if __name__ == "__main__":
    main()
