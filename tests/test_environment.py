"""The machine's PostgreSQL and Chromium are found, and a missing one skips or fails as asked."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import environment


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """Let each test look at the machine anew, and the tests after it too."""
    found = (environment.postgres_url, environment.chromium_path)
    for function in found:
        function.cache_clear()
    yield
    for function in found:
        function.cache_clear()


def test_a_missing_thing_skips_its_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROLLBOOK_TEST_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Chromium on PATH"):
        environment.skip_or_fail("browser", "no Chromium on PATH")


def test_a_missing_thing_that_is_required_fails_its_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLBOOK_TEST_REQUIRE", "postgres, browser")
    with pytest.raises(pytest.fail.Exception, match="asks for browser"):
        environment.skip_or_fail("browser", "no Chromium on PATH")
    with pytest.raises(pytest.skip.Exception):
        environment.skip_or_fail("clients", "no client here")


def test_a_misspelt_requirement_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLBOOK_TEST_REQUIRE", "postgresql")
    with pytest.raises(ValueError, match="postgresql"):
        environment.required()
    with pytest.raises(ValueError, match="chromium"):
        environment.skip_or_fail("chromium", "no Chromium on PATH")


def test_chromium_is_found_by_any_of_its_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.chromium_path() is None
    environment.chromium_path.cache_clear()
    program = tmp_path / "google-chrome"
    program.touch(mode=0o755)
    assert environment.chromium_path() == str(program)


def test_no_server_on_the_local_socket_is_no_postgres(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ROLLBOOK_TEST_POSTGRES", raising=False)
    monkeypatch.setattr(environment, "LOCAL_POSTGRES", f"postgresql:///postgres?host={tmp_path}")
    assert environment.postgres_url() is None


def test_a_named_server_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROLLBOOK_TEST_POSTGRES", f"postgresql:///postgres?host={tmp_path}")
    with pytest.raises(psycopg.OperationalError):
        environment.postgres_url()


def test_the_server_found_answers_and_lets_databases_be_made() -> None:
    url = environment.postgres_url()
    if url is None:
        environment.skip_or_fail("postgres", "no PostgreSQL answers")
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == (True,)
