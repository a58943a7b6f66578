"""All pages together: writing them, and telling where a folder differs from the code."""

import difflib
from pathlib import Path

import click

from rollbook.app import DOORS
from rollbook.reference import analytics, doors, record, running
from rollbook.reference.markdown import page

FOLDER = Path("docs/reference")
SHOWN_LINES = 12


def pages(root: click.Command) -> dict[str, str]:
    """Every page by its file name; ``root`` is the command line."""
    made = {f"routes-{door.name}.md": doors.routes_page(door) for door in DOORS} | {
        "commands.md": running.commands_page(root),
        "events.md": record.events_page(),
        "faults.md": doors.faults_page(DOORS),
        "formulas.md": analytics.formulas_page(),
        "permissions.md": record.permissions_page(),
        "data-sources.md": analytics.sources_page(),
        "settings.md": running.settings_page(root),
        "tables.md": record.tables_page(),
    }
    return {**dict(sorted(made.items())), "README.md": _contents(made)}


def write(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Make a folder hold these pages and no others; the names of the files that changed."""
    changed = list(differences(folder, wanted))
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def differences(folder: Path, wanted: dict[str, str]) -> dict[str, str]:
    """Where a folder differs from these pages: a file's name, and the first lines of the difference."""
    there = {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.md"))}
    return {
        name: _difference(there.get(name, ""), wanted.get(name, ""))
        for name in sorted(there.keys() | wanted.keys())
        if there.get(name) != wanted.get(name)
    }


def _difference(there: str, wanted: str) -> str:
    lines = difflib.unified_diff(there.splitlines(), wanted.splitlines(), "there", "wanted", lineterm="", n=0)
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    more = len(changed) - SHOWN_LINES
    return "\n".join([*changed[:SHOWN_LINES], *([f"… and {more} lines more"] if more > 0 else [])])


def _contents(made: dict[str, str]) -> str:
    titles = {name: text.partition("\n")[0].removeprefix("# ") for name, text in sorted(made.items())}
    links = "\n".join(f"- [{title}]({name})" for name, title in titles.items())
    return page("Reference", "What the code itself says. `rollbook docs` writes these pages.", links)
