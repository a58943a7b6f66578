"""The guides are typed as they stand, against a server that they start themselves, and answer what they say."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.documentation import guides
from tests.environment import skip_or_fail

GUIDES = sorted(guides.FOLDER.glob("*.md"))
TYPED = [guide for guide in GUIDES if guides.steps_in(guide)]
TIME_S = 120


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_there_are_guides() -> None:
    assert {"point-your-smart-arena-sync-here.md", "point-your-senar-connector-here.md", "webhooks.md"} <= {
        guide.name for guide in TYPED
    }


@pytest.mark.clients
@pytest.mark.parametrize("guide", TYPED, ids=lambda guide: guide.stem)
def test_a_guide_does_what_it_says(guide: Path, tmp_path: Path) -> None:
    for tool in ("bash", "curl"):
        if shutil.which(tool) is None:
            skip_or_fail("clients", f"the guides type {tool}, which is not here")
    steps = guides.steps_in(guide)
    ports = {port: free_port() for port in {8000, *(step.port for step in steps if step.port)}}
    ran = run(guides.script_of(steps, ports), tmp_path, ports[8000])
    printed = [
        (tmp_path / f"{n}.out").read_text() if (tmp_path / f"{n}.out").exists() else "" for n in range(len(steps))
    ]
    assert ran.returncode == 0, f"{ran.stderr}\n{''.join(printed)}"
    for step, output in zip(steps, printed, strict=True):
        if step.printed is not None:
            assert guides.agrees(step.printed, output), f"{step.text}\nsays:\n{step.printed}\nprints:\n{output}"


def run(script: str, folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder, with our commands on its path; what it leaves running is ended."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROLLBOOK_")}
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env={**kept, "PATH": path, "ROLLBOOK_PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "stderr").open("w"),
        start_new_session=True,
    ) as running:
        try:
            running.wait(TIME_S)
        finally:
            # A guide that leaves nothing running has no group left.
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    return subprocess.CompletedProcess(["bash"], running.returncode, "", (folder / "stderr").read_text())
