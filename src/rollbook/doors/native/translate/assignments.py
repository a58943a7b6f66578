"""Assignments and certificates out of core."""

from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import iso
from rollbook.core.kernel.work import Work
from rollbook.core.learning.records import Assignment, AssignmentFilter
from rollbook.doors.native.translate.contents import time_or_null
from rollbook.doors.native.translate.courses import content_id, course_id, person_id
from rollbook.doors.native.wire.assignments import (
    AssignmentOut,
    AssignmentsQuery,
    CertificateOfAssignment,
    ContentOfAssignment,
    CourseOfAssignment,
)
from rollbook.doors.native.wire.courses import PersonRef


def to_core_assignment_filter(work: Work, asked: AssignmentsQuery) -> AssignmentFilter:
    """Which assignments. Faults: UNKNOWN_REFERENCE, INVALID naming the field."""
    return AssignmentFilter(
        person_id=person_id(work, asked.person),
        course_id=course_id(work, asked.course),
        content_id=content_id(work, asked.content),
        status=asked.status,
        stage=asked.stage,
        updated_after=clock.parse_instant(asked.updated_since, "updated_since") - 1 if asked.updated_since else None,
    )


def from_core_assignment(found: Assignment, base_url: str) -> AssignmentOut:
    """An assignment."""
    name = f"{found.person_first_name} {found.person_last_name}"
    return AssignmentOut(
        id=found.uuid,
        number=found.id,
        person=PersonRef(found.person_uuid, found.person_id, found.person_external_id, name),
        content=ContentOfAssignment(found.content_uuid, found.content_id, found.content_title),
        course=_course(found),
        status=found.status,
        stage=found.stage,
        progress=found.progress,
        score=found.score,
        time_s=found.time_s,
        attempts=found.attempts,
        start_at=iso(found.start_at),
        due_at=time_or_null(found.due_at),
        access_ends_at=time_or_null(found.access_ends_at),
        started_at=time_or_null(found.started_at),
        completed_at=time_or_null(found.completed_at),
        cancelled_at=time_or_null(found.cancelled_at),
        cancel_reason=found.cancel_reason,
        certificate=_certificate(found, base_url),
        created_at=iso(found.created_at),
        updated_at=iso(found.updated_at),
    )


def _course(found: Assignment) -> CourseOfAssignment | None:
    if found.course_id is None or found.course_uuid is None:
        return None
    return CourseOfAssignment(found.course_uuid, found.course_id, found.course_external_id, found.title)


def _certificate(found: Assignment, base_url: str) -> CertificateOfAssignment | None:
    if found.certificate_number is None or found.certificate_issued_at is None:
        return None
    return CertificateOfAssignment(
        number=found.certificate_number,
        issued_at=iso(found.certificate_issued_at),
        expires_at=time_or_null(found.certificate_expires_at),
        revoked_at=time_or_null(found.certificate_revoked_at),
        url=f"{base_url}/certificates/{found.certificate_number}",
    )
