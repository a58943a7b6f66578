"""``rollbook serve``: bring the database up to date, listen, answer until told to stop."""

import socket
from typing import Any

import click

from rollbook.cli.options import address_options, server_options, setting, settings_of, store_options
from rollbook.cli.refusals import Refusal
from rollbook.settings import Settings

BACKLOG = 2048

HELP = """Serve the record over HTTP.

Brings the database up to date first. Stops gracefully on Ctrl-C or SIGTERM: running requests are answered.

\b
Everything in one folder:  rollbook serve --data /srv/rollbook
Behind a proxy with TLS:   rollbook serve --data /srv/rollbook --public-url https://training.example.org \\
                             --trusted-proxy 127.0.0.1
On PostgreSQL, many nodes: rollbook serve --data /srv/rollbook --host 0.0.0.0 \\
                             --database postgresql://rollbook@db/rollbook --files s3://bucket/rollbook
"""


@click.command(help=HELP)
@store_options
@address_options
@server_options
@click.option(
    "--trusted-proxy",
    metavar="ADDRESS",
    multiple=True,
    envvar="ROLLBOOK_TRUSTED_PROXY",
    show_envvar=True,
    help="A proxy or network whose X-Forwarded-For, X-Forwarded-Proto and X-Device-Uuid are believed; repeat for more.",
)
@setting(
    "--test-data",
    type=click.Choice(["opentera"]),
    help="For testing clients: serve an API's reference data, which anyone may put back. Wants a record of its own.",
)
@setting("--service-key", metavar="KEY", help="What services sign their tokens with; made up when it is not given.")
@click.option(
    "--log-requests",
    is_flag=True,
    envvar="ROLLBOOK_LOG_REQUESTS",
    show_envvar=True,
    help="Log method, path (no query), status and milliseconds of each request.",
)
def serve(trusted_proxy: tuple[str, ...], log_requests: bool, **options: Any) -> None:
    """Serve a record that has been set up."""
    settings = settings_of(**options)
    with listening(settings) as listener:
        settings = at_port(settings, listener)
        if settings.test_data:
            load_test_data(settings)
        else:
            bring_up_to_date(settings)
        from rollbook.cli.running import run

        run(settings, listener, trusted_proxy=trusted_proxy, log_requests=log_requests)


def load_test_data(settings: Settings) -> None:
    """Make the record, or bring it up to date, and fill it with the reference data. Refuses one in real use."""
    from rollbook.cli import opening, passwords
    from rollbook.core.kernel.faults import Fault
    from rollbook.core.sessions.reference import Reference

    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings)
    try:
        with opening.opened_unchecked(settings) as database:
            Reference(passwords.hashed).restore(database)
    except Fault as fault:
        raise Refusal(fault.message, "Name another --data folder or --database for the test data.") from None


def listening(settings: Settings) -> socket.socket:
    """The socket to serve on, taken before anything else so that a port in use costs nothing. Refuses one that is."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(BACKLOG)
    except OSError as problem:
        listener.close()
        raise _not_listening(settings, problem) from None
    return listener


def _not_listening(settings: Settings, problem: OSError) -> Refusal:
    import errno

    if problem.errno == errno.EADDRINUSE:
        return Refusal(
            f"Port {settings.port} on {settings.host} is taken by another program.",
            "Stop that one, or choose another port: --port 8001 (--port 0 takes a free one).",
        )
    if problem.errno == errno.EACCES:
        return Refusal(f"Port {settings.port} needs rights you do not have.", "Choose one above 1023: --port 8000.")
    return Refusal(f"Cannot listen on {settings.host}: {problem.strerror or problem}.", "Is --host of this machine?")


def at_port(settings: Settings, listener: socket.socket) -> Settings:
    """The settings with the port that was really taken."""
    import msgspec

    return msgspec.structs.replace(settings, port=listener.getsockname()[1])


def bring_up_to_date(settings: Settings) -> None:
    """Migrate where it is needed. Refuses a record that was never set up."""
    from rollbook.cli import opening
    from rollbook.migrations.state import Standing, without_password

    match opening.standing(settings):
        case Standing.EMPTY:
            raise opening.not_initialised(settings)
        case Standing.OLDER:
            click.echo(f"Bringing the database {without_password(settings.database_url)} up to date …", err=True)
            migrate(settings)
            click.echo("The database is up to date.", err=True)
        case _:
            return


def migrate(settings: Settings) -> None:
    """Bring the schema to this version's. Refuses with the database's own words where it will not let us."""
    from sqlalchemy.exc import SQLAlchemyError

    from rollbook import migrations

    try:
        migrations.migrate(settings.database_url)
    except SQLAlchemyError as problem:
        told = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
        raise Refusal(
            f"The database could not be brought up to date: {told}.", "Nothing was changed by the step that failed."
        ) from problem
