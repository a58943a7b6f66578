"""Reading hostile files in a process of its own.

What takes apart films and pictures is C and C++, and uploads are hostile: so it runs where a crash, an endless loop or
too much memory ends a child and not the server.
"""

import subprocess
import sys
from typing import BinaryIO

DEADLINE_S = 30
MEMORY_BYTES = 2 * 1024**3

_LIMITS = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({DEADLINE_S}, {DEADLINE_S}))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
"""


class ChildFailed(Exception):
    """The child crashed, or took too long or too much memory."""


def run(code: str, given: BinaryIO, *, memory_bytes: int | None = MEMORY_BYTES) -> bytes:
    """What a child that runs this Python prints when ``given`` is its standard input.

    ``memory_bytes`` limits its addresses; None is for what reserves many more than it uses, as JavaScript engines do.
    Blocks. Raises `ChildFailed`.
    """
    memory = f"resource.setrlimit(resource.RLIMIT_AS, ({memory_bytes}, {memory_bytes}))\n" if memory_bytes else ""
    given.fileno()  # what is small is still in memory: this puts it into a file that a child can read
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-c", _LIMITS + memory + code],
            stdin=given,
            env={},
            capture_output=True,
            timeout=DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ChildFailed from None
    if child.returncode:
        raise ChildFailed
    return child.stdout
