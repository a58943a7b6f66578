#!/usr/bin/env python3
"""Make or refresh a virtual environment from hash-pinned lock files, then install the package itself, editable.

    python3 tools/environment.py .venv requirements.lock [more.lock ...]

Standard library only. Pip is the one that Python brings along (ensurepip), else the one already installed. Debian's
python3 comes with neither: there the package with ensurepip is installed when we may, else we say what to type.
Pip reads the user's configuration as always (pip.conf, PIP_* variables), so mirrors and proxies work.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


class Stopped(Exception):
    """We cannot go on; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Bring the environment named first up to the lock files named after it; answer an exit status."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < OLDEST:
        mine = ".".join(map(str, sys.version_info[:2]))
        print(f"Rollbook needs Python 3.11 or later and {sys.executable} is {mine}.", file=sys.stderr)
        print("Name another one: make PYTHON=/path/to/python3.11 …", file=sys.stderr)
        return 1
    home, locks = Path(arguments[0]).absolute(), arguments[1:]
    # Two makes at once would write the same files; the lock lasts as long as this process.
    with Path(__file__).open("rb") as own_source:
        fcntl.flock(own_source, fcntl.LOCK_EX)
        try:
            make_environment(home)
            install_locked(home, locks)
            install_package(home)
        except subprocess.CalledProcessError as failure:
            print(f"Making {home} stopped: the command above failed with {failure.returncode}.", file=sys.stderr)
            return 1
        except Stopped as problem:
            print(problem, file=sys.stderr)
            return 1
    return 0


def make_environment(home: Path) -> None:
    """Make the virtual environment unless a usable one is there; one whose Python is gone or too old is replaced."""
    python = home / "bin" / "python"
    probe = f"import sys; sys.exit(sys.version_info < {OLDEST} or sys.prefix != {str(home)!r})"
    if python.exists() and works(python, probe) and pip_for(home) is not None:
        return
    mine = Path(sys.executable)
    if not has(mine, "ensurepip") and not has(mine, "pip"):
        install_ensurepip()
    print(f"Making {home} with {sys.executable}", flush=True)
    without = [] if has(mine, "ensurepip") else ["--without-pip"]
    subprocess.run([sys.executable, "-m", "venv", "--clear", *without, home], check=True)


def works(python: Path, code: str) -> bool:
    """Whether a Python runs the code to a good end."""
    return subprocess.run([python, "-c", code], check=False, stderr=subprocess.DEVNULL).returncode == 0


def has(python: Path, module: str) -> bool:
    """Whether a Python has the module."""
    return works(python, f"import {module}")


def install_ensurepip() -> None:
    """Install Debian's package that has ensurepip, which takes root. Raises `Stopped` where we may not or cannot."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    is_debian = shutil.which("apt-get") is not None and Path(sys.executable).resolve().parent == Path("/usr/bin")
    if not is_debian:
        raise Stopped(
            f"{sys.executable} has neither pip nor ensurepip, so it cannot make an environment.\n"
            "Install pip for it, or name another Python: make PYTHON=/path/to/python3.11 …"
        )
    if os.geteuid() != 0:
        raise Stopped(
            f"{sys.executable} cannot make an environment until one more package of Debian is here."
            f" Type this, then make again:\n\n    sudo apt-get install {package}\n"
        )
    print(f"Debian's python3 comes without ensurepip: installing {package}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    if subprocess.run(install, check=False, env=quiet, capture_output=True).returncode != 0:
        # A fresh machine has no package lists, or old ones.
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
        subprocess.run(install, check=True, env=quiet, stdout=subprocess.DEVNULL)


def install_locked(home: Path, locks: list[str]) -> None:
    """Install what the lock files pin, each file checked against its hash."""
    print(f"Installing {', '.join(locks)}", flush=True)
    pip(home, "--require-hashes", *(f"--requirement={lock}" for lock in locks))


def install_package(home: Path) -> None:
    """Install Rollbook from this checkout; its build back end is in the environment by now."""
    # A checkout has no hash, so a user's own PIP_REQUIRE_HASHES must not reach this call.
    pip(home, "--no-deps", "--no-index", "--no-build-isolation", f"--editable={ROOT}", PIP_REQUIRE_HASHES="0")


def pip_for(home: Path) -> list[str] | None:
    """The command that is pip for the environment: its own, else that of the Python that makes it, else None."""
    python = home / "bin" / "python"
    if has(python, "pip"):
        return [str(python), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(python)] if has(Path(sys.executable), "pip") else None


def pip(home: Path, *arguments: str, **variables: str) -> None:
    """Run `pip install` for the environment."""
    command = [*(pip_for(home) or ["pip"]), "install", "--no-user", "--quiet", *arguments]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **quiet, **variables})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
