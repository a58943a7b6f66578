"""The command as people meet it first: help, and what it says when it is called wrongly."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rollbook.cli.root import COMMANDS, SECTIONS, cli


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_every_command(arguments: list[str]) -> None:
    shown = CliRunner().invoke(cli, arguments).output
    assert [name for name in COMMANDS if f"  {name} " not in shown] == []
    assert [section for section in SECTIONS if f"{section}:" not in shown] == []


def test_help_loads_no_library_that_takes_time() -> None:
    code = (
        "import sys\nfrom rollbook.cli.root import cli\ncli(['--help'], standalone_mode=False)\n"
        "print([name for name in ('sqlalchemy', 'litestar', 'alembic', 'rich', 'psycopg') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = CliRunner().invoke(cli, [command, "--help"])
    assert shown.exit_code == 0
    assert "rollbook" in shown.output.partition("Options:")[0].partition("\n")[2]


def test_a_command_that_is_nearly_one_is_guessed() -> None:
    result = CliRunner().invoke(cli, ["srve"])
    assert result.exit_code == 2
    assert "Did you mean 'serve'?" in result.output


def test_the_data_folder_has_to_be_said() -> None:
    result = CliRunner().invoke(cli, ["doctor"], env={"ROLLBOOK_DATA": None})
    assert result.exit_code == 2
    assert "ROLLBOOK_DATA" in result.output


def test_python_m_rollbook_is_the_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "rollbook", "--version"], capture_output=True, text=True, check=True, cwd=Path("/")
    )
    assert shown.stdout.startswith("Rollbook ")
