"""Runs Python as a root that may not mount or unshare: ``python less_root.py [--shown] ARGUMENTS``, as in a container.

CAP_SYS_ADMIN is dropped from what any program after this one may have. ``--shown`` lets everyone go to where Python
lies first, as in an image that has it in ``/usr/local``.
"""

import ctypes
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.adapters.plain_user import show_python

SHOWN = "--shown"
_PR_CAPBSET_DROP, _CAP_SYS_ADMIN = 24, 21


def main() -> None:
    """Give the right up, and become the Python that the arguments are for."""
    arguments = sys.argv[1:]
    if arguments[0] == SHOWN:
        arguments = arguments[1:]
        show_python()
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_CAPBSET_DROP, _CAP_SYS_ADMIN, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "CAP_SYS_ADMIN could not be given up")
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
