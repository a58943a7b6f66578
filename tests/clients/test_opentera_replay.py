"""Exchanges that were recorded from the real OpenTera server, sent to ours by their own replayer, on each store.

The recordings are not ours to keep here: ``ROLLBOOK_TEST_OPENTERA`` names the folder that has them and ``replay.py``.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.rollbook_process import rollbook
from tests.environment import skip_or_fail

KEY = "the key that services sign with"
FILES = ("user", "participant", "device", "service")
LONGEST_S = 600


@pytest.fixture(scope="module")
def recordings() -> Path:
    """The folder of recordings."""
    folder = os.environ.get("ROLLBOOK_TEST_OPENTERA")
    if not folder or not (Path(folder) / "replay.py").exists():
        skip_or_fail("opentera", "no recordings; set ROLLBOOK_TEST_OPENTERA to the folder that has replay.py")
    if importlib.util.find_spec("requests") is None:
        skip_or_fail("opentera", "the replayer wants requests, which is not installed")
    return Path(folder)


@pytest.fixture(scope="module")
def address(store: str, recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the reference data, in a process of its own."""
    options = ("--test-data", "opentera", "--service-key", KEY)
    with rollbook(tmp_path_factory.mktemp("replay"), store, *options, is_founded=False) as server:
        server.start()
        yield server.url


@pytest.mark.parametrize("name", FILES)
def test_every_recorded_test_is_answered_alike(address: str, recordings: Path, name: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    command = [sys.executable, str(recordings / "replay.py"), address, str(recordings / f"{name}.jsonl")]
    command += ["--service-key", KEY, "--report", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads(report.read_text())
    assert len(results) > 0
    assert [(one["id"], one["diffs"]) for one in results if one["result"] != "full"] == []
