"""``rollbook docs``: the reference pages, from the code."""

from pathlib import Path

import click

from rollbook.cli.refusals import Refusal

HELP = """Write docs/reference anew from the code, or tell where it differs.

\b
rollbook docs            (in a checkout, after a change to routes, settings, events, tables …)
rollbook docs --check    (what continuous integration runs)
"""


@click.command(help=HELP)
@click.option("--check", is_flag=True, help="Write nothing; fail when a page differs from the code.")
@click.option(
    "--folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs/reference"),
    help="Where the pages are; docs/reference below the present folder unless said.",
)
@click.pass_context
def docs(ctx: click.Context, check: bool, folder: Path) -> None:
    """Write or check the pages."""
    from rollbook.reference import writing

    wanted = writing.pages(ctx.find_root().command)
    if not check:
        changed = writing.write(folder, wanted)
        click.echo(f"{folder}: {', '.join(changed)} written" if changed else f"{folder} is up to date")
        return
    if found := writing.differences(folder, wanted):
        shown = "\n".join(f"{folder / name}\n{difference}" for name, difference in found.items())
        raise Refusal(f"{shown}\n{len(found)} pages differ from the code.", "Run: rollbook docs")
    click.echo(f"{folder} is up to date")
