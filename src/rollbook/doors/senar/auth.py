"""Bearer tokens from the login endpoint (SENAR, "Authentication")."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.web.bearer import bearer_token
from rollbook.web.routes import Arrival

NAME = "senar"
TOKEN_LIVES_S = 24 * 3600
"""The document says nothing of an end; a day suits connectors that sign in once a run."""


def authenticate(arrival: Arrival) -> Principal | None:
    """The person who signed in for the token."""
    token = bearer_token(arrival.headers)
    return credentials.authenticate(arrival.work, token, NAME, "access_token") if token else None


def issue_token(work: Work) -> str:
    """A token for the caller, who has just signed in."""
    principal = work.principal
    _, token = credentials.issue(
        work,
        "access_token",
        "SENAR token",
        organisation_id=principal.organisation_id,
        person_id=principal.person_id,
        door=NAME,
        lives_s=TOKEN_LIVES_S,
    )
    return token
