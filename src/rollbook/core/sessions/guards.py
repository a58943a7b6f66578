"""What keeps a record from being deleted: history that depends on it."""

from typing import Any

from sqlalchemy import Table, bindparam, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.sessions.reach import ids, is_live
from rollbook.core.sessions.tables import devices as d
from rollbook.core.sessions.tables import materials as m
from rollbook.core.sessions.tables import services as s
from rollbook.core.sessions.tables import sessions as x

Rows = Statement[tuple[Any, ...]]
Use = tuple[Table, str, str]
"""A table whose live rows depend on the record by a column, and why that refuses."""


def _history(subject: str, column: str, taking_part: Table) -> tuple[Use, ...]:
    begin = f"Can't delete {subject}: please"
    creator = f"creator_{column}"
    return (
        (taking_part, column, f"{begin} remove all related sessions beforehand."),
        (x.sessions, creator, f"{begin} remove all sessions created by this {subject} beforehand."),
        (m.assets, column, f"{begin} delete all assets created by this {subject} beforehand."),
        (m.tests, column, f"{begin} delete all tests created by this {subject} beforehand."),
    )


USES: dict[str, tuple[Use, ...]] = {
    "user": _history("user", "person_id", x.session_people),
    "participant": _history("participant", "participant_id", x.session_participants),
    "device": (
        (
            d.device_participants,
            "device_id",
            "Can't delete device: please unassign all participants before deleting.",
        ),
        *_history("device", "device_id", x.session_devices),
    ),
    "device_type": (
        (d.devices, "device_type_id", "Can't delete device type: please delete all devices of that type."),
    ),
    "device_subtype": (
        (d.devices, "device_subtype_id", "Can't delete device subtype: please delete all devices of that subtype."),
    ),
    "session_type": (
        (x.sessions, "session_type_id", "Can't delete session type: please delete all sessions of that type."),
    ),
    "test_type": ((m.tests, "test_type_id", "Can't delete test type: please delete all tests of that type."),),
    "service": (
        (x.sessions, "creator_service_id", "Can't delete service: please delete all sessions created by this service."),
        (m.assets, "service_id", "Can't delete service: please delete all assets created by this service."),
        (m.tests, "service_id", "Can't delete service: please delete all tests created by this service."),
        (x.session_types, "service_id", "Can't delete service: please delete all session types of this service."),
        (m.test_types, "service_id", "Can't delete service: please delete all test types of this service."),
    ),
    "service_role": (
        (s.service_access, "service_role_id", "Can't delete service role: please delete all accesses of that role."),
    ),
}


@shapes
def _used(table: Table, column: str) -> Rows:
    live = [is_live(table)] if "deleted_at" in table.c else []
    if "session_id" in table.c:
        live.append(table.c.session_id.in_(ids(x.sessions.c.id, is_live(x.sessions))))
    return Rows(select(table.c.id).where(table.c[column] == bindparam("record_id"), *live).limit(1))


def refuse_used(work: Work, name: str, record_id: int) -> None:
    """Faults: CONFLICT with the first reason."""
    for table, column, message in USES[name]:
        if work.first(_used(table, column), record_id=record_id) is not None:
            raise Fault(FaultCode.CONFLICT, message)
