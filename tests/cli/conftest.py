"""Fixtures: the ``rollbook`` command in this process, on the tests' own database, and databases still empty."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result

from rollbook.cli.root import cli
from tests.conftest import _as_url
from tests.environment import postgres_url, skip_or_fail


@dataclass
class Command:
    """``rollbook`` with a data folder and a database."""

    data: Path
    database: str | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, given: str | None = None) -> Result:
        """Run it; ``given`` is standard input."""
        variables = {"ROLLBOOK_DATA": str(self.data), **self.environment}
        if self.database is not None:
            variables["ROLLBOOK_DATABASE"] = self.database
        return CliRunner().invoke(cli, list(arguments), input=given, env=variables, prog_name="rollbook")

    def well(self, *arguments: str, given: str | None = None) -> str:
        """Run it; it must end well. What it printed on standard output."""
        result = self(*arguments, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *arguments: str, given: str | None = None) -> str:
        """Run it; it must refuse in words. What it said."""
        result = self(*arguments, given=given)
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == 1, result.output
        assert "Error: " in result.stderr
        return result.stderr


@dataclass
class Home:
    """An organisation that ``rollbook init`` made, and the command for it."""

    name: str
    run: Command
    credentials: dict[str, Any]
    owner: str
    """The owner's user name."""


@pytest.fixture
def home(database_url: str, tmp_path: Path) -> Home:
    """An organisation of the test's own, in the database that the ``client`` serves."""
    name = f"Org {uuid4().hex[:12]}"
    run = Command(tmp_path / "data", database_url, {"ROLLBOOK_ORGANISATION": name})
    file = tmp_path / "credentials.json"
    owner = f"owner-{uuid4().hex[:8]}"
    run.well("init", "--organisation", name, "--credentials", str(file), "--username", owner)
    return Home(name, run, json.loads(file.read_text()), owner)


class Databases:
    """Databases of either store for tests that need one to themselves; all are dropped at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._base = postgres_url()
        self._made: list[str] = []

    def empty(self, store: str) -> str:
        """One without anything in it."""
        return self._sqlite() if store == "sqlite" else self._postgres("")

    def copy(self, url: str) -> str:
        """A copy of one that nobody is using at the moment."""
        if url.startswith("sqlite"):
            made = self._sqlite()
            Path(_path(made)).parent.mkdir()
            shutil.copy(_path(url), _path(made))
            return made
        return self._postgres(f' TEMPLATE "{psycopg.conninfo.conninfo_to_dict(url)["dbname"]}"')

    def copied(self, kept: Command, folder: Path) -> Command:
        """A command for a copy of a whole record, its data folder and its database."""
        assert kept.database is not None
        shutil.copytree(kept.data, folder / "data")
        return Command(folder / "data", self.copy(kept.database))

    def _sqlite(self) -> str:
        return f"sqlite:///{self._folder / uuid4().hex / 'rollbook.db'}"

    def _postgres(self, template: str) -> str:
        if self._base is None:
            skip_or_fail("postgres", "no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES")
        name = f"rollbook_{uuid4().hex}"
        with psycopg.connect(self._base, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}"{template}'.encode())
        self._made.append(name)
        return _as_url(psycopg.conninfo.make_conninfo(self._base, dbname=name))

    def drop(self) -> None:
        """Drop what was made."""
        for name in self._made:
            with psycopg.connect(self._base or "", autocommit=True) as admin:
                admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _path(url: str) -> str:
    return url.removeprefix("sqlite:///")


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases that live as long as the module's tests."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.drop()


@pytest.fixture
def empty_database(store: str, databases: Databases) -> Callable[..., str]:
    """Makes databases without anything in them, of the test's own store or of the other."""
    return lambda kind=None: databases.empty(kind or store)
