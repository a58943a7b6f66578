"""Who may keep a file as an asset of a session, and what is then noted of it."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import home, kept, policy, queries, store
from rollbook.core.sessions.entities import ASSET, SESSION, Record
from rollbook.core.sessions.viewers import Kind, viewer_of

MADE_BY = {
    Kind.SUPER: "person_id",
    Kind.USER: "person_id",
    Kind.PARTICIPANT: "participant_id",
    Kind.DEVICE: "device_id",
    Kind.SERVICE: "service_id",
}
_MADE_FOR = ("person_id", "participant_id", "device_id")
"""Whom a service may name as the maker of what it uploads."""


def require_may(work: Work, wanted: Record) -> Record | None:
    """The asset whose bytes are to be replaced, None for a new one. Faults: FORBIDDEN; MISSING; INVALID."""
    if wanted.get("uuid"):
        return require_may_change(work, wanted["uuid"])
    if not wanted.get("session_id"):
        raise Fault(FaultCode.MISSING, "Missing id_session")
    if not wanted.get("name"):
        raise Fault(FaultCode.MISSING, "Missing asset_name")
    required_line(wanted["name"], "asset_name")
    if not queries.sees(work, SESSION, wanted["session_id"]):
        raise policy.forbidden("Session access denied")
    if viewer_of(work.principal).kind is Kind.SERVICE:
        kept.require_seen(work, {name: wanted.get(name) for name in _MADE_FOR})
    return None


def require_may_change(work: Work, uuid: str) -> Record:
    """An asset that this server keeps and that the caller made, or whose session they administer. Faults: FORBIDDEN."""
    asset = queries.first(work, ASSET, uuid=uuid)
    service = home.find_file_service(work)
    if asset is None or service is None or asset["keeper_uuid"] != service["uuid"]:
        raise policy.forbidden("Asset access denied")
    viewer = viewer_of(work.principal)
    is_own = asset[MADE_BY[viewer.kind]] == viewer.id
    if viewer.kind is Kind.USER and not is_own and not queries.sees(work, ASSET, asset["id"], only_admin=True):
        raise policy.forbidden("Asset access denied")
    return asset


def save(work: Work, wanted: Record, *, media_type: str, told: dict[str, Any]) -> Record:
    """The asset of a file that is stored now; ``told`` is what the event says of the file. Faults: as before."""
    present = require_may(work, wanted)
    if present is not None:
        changes = {name: wanted[name] for name in ("name", "media_type", "at", "expires_at") if wanted.get(name)}
        changed = store.change(work, ASSET, present, **changes)
        work.record("asset.updated", ASSET.name, changed["id"], changed["uuid"], after=told)
        return changed
    service = home.file_service(work)
    home.use_in_session(work, service, wanted["session_id"])
    viewer = viewer_of(work.principal)
    makers = {name: wanted.get(name) for name in _MADE_FOR} if viewer.kind is Kind.SERVICE else {}
    return store.add(
        work,
        ASSET,
        uuid=new_uuid(),
        session_id=wanted["session_id"],
        name=wanted["name"].strip(),
        media_type=wanted.get("media_type") or media_type,
        keeper_uuid=service["uuid"],
        at=wanted.get("at") or work.at,
        expires_at=wanted.get("expires_at"),
        **makers,
        **{MADE_BY[viewer.kind]: viewer.id},
    )


def remove(work: Work, uuid: str) -> None:
    """Delete an asset that this server keeps. Its bytes stay as long as it can come back. Faults: FORBIDDEN."""
    store.remove(work, ASSET, require_may_change(work, uuid))
