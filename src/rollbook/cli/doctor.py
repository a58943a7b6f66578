"""``rollbook doctor``: one line for each thing that can be wrong, and what to do about it."""

from collections.abc import Callable, Iterator
from typing import Any

import click
import msgspec

from rollbook.cli.checks import Finding, State
from rollbook.cli.options import server_options, settings_of, store_options

HELP = """Check that all is well, and say what to do where it is not.

Works while the server runs and changes nothing. The exit status is 1 when something has failed; warnings alone give 0.
--quick leaves out what reads the whole database.

\b
rollbook doctor --data /srv/rollbook
rollbook doctor --data /srv/rollbook --json | jq '.[] | select(.state != "ok")'
"""

_SIGNS: dict[State, tuple[str, str]] = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@click.command(help=HELP)
@store_options
@server_options
@click.option("--quick", is_flag=True, help="Leave out what reads the whole database.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(quick: bool, as_json: bool, **options: Any) -> None:
    """Check, print, judge."""
    from rollbook.cli import screen

    settings = settings_of(**options)
    found: list[Finding] = []
    for finding in _findings(settings, is_quick=quick):
        found.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        screen.show_json([msgspec.structs.asdict(finding) for finding in found])
    failed = sum(finding.state == "fail" for finding in found)
    warned = sum(finding.state == "warn" for finding in found)
    if not as_json:
        click.echo(f"\n{len(found)} checks, {failed} failed, {warned} warnings.")
    raise SystemExit(1 if failed else 0)


def _findings(settings: Any, *, is_quick: bool) -> Iterator[Finding]:
    """Every check; those of the record only when it can be opened."""
    from rollbook.cli import checks, checks_of_record

    for check in checks.MACHINE:
        yield from _tried(check, settings)
    database = list(_tried(checks.database, settings))
    yield from database
    if any(finding.state == "fail" for finding in database):
        return
    yield from checks_of_record.findings(settings, is_quick=is_quick)


def _tried(check: Callable[[Any], Iterator[Finding]], settings: Any) -> Iterator[Finding]:
    """A check's findings; one that breaks is a finding too."""
    try:
        yield from check(settings)
    except Exception as problem:  # noqa: BLE001 - whatever is wrong here is what we are looking for
        yield Finding("fail", check.__name__.replace("_", " "), f"the check itself failed: {problem}", "Report this.")


def _show(finding: Finding) -> None:
    sign, colour = _SIGNS[finding.state]
    click.echo(f"{click.style(sign, fg=colour)}  {finding.what}: {finding.told}")
    if finding.advice:
        click.echo(f"      → {finding.advice}")
