"""``rollbook restore``: a backup back into an empty place, checked before anything is written."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rollbook.cli.options import files_option, settings_of, store_options, warehouse_option
from rollbook.cli.refusals import Refusal

if TYPE_CHECKING:
    from rollbook.cli.archive import Content, Manifest
    from rollbook.core.kernel.ports import FileStore
    from rollbook.settings import Settings

HELP = """Bring a backup back into an empty data folder, and an empty database where one is named.

Every part is compared with its checksum first. What is there already is never overwritten. A backup of SQLite can be
restored into PostgreSQL, and the reverse.

\b
rollbook restore /backups/rollbook.tar.gz --data /srv/rollbook-new
rollbook restore rollbook.tar.gz --data /srv/new --database postgresql://rollbook@db/rollbook
"""

LARGEST_FILE = 5_000_000_000
"""The largest stored file that is brought back, in bytes."""


@click.command(help=HELP)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@store_options
@files_option
@warehouse_option
def restore(file: Path, **options: Any) -> None:
    """Restore."""
    from rollbook.cli import archive, screen

    settings = settings_of(**options)
    began = time.monotonic()
    _require_empty(settings)
    with screen.progress("Checking the backup") as told:
        manifest = archive.verified(file, told)
    _require_known(manifest)
    made = _prepare(settings, manifest)
    try:
        with screen.progress("Restoring") as told:
            _load(settings, file, manifest, told)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    _settle(settings, manifest)
    rows = sum(facts.rows for facts in manifest.tables)
    click.echo(f"{rows:,} rows are restored, in {time.monotonic() - began:.1f} seconds.", err=True)
    click.echo(f"Check it: rollbook doctor --data {settings.data}", err=True)
    if manifest.missing_files:
        click.echo(f"{len(manifest.missing_files)} files were missing when the backup was made.", err=True)


def _require_empty(settings: "Settings") -> None:
    """Refuses to write where something is."""
    from rollbook.cli import opening
    from rollbook.core.people.queries import list_organisations
    from rollbook.migrations.state import Standing, without_password

    key = settings.data / "secret.key"
    if settings.secret_key is None and key.exists():
        raise Refusal(f"{settings.data} holds a key already, so something else is there.", "Name an empty folder.")
    found = opening.standing(settings)
    if found is Standing.EMPTY:
        return
    if found is Standing.CURRENT:
        with opening.opened_unchecked(settings) as database, database.reading() as work:
            if not list_organisations(work):
                return
    raise Refusal(
        f"{without_password(settings.database_url)} holds a record already, which is never overwritten.",
        "Name an empty data folder, or an empty database.",
    )


def _require_known(manifest: "Manifest") -> None:
    from rollbook.migrations.state import known_revisions

    if manifest.revision not in known_revisions():
        raise Refusal(
            f"This backup was made by a newer version of Rollbook ({manifest.rollbook}).", "Install that one first."
        )


def _prepare(settings: "Settings", manifest: "Manifest") -> list[Path]:
    """Make the folder and the schema as it was at the backup; the paths to take away when loading fails."""
    from rollbook import migrations

    settings.data.mkdir(parents=True, exist_ok=True)
    migrations.migrate(settings.database_url, manifest.revision)
    if not settings.database_url.startswith("sqlite:///"):
        return [settings.data / "secret.key"]
    database = settings.database_url.removeprefix("sqlite:///")
    return [settings.data / "secret.key", *(Path(f"{database}{suffix}") for suffix in ("", "-wal", "-shm"))]


def _load(settings: "Settings", path: Path, manifest: "Manifest", told: Callable[[int, int | None], None]) -> None:
    """The second way through the archive: its checksums are known to be right."""
    import msgspec

    from rollbook.adapters.files import file_store_from
    from rollbook.cli import archive, load

    store, decoder = file_store_from(settings.files, settings.data / "files"), msgspec.json.Decoder(list[Any])
    total = path.stat().st_size
    with path.open("rb") as file, load.filling(settings.database_url) as target:
        loader = load.Loader(target, manifest.tables)
        for member, content in archive.members(file):
            if table := archive.table_of(member.name):
                if member.size > archive.LARGEST_PART:
                    raise Refusal(f"{member.name} is larger than any part that we make.")
                loader.load(table, [decoder.decode(line) for line in content.read().splitlines()])
            elif key := archive.file_key(member.name):
                _put(store, key, content)
            elif member.name == archive.SECRET_KEY and settings.secret_key is None:
                _write_key(settings.data / "secret.key", content.read(1000))
            told(file.tell(), total)
        loader.finish()


def _put(store: "FileStore", key: str, content: "Content") -> None:
    try:
        store.put(key, iter(lambda: content.read(1 << 18), b""), limit=LARGEST_FILE)
    except ValueError:
        raise Refusal(f"The backup holds a file under {key[:80]!r}, where none can be.", "Do not trust it.") from None


def _write_key(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _load_warehouse(settings: "Settings") -> None:
    """The rows of data sources."""
    from contextlib import closing

    from rollbook.adapters.files import file_store_from
    from rollbook.adapters.warehouse import warehouse_from
    from rollbook.core.analytics.copies import bring_back

    with closing(warehouse_from(settings.warehouse, settings.data / "warehouse")) as warehouse:
        bring_back(warehouse, file_store_from(settings.files, settings.data / "files"))


def _settle(settings: "Settings", manifest: "Manifest") -> None:
    """Bring the schema up to date, and the events' numbers before those that this database will give."""
    from rollbook.cli import opening, serve
    from rollbook.core.events.outbox import rebase
    from rollbook.core.sessions.telling import forget_all

    serve.migrate(settings)
    _load_warehouse(settings)
    is_sqlite = settings.database_url.startswith("sqlite:///")
    if is_sqlite and manifest.store == "sqlite":
        return
    with opening.opened_unchecked(settings) as database, database.writing() as work:
        rebase(work)
        forget_all(work)
