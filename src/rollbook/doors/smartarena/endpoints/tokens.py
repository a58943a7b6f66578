"""The token endpoint (Smart Arena, "API"): OAuth 2 client credentials, RFC 6749 sections 4.4 and 5.2."""

from urllib.parse import unquote_plus

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.doors.smartarena.auth import NAME, TOKEN_LIVES_S
from rollbook.doors.smartarena.errors import NO_STORE
from rollbook.doors.smartarena.wire.tokens import TokenError, TokenIn, TokenOut
from rollbook.web.bearer import basic_pair
from rollbook.web.routes import Call, Headers, Reply


def create(call: Call[TokenIn, None]) -> Reply:
    """Give an access token to a client that shows its id and secret."""
    asked = call.body
    if not asked.grant_type:
        return _error("invalid_request", "grant_type is required: client_credentials")
    if asked.grant_type != "client_credentials":
        return _error("unsupported_grant_type", "grant_type must be client_credentials")
    if not _shows_basic(call.headers):
        return _token(call, asked.client_id, asked.client_secret)
    pair = basic_pair(call.headers)
    if pair is None:
        return _unknown_client("the Authorization header must be Basic, with base64 of client_id:client_secret")
    # RFC 6749 has both URL-encoded in the header.
    client_id, secret = unquote_plus(pair[0]), unquote_plus(pair[1])
    if asked.client_secret or asked.client_id not in (None, client_id):
        return _error("invalid_request", "show the client in the header or in the body, not in both")
    return _token(call, client_id, secret)


def _shows_basic(headers: Headers) -> bool:
    return (headers.get("authorization") or "").partition(" ")[0].lower() == "basic"


def _token(call: Call[TokenIn, None], client_id: str | None, secret: str | None) -> Reply:
    if not client_id or not secret:
        return _unknown_client("client_id and client_secret are required")
    client = credentials.authenticate_client(call.work, client_id, secret, NAME)
    if client is None:
        return _unknown_client("there is no such client, its secret is wrong, or it has ended")
    return Reply(TokenOut(_issue(call.work, client), TOKEN_LIVES_S), 200, NO_STORE)


def _issue(work: Work, client: Principal) -> str:
    work.act_as(client)
    _, token = credentials.issue(
        work,
        "access_token",
        "access token",
        organisation_id=client.organisation_id,
        parent_id=client.credential_id,
        door=NAME,
        roles=client.roles,
        lives_s=TOKEN_LIVES_S,
    )
    return token


def _error(code: str, description: str) -> Reply:
    return Reply(TokenError(code, description), 400, NO_STORE)


def _unknown_client(description: str) -> Reply:
    challenge = {"www-authenticate": 'Basic realm="Smart Arena API"'}
    return Reply(TokenError("invalid_client", description), 401, {**NO_STORE, **challenge})
