"""Where the bytes of assets and the forms of tests are, and the tokens that open them there."""

from typing import Any

from rollbook.core.kernel.clock import MINUTE, SECOND
from rollbook.core.sessions import opening, queries, tokens
from rollbook.core.sessions.archives import Archive
from rollbook.core.sessions.entities import SERVICE, Record
from rollbook.core.sessions.viewers import Kind, viewer_of
from rollbook.doors.opentera.addresses import server_url
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.messages import ARCHIVES
from rollbook.doors.opentera.shapes import moment
from rollbook.web.routes import Call

LIVES_S = 1800


class Accesses:
    """Makes tokens for things of one kind. For the same things they are the same within a minute."""

    def __init__(self, call: Call[Any, Any], claim: str, more: Document | None = None) -> None:
        self._claim = claim
        self._more = more or {}
        self._key = call.services.service_key
        self._at = call.work.at // MINUTE * MINUTE // SECOND
        self._requester = requester_uuid(call)

    def token(self, uuids: list[str]) -> str:
        """A token that opens these."""
        claims: Document = {"iat": self._at, "exp": self._at + LIVES_S, "iss": tokens.ISSUER, self._claim: uuids}
        return tokens.signed(claims | {"requester_uuid": self._requester} | self._more, self._key)


def requester_uuid(call: Call[Any, Any]) -> str | None:
    """The uuid of whoever asks."""
    viewer = viewer_of(call.principal)
    entity = queries.ENTITY_OF[Kind.USER if viewer.is_super else viewer.kind]
    found = queries.first(call.work, entity, viewer=queries.anyone(call.work), id=viewer.id)
    return str(found["uuid"]) if found else None


def claims_in(call: Call[Any, Any], token: str) -> tokens.Claims | None:
    """What an access token says, if it is good."""
    return tokens.read(token, call.services.service_key, call.work.at)


def service_address(call: Call[Any, Any], service: Record | None, path: str) -> str:
    """An address below what clients reach a service at."""
    return server_url(call, f"{service['client_endpoint'].rstrip('/') if service else ''}{path}")


COMPLETED = 2
"""The status of an archive that can be had."""


def archive_document(call: Call[Any, Any], archive: Archive) -> Document:
    """An archive with where it is, and a token that opens it there."""
    token = Accesses(call, opening.ARCHIVES).token([archive.uuid])
    return {
        "access_token": token,
        "archive_completion_datetime": moment(archive.created_at),
        "archive_creation_datetime": moment(archive.created_at),
        "archive_expiration_datetime": moment(archive.expires_at),
        "archive_original_filename": archive.name,
        "archive_owner_uuid": requester_uuid(call),
        "archive_status": COMPLETED,
        "archive_url": server_url(call, ARCHIVES),
        "archive_uuid": archive.uuid,
    }


def keeper(call: Call[Any, Any], uuid: str) -> Record | None:
    """The service that has an asset's bytes."""
    return queries.first(call.work, SERVICE, viewer=queries.anyone(call.work), uuid=uuid)


def may_reach(call: Call[Any, Any], service: Record) -> bool:
    """Whether the caller is told where a service is: participants and devices of those that they see."""
    kind = viewer_of(call.principal).kind
    return kind not in (Kind.PARTICIPANT, Kind.DEVICE) or queries.sees(call.work, SERVICE, service["id"])


def test_type_addresses(call: Call[Any, Any], record: Record) -> Document:
    """Where a type's forms are: null for those that it does not have."""
    service = queries.first(call.work, SERVICE, viewer=queries.anyone(call.work), id=record["service_id"])
    forms = {"json": "has_json_format", "web": "has_web_format", "web_editor": "has_web_editor"}
    return {
        f"test_type_{name}_url": service_address(call, service, f"/api/testtypes/{name.replace('_', '/')}")
        if record[column]
        else None
        for name, column in forms.items()
    }
