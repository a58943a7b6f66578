"""Courses to and from core."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.learning import records
from rollbook.core.learning.records import OUTLINE, Content, Course, CourseChanges, NewCourse
from rollbook.core.people import queries as people
from rollbook.doors.smartarena.translate.codes import from_core_instant
from rollbook.doors.smartarena.translate.contents import from_core_content
from rollbook.doors.smartarena.wire.courses import (
    CourseChange,
    CourseFilter,
    CourseIn,
    CourseOut,
    CourseUser,
    Instructor,
    LiveSession,
)

TYPES = {1: "online", 2: "blended", 3: "live"}
_TYPE_CODES = {kind: code for code, kind in TYPES.items()}
LISTED_TYPES = {1: ("kind", "online"), 5: ("kind", "live"), 254: ("source", "market"), 253: ("source", "curriculum")}
"""The numbers of the lists' ``type`` filter, which are not those of a course's ``type``."""
SORTS = {"date_asc": False, "date_desc": True}

_FLAGS = {
    "assessment_on_end": "has_final_assessment",
    "assessment_show_questions_at_end": "shows_questions_at_end",
    "confirmation_of_completion": "issues_certificate",
}
_LIMITS = {
    "number_of_attempts": "attempts_allowed",
    "mandatory_time": "mandatory_min",
    "access_days_from_enrollment": "access_days",
    "prerequired_content": "prerequisite_content_id",
    "content_id": "content_id",
}
"""Numbers in which 0 stands for none."""
_KEPT = {"title": "title", "start_date": "start_date", "end_date": "end_date"}
FIELDS = {core: wire for wire, core in (_FLAGS | _LIMITS).items()} | {
    "kind": "type",
    "instructor_id": "instructor_mapping_code",
    "person_ids": "users_mapping_codes",
    "is_archived": "archived",
}
"""Core's names of a course's fields, where the document has another."""


def to_core_new_course(work: Work, course: CourseIn) -> NewCourse:
    """Faults: INVALID, MISSING or UNKNOWN_REFERENCE naming the field."""
    given = {name: value for name, value in msgspec.structs.asdict(course).items() if value is not None}
    return NewCourse(external_id=course.mapping_code, **_to_core(work, given))


def to_core_course_changes(work: Work, course: CourseChange) -> CourseChanges:
    """Only what was given. Faults: as :func:`to_core_new_course`."""
    given = {name: value for name, value in msgspec.structs.asdict(course).items() if value is not UNSET}
    changes = _to_core(work, given)
    if "archived" in given:
        changes["is_archived"] = bool(given["archived"])
    return CourseChanges(**changes)


def _to_core(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields, by core's names."""
    if "start_date" in given and not given["start_date"].strip():
        raise field_fault(FaultCode.MISSING, "start_date", "start_date is required")
    fields = {core: given[wire] for wire, core in _KEPT.items() if wire in given}
    fields |= {core: bool(given[wire]) for wire, core in _FLAGS.items() if wire in given}
    fields |= {core: given[wire] or None for wire, core in _LIMITS.items() if wire in given}
    if "type" in given:
        fields["kind"] = _to_core_kind(given["type"])
    if "instructor_mapping_code" in given:
        fields["instructor_id"] = _to_core_instructor(work, given["instructor_mapping_code"])
    return fields


def _to_core_kind(code: int) -> str:
    if code not in TYPES:
        raise field_fault(FaultCode.INVALID, "type", "type must be 1 (e-course), 2 (blended) or 3 (live)")
    return TYPES[code]


def _to_core_instructor(work: Work, code: str | None) -> int | None:
    if not code:
        return None
    field = "instructor_mapping_code"
    found = people.find_person(work, key="external_id", value=code)
    if found is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field}: there is no user with this mapping code")
    return found.id


def to_core_listed_type(code: int | None) -> dict[str, Any]:
    """The filter behind a list's ``type``. Faults: INVALID."""
    if code is None:
        return {}
    if code not in LISTED_TYPES:
        raise field_fault(
            FaultCode.INVALID, "type", "type must be 1 (e-courses), 5 (in-person), 254 (market) or 253 (curriculum)"
        )
    name, value = LISTED_TYPES[code]
    return {name: value}


def to_core_course_filter(asked: CourseFilter) -> records.CourseFilter:
    """Which courses. Faults: INVALID."""
    return records.CourseFilter(
        external_id=asked.mapping_code,
        is_archived=None if asked.archived else False,
        **to_core_listed_type(asked.type),
    )


def is_newest_first(sort: str) -> bool:
    """Faults: INVALID."""
    if sort not in SORTS:
        raise field_fault(FaultCode.INVALID, "sort", "sort must be date_asc or date_desc")
    return SORTS[sort]


def from_core_course(
    course: Course, content: Content | None, users: Sequence[CourseUser], live_sessions: list[LiveSession]
) -> CourseOut:
    """A course with its users. A content that only stands for the course is none to this API."""
    has_content = content is not None and content.kind != OUTLINE
    return CourseOut(
        id=course.id,
        mapping_code=course.external_id,
        title=course.title,
        start_date=course.start_date,
        end_date=course.end_date,
        type=_TYPE_CODES[course.kind],
        assessment_on_end=int(course.has_final_assessment),
        number_of_attempts=course.attempts_allowed,
        assessment_show_questions_at_end=int(course.shows_questions_at_end),
        mandatory_time=course.mandatory_min,
        prerequired_content=course.prerequisite_content_id,
        content_id=course.content_id if has_content else None,
        confirmation_of_completion=int(course.issues_certificate),
        access_days_from_enrollment=course.access_days,
        users=list(users),
        content=from_core_content(content) if content is not None and has_content else None,
        instructor=_instructor(course),
        live_sessions=live_sessions,
        archived=int(course.is_archived),
        created_at=from_core_instant(course.created_at),
        updated_at=from_core_instant(course.updated_at),
        **from_core_course_facts(course),
    )


def _instructor(course: Course) -> Instructor | None:
    if course.instructor_id is None:
        return None
    return Instructor(
        course.instructor_external_id,
        course.instructor_first_name,
        course.instructor_last_name,
        course.instructor_email,
    )


def from_core_course_facts(course: Course | None) -> dict[str, Any]:
    """The category and qualification of a course; nulls without one."""
    return {
        "course_category_id": course and course.category_id,
        "course_category_mapping_code": course and course.category_external_id,
        "course_category_name": course and course.category_name,
        "course_category_parent_id": course and course.category_parent_id,
        "course_category_parent_mapping_code": course and course.category_parent_external_id,
        "course_category_parent_name": course and course.category_parent_name,
        "qualification_mapping_code": course and course.qualification_external_id,
        "qualification_name": course and course.qualification_name,
        "qualification_parent_mapping_code": course and course.qualification_parent_external_id,
        "qualification_parent_name": course and course.qualification_parent_name,
    }
