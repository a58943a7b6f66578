"""``rollbook import``: people from a file, looked at first, applied whole or not at all, undone whole."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rollbook.cli.options import organisation_option, store_options, typed_store
from rollbook.cli.refusals import Refusal

if TYPE_CHECKING:
    from rollbook.core.kernel.work import Work
    from rollbook.core.people.imports.records import Import, Preview, RowResult

HELP = """Bring people in from a file, and take it back.

Without --apply nothing is changed: you see what each line would do, and get the number to apply it by.

\b
rollbook import people staff.csv --data /srv/rollbook
rollbook import apply 7 --data /srv/rollbook
rollbook import undo 7 --data /srv/rollbook
"""

MOST_SHOWN = 40
"""How many lines of a kind are shown."""


@click.group(help=HELP)
def imports() -> None:
    """Only holds the commands."""


PEOPLE = """Read people from FILE (.csv or .xlsx) and say what each line would do.

The first line names the columns. Usual names in English, German, French, Spanish, Italian, Slovene, Croatian, Dutch,
Portuguese and Polish are known; --map says what others hold. People are told apart by their external id (employee
number), else by user name, else by e-mail.

\b
rollbook import people staff.csv --data /srv/rollbook
rollbook import people staff.xlsx --data /srv/rollbook --map "Badge=external_id" --map "Title=" --apply
rollbook import people staff.csv --data /srv/rollbook --deactivate-missing --apply
"""


@imports.command(help=PEOPLE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@store_options
@organisation_option
@click.option(
    "--map",
    "mapping",
    metavar="COLUMN=FIELD",
    multiple=True,
    help="What a column holds; COLUMN= leaves it out. Repeat for more.",
)
@click.option(
    "--match-by",
    type=click.Choice(["external_id", "username", "email"]),
    help="What tells whether someone is there already.",
)
@click.option("--encoding", help="The text's encoding, such as cp1250, where it is not found out rightly.")
@click.option("--blank-clears", is_flag=True, help="A blank cell empties the field; else it leaves it as it is.")
@click.option("--deactivate-missing", is_flag=True, help="Inactivate active people who are not in the file.")
@click.option("--apply", "applies", is_flag=True, help="Do it, when no line is bad.")
@click.option("--confirm", is_flag=True, help="Allow more than a tenth of the active people to be inactivated.")
def people(
    file: Path,
    mapping: tuple[str, ...],
    match_by: Any,
    encoding: str | None,
    blank_clears: bool,
    deactivate_missing: bool,
    applies: bool,
    confirm: bool,
    **given: Any,
) -> None:
    """Preview, and apply where that is asked."""
    from rollbook.cli import opening, screen
    from rollbook.core.people.imports import service
    from rollbook.core.people.imports.files import read_sheet
    from rollbook.core.people.imports.records import ImportOptions

    options = ImportOptions(
        mapping=_mapping(mapping),
        match_by=match_by,
        clears_blank=blank_clears,
        inactivates_missing=deactivate_missing,
    )
    with screen.progress("Reading the file"):
        sheet = read_sheet(file.name, file.read_bytes(), encoding=encoding)
    with screen.progress(f"Comparing {len(sheet.lines):,} lines with the record"), opening.working(given) as work:
        kept = service.preview(work, sheet, options)
        if kept.import_.facts.bad:
            # Nobody can apply it, so it need not wait.
            service.discard(work, kept.import_)
    _show(kept)
    _refuse_bad(kept.import_)
    if applies:
        _apply(given, str(kept.import_.id), confirm=confirm)
    else:
        _say_how_on(kept.import_)


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, found, field = pair.rpartition("=")
        if not found or not column.strip():
            raise click.UsageError(f'--map takes "COLUMN=FIELD", such as --map "Badge=external_id", and not {pair!r}.')
        mapping[column.strip()] = field.strip()
    return mapping


def _show(kept: "Preview") -> None:
    """How the file was read, the lines that do something, then the counts."""
    from rollbook.cli import screen

    facts = kept.import_.facts
    taken = ", ".join(f"{column.head} → {column.field}" for column in facts.columns if column.field)
    left = ", ".join(column.head for column in facts.columns if not column.field and column.head.strip())
    click.echo(f"Columns: {taken}", err=True)
    if left:
        click.echo(f"Left out: {left}", err=True)
    shown: list[RowResult] = []
    for result in ("bad", "inactivated", "changed", "created"):
        of_kind = [row for row in kept.rows if row.result == result]
        shown += of_kind[:MOST_SHOWN]
        if len(of_kind) > MOST_SHOWN:
            click.echo(f"{len(of_kind):,} lines are {result}; the first {MOST_SHOWN} are shown.", err=True)
    screen.show_table(
        ("Line", "Result", "Who", "What"),
        [(row.line or "", row.result, row.name, _what(row)) for row in shown],
        empty="Every line is as the record has it already.",
    )
    counts = ("created", "changed", "unchanged", "inactivated", "bad")
    click.echo(", ".join(f"{getattr(facts, name):,} {name}" for name in counts), err=True)


def _what(row: "RowResult") -> str:
    if row.problems:
        return "; ".join(problem.message for problem in row.problems)
    return "; ".join(f"{field}: {_value(before)} → {_value(after)}" for field, (before, after) in row.changes.items())


def _value(value: Any) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(str, value)) or "nothing"
        case _:
            return str(value)


def _refuse_bad(previewed: "Import") -> None:
    if bad := previewed.facts.bad:
        lines = "1 line is" if bad == 1 else f"{bad:,} lines are"
        raise Refusal(f"{lines} bad, so this cannot be applied.", "Mend the file and import it again.")


def _say_how_on(previewed: "Import") -> None:
    confirm = " --confirm" if previewed.facts.must_confirm else ""
    next_one = f"rollbook import apply {previewed.id}{confirm}{typed_store()}"
    click.echo(f"Nothing is changed yet. To do it: {next_one}", err=True)


def _apply(given: dict[str, Any], identifier: str, *, confirm: bool) -> None:
    """Apply an import, and say how it is taken back; or how it is confirmed, where it must be."""
    from rollbook.cli import opening, screen
    from rollbook.core.kernel.faults import Fault
    from rollbook.core.people.imports import service

    try:
        with screen.progress("Applying"), opening.working(given) as work:
            done = service.apply(work, _the(work, identifier), is_confirmed=confirm)
    except Fault as fault:
        if not fault.details.get("must_confirm"):
            raise
        again = f"rollbook import apply {identifier} --confirm{typed_store()}"
        raise Refusal(fault.message, f"To confirm it: {again}") from None
    undo = f"rollbook import undo {done.id}{typed_store()}"
    click.echo(f"Import {done.id} is applied. To take it back whole: {undo}", err=True)


@imports.command("apply")
@click.argument("identifier", metavar="ID")
@store_options
@organisation_option
@click.option("--confirm", is_flag=True, help="Allow more than a tenth of the active people to be inactivated.")
def apply_import(identifier: str, confirm: bool, **given: Any) -> None:
    """Do what import ID said it would do, all or nothing."""
    _apply(given, identifier, confirm=confirm)


@imports.command()
@click.argument("identifier", metavar="ID")
@store_options
@organisation_option
def undo(identifier: str, **given: Any) -> None:
    """Undo import ID whole: whom it made is erased, what it changed goes back."""
    from rollbook.cli import opening, screen
    from rollbook.core.people.imports import service

    with screen.progress("Undoing"), opening.working(given) as work:
        service.undo(work, _the(work, identifier))
    click.echo(f"Import {identifier} is undone.", err=True)


@imports.command("list")
@store_options
@organisation_option
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
def list_imports(limit: int, **given: Any) -> None:
    """List imports, newest first."""
    from rollbook.cli import opening, screen
    from rollbook.core.people.imports import queries

    with opening.working(given, writes=False) as work:
        found = queries.list_imports(work, limit=limit)
    screen.show_table(
        ("ID", "File", "State", "Created", "Changed", "Inactivated", "Bad", "When", "By"),
        [
            (
                *(one.id, one.file_name, one.state, one.facts.created, one.facts.changed, one.facts.inactivated),
                *(one.facts.bad, screen.shown_time(one.applied_at or one.created_at), one.created_by_name or ""),
            )
            for one in found
        ],
        empty="Nothing has been imported yet: rollbook import people FILE",
    )


def _the(work: "Work", identifier: str) -> "Import":
    """An import by its number or id."""
    from rollbook.cli.opening import key_of
    from rollbook.core.kernel.faults import Fault
    from rollbook.core.people.imports.queries import get_import

    try:
        return get_import(work, key_of(identifier))
    except Fault:
        raise Refusal(f"There is no import {identifier!r}.", "Look: rollbook import list") from None
