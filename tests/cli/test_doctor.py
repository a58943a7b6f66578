"""Doctor finds what is wrong, says what to do, and ends with a status that says whether something failed."""

import json
from pathlib import Path

import apsw
import psycopg
import pytest

from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import HOUR
from tests.cli.conftest import Command, Databases


@pytest.fixture(scope="module")
def kept(store: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A sound record, with a webhook and a key; tests take copies of it."""
    folder = tmp_path_factory.mktemp("kept")
    run = Command(folder / "data", databases.empty(store))
    run.well("init", "--organisation", "Acme", "--credentials", str(folder / "acme.json"))
    run.data.chmod(0o700)
    hexadecimal = "ab" * 32
    (run.data / "secret.key").write_text(hexadecimal)
    (run.data / "secret.key").chmod(0o600)
    return run


@pytest.fixture
def record(kept: Command, databases: Databases, tmp_path: Path) -> Command:
    """A record of the test's own."""
    return databases.copied(kept, tmp_path)


def change(record: Command, sql: str, *params: object) -> None:
    """Damage the record behind everyone's back."""
    url = record.database or ""
    if url.startswith("sqlite"):
        connection = apsw.Connection(url.removeprefix("sqlite:///"))
        connection.pragma("foreign_keys", 0)
        connection.execute(sql, params)
        connection.close()
        return
    with psycopg.connect(url) as connected:
        connected.execute(sql.replace("?", "%s").encode(), params)


def found(record: Command, *options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit status, and state and advice by what was looked at."""
    result = record("doctor", "--json", *options)
    return result.exit_code, {one["what"]: (one["state"], one["advice"]) for one in json.loads(result.stdout)}


def test_a_sound_record_passes(record: Command) -> None:
    status, findings = found(record)
    assert status == 0
    assert {state for state, _ in findings.values()} == {"ok"}
    assert "0 failed, 0 warnings" in record.well("doctor", "--quick")


def test_a_folder_without_a_record_fails_with_advice(tmp_path: Path) -> None:
    status, findings = found(Command(tmp_path / "nowhere"))
    assert status == 1
    assert findings["Data folder"][0] == "fail"
    assert "rollbook init" in findings["Database"][1]


@pytest.mark.parametrize(
    ("sql", "what", "state"),
    [
        ("DELETE FROM group_closure WHERE depth = 0", "Groups", "fail"),
        ("UPDATE group_closure SET depth = 7", "Groups", "fail"),
        ("DELETE FROM person_roles", "Owners", "fail"),
        ("UPDATE alembic_version SET version_num = '9999'", "Database", "fail"),
    ],
)
def test_damage_is_found(record: Command, sql: str, what: str, state: str) -> None:
    change(record, sql)
    status, findings = found(record)
    assert findings[what][0] == state
    assert findings[what][1]
    assert status == 1


def test_rows_that_point_at_nothing_are_found(record: Command, store: str) -> None:
    if store == "postgresql":
        # It lets nobody make such a row, so there is nothing to look for.
        assert "References" not in found(record)[1]
        return
    change(record, "UPDATE credentials SET organisation_id = 999")
    assert found(record)[1]["References"][0] == "fail"
    assert "References" not in found(record, "--quick")[1]


def test_a_key_that_others_read_is_a_warning_and_one_that_is_none_a_failure(record: Command) -> None:
    key = record.data / "secret.key"
    key.chmod(0o644)
    assert found(record)[1]["Key"] == ("warn", f"Close it: chmod 600 {key}")
    key.write_text("not a key")
    status, findings = found(record)
    assert (status, findings["Key"][0]) == (1, "fail")


def test_a_clock_that_went_back_is_a_warning(record: Command) -> None:
    change(record, "UPDATE events SET at = ?", clock.now() + HOUR)
    status, findings = found(record)
    assert (status, findings["Clock"][0]) == (0, "warn")


def test_a_mail_server_that_does_not_answer_is_a_failure(record: Command) -> None:
    status, findings = found(record, "--mail", "smtp://127.0.0.1:1")
    assert (status, findings["Mail"][0]) == (1, "fail")
    assert found(record, "--mail", "pigeon://x")[1]["Mail"][0] == "fail"


def test_mail_that_nobody_sends_is_a_warning(record: Command) -> None:
    change(
        record,
        "INSERT INTO mails (uuid, organisation_id, kind, recipient, subject, state, due_at, created_at)"
        " SELECT 'u', id, 'welcome', 'a@example.org', '', 'pending', ?, 0 FROM organisations",
        clock.now() - 2 * HOUR,
    )
    assert found(record)[1]["Outgoing mail"][0] == "warn"


def test_files_that_are_gone_are_found(record: Command) -> None:
    change(
        record,
        "INSERT INTO files (uuid, organisation_id, name, media_type, key, sha256, size, created_at)"
        " SELECT 'u', id, 'a.pdf', 'application/pdf', 'contents/gone', 'x', 1, 0 FROM organisations",
    )
    status, findings = found(record)
    assert (status, findings["Stored files"][0]) == (1, "fail")


def test_the_files_of_assets_that_are_gone_are_found(record: Command) -> None:
    for sql in (
        "INSERT INTO session_types (id, organisation_id, name, is_online, color, category)"
        " SELECT 1, id, 'Balance', false, '#000000', 2 FROM organisations",
        "INSERT INTO sessions (id, uuid, organisation_id, session_type_id, name, started_at, duration_s, status)"
        " SELECT 1, 'u', id, 1, 'Monday', 0, 60, 2 FROM organisations",
        "INSERT INTO assets (id, uuid, organisation_id, session_id, keeper_uuid, name, media_type)"
        " SELECT 1, 'u', id, 1, 'k', 'a.bin', 'application/octet-stream' FROM organisations",
        "INSERT INTO asset_files (organisation_id, asset_id, key, name, media_type, size, md5, sha256, created_at)"
        " SELECT id, 1, 'assets/gone', 'a.bin', 'application/octet-stream', 1, 'x', 'x', 0 FROM organisations",
    ):
        change(record, sql)
    status, findings = found(record)
    assert (status, findings["Stored files"][0]) == (1, "fail")


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO subscriptions"
        " (uuid, organisation_id, format, url, sealed_secret, state, failures_in_a_row, created_at, updated_at)"
        " SELECT 'u', id, 'native', 'https://a.example', 'bm90IGEgc2VhbA==', 'active', 0, 0, 0 FROM organisations",
        "INSERT INTO authorities (name, certificate, sealed_key) VALUES ('devices', 'x', 'bm90IGEgc2VhbA')",
    ],
    ids=["webhook", "authority"],
)
def test_seals_under_another_key_are_found(record: Command, sql: str) -> None:
    change(record, sql)
    status, findings = found(record)
    assert (status, findings["Seals"][0]) == (1, "fail")
