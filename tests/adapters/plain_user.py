"""Runs Python as a user without rights, where root is who runs the tests: ``python plain_user.py ARGUMENTS``.

In a mount namespace whose root shows what Python needs wherever it lies, for a folder of root's own keeps others out.
"""

import os
import sys
import sysconfig
from pathlib import Path

from rollbook.adapters.scripts import launcher

REPOSITORY = Path(__file__).resolve().parents[2]


def show_python() -> None:
    """Enter a root in which everyone may go to where Python and the repository lie."""
    paths = {sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"]}
    shown = ["/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/dev", "/sys", str(REPOSITORY)]
    shown += sorted({str(one) for path in paths for one in (Path(path), Path(path).resolve())})
    launcher._unshare(launcher._NEW_NS)
    launcher._mount("none", "/", None, launcher._MS_REC | launcher._MS_PRIVATE)
    launcher._mount("tests", "/mnt", "tmpfs", 0, "mode=755")
    root = Path("/mnt")
    for path in shown:
        place = Path(f"{root}{path}")
        if os.path.lexists(place) or not Path(path).exists():
            continue
        if Path(path).is_symlink():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(Path(path).readlink())
        else:
            launcher._bind(path, str(place))
    (root / "tmp").mkdir(exist_ok=True)
    launcher._mount("tests", str(root / "tmp"), "tmpfs", 0, "mode=1777")
    os.chdir(root)
    launcher._syscall("pivot_root", launcher._PIVOT_ROOT, b".", b".")
    launcher._libc.umount2(b".", 2)
    os.chdir(REPOSITORY)


def main() -> None:
    """Become nobody, and then the Python that the arguments are for."""
    show_python()
    os.setgroups([])
    os.setresgid(*[launcher.NOBODY] * 3)
    os.setresuid(*[launcher.NOBODY] * 3)
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
