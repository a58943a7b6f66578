"""``rollbook init``: an empty organisation with an owner and the first keys."""

from pathlib import Path
from typing import Any

import click

from rollbook.cli import passwords
from rollbook.cli.options import address_options, settings_of, store_options
from rollbook.cli.refusals import Refusal

HELP = """Make an organisation, its owner and its first keys.

Secrets are shown once: they go to the credentials file (JSON, mode 600), or to the screen when there is none.
A record that is already there gets one more organisation; the two never see each other.

\b
rollbook init --data /srv/rollbook --organisation "Acme Safety" --credentials acme.json
rollbook serve --data /srv/rollbook
"""


@click.command(help=HELP)
@store_options
@click.option("--organisation", metavar="NAME", required=True, help="What the organisation is called.")
@click.option(
    "--credentials",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the secrets; the file may not be there yet.",
)
@click.option("--username", default="owner", show_default=True, help="The owner's user name.")
@click.option(
    "--password",
    envvar="ROLLBOOK_PASSWORD",
    show_envvar=True,
    help="The owner's password, 8 characters or more; made up when it is not given.",
)
@click.option("--email", help="The owner's e-mail address.")
@address_options
def init(
    organisation: str, file: Path | None, username: str, password: str | None, email: str | None, **options: Any
) -> None:
    """Found an organisation."""
    from rollbook.cli import credentials_file, opening, serve
    from rollbook.core.access.signin import checked_password
    from rollbook.migrations.state import Standing

    settings = settings_of(**options)
    _require_new(file)
    password = checked_password(password) if password else passwords.made_up()
    if opening.standing(settings) is not Standing.CURRENT:
        settings.data.mkdir(parents=True, exist_ok=True)
        serve.migrate(settings)
    credentials = found(settings, organisation, username, password, email)
    if file is None:
        click.echo(credentials_file.encoded(credentials), nl=False)
        return
    credentials_file.write(file, credentials)
    click.echo(f"{organisation} is ready. Its secrets are in {file}, and nowhere else: keep them safe.")
    click.echo(f"Now serve it: rollbook serve --data {settings.data}")


def _require_new(file: Path | None) -> None:
    if file is None:
        return
    from rollbook.cli.opening import require_parent

    if file.exists():
        raise Refusal(f"{file} is there already, and may hold secrets that are nowhere else.", "Name another file.")
    require_parent(file)


def found(settings: Any, organisation: str, username: str, password: str, email: str | None) -> Any:
    """Make the organisation in the record; the credentials to it."""
    from rollbook.cli import credentials_file, opening
    from rollbook.core.access.founding import found_organisation
    from rollbook.core.access.signin import qualified
    from rollbook.core.people.queries import has_several_organisations

    hashed = passwords.hashed(password)
    with opening.opened_unchecked(settings) as database, database.writing() as work:
        founded = found_organisation(work, organisation, username=username, password_hash=hashed, email=email)
        if has_several_organisations(work):
            username = qualified(username, founded.organisation.slug)
    return credentials_file.credentials_of(settings.base_url, founded, username, password)
