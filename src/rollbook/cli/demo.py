"""``rollbook demo``: a full organisation to look around in, made once and served."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rollbook.cli import passwords
from rollbook.cli.options import address_options, server_options, settings_of, store_options
from rollbook.cli.refusals import Refusal

if TYPE_CHECKING:
    from rollbook.cli.credentials_file import Credentials
    from rollbook.core.kernel.work import Database
    from rollbook.demo.fill import Login, Mark
    from rollbook.demo.stage import Stage
    from rollbook.settings import Settings

HELP = """Fill a demo organisation and serve it.

A company that trains people for dangerous work: four hundred people, courses, assignments in every state, a year of
simulator activities, webhooks. Filling takes some seconds; the next start finds it and serves at once. The data folder
must be empty or hold a demo.

\b
rollbook demo --data demo
rollbook demo --data demo --port 9000 --credentials demo.json
"""

KEPT = "demo-credentials.json"
"""The demo's secrets, in its data folder: only here are secrets kept, so that they can be shown again."""


@click.command(help=HELP)
@store_options
@address_options
@click.option(
    "--credentials",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the demo's keys and passwords, too (JSON, mode 600).",
)
@server_options
def demo(file: Path | None, **options: Any) -> None:
    """Fill, show, serve."""
    from rollbook.cli import credentials_file, serve

    settings = settings_of(**options)
    if file is not None:
        from rollbook.cli.opening import require_parent

        require_parent(file)
    with serve.listening(settings) as listener:
        settings = serve.at_port(settings, listener)
        credentials, logins = prepare(settings)
        if file is not None:
            credentials_file.write(file, credentials)
        from rollbook.cli.running import run

        run(settings, listener, greeting=greeting(credentials, logins, file))


def prepare(settings: "Settings") -> tuple["Credentials", list["Login"]]:
    """Find the demo, or make it; its keys, and whom one can sign in as."""
    from rollbook.adapters.passwords import Argon2Passwords
    from rollbook.adapters.sealing import AesGcmSealer, read_or_make_key
    from rollbook.cli import opening, serve
    from rollbook.core.kernel import clock
    from rollbook.demo.stage import Stage
    from rollbook.migrations.state import Standing

    settings.data.mkdir(parents=True, exist_ok=True)
    if opening.standing(settings) is not Standing.CURRENT:
        serve.migrate(settings)
    key = bytes.fromhex(settings.secret_key) if settings.secret_key else read_or_make_key(settings.data / "secret.key")
    with opening.opened_unchecked(settings) as database:
        mark = _found(settings, database)
        stage = Stage(database, Argon2Passwords(), AesGcmSealer(key), clock.now())
        return _kept(settings, stage, mark) if mark else _filled(settings, stage)


def _found(settings: "Settings", database: "Database") -> "Mark | None":
    """The demo that is there. Refuses a record that is real; clears away a demo that was broken off."""
    from rollbook.core.access.policy import system_principal
    from rollbook.core.people.queries import list_organisations
    from rollbook.demo import fill, places

    with database.reading() as work:
        mark, organisations = fill.mark_of(work), list_organisations(work)
    if any(organisation.slug != places.SLUG for organisation in organisations) or (mark and mark.demo == "foreign"):
        raise Refusal(
            f"{settings.data} holds the record of {organisations[0].name}, which is no demo.",
            "Choose another folder, so that the two do not mix: rollbook demo --data demo",
        )
    if mark is not None and mark.demo != "ready":
        click.echo("The last filling was broken off; clearing it away.", err=True)
        with database.writing() as work:
            work.act_as(system_principal(organisations[0].id, "demo"))
            fill.drop(work)
        return None
    return mark


def _filled(settings: "Settings", stage: "Stage") -> tuple["Credentials", list["Login"]]:
    """Fill the demo, and keep its secrets."""
    import time

    from rollbook.cli import credentials_file, screen
    from rollbook.demo import fill

    click.echo("Filling the demo organisation: a year of a company that trains people …", err=True)
    began, password = time.monotonic(), passwords.made_up()
    with screen.progress("A year goes by") as told:
        founded = fill.fill(stage, stage.hasher.hash(password), told)
    click.echo(f"Filled in {time.monotonic() - began:.1f} seconds.", err=True)
    credentials = credentials_file.credentials_of(settings.base_url, founded, fill.OWNER, password)
    credentials_file.write(settings.data / KEPT, credentials)
    with stage.database.reading() as work:
        mark = fill.mark_of(work)
    return credentials, mark.logins if mark else []


def _kept(settings: "Settings", stage: "Stage", mark: "Mark") -> tuple["Credentials", list["Login"]]:
    """The secrets of a demo that is there, at today's address; new ones where they were lost."""
    import msgspec

    from rollbook.cli import credentials_file
    from rollbook.demo import fill

    kept = credentials_file.read(settings.data / KEPT)
    if kept is None:
        password = passwords.made_up()
        founded = fill.renew(stage, stage.hasher.hash(password), mark.logins)
        kept = credentials_file.credentials_of(settings.base_url, founded, fill.OWNER, password)
    kept = msgspec.structs.replace(kept, base_url=settings.base_url)
    credentials_file.write(settings.data / KEPT, kept)
    return kept, mark.logins


def greeting(credentials: "Credentials", logins: "list[Login]", file: Path | None) -> str:
    """What is printed when the server answers: where to look and how to get in."""
    base, password = credentials.base_url, credentials.console.password
    signs = [(credentials.console.username, "the owner, who may do everything")]
    signs += [(login.username, f"{login.name}: {login.what}") for login in logins]
    width = max(len(username) for username, _ in signs)
    apis = [
        ("Smart Arena", f"{base}/docs/smartarena", f"client {credentials.smartarena.client_id}"),
        ("", "", f"secret {credentials.smartarena.client_secret}"),
        ("SENAR", f"{base}/docs/senar", f"{credentials.senar.username} and the password above"),
        ("Velpic", f"{base}/docs/velpic", f"access key {credentials.velpic.access_key}"),
        ("Serenytics", f"{base}/docs/serenytics", f"key    {credentials.serenytics.api_key}"),
        ("Rollbook", f"{base}/docs/native", f"key    {credentials.native.api_key}"),
    ]
    address = max(len(url) for _, url, _ in apis)
    lines = [
        "",
        f"  The demo is at  {base}",
        "",
        f"  Sign in with the password  {password}  as",
        *(f"    {username:<{width}}  {what}" for username, what in signs),
        "",
        "  Or use it by an API",
        *(f"    {name:<11}  {url:<{address}}  {secret}" for name, url, secret in apis),
        "",
        f"  All of it is in {file}, too. Stop with Ctrl-C." if file else "  Stop with Ctrl-C.",
        "",
    ]
    return "\n".join(lines)
