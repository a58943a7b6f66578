"""Scripts where the server has fewer rights than it could have, or is told to confine nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rollbook.adapters.scripts import LEAST_LANDLOCK, launcher, script_runner
from rollbook.core.kernel.ports import ScriptJob, ScriptLimits
from tests.adapters.test_scripts import Log

TRIED = """
import json, os, socket
def tried(act):
    try:
        return str(act())
    except OSError as problem:
        return type(problem).__name__
print(json.dumps({
    "read": tried(lambda: open(SECRET).read()),
    "write": tried(lambda: open(BESIDE, "w").write("x")),
    "setuid": tried(lambda: os.setuid(0)),
    "is_root": os.geteuid() == 0,
    "outside": tried(lambda: socket.create_connection(("127.0.0.1", 9), 2)),
}))
"""
RUN = """
import json, sys
from pathlib import Path
from rollbook.adapters.scripts import script_runner
from rollbook.core.kernel.ports import ScriptJob, ScriptLimits
from tests.adapters.test_scripts import Log
wanted, data, code = sys.argv[1:]
runner = script_runner(wanted, "127.0.0.1", 8000, [Path(data)])
log = Log()
why = runner.why_not()
end = runner.run(ScriptJob(code=code, params={}, limits=ScriptLimits(deadline_s=60)), log)
print(json.dumps({"why": why, "code": end.return_code, "reason": end.reason, "out": log.out, "errors": log.errors}))
"""


def _code(folder: Path) -> str:
    data = folder / "data"
    data.mkdir(mode=0o755)
    (data / "secret").write_text("the record")
    for one in (folder, folder.parent, folder.parent.parent):
        one.chmod(0o755)
    return TRIED.replace("SECRET", repr(str(data / "secret"))).replace("BESIDE", repr(str(folder / "beside")))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_a_root_that_may_not_mount_confines_them_or_runs_none(tmp_path: Path) -> None:
    arguments = ["-c", RUN, "confined", str(tmp_path / "data"), _code(tmp_path)]
    less = [sys.executable, str(Path(__file__).with_name("less_root.py"))]
    done = subprocess.run([*less, *arguments], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    if told["why"] is not None:
        can_confine = launcher.landlock_version() >= LEAST_LANDLOCK
        assert ("may not go into" if can_confine else "cannot be confined") in told["why"]
        assert (told["code"], told["out"], told["reason"]) == (126, "", told["why"])
        return
    assert told["code"] == 0, told
    seen = json.loads(told["out"])
    assert seen["read"] != "the record"
    assert seen["write"] in ("PermissionError", "OSError", "FileNotFoundError")
    assert seen["outside"] in ("PermissionError", "ConnectionRefusedError", "OSError")
    assert (seen["is_root"], seen["setuid"]) == (False, "PermissionError")
    assert not (tmp_path / "beside").exists()


def test_unconfined_scripts_run_with_all_that_the_server_may(tmp_path: Path) -> None:
    log = Log()
    runner = script_runner("unconfined", "127.0.0.1", 8000, [tmp_path / "data"])
    assert runner.why_not() is None
    end = runner.run(ScriptJob(code=_code(tmp_path), params={}, limits=ScriptLimits(deadline_s=60)), log)
    assert end.return_code == 0, log.errors
    seen = json.loads(log.out)
    assert seen["read"] == "the record"
    assert seen["outside"] == "ConnectionRefusedError"


def test_unconfined_scripts_are_still_ended_and_leave_nothing() -> None:
    log = Log()
    job = ScriptJob(code="import time\nprint('on', flush=True)\ntime.sleep(60)", params={},
                    limits=ScriptLimits(deadline_s=1))  # fmt: skip
    end = script_runner("unconfined", "127.0.0.1", 8000, []).run(job, log)
    assert end.outcome == "timeout"


def test_where_they_are_off_none_runs() -> None:
    end = script_runner("off", "127.0.0.1", 8000, []).run(ScriptJob(code="print(1)", params={}), Log())
    assert (end.outcome, end.return_code) == ("refused", 126)
