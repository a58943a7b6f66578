"""Someone at the console by HTTP: signs in with the form, and sends the token that each form carries."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from litestar.testing import TestClient

from rollbook.core.access import signin
from rollbook.core.kernel.principal import Role
from rollbook.core.people import registration
from rollbook.core.people.records import NewPerson, Person
from tests.conftest import PASSWORD, Organisation

TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


@dataclass
class Visitor:
    """A browser without scripts: it keeps cookies, follows redirects, and sends forms as pages gave them."""

    client: TestClient[Any]

    def get(self, path: str, **kwargs: Any) -> Any:
        """GET, following redirects."""
        return self.client.get(path, **kwargs)

    def token(self, path: str = "/console/account") -> str:
        """The token that a page's forms carry."""
        found = TOKEN.search(self.client.get(path).text)
        assert found is not None, path
        return found[1]

    def post(self, path: str, data: dict[str, Any] | None = None, *, page: str | None = None, **kwargs: Any) -> Any:
        """Send a form with the token of its page; redirects are not followed."""
        sent = {"csrf_token": self.token(page or "/console/account"), **(data or {})}
        return self.client.post(path, data=sent, follow_redirects=False, **kwargs)


def new_visitor(organisation: Organisation) -> Visitor:
    """Someone who has not signed in. The same application over the same server, with cookies of its own."""
    shared = organisation.client
    made: TestClient[Any] = TestClient(shared.app, raise_server_exceptions=False)
    made.blocking_portal = shared.blocking_portal  # the lifespan is the shared client's
    return Visitor(made)


def sign_in(organisation: Organisation, username: str, password: str = PASSWORD) -> Visitor:
    """Someone signed in."""
    visitor = new_visitor(organisation)
    answer = visitor.post("/console/sign-in", {"username": username, "password": password}, page="/console/sign-in")
    assert answer.status_code == 303, answer.text
    return visitor


def owner(organisation: Organisation) -> Visitor:
    """The organisation's owner, signed in."""
    return sign_in(organisation, organisation.founded.owner.username)


def add_person(organisation: Organisation, owner_hash: str, role: Role, name: str = "Ana Kovač") -> Person:
    """Someone with a role and the password that all tests use."""
    first, _, last = name.partition(" ")
    with organisation.writing() as work:
        person = registration.register(
            work,
            NewPerson(
                first_name=first,
                last_name=last,
                username=f"{role.value}.{last}.{organisation.id}".lower(),
                email=f"{role.value}.{last}@example.org".lower().replace("č", "c"),
                roles=frozenset({role}),
            ),
        )
        signin.set_password(work, person, owner_hash)
    return person


class Links(HTMLParser):
    """Every address that a page links to, and every form's action."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address."""
        given = dict(attrs)
        if tag == "a" and (href := given.get("href")):
            self.found.append(href)
