"""Opening the record for a command, and saying in plain words why it cannot be opened."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rollbook.cli.options import settings_of
from rollbook.cli.refusals import Refusal
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.queries import list_organisations
from rollbook.core.people.records import Organisation
from rollbook.migrations.state import Standing, StoreUnreachable, standing_of, without_password
from rollbook.settings import Settings

DOOR = "cli"
"""What the audit trail calls changes made at the command line."""


def standing(settings: Settings) -> Standing:
    """How the database's schema stands to this version. Refuses what cannot be reached or is newer than we are."""
    url = settings.database_url
    try:
        found = standing_of(url)
    except ValueError as problem:
        raise Refusal(f"{problem}.") from None
    except StoreUnreachable as problem:
        raise Refusal(
            f"The database {without_password(url)} cannot be opened: {problem}.",
            "Check the address, that the server runs and that the user may log in.",
        ) from None
    if found is Standing.NEWER:
        raise Refusal(
            f"The database {without_password(url)} was written by a newer version of Rollbook.",
            "Install that version again, or restore a backup from before.",
        )
    return found


def require_ready(settings: Settings) -> None:
    """Refuses a record that is not there, or not at this version's schema."""
    found = standing(settings)
    if found is Standing.EMPTY:
        raise not_initialised(settings)
    if found is Standing.OLDER:
        raise Refusal(
            "The database was written by an older version of Rollbook.",
            f"Start 'rollbook serve --data {settings.data}' once: it brings the database up to date.",
        )


def not_initialised(settings: Settings) -> Refusal:
    """There is nothing yet; how to begin."""
    place = without_password(settings.database) if settings.database else settings.data
    return Refusal(
        f"There is no organisation in {place} yet.",
        f'Begin with: rollbook init --data {settings.data} --organisation "Your name" --credentials credentials.json\n'
        f"Or look around first: rollbook demo --data {settings.data}",
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The record, ready to be read and written."""
    require_ready(settings)
    with opened_unchecked(settings) as database:
        yield database


@contextmanager
def opened_unchecked(settings: Settings) -> Iterator[Database]:
    """The record, by someone who has just brought it up to date."""
    from rollbook.adapters.sql import open_database
    from rollbook.app import before_commit

    database = open_database(settings.database_url, before_commit, pool_size=2)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def working(options: Mapping[str, Any], *, writes: bool = True) -> Iterator[Work]:
    """A unit of work for the organisation that a command's options name, as the server's operator."""
    with opened(settings_of(**options)) as database, database.writing() if writes else database.reading() as work:
        work.act_as(system_principal(chosen(list_organisations(work), options.get("organisation")).id, DOOR))
        yield work


def chosen(organisations: list[Organisation], name: str | None) -> Organisation:
    """The organisation that is meant: the named one, or the only one."""
    listed = ", ".join(organisation.slug for organisation in organisations)
    if name is None:
        if len(organisations) == 1:
            return organisations[0]
        if not organisations:
            raise Refusal("There is no organisation yet.", "Make one: rollbook init --help")
        raise Refusal("There are several organisations.", f"Say which: --organisation one of {listed}")
    wanted = name.strip().casefold()
    for organisation in organisations:
        if wanted in (organisation.slug, organisation.name.casefold(), organisation.uuid):
            return organisation
    raise Refusal(f"There is no organisation {name!r}.", f"There is: {listed}" if listed else "There is none yet.")


def key_of(identifier: str) -> int | str:
    """What someone typed to name a row: its number, or its id."""
    return int(identifier) if identifier.isdecimal() and len(identifier) < 19 else identifier


def require_parent(path: Path) -> None:
    """Refuses a file whose folder is not there, before any work is done."""
    if not path.absolute().parent.is_dir():
        raise Refusal(f"There is no folder {path.absolute().parent} to write {path.name} into.")
