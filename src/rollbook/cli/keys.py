"""``rollbook key``: API keys and OAuth clients of an organisation."""

from typing import TYPE_CHECKING, Any

import click

from rollbook.cli.durations import DURATION
from rollbook.cli.options import organisation_option, store_options
from rollbook.cli.refusals import Refusal
from rollbook.core.kernel.principal import Role

if TYPE_CHECKING:
    from rollbook.core.access.credentials import Credential
    from rollbook.core.kernel.work import Work

ROLE = click.Choice([role.value for role in Role])

HELP = """Make, list, rotate and revoke API keys and OAuth clients.

A secret is shown once, when it is made. Several keys may live side by side; rotating one leaves the old one
working for a while, so that nothing stops meanwhile.

\b
rollbook key create "HR sync" --data /srv/rollbook --kind oauth_client --door smartarena
rollbook key create "Access key of the portal" --data /srv/rollbook --door velpic
rollbook key create "Read only" --data /srv/rollbook --role analyst --expires 90d
rollbook key rotate 3 --data /srv/rollbook --overlap 24h
"""


@click.group(help=HELP)
def key() -> None:
    """Only holds the commands."""


@key.command()
@store_options
@organisation_option
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(["api_key", "oauth_client"]), default="api_key", show_default=True, help="What to make."
)
@click.option("--door", help="The one API it opens, such as smartarena; without it all that take its kind.")
@click.option(
    "--role", "roles", type=ROLE, multiple=True, help="What it may do; repeat for more. Default: administrator."
)
@click.option(
    "--expires", "lives_s", type=DURATION, metavar="TIME", help="How long it lives, such as 90d; without it for ever."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(
    name: str,
    kind: str,
    door: str | None,
    roles: tuple[str, ...],
    lives_s: int | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Make a key called NAME; its secret is printed this once."""
    from rollbook.cli import opening
    from rollbook.core.access import credentials
    from rollbook.core.access.policy import CLIENT_ROLES

    _require_door(door)
    chosen = frozenset(map(Role, roles)) or CLIENT_ROLES
    with opening.working(given) as work:
        made, secret = credentials.create_key(work, kind, name, door=door, roles=chosen, lives_s=lives_s)
    _show_made(made, secret, as_json=as_json)


def _require_door(door: str | None) -> None:
    from rollbook.app import DOORS

    names = sorted(known.name for known in DOORS)
    if door is not None and door not in names:
        raise Refusal(f"There is no door {door!r}.", f"There is: {', '.join(names)}")


def _show_made(made: "Credential", secret: str, *, as_json: bool) -> None:
    from rollbook.cli import screen

    if as_json:
        client = {"client_id": made.client_id} if made.client_id else {}
        screen.show_json({"id": made.uuid, "number": made.id, "kind": made.kind, **client, "secret": secret})
        return
    click.echo(f"Key {made.id}, {made.name!r}, is made. Its secret is shown this once:")
    if made.client_id:
        click.echo(f"  client id      {made.client_id}")
    click.echo(f"  {'client secret' if made.client_id else 'key          '}  {secret}")


@key.command("list")
@store_options
@organisation_option
@click.option("--all", "with_dead", is_flag=True, help="Revoked and expired ones too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(with_dead: bool, as_json: bool, **given: Any) -> None:
    """List keys, newest first."""
    import msgspec

    from rollbook.cli import opening, screen
    from rollbook.core.access import credentials
    from rollbook.core.kernel import clock

    with opening.working(given, writes=False) as work:
        found = credentials.list_keys(work)
    now = clock.now()
    shown = [one for one in found if with_dead or _state(one, now) == "live"]
    if as_json:
        screen.show_json([msgspec.structs.asdict(one) | {"state": _state(one, now)} for one in shown])
        return
    screen.show_table(
        ("Number", "Name", "Kind", "Door", "Roles", "Ends with", "Expires", "Last used", "State"),
        [
            (
                *(one.id, one.name, one.kind, one.door or "any", ", ".join(msgspec.json.decode(one.roles or "[]"))),
                *(one.hint, screen.shown_time(one.expires_at), screen.shown_time(one.last_used_at), _state(one, now)),
            )
            for one in shown
        ],
        empty="There is no key. Make one: rollbook key create --help",
    )


def _state(one: "Credential", now: int) -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "expired" if one.expires_at is not None and one.expires_at <= now else "live"


@key.command()
@store_options
@organisation_option
@click.argument("identifier", metavar="ID")
@click.option(
    "--overlap",
    "overlap_s",
    type=DURATION,
    metavar="TIME",
    default="24h",
    show_default=True,
    help="How long the old one goes on working.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rotate(identifier: str, overlap_s: int, as_json: bool, **given: Any) -> None:
    """Make a successor of key ID with the same rights; the old one works on for a while."""
    from rollbook.cli import opening
    from rollbook.core.access import rotation

    with opening.working(given) as work:
        made, secret = rotation.rotate(work, _key(work, identifier), overlap_s=overlap_s)
    _show_made(made, secret, as_json=as_json)


@key.command()
@store_options
@organisation_option
@click.argument("identifier", metavar="ID")
def revoke(identifier: str, **given: Any) -> None:
    """End key ID and every token got with it, now."""
    from rollbook.cli import opening
    from rollbook.core.access import credentials

    with opening.working(given) as work:
        found = _key(work, identifier)
        credentials.revoke(work, found)
    click.echo(f"Key {found.id}, {found.name!r}, is revoked: it opens nothing any more.")


def _key(work: "Work", identifier: str) -> "Credential":
    """A key by its number or id; sessions and tokens are none."""
    from rollbook.cli.opening import key_of
    from rollbook.core.access import credentials
    from rollbook.core.kernel.faults import Fault

    try:
        found = credentials.get_credential(work, key_of(identifier))
    except Fault:
        found = None
    if found is None or found.kind not in credentials.KEY_KINDS:
        raise Refusal(f"There is no key {identifier!r}.", "Look: rollbook key list --all")
    return found
