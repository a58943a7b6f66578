"""What commands print: tables for people, tab-separated lines for programs, progress where someone watches."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click
import msgspec


class Steps(Protocol):
    """Progress of one long piece of work."""

    def __call__(self, done: int, total: int | None = None, /) -> None:
        """So much is done, of so much."""


def show_table(heads: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str) -> None:
    """Rows under heads on a terminal, tab-separated lines elsewhere; ``empty`` is said when there is none."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in texts:
            click.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    if not texts:
        click.echo(empty)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in texts:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def show_json(value: Any) -> None:
    """A value as JSON, for programs."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


@contextmanager
def progress(what: str) -> Iterator[Steps]:
    """A bar on standard error while something long goes on; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int | None = None, /) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def _silent(done: int, total: int | None = None, /) -> None:
    """Nobody watches."""


def shown_time(instant: int | None) -> str:
    """An instant for people: UTC to the minute."""
    if instant is None:
        return ""
    from rollbook.core.kernel.clock import to_datetime

    return to_datetime(instant).strftime("%Y-%m-%d %H:%M UTC")
