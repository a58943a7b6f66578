"""How a database's schema stands to this version of the code, asked of the driver alone so that a start is quick."""

from contextlib import closing
from enum import Enum
from pathlib import Path

VERSIONS = Path(__file__).parent / "versions"
ANSWER_WITHIN_S = 10


class Standing(Enum):
    """What there is to do before the database can be used."""

    EMPTY = "empty"
    """Nothing is there yet."""
    OLDER = "older"
    """Steps are missing."""
    CURRENT = "current"
    """It can be used as it is."""
    NEWER = "newer"
    """A step is in it that this version does not know; it must not be touched."""


class StoreUnreachable(Exception):
    """The database cannot be opened; the message is the driver's, without the address."""


def known_revisions() -> list[str]:
    """Every step of this version, first to last: files are named after their revision, in order."""
    return sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def standing_of(database_url: str) -> Standing:
    """How the database stands. Raises `StoreUnreachable`, and `ValueError` for a URL of no kind we know."""
    revision = revision_of(database_url)
    if revision is None:
        return Standing.EMPTY
    known = known_revisions()
    if revision not in known:
        return Standing.NEWER
    return Standing.CURRENT if revision == known[-1] else Standing.OLDER


def revision_of(database_url: str) -> str | None:
    """The last step the database has been through, or None. Raises as :func:`standing_of`."""
    if database_url.startswith("sqlite:///"):
        return _of_sqlite(Path(database_url.removeprefix("sqlite:///")))
    if database_url.startswith(("postgresql://", "postgres://")):
        return _of_postgresql(database_url)
    raise ValueError(
        f"{without_password(database_url)!r} is no database address: write postgresql://USER@HOST/NAME"
        " or sqlite:///PATH (four slashes for a path from the root)"
    )


def _of_sqlite(path: Path) -> str | None:
    """By the library that the server uses: two libraries on one file in one process would undo each other's locks."""
    if not path.exists():
        return None
    import apsw

    try:
        # Not read-only: a database whose server was killed has a log to recover first.
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
            connection.set_busy_timeout(ANSWER_WITHIN_S * 1000)
            if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone():
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (apsw.Error, OSError) as problem:
        raise StoreUnreachable(str(problem)) from problem
    return str(row[0]) if row else None


def _of_postgresql(url: str) -> str | None:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=ANSWER_WITHIN_S) as connection:
            found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
            if found is None or found[0] is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.Error as problem:
        raise StoreUnreachable(str(problem).strip().splitlines()[-1]) from problem
    return str(row[0]) if row else None


def without_password(database_url: str) -> str:
    """The address as it may be shown: ``postgresql://ana:***@host/name``."""
    scheme, found, rest = database_url.partition("://")
    login, at, place = rest.rpartition("@")
    if not found or not at:
        return database_url
    user, colon, _ = login.partition(":")
    return f"{scheme}://{user}{':***' if colon else ''}@{place}"
