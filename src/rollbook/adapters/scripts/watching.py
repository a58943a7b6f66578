"""What a tree of processes takes up: memory, and files whether they still have a name or not."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from rollbook.adapters.scripts.launcher import descendants

_PAGE = os.sysconf("SC_PAGESIZE")
RESERVE_BYTES = 512 * 1024**2
"""What scripts must leave free of the file system that they write to."""


def memory_of(process: int) -> int:
    """Bytes of memory that the processes below one hold and share with no file."""
    return sum(_own_bytes(pid) for pid in descendants(process))


def _own_bytes(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        _, resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[:3]
        return (int(resident) - int(shared)) * _PAGE + _nameless_bytes(pid)
    return 0


def _nameless_bytes(pid: int) -> int:
    """Bytes of open files that no folder names any more, or ever did: deleted ones, and files in memory."""
    total, seen = 0, set()
    with suppress(OSError):
        for descriptor in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                found = descriptor.stat()
                if stat.S_ISREG(found.st_mode) and not found.st_nlink and (found.st_dev, found.st_ino) not in seen:
                    seen.add((found.st_dev, found.st_ino))
                    total += found.st_blocks * 512
    return total


def disk_of(folder: Path) -> int:
    """Bytes that a folder's files take up, however deep they lie."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(Path(parent, name)).st_blocks * 512
    return total


def is_nearly_full(folder: Path) -> bool:
    """Whether a folder's file system has less left than scripts must leave."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize < min(RESERVE_BYTES, found.f_blocks * found.f_frsize // 20)
