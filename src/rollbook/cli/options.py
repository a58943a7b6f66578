"""Options that commands share, and the settings made of them. Each is read from the environment as ROLLBOOK_… too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from click.core import ParameterSource

from rollbook.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

FOLDER = click.Path(file_okay=False, path_type=Path)


def setting(flag: str, **attributes: Any) -> Callable[[F], F]:
    """An option that is a field of :class:`Settings`, with its environment variable."""
    name = flag.removeprefix("--").upper().replace("-", "_")
    return click.option(flag, envvar=f"ROLLBOOK_{name}", show_envvar=True, **attributes)


def _stacked(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    def apply(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


store_options = _stacked(
    setting("--data", type=FOLDER, required=True, metavar="DIR", help="The data folder."),
    setting(
        "--database",
        metavar="URL",
        help="postgresql://USER@HOST/NAME or sqlite:///PATH; without it a SQLite file in the data folder.",
    ),
)
"""Where the record is."""

files_option = setting(
    "--files", metavar="URL", help="A folder or s3://BUCKET/PREFIX for files; without it a folder in the data folder."
)

warehouse_option = setting(
    "--warehouse",
    metavar="URL",
    help="ducklake:postgresql://USER@HOST/NAME?data=FOLDER or …?data=s3://BUCKET/PREFIX for data that many servers "
    "share; without it a DuckDB file in the data folder.",
)

address_options = _stacked(
    setting("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 is all."),
    setting("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one."),
    setting(
        "--public-url", metavar="URL", help="What people and machines reach the server at, when a proxy is before it."
    ),
)

server_options = _stacked(
    files_option,
    warehouse_option,
    setting("--mail", metavar="URL", help="smtp://USER:PASSWORD@HOST:587; without it mails are files in DIR/mail."),
    setting("--mail-from", metavar="ADDRESS", help='What mails come from, such as "Training <training@example.org>".'),
    setting("--s3-endpoint", metavar="URL", help="The S3 that data is reloaded from; without it Amazon's."),
    setting(
        "--scripts",
        type=click.Choice(["confined", "unconfined", "off"]),
        help="Whether people's scripts run; unconfined ones may do all that the server may.",
    ),
    setting(
        "--allow-outbound",
        metavar="NET",
        multiple=True,
        help="A network (CIDR) or host inside your own network that webhooks may call; repeat for more.",
    ),
)

organisation_option = setting(
    "--organisation", metavar="NAME", help="Which organisation, by name or slug, when there are several."
)


def typed_store() -> str:
    """Where the record is, as it was typed for this command, so that the next one can be typed like it."""
    import shlex

    from rollbook.migrations.state import without_password

    context = click.get_current_context()
    said = ""
    for name in ("data", "database", "organisation"):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            value = str(context.params[name])
            said += f" --{name} {shlex.quote(without_password(value) if name == 'database' else value)}"
    return said


def settings_of(**options: Any) -> Settings:
    """Settings from options; what was not given takes the settings' own default."""
    import os

    known = {field.name for field in msgspec.structs.fields(Settings)}
    given = {name: value for name, value in options.items() if name in known and value not in (None, ())}
    # Only from the environment: a command line is there for every user of the machine to read.
    if key := os.environ.get("ROLLBOOK_SECRET_KEY"):
        given["secret_key"] = key
    return Settings(**given)
