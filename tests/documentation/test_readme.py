"""The README's table of doors is true."""

import re
from pathlib import Path

from rollbook.app import DOORS

README = Path(__file__).parents[2] / "README.md"
_ROW = re.compile(r"^\| `(?P<door>[\w-]+)` \|.*\| (?P<state>in this version|to come) \|$", re.M)


def test_the_doors_in_this_version_are_those_that_are_served() -> None:
    said = {row["door"]: row["state"] for row in _ROW.finditer(README.read_text(encoding="utf-8"))}
    assert {door for door, state in said.items() if state == "in this version"} == {door.name for door in DOORS}
