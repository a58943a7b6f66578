"""Making, changing and deleting what sessions leave behind: assets and tests."""

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import policy, queries, store
from rollbook.core.sessions.entities import (
    ASSET,
    DEVICE,
    PARTICIPANT,
    SERVICE,
    SESSION,
    TEST,
    TEST_TYPE,
    USER,
    Entity,
    Record,
)

TEST_STATUSES = range(3)
"""What has become of a test: incomplete, in progress, completed."""
_OWNERS = {
    "session_id": SESSION,
    "device_id": DEVICE,
    "participant_id": PARTICIPANT,
    "person_id": USER,
    "test_type_id": TEST_TYPE,
}


def require_seen(work: Work, values: Record) -> None:
    """Faults: FORBIDDEN for something that the service does not see."""
    for name, entity in _OWNERS.items():
        wanted = values.get(name)
        if wanted is not None and not queries.sees(work, entity, wanted):
            raise policy.forbidden(f"Service doesn't have access to that {entity.name.replace('_', ' ')}.")
    service_id = values.get("service_id")
    if service_id is not None and queries.first(work, SERVICE, viewer=queries.anyone(work), id=service_id) is None:
        raise policy.forbidden("Service doesn't have access to that service.")


def save(work: Work, entity: Entity, record_id: int, values: Record) -> Record:
    """Keep an asset or a test (id 0), or change one, for a service. Faults: FORBIDDEN, MISSING, INVALID."""
    require_seen(work, values)
    if entity is TEST and values.get("status") not in (None, *TEST_STATUSES):
        raise Fault(FaultCode.INVALID, "test_status must be 0, 1 or 2.")
    if record_id:
        present = policy.seen(work, entity, record_id)
        return store.change(work, entity, present, **{k: v for k, v in values.items() if v is not None or k != "name"})
    required = ("session_id", "name", "test_type_id" if entity is TEST else "media_type")
    if any(not values.get(name) for name in required):
        raise Fault(FaultCode.MISSING, f"Missing one of {', '.join(required)}")
    made: Record = {"uuid": new_uuid()} | values
    if made.get("at") is None:
        made["at"] = work.at
    return store.add(work, entity, **made)


def remove_asset(work: Work, uuid: str) -> None:
    """Delete an asset. Faults: FORBIDDEN."""
    found = queries.first(work, ASSET, uuid=uuid)
    if found is None:
        raise policy.forbidden("Service doesn't have access to that asset.")
    store.remove(work, ASSET, found)


def remove_test(work: Work, test_id: int) -> None:
    """Delete a test. Faults: FORBIDDEN."""
    store.remove(work, TEST, policy.seen(work, TEST, test_id))
