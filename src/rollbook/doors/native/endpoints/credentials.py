"""API keys and OAuth clients of the organisation."""

from typing import Any

from rollbook.core.access import credentials, rotation
from rollbook.core.access.credentials import Credential
from rollbook.core.kernel.paging import Page
from rollbook.doors.native.paging import page_by_id
from rollbook.doors.native.translate.credentials import from_core_credential, to_core_client_roles, to_core_end
from rollbook.doors.native.wire.credentials import (
    CredentialIn,
    CredentialOut,
    CredentialPage,
    CredentialsQuery,
    CredentialWithSecret,
    RotateCredentialIn,
)
from rollbook.web.routes import Call


def index(call: Call[None, CredentialsQuery]) -> CredentialPage:
    """List keys and clients, newest first, ended ones too."""

    def read(before: int, limit: int) -> Page[Credential]:
        return Page(credentials.list_keys(call.work, limit, before=before or None))

    page = page_by_id(call.query, read)
    return CredentialPage([from_core_credential(row, call.work.at) for row in page.rows], page.next_cursor)


def create(call: Call[CredentialIn, None]) -> CredentialWithSecret:
    """Make an ``api_key`` or ``oauth_client``, with no more rights than one's own. Its secret is shown this once."""
    asked = call.body
    made, secret = credentials.create_key(
        call.work,
        asked.kind,
        asked.name,
        door=asked.door,
        roles=to_core_client_roles(asked.roles),
        expires_at=to_core_end(asked.expires_at),
    )
    return CredentialWithSecret(from_core_credential(made, call.work.at), secret)


def show(call: Call[None, None]) -> CredentialOut:
    """One key or client."""
    return from_core_credential(_credential(call), call.work.at)


def rotate(call: Call[RotateCredentialIn, None]) -> CredentialWithSecret:
    """Make a successor with the same rights, its secret shown this once; for a while both work."""
    made, secret = rotation.rotate(call.work, _credential(call), overlap_s=call.body.overlap_s)
    return CredentialWithSecret(from_core_credential(made, call.work.at), secret)


def revoke(call: Call[None, None]) -> None:
    """End a key or client, and every token got with it, now."""
    credentials.revoke(call.work, _credential(call))


def _credential(call: Call[Any, Any]) -> Credential:
    return credentials.get_key(call.work, call.path["id"].lower())
