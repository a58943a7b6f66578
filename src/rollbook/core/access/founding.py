"""Setting an organisation up: tenant, roots of the trees, owner with a password, first keys."""

import msgspec

from rollbook.core.access import credentials, signin
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.work import Work
from rollbook.core.people import organisations, registration, structure
from rollbook.core.people.records import NewPerson, Organisation, Person


class Founded(msgspec.Struct, frozen=True):
    """A new organisation with the secrets that open it, which are shown this once."""

    organisation: Organisation
    owner: Person
    api_key: str
    client_id: str
    client_secret: str
    access_key: str


def found_organisation(
    work: Work, name: str, *, username: str, password_hash: str, email: str | None = None
) -> Founded:
    """Make an organisation that can be used at once, and go on acting for it.

    Faults: those of :func:`rollbook.core.people.organisations.found` and of registering a person.
    """
    organisation = organisations.found(work, name)
    work.act_as(system_principal(organisation.id, "setup"))
    structure.add_entry(work, structure.GROUPS, name=name, external_id=organisations.ROOT_CODE)
    structure.add_entry(work, structure.QUALIFICATIONS, name="Qualifications", external_id=organisations.ROOT_CODE)
    owner = registration.register(
        work,
        NewPerson(
            first_name="Organisation", last_name="Owner", username=username, email=email, roles=frozenset({Role.OWNER})
        ),
    )
    signin.set_password(work, owner, password_hash)
    _, api_key = credentials.create_key(work, "api_key", "First API key")
    client, client_secret = credentials.create_key(work, "oauth_client", "First Smart Arena client", door="smartarena")
    _, access_key = credentials.create_key(work, "api_key", "First Velpic access key", door="velpic")
    return Founded(organisation, owner, api_key, client.client_id or "", client_secret, access_key)
