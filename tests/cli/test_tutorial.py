"""The tutorial is typed as it stands, and answers what it says."""

import shutil
from pathlib import Path

import pytest

from tests.documentation import guides
from tests.documentation.test_how_tos import free_port, run
from tests.environment import skip_or_fail

TUTORIAL = guides.FOLDER.parent / "tutorial.md"


@pytest.mark.clients
def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    for tool in ("bash", "curl"):
        if shutil.which(tool) is None:
            skip_or_fail("clients", f"the tutorial types {tool}, which is not here")
    steps, port = guides.steps_in(TUTORIAL), free_port()
    ran = run(guides.script_of(steps, {8000: port}), tmp_path, port)
    printed = [file.read_text() if (file := tmp_path / f"{n}.out").exists() else "" for n in range(len(steps))]
    assert ran.returncode == 0, f"{ran.stderr}\n{''.join(printed)}"
    for step, output in zip(steps, printed, strict=True):
        assert step.printed is None or guides.agrees(step.printed, output), f"{step.text}\nprints:\n{output}"
