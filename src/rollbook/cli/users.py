"""``rollbook user``: the people who sign in, from the server's own command line."""

import sys
from typing import TYPE_CHECKING, Any

import click

from rollbook.cli import passwords
from rollbook.cli.options import organisation_option, store_options
from rollbook.cli.refusals import Refusal
from rollbook.core.kernel.principal import Role

if TYPE_CHECKING:
    from rollbook.core.kernel.work import Work
    from rollbook.core.people.records import Person

ROLE = click.Choice([role.value for role in Role])

HELP = """Add, list and change people who sign in.

Works while the server runs. What is done here is in the audit trail as done at the command line.

\b
rollbook user add --data /srv/rollbook --first-name Ana --last-name Novak --email ana@example.org --role hr_manager
rollbook user password ana@example.org --data /srv/rollbook
rollbook user list --data /srv/rollbook --role administrator
"""


@click.group(help=HELP)
def user() -> None:
    """Only holds the commands."""


@user.command()
@store_options
@organisation_option
@click.option("--first-name", required=True)
@click.option("--last-name", required=True)
@click.option("--email", help="The e-mail address; it is the user name too unless another is given.")
@click.option("--username", help="The name to sign in with; made from the person's own where nothing is given.")
@click.option("--external-id", metavar="CODE", help="The person's code in the HR system.")
@click.option("--role", "roles", type=ROLE, multiple=True, help="A role; repeat for more. Without any: learner.")
@click.option("--language", help="A tag such as en or pt-BR; without it the organisation's.")
@click.option("--generate-password", is_flag=True, help="Make a password up and print it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(roles: tuple[str, ...], generate_password: bool, password_stdin: bool, **given: Any) -> None:
    """Add someone; with a password they can sign in at once."""
    from rollbook.cli import opening
    from rollbook.core.access import signin
    from rollbook.core.people.records import NewPerson
    from rollbook.core.people.registration import register

    password = _wanted_password(generate=generate_password, from_stdin=password_stdin)
    hashed = passwords.hashed(password) if password else None
    person_fields = ("first_name", "last_name", "email", "username", "external_id", "language")
    new = NewPerson(
        **{name: given[name] for name in person_fields}, roles=frozenset(map(Role, roles)) or frozenset({Role.LEARNER})
    )
    with opening.working(given) as work:
        person = register(work, new)
        if hashed:
            signin.set_password(work, person, hashed)
    click.echo(f"{person.full_name} is added with the user name {person.username}.")
    if generate_password:
        click.echo(f"Password: {password}")
    if not password:
        click.echo(f"No password yet. Give one: rollbook user password {person.username}")


@user.command("list")
@store_options
@organisation_option
@click.option("--search", metavar="TEXT", help="Part of a name, user name, e-mail or code.")
@click.option("--role", type=ROLE, help="Only people with this role.")
@click.option("--inactive", is_flag=True, help="Only inactive people, who are left out otherwise.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_users(
    search: str | None,
    role: str | None,
    inactive: bool,
    limit: int,
    as_json: bool,
    **given: Any,
) -> None:
    """List people by name."""
    from rollbook.cli import opening, screen
    from rollbook.core.people.queries import list_people
    from rollbook.core.people.records import PeopleFilter

    wanted = PeopleFilter(q=search, role=Role(role) if role else None, is_active=not inactive)
    with opening.working(given, writes=False) as work:
        page = list_people(work, wanted, limit=limit, order="name", with_total=True)
    if as_json:
        shown = ("uuid", "username", "first_name", "last_name", "email", "external_id", "is_active")
        screen.show_json(
            [
                {name: getattr(p, name) for name in shown} | {"roles": sorted(r.value for r in p.role_set)}
                for p in page.rows
            ]
        )
        return
    screen.show_table(
        ("User name", "Name", "E-mail", "Roles", "Last seen"),
        [(p.username, p.full_name, p.email, _roles(p), screen.shown_time(p.last_seen_at)) for p in page.rows],
        empty="Nobody fits.",
    )
    if page.total is not None and page.total > len(page.rows):
        click.echo(f"{len(page.rows)} of {page.total}; --limit shows more.", err=True)


def _roles(person: "Person") -> str:
    return ", ".join(role.value for role in Role if role in person.role_set)


@user.command()
@store_options
@organisation_option
@click.argument("username")
@click.option("--generate", is_flag=True, help="Make a password up and print it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--must-change", is_flag=True, help="They choose another one when they sign in.")
def password(username: str, generate: bool, password_stdin: bool, must_change: bool, **given: Any) -> None:
    """Give USERNAME a new password; it ends their sessions and tokens."""
    from rollbook.cli import opening
    from rollbook.core.access import signin

    # The name is looked up first, so that nobody types a password in vain; it is hashed before the record is held.
    with opening.working(given, writes=False) as work:
        _the(work, username)
    chosen = _wanted_password(generate=generate, from_stdin=password_stdin) or _asked_password()
    hashed = passwords.hashed(chosen)
    with opening.working(given) as work:
        signin.set_password(work, _the(work, username), hashed, must_change=must_change)
    click.echo(f"{username} has a new password; their sessions have ended.")
    if generate:
        click.echo(f"Password: {chosen}")


@user.command()
@store_options
@organisation_option
@click.argument("username")
def inactivate(username: str, **given: Any) -> None:
    """Shut USERNAME out everywhere, at once; their records stay."""
    _set_active(given, username, is_active=False)
    click.echo(f"{username} is inactive: no session, token or key of theirs works any more.")


@user.command()
@store_options
@organisation_option
@click.argument("username")
def activate(username: str, **given: Any) -> None:
    """Let USERNAME in again."""
    _set_active(given, username, is_active=True)
    click.echo(f"{username} is active and can sign in again.")


def _set_active(given: dict[str, Any], username: str, *, is_active: bool) -> None:
    from rollbook.cli import opening
    from rollbook.core.people.records import PersonChanges
    from rollbook.core.people.registration import change

    with opening.working(given) as work:
        change(work, _the(work, username), PersonChanges(is_active=is_active))


@user.command()
@store_options
@organisation_option
@click.argument("username")
@click.option("--add", "added", type=ROLE, multiple=True, help="A role to give; repeat for more.")
@click.option("--remove", "removed", type=ROLE, multiple=True, help="A role to take; repeat for more.")
def role(username: str, added: tuple[str, ...], removed: tuple[str, ...], **given: Any) -> None:
    """Show, give or take the roles of USERNAME."""
    from rollbook.cli import opening
    from rollbook.core.people.records import PersonChanges
    from rollbook.core.people.registration import change

    with opening.working(given) as work:
        person = _the(work, username)
        roles = (person.role_set | set(map(Role, added))) - set(map(Role, removed))
        person = change(work, person, PersonChanges(roles=frozenset(roles)))
    click.echo(f"{username}: {_roles(person) or 'no role'}")


def _the(work: "Work", username: str) -> "Person":
    """The person with a user name. Refuses one that is not there."""
    from rollbook.core.people.queries import find_person

    person = find_person(work, key="username_key", value=username.strip().casefold())
    if person is None:
        raise Refusal(f"There is nobody with the user name {username!r}.", "Look: rollbook user list --search TEXT")
    return person


def _wanted_password(*, generate: bool, from_stdin: bool) -> str | None:
    from rollbook.core.access.signin import checked_password

    if generate and from_stdin:
        raise click.UsageError("Choose one: a generated password, or one from standard input.")
    if generate:
        return passwords.made_up()
    return checked_password(sys.stdin.readline().rstrip("\r\n")) if from_stdin else None


def _asked_password() -> str:
    from rollbook.core.access.signin import checked_password

    if not sys.stdin.isatty():
        raise Refusal("There is no terminal to ask for a password.", "Use --password-stdin or --generate.")
    return checked_password(click.prompt("New password", hide_input=True, confirmation_prompt=True))
