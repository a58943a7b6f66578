"""Assets, tests and invitations to tests (OpenTera, "user"). Only services make and delete assets and tests."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import archives, kept, queries
from rollbook.core.sessions.archives import Of
from rollbook.core.sessions.entities import ASSET, DEVICE, PARTICIPANT, SERVICE, SESSION, TEST, USER, Record
from rollbook.core.sessions.viewers import viewer_of
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.arguments import either
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.endpoints.user.sites import Documents
from rollbook.doors.opentera.errors import STATUS, bad, forbidden
from rollbook.doors.opentera.materials import Accesses, archive_document, keeper, may_reach, service_address
from rollbook.doors.opentera.wire.user_materials import AssetsArchiveQuery, AssetsQuery, TestsDelete, TestsQuery
from rollbook.web.routes import Call

_SEEN = {
    "person_id": (USER, "User access denied"),
    "participant_id": (PARTICIPANT, "Participant access denied"),
    "device_id": (DEVICE, "Device access denied"),
    "session_id": (SESSION, "Session access denied"),
    "service_id": (SERVICE, "Service access denied"),
}


def require_seen(work: Work, chosen: dict[str, Any]) -> None:
    """Faults: FORBIDDEN for filters by something that the caller does not see."""
    for name, (entity, message) in _SEEN.items():
        wanted = chosen.get(name)
        if wanted is not None and not queries.sees(work, entity, wanted):
            if name == "service_id" and queries.sees_home(work, wanted):
                continue
            raise forbidden(message)


def _named(record: Record, prefix: str) -> Document:
    """The names of what a record belongs to."""
    out: Document = {f"{prefix}_session_name": record["session_name"]}
    for kind in ("device", "participant", "service"):
        if record[f"{kind}_id"] is not None:
            out[f"{prefix}_{kind}"] = record[f"{kind}_name"]
    if record["person_id"] is not None:
        out[f"{prefix}_user"] = f"{record['person_first_name']} {record['person_last_name']}"
    return out


def _asset_addresses(call: Call[Any, Any], record: Record) -> Document:
    """Where an asset is; null for who does not see the service that has it."""
    found = keeper(call, record["keeper_uuid"])
    if found is None or not may_reach(call, found):
        return {"asset_infos_url": None, "asset_url": None}
    return {
        "asset_infos_url": service_address(call, found, "/api/assets/infos"),
        "asset_url": service_address(call, found, "/api/assets"),
    }


def assets_shown(call: Call[Any, Any], found: list[Record], *, full: bool = False) -> Documents:
    """Assets as the parameters ask for them, ``full`` with the names of what they belong to."""
    asked, accesses = call.query, Accesses(call, "asset_uuids")
    out = []
    for record in found:
        document = {"asset_uuid": record["uuid"]} if asked.with_only_token else objects.ASSET.shown(record)
        if asked.with_urls or asked.with_only_token:
            document["access_token"] = accesses.token([record["uuid"]])
        if asked.with_urls:
            document |= _asset_addresses(call, record)
        if (full or getattr(asked, "full", None)) and not asked.with_only_token:
            owner = keeper(call, record["keeper_uuid"])
            document |= _named(record, "asset") | {"asset_service_owner_name": owner["name"] if owner else None}
        out.append(document)
    return out


def _chosen_assets(asked: AssetsQuery) -> dict[str, Any]:
    return {
        "id": asked.id_asset,
        "uuid": asked.asset_uuid,
        "device_id": either(asked.id_device, asked.id_creator_device),
        "participant_id": either(asked.id_participant, asked.id_creator_participant),
        "person_id": either(asked.id_user, asked.id_creator_user),
        "service_id": asked.id_creator_service,
        "session_id": asked.id_session,
        "keeper_uuid": asked.service_uuid,
    }


def index_assets(call: Call[None, AssetsQuery]) -> Documents:
    """Assets ("GET /user/assets")."""
    asked, work = call.query, call.work
    chosen = _chosen_assets(asked)
    if all(value is None for value in chosen.values()):
        raise bad("No arguments specified")
    require_seen(work, chosen)
    for name, wanted in (("participant", asked.id_participant), ("device", asked.id_device), ("person", asked.id_user)):
        if wanted is not None:
            chosen[f"near_{name}"] = chosen.pop(f"{name}_id")
    found = queries.find(work, ASSET, **chosen)
    if asked.id_asset is not None or asked.asset_uuid is not None:
        found = [one for one in found if _sees_keeper(work, one)]
    return assets_shown(call, found)


def _sees_keeper(work: Work, asset: Record) -> bool:
    """Whether a user who asks for one asset sees the service that has it."""
    if viewer_of(work.principal).is_super:
        return True
    return queries.first(work, SERVICE, uuid=asset["keeper_uuid"]) is not None


def shown_answers(call: Call[Any, Any], found: list[Record], *, full: bool = False) -> Documents:
    """Tests as the parameters ask for them, ``full`` with the names of what they belong to."""
    asked, accesses = call.query, Accesses(call, "test_uuids")
    out = []
    for record in found:
        document = {"test_uuid": record["uuid"]} if asked.with_only_token else objects.TEST.shown(record)
        if asked.with_urls or asked.with_only_token:
            document["access_token"] = accesses.token([record["uuid"]])
        if asked.with_urls:
            service = queries.first(
                call.work, SERVICE, viewer=queries.anyone(call.work), id=record["test_type_service_id"]
            )
            document["test_answers_url"] = service_address(call, service, "/api/tests/answers")
            has_web = record["test_type_has_web_format"]
            document["test_answers_web_url"] = service_address(call, service, "/api/tests/web") if has_web else None
        if (full or getattr(asked, "full", None)) and not asked.with_only_token:
            kind = {"test_test_type_name": record["test_type_name"], "test_test_type_uuid": record["test_type_uuid"]}
            document |= _named(record, "test") | kind
        out.append(document)
    return out


def index_tests(call: Call[None, TestsQuery]) -> Documents:
    """Tests ("GET /user/tests")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {
        "id": asked.id_test,
        "uuid": asked.test_uuid,
        "device_id": asked.id_device,
        "participant_id": asked.id_participant,
        "person_id": asked.id_user,
        "session_id": asked.id_session,
    }
    if all(value is None for value in chosen.values()):
        raise bad("No arguments specified")
    require_seen(work, chosen)
    return shown_answers(call, queries.find(work, TEST, **chosen))


def not_here(call: Call[None, None]) -> str:
    """Assets and tests are made and deleted by services. Faults: FORBIDDEN."""
    raise Fault(
        FaultCode.FORBIDDEN,
        "Assets and tests are made and deleted through the service that keeps them.",
        details={STATUS: 501},
    )


def archive(call: Call[None, AssetsArchiveQuery]) -> Document:
    """Where the archive of all assets of something is ("GET /user/assets/archive"). Faults: INVALID, FORBIDDEN."""
    asked = call.query
    wanted: dict[Of, int | None] = {
        "project": asked.id_project,
        "participant": asked.id_participant,
        "session": asked.id_session,
    }
    chosen = [(of, value) for of, value in wanted.items() if value is not None]
    if len(chosen) != 1:
        raise bad("Only one of the ID parameter is supported at once")
    return archive_document(call, archives.ask(call.work, *chosen[0]))


def delete_test(call: Call[None, TestsDelete]) -> str:
    """Delete a test that the caller sees ("DELETE /user/tests")."""
    kept.remove_test(call.work, call.query.id)
    return ""
