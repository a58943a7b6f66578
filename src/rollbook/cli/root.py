"""The commands at a glance. A command's module is imported only when it is called, so that ``--help`` is instant."""

import importlib
import os
from typing import Any

import click

from rollbook.cli.refusals import refusal_of
from rollbook.core.kernel.faults import Fault

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Start": {
        "demo": ("demo:demo", "Fill a demo organisation and serve it."),
        "init": ("init:init", "Make an organisation to begin with."),
        "serve": ("serve:serve", "Serve the record over HTTP."),
    },
    "People and keys": {
        "import": ("imports:imports", "Bring people in from a file, and take it back."),
        "key": ("keys:key", "Make, list, rotate and revoke API keys."),
        "user": ("users:user", "Add, list and change people who sign in."),
    },
    "Care": {
        "backup": ("backup:backup", "Write everything to one file while the server runs."),
        "doctor": ("doctor:doctor", "Check that all is well, and say what to do where it is not."),
        "restore": ("restore:restore", "Bring a backup back into an empty data folder."),
    },
    "For developers": {
        "docs": ("docs:docs", "Write docs/reference anew from the code, or check it."),
    },
}
"""Every command: section, name, where it is (``module:object`` within this package), what it does."""

COMMANDS = {name: entry for section in SECTIONS.values() for name, entry in section.items()}

HELP = """One server for training records that answers to the APIs your tools already speak.

\b
Try it:                  rollbook demo --data demo
Begin for real:          rollbook init --data /srv/rollbook --organisation "Acme Safety" --credentials acme.json
                         rollbook serve --data /srv/rollbook
See that all is well:    rollbook doctor --data /srv/rollbook

Every option can stand in the environment too: --data is ROLLBOOK_DATA, --public-url is ROLLBOOK_PUBLIC_URL.
"""


class Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"rollbook.cli.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if near:
                raise click.UsageError(f"{problem.message} Did you mean '{near[0]}'?", ctx) from None
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by section, without importing one."""
        for section, entries in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, what) for name, (_, what) in entries.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run; a fault becomes a message."""
        try:
            return super().invoke(ctx)
        except Fault as fault:
            raise refusal_of(fault) from fault


@click.command(
    cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
@click.version_option(package_name="rollbook", message="Rollbook %(version)s")
def cli() -> None:
    """Only holds the commands."""


def main() -> None:
    """The console script."""
    # People's records, keys and backups: what a command makes is for its owner alone.
    os.umask(0o077)
    cli(prog_name="rollbook")
