"""What the tests take from the machine: a PostgreSQL server and Chromium, and what to do where one is missing.

A missing one skips its tests with a message, unless ``ROLLBOOK_TEST_REQUIRE`` (say ``postgres,clients,browser``)
names it: then it fails them. Fixtures are in ``conftest.py``.
"""

import functools
import os
import shutil
from typing import NoReturn

import psycopg
import pytest

LOCAL_POSTGRES = "postgresql:///postgres?host=/var/run/postgresql"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRABLE = frozenset({"postgres", "clients", "browser", "lake", "opentera"})


@functools.cache
def postgres_url() -> str | None:
    """The URL of a PostgreSQL server on which tests may create databases, or None; asked once a process.

    ``ROLLBOOK_TEST_POSTGRES`` names it, else it is the local socket. One that is named and does not answer is an
    error: a wrong name must not look like "no PostgreSQL here".
    """
    named = os.environ.get("ROLLBOOK_TEST_POSTGRES")
    try:
        with psycopg.connect(named or LOCAL_POSTGRES, connect_timeout=5):
            return named or LOCAL_POSTGRES
    except psycopg.OperationalError:
        if named:
            raise
        return None


@functools.cache
def chromium_path() -> str | None:
    """The Chromium on PATH, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def required() -> frozenset[str]:
    """What ``ROLLBOOK_TEST_REQUIRE`` says must be here; a word not known is an error, for it would require nothing."""
    words = frozenset(os.environ.get("ROLLBOOK_TEST_REQUIRE", "").replace(",", " ").split())
    if unknown := words - REQUIRABLE:
        raise ValueError(f"ROLLBOOK_TEST_REQUIRE names {sorted(unknown)}; it knows {sorted(REQUIRABLE)}")
    return words


def skip_or_fail(what: str, why: str) -> NoReturn:
    """Skip the running test because ``what`` (one of ``REQUIRABLE``) is missing, or fail it where that is required."""
    if what not in REQUIRABLE:
        raise ValueError(f"{what!r} is none of {sorted(REQUIRABLE)}")
    if what in required():
        pytest.fail(f"{why} (ROLLBOOK_TEST_REQUIRE asks for {what})", pytrace=False)
    pytest.skip(why)
