"""The server as a process: it starts, says where it is, answers, and stops when told."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import psycopg
import pytest

from rollbook.cli.logs import shown_path
from rollbook.migrations import migrate
from rollbook.migrations.state import Standing, known_revisions, standing_of, without_password
from tests.cli.conftest import Command

WAIT_S = 60


@contextmanager
def process(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """``rollbook`` as a process of its own, ended with the block."""
    started = subprocess.Popen(
        [sys.executable, "-m", "rollbook", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate(timeout=WAIT_S)


def address_of(started: subprocess.Popen[str]) -> str:
    """Where a server says it is, once it answers."""
    assert started.stdout is not None
    line = started.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, line + (started.stderr.read() if started.stderr else "")
    return found[0]


@pytest.fixture
def founded(empty_database: Callable[[], str], tmp_path: Path) -> Command:
    """A record in a database of its own."""
    run = Command(tmp_path / "data", empty_database())
    run.well("init", "--organisation", "Acme", "--credentials", str(tmp_path / "acme.json"))
    return run


def test_it_answers_until_it_is_told_to_stop(founded: Command) -> None:
    options = ("--data", str(founded.data), "--port", "0", "--log-requests")
    with process("serve", *options, ROLLBOOK_DATABASE=founded.database or "") as server:
        base = address_of(server)
        with urllib.request.urlopen(f"{base}/docs/native?token=verysecret", timeout=WAIT_S) as answer:
            assert answer.status == 200
            assert "server" not in answer.headers
        server.send_signal(signal.SIGTERM)
        _, logged = server.communicate(timeout=WAIT_S)
    assert server.returncode in (0, -signal.SIGTERM)
    assert re.search(r"GET /docs/native 200 \d+\.\d ms", logged)
    assert "verysecret" not in logged


def test_a_port_that_is_taken_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = Command(tmp_path / "data").refused("demo", "--port", str(port))
    assert f"Port {port} on 127.0.0.1 is taken" in told
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_a_host_that_is_not_ours_is_said(tmp_path: Path, host: str) -> None:
    assert "Cannot listen on" in Command(tmp_path / "data").refused("serve", "--host", host)


def test_a_record_that_was_never_set_up_is_not_served(empty_database: Callable[[], str], tmp_path: Path) -> None:
    url = empty_database()
    run = Command(tmp_path / "data", url)
    assert "rollbook init" in run.refused("serve", "--port", "0")
    assert not (tmp_path / "data").exists()
    migrate(url)
    run.data.mkdir()
    assert "There is no organisation" in run.refused("serve", "--port", "0")


def test_a_database_that_is_newer_than_the_code_is_left_alone(founded: Command) -> None:
    url = founded.database or ""
    renumber = "UPDATE alembic_version SET version_num = '9999'"
    if url.startswith("sqlite"):
        apsw.Connection(url.removeprefix("sqlite:///")).execute(renumber)
    else:
        with psycopg.connect(url) as connection:
            connection.execute(renumber)
    for arguments in (("serve", "--port", "0"), ("user", "list"), ("backup", str(founded.data / "b.tar.gz"))):
        assert "newer version" in founded.refused(*arguments)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://root@localhost/x", "no database address"),
        ("rollbook.db", "no database address"),
        ("postgresql://ana:hidden@127.0.0.1:1/none", "cannot be opened"),
        ("sqlite:////proc/nowhere/rollbook.db", "There is no organisation"),
    ],
)
def test_a_wrong_database_is_said_without_its_password(tmp_path: Path, url: str, told: str) -> None:
    said = Command(tmp_path / "data", url).refused("serve", "--port", "0")
    assert told in said
    assert "hidden" not in said


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "rollbook.db").write_bytes(b"This is a shopping list, not a database. " * 100)
    assert "cannot be opened" in Command(tmp_path).refused("user", "list")


def test_many_nodes_may_migrate_at_once(empty_database: Callable[[str], str]) -> None:
    url = empty_database("postgresql")
    problems: list[BaseException] = []

    def node() -> None:
        try:
            migrate(url)
        except BaseException as problem:  # noqa: BLE001 - it is what we look for
            problems.append(problem)

    nodes = [threading.Thread(target=node) for _ in range(4)]
    for each in nodes:
        each.start()
    for each in nodes:
        each.join(WAIT_S)
    assert problems == []
    assert standing_of(url) is Standing.CURRENT


def test_the_schema_goes_down_and_up_by_revision(empty_database: Callable[[], str]) -> None:
    url = empty_database()
    migrate(url, known_revisions()[0])
    assert standing_of(url) in (Standing.CURRENT, Standing.OLDER)
    migrate(url)
    migrate(url, "base")
    assert standing_of(url) is Standing.EMPTY


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/people", "/v1/people"),
        ("/invitations/rbi_k2Jh5mYt0pQwErTyUiOp", "/invitations/rbi_***"),
        ("/a\nFAKE line", "/a\\nFAKE line"),
    ],
)
def test_a_logged_path_holds_no_secret_and_no_second_line(path: str, shown: str) -> None:
    assert shown_path(path) == shown


def test_an_address_is_shown_without_its_password() -> None:
    assert without_password("postgresql://ana:s3cret@db.example:5432/x") == "postgresql://ana:***@db.example:5432/x"
    assert without_password("postgresql://ana@db/x") == "postgresql://ana@db/x"
    assert without_password("sqlite:////srv/rollbook.db") == "sqlite:////srv/rollbook.db"
