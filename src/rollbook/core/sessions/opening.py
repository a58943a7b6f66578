"""Opening what this server keeps: by a token that names it, or as a caller who sees it."""

from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import asset_files, identity, policy, queries
from rollbook.core.sessions.asset_files import AssetFile
from rollbook.core.sessions.entities import ASSET, Record
from rollbook.core.sessions.tables.files import archives
from rollbook.core.sessions.tables.materials import assets
from rollbook.core.sessions.tokens import Claims

ASSETS, ARCHIVES = "asset_uuids", "archive_uuids"
"""The claims of a token that name what it opens."""
Rows = Statement[tuple[Any, ...]]
_OWNERS = {
    ASSETS: Rows(
        select(assets.c.organisation_id).where(assets.c.uuid == bindparam("uuid"), assets.c.deleted_at.is_(None))
    ),
    ARCHIVES: Rows(select(archives.c.organisation_id).where(archives.c.uuid == bindparam("uuid"))),
}


def act_by_token(work: Work, claims: Claims | None, claim: str, uuid: str, door: str) -> None:
    """Go on as whoever asked for the token, if it opens this thing. Faults: FORBIDDEN; NOT_FOUND."""
    named = claims.get(claim) if claims else None
    if claims is None or not isinstance(named, list) or uuid not in named or claims.get("exp") is None:
        raise policy.forbidden("Access denied: the access token does not open this, or has ended.")
    organisation_id = work.value(_OWNERS[claim], uuid=uuid)
    if organisation_id is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such file.")
    requester = identity.requester_of(work, claims, organisation_id, door)
    if requester is None:
        raise policy.forbidden("Access denied: who asked for the access token may not come in any more.")
    work.act_as(requester)


def named_asset(work: Work, uuid: str) -> tuple[Record, AssetFile]:
    """An asset of the caller's organisation with its file, for who came by a token. Faults: NOT_FOUND."""
    return _with_file(work, queries.first(work, ASSET, viewer=queries.anyone(work), uuid=uuid))


def seen_asset(work: Work, uuid: str) -> tuple[Record, AssetFile]:
    """An asset that the caller sees, with its file. Faults: NOT_FOUND."""
    return _with_file(work, queries.first(work, ASSET, uuid=uuid))


def _with_file(work: Work, asset: Record | None) -> tuple[Record, AssetFile]:
    if asset is None:
        raise Fault(FaultCode.NOT_FOUND, "No asset found")
    return asset, asset_files.of_asset(work, asset)
