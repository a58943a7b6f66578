"""The reference pages: the same from any process, and a difference is told."""

import os
import subprocess
import sys
from pathlib import Path

from rollbook.reference import writing
from rollbook.reference.markdown import page, table


def run_docs(folder: Path, *options: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """``rollbook docs`` in a process of its own, where sets have another order for another seed."""
    command = [sys.executable, "-m", "rollbook", "docs", "--folder", str(folder), *options]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONHASHSEED": seed}
    )


def test_the_pages_are_the_same_from_any_process(tmp_path: Path) -> None:
    written = run_docs(tmp_path, seed="1")
    assert written.returncode == 0, written.stderr
    checked = run_docs(tmp_path, "--check", seed="2")
    assert checked.returncode == 0, checked.stderr
    assert "up to date" in checked.stdout


def test_a_check_names_what_differs_and_writes_nothing(tmp_path: Path) -> None:
    run_docs(tmp_path)
    events = tmp_path / "events.md"
    right = events.read_text()
    events.write_text(right.replace("A person was added.", "A person fell from the sky."))
    checked = run_docs(tmp_path, "--check")
    assert checked.returncode == 1
    assert "-| `person.created` | A person fell from the sky. |" in checked.stderr
    assert "+| `person.created` | A person was added. |" in checked.stderr
    assert "rollbook docs" in checked.stderr
    assert events.read_text() != right
    run_docs(tmp_path)
    assert events.read_text() == right


def test_writing_adds_changes_and_removes_pages(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    assert writing.write(folder, {"a.md": "one\n", "b.md": "two\n"}) == ["a.md", "b.md"]
    assert writing.write(folder, {"a.md": "one\n", "b.md": "two\n"}) == []
    assert set(writing.differences(folder, {"b.md": "three\n"})) == {"a.md", "b.md"}
    assert writing.write(folder, {"b.md": "three\n"}) == ["a.md", "b.md"]
    assert [file.name for file in folder.iterdir()] == ["b.md"]


def test_a_long_difference_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("\n".join(map(str, range(100))))
    told = writing.differences(tmp_path, {"a.md": ""})["a.md"]
    assert told.endswith("… and 88 lines more")


def test_a_cell_cannot_break_its_table() -> None:
    assert table(("a", "b"), [("x | y", "two\nlines")]).splitlines()[-1] == "| x \\| y | two lines |"
    assert table(("a",), []) == ""
    assert page("T", "", "said").endswith("-->\n\nsaid\n")
