"""What doctor looks at outside the record: the machine, the folder, the key, mail, and whether the database answers."""

import shutil
import smtplib
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from rollbook.settings import Settings

State = Literal["ok", "warn", "fail"]

LITTLE_SPACE, NO_SPACE = 2_000_000_000, 200_000_000
"""Bytes below which to warn, and to fail."""
OLDEST_SQLITE = (3, 38, 0)
OLDEST_POSTGRESQL = 13


class Finding(msgspec.Struct, frozen=True):
    """What a check found; ``advice`` says what to do, where there is something to do."""

    state: State
    what: str
    told: str
    advice: str = ""


def python(_: "Settings") -> Iterator[Finding]:
    """The interpreter."""
    from importlib.metadata import version

    yield Finding("ok", "Python", f"{sys.version.split()[0]}, Rollbook {version('rollbook')}")


def sqlite_library(settings: "Settings") -> Iterator[Finding]:
    """The SQLite that the record is written with, and its search by trigrams."""
    import apsw

    if not settings.database_url.startswith("sqlite"):
        return
    version = apsw.sqlite_lib_version()
    if tuple(map(int, version.split("."))) < OLDEST_SQLITE:
        yield Finding("fail", "SQLite", version, "Install a newer apsw: make in a fresh environment.")
        return
    try:
        apsw.Connection(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='trigram')")
    except apsw.Error as problem:
        yield Finding("fail", "SQLite", f"{version}, without search by trigrams ({problem})", "Install apsw from PyPI.")
        return
    yield Finding("ok", "SQLite", f"{version}, with search by trigrams")


def folder(settings: "Settings") -> Iterator[Finding]:
    """The data folder: there, ours, and closed to others."""
    path = settings.data
    if not path.is_dir():
        yield Finding("fail", "Data folder", f"{path} is not there", "Begin with: rollbook init --help")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Finding("warn", "Data folder", f"{path} is open to other users", f"Close it: chmod 700 {path}")
    else:
        yield Finding("ok", "Data folder", f"{path}, closed to others")


def space(settings: "Settings") -> Iterator[Finding]:
    """Room for the database and files to grow."""
    if not settings.data.is_dir():
        return
    free = shutil.disk_usage(settings.data).free
    told = f"{free / 1e9:.1f} GB free"
    if free < NO_SPACE:
        yield Finding("fail", "Disk", told, "Make room now: without it nothing can be written.")
    elif free < LITTLE_SPACE:
        yield Finding("warn", "Disk", told, "Make room soon.")
    else:
        yield Finding("ok", "Disk", told)


def key_file(settings: "Settings") -> Iterator[Finding]:
    """The key that seals webhooks' secrets."""
    if settings.secret_key is not None:
        is_good = len(settings.secret_key) == 64 and not set(settings.secret_key) - set("0123456789abcdefABCDEF")
        state: State = "ok" if is_good else "fail"
        yield Finding(state, "Key", "from ROLLBOOK_SECRET_KEY", "" if is_good else "It must be 64 hexadecimal digits.")
        return
    path = settings.data / "secret.key"
    if not path.exists():
        yield Finding("warn", "Key", "there is none yet", "The server makes one when it first starts.")
        return
    yield _of_key(path)


def _of_key(path: Path) -> Finding:
    from rollbook.adapters.sealing import KeyFileInvalid, read_or_make_key

    mode = stat.S_IMODE(path.stat().st_mode)
    try:
        read_or_make_key(path)
    except (KeyFileInvalid, OSError) as problem:
        return Finding("fail", "Key", str(problem), "Bring secret.key back from a backup.")
    if mode & 0o077:
        return Finding("warn", "Key", f"{path} has mode {mode:o}", f"Close it: chmod 600 {path}")
    return Finding("ok", "Key", f"{path}, mode {mode:o}")


def mail(settings: "Settings") -> Iterator[Finding]:
    """Whether the mail server answers; no mail is sent."""
    from rollbook.adapters.mail import SmtpAccount

    if settings.mail is None:
        yield Finding("ok", "Mail", f"written to {settings.data / 'mail'}, not sent; --mail names a server")
        return
    try:
        account = SmtpAccount.from_url(settings.mail)
        kind = smtplib.SMTP_SSL if account.is_implicit_tls else smtplib.SMTP
        with kind(account.host, account.port, timeout=10) as connection:
            connection.noop()
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        yield Finding("fail", "Mail", f"the mail server does not answer: {problem}", "Check --mail and the network.")
        return
    yield Finding("ok", "Mail", f"{account.host}:{account.port} answers")


def files(settings: "Settings") -> Iterator[Finding]:
    """Whether the file store answers."""
    from rollbook.adapters.files import file_store_from
    from rollbook.core.kernel.ports import FileStoreFailed

    place = settings.files or settings.data / "files"
    if settings.files is None and not settings.data.is_dir():
        return
    try:
        file_store_from(settings.files, settings.data / "files").exists("doctor/looks")
    except (FileStoreFailed, ValueError, OSError) as problem:
        yield Finding("fail", "Files", f"{place} cannot be used: {problem}", "Check --files and its rights.")
        return
    yield Finding("ok", "Files", f"{place} answers")


def scripts(settings: "Settings") -> Iterator[Finding]:
    """Whether people's scripts can be confined here."""
    from rollbook.adapters.scripts import script_runner

    runner = script_runner(settings.scripts, settings.host, settings.port, settings.private_folders)
    reason = runner.why_not()
    if reason is None and settings.scripts == "confined":
        yield Finding("ok", "Scripts", "run confined")
    elif reason is None:
        yield Finding(
            "warn", "Scripts", "run with all that the server may do", "Leave ROLLBOOK_SCRIPTS=unconfined out."
        )
    else:
        yield Finding("ok" if settings.scripts == "off" else "warn", "Scripts", reason)


MACHINE = (python, sqlite_library, folder, space, key_file, files, mail, scripts)
"""The checks that need no record."""


def database(settings: "Settings") -> Iterator[Finding]:
    """Whether the database answers, and its schema is this version's."""
    from rollbook.migrations.state import Standing, StoreUnreachable, revision_of, standing_of, without_password

    place = without_password(settings.database_url)
    try:
        standing, revision = standing_of(settings.database_url), revision_of(settings.database_url)
    except (StoreUnreachable, ValueError) as problem:
        yield Finding("fail", "Database", f"{place}: {problem}", "Check the address, and that the server runs.")
        return
    match standing:
        case Standing.EMPTY:
            yield Finding("fail", "Database", f"{place} holds no record", "Begin with: rollbook init --help")
        case Standing.OLDER:
            yield Finding("fail", "Database", f"{place} is at step {revision}", "Start the server: it migrates.")
        case Standing.NEWER:
            yield Finding(
                "fail", "Database", f"{place} is at step {revision}, unknown here", "Install a newer Rollbook."
            )
        case Standing.CURRENT:
            yield Finding("ok", "Database", f"{place}, schema {revision}")
