"""``rollbook backup``: everything in one file, while the server runs."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rollbook.cli.options import files_option, settings_of, store_options
from rollbook.cli.refusals import Refusal

if TYPE_CHECKING:
    from rollbook.cli.archive import TableFacts, Writer
    from rollbook.cli.dump import Source
    from rollbook.core.kernel.ports import FileStore
    from rollbook.settings import Settings

HELP = """Write everything to FILE (a .tar.gz, mode 600) while the server runs.

FILE holds the record as it is at one moment, the stored files, and the key that seals secrets: guard it as you guard
the server. It can be restored into SQLite or PostgreSQL, whichever it came from. Mail that is still in the data folder
is not in it. The rows of data sources are those of the last copy, which a server makes every five minutes and when it
stops.

\b
rollbook backup --data /srv/rollbook /backups/rollbook-$(date +%F).tar.gz
"""


@click.command(help=HELP)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@store_options
@files_option
def backup(file: Path, **options: Any) -> None:
    """Back up."""
    from rollbook.cli import opening, screen

    settings = settings_of(**options)
    opening.require_parent(file)
    if file.exists():
        raise Refusal(f"{file} is there already.", "Name another file, or move that one away.")
    opening.require_ready(settings)
    began = time.monotonic()
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with screen.progress("Backing up") as told:
            rows, files, missing = _write(settings, draft, told)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    size = file.stat().st_size / 1_000_000
    took = time.monotonic() - began
    click.echo(f"{file}: {rows:,} rows and {files:,} files in {size:.1f} MB, in {took:.1f} seconds.", err=True)
    if missing:
        click.echo(f"{len(missing)} files that the record names are not in the file store; see doctor.", err=True)


def _write(settings: "Settings", draft: Path, told: Callable[[int, int | None], None]) -> tuple[int, int, list[str]]:
    """Write the archive; how many rows and files, and the files that are missing."""
    from importlib.metadata import version

    from rollbook.cli import archive, dump
    from rollbook.core.kernel import clock
    from rollbook.migrations.state import known_revisions

    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with dump.snapshot(settings.database_url) as source, archive.Writer(file) as writer:
            made_at = clock.now()
            _add_key(settings, writer)
            tables = _add_tables(source, writer, told)
            files, missing = _add_files(settings, source, writer)
            store, revision = settings.database_url.partition(":")[0], known_revisions()[-1]
            writer.finish(
                archive.Manifest(
                    archive.FORMAT, version("rollbook"), revision, store, made_at, tables, writer.parts, missing
                )
            )
        file.flush()
        os.fsync(file.fileno())
    return sum(facts.rows for facts in tables), files, missing


def _add_key(settings: "Settings", writer: "Writer") -> None:
    """The key, without which sealed secrets could not be read again; none where it comes from the environment."""
    from rollbook.cli.archive import SECRET_KEY

    path = settings.data / "secret.key"
    if settings.secret_key is None and path.exists():
        writer.add(SECRET_KEY, path.read_bytes())


def _add_tables(source: "Source", writer: "Writer", told: Callable[[int, int | None], None]) -> "list[TableFacts]":
    from rollbook.cli import dump

    tables = dump.tables()
    total = sum(source.count(table.name) for table in tables)
    facts, done = [], 0
    for table in tables:
        rows = 0
        for number, (count, part) in enumerate(dump.parts_of(source, table), 1):
            writer.add(f"tables/{table.name}/{number:06d}.jsonl", part)
            rows += count
            told(done + rows, total)
        done += rows
        facts.append(dump.facts_of(source, table, rows))
    return facts


def _add_files(settings: "Settings", source: "Source", writer: "Writer") -> tuple[int, list[str]]:
    """The files that the snapshot names; one that was deleted since is noted."""
    from rollbook.adapters.files import file_store_from
    from rollbook.core.analytics.copies import list_copies
    from rollbook.core.kernel.ports import FileMissing

    store: FileStore = file_store_from(settings.files, settings.data / "files")
    keys = sorted(set(_named_files(source))) + list_copies(store)
    missing: list[str] = []
    for key in keys:
        try:
            opened = store.open(key)
        except FileMissing:
            missing.append(key)
            continue
        writer.add_stream(f"files/{key}", opened.size, opened.chunks)
    return len(keys) - len(missing), missing


def _named_files(source: "Source") -> Iterator[str]:
    """The keys in the snapshot: files of lessons and assets, certificates that were made, logos."""
    from rollbook.core.people.settings import logo_key_in

    for table, column in (("files", "key"), ("certificates", "pdf_key")):
        yield from (key for key, _ in source.rows(table, [column, "id"], ["id"]) if key is not None)
    for key, asset_id, _ in source.rows("asset_files", ["key", "asset_id", "id"], ["id"]):
        if asset_id is not None:
            yield key
    for settings, _ in source.rows("organisations", ["settings", "id"], ["id"]):
        if (key := logo_key_in(settings)) is not None:
            yield key
