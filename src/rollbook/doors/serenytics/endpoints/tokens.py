"""Signing in, and one's own key (the client's way in; the document shows the key in the account menu)."""

from rollbook.core.access import credentials, personal_keys, signin
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.doors.serenytics.auth import NAME, TOKEN_LIVES_S
from rollbook.doors.serenytics.wire.tokens import ApiKeyOut, TokenOut
from rollbook.web.bearer import basic_pair
from rollbook.web.routes import Call


def show_token(call: Call[None, None]) -> TokenOut:
    """Give a token for the user name and password in HTTP Basic."""
    pair = basic_pair(call.headers)
    if pair is None:
        raise Fault(FaultCode.UNAUTHENTICATED, "Send the user name and password by HTTP Basic.")
    database, hasher = call.services.database, call.services.hasher
    principal = signin.sign_in(database, hasher, *pair, door=NAME, address=call.address)
    with database.writing() as work:
        work.act_as(principal)
        _, token = credentials.issue(
            work,
            "access_token",
            "Serenytics token",
            organisation_id=principal.organisation_id,
            person_id=principal.person_id,
            door=NAME,
            lives_s=TOKEN_LIVES_S,
        )
    return TokenOut(token)


def create_key(call: Call[None, None]) -> ApiKeyOut:
    """The user's own API key; made when there is none."""
    return ApiKeyOut(personal_keys.get_or_make(call.work, call.services.sealer, NAME, "Serenytics API key"))
