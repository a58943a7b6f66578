"""Courses and categories into and out of core."""

from typing import Any

import msgspec
from msgspec import UNSET

from rollbook.core.kernel.clock import iso
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.learning.content_queries import find_content
from rollbook.core.learning.course_queries import CATEGORIES, find_course
from rollbook.core.learning.records import Course, CourseChanges, CourseFilter, NewCourse
from rollbook.core.people import queries as people
from rollbook.core.people.records import Entry
from rollbook.core.people.structure import QUALIFICATIONS, find_entry
from rollbook.doors.native.translate.contents import time_or_null
from rollbook.doors.native.wire.courses import CategoryOut, CourseChange, CourseIn, CourseOut, CoursesQuery, PersonRef

_RENAMED = {
    "final_assessment": "has_final_assessment",
    "show_questions_at_end": "shows_questions_at_end",
    "certificate": "issues_certificate",
    "archived": "is_archived",
}
"""The API's names of fields, where core has another."""


def content_id(work: Work, uuid: str | None, field: str = "content") -> int | None:
    """The content with an id. Faults: UNKNOWN_REFERENCE."""
    return _id(find_content(work, key="uuid", value=uuid.lower()), field) if uuid else None


def course_id(work: Work, uuid: str | None, field: str = "course") -> int | None:
    """The course with an id. Faults: UNKNOWN_REFERENCE."""
    return _id(find_course(work, key="uuid", value=uuid.lower()), field) if uuid else None


def person_id(work: Work, uuid: str | None, field: str = "person") -> int | None:
    """The person with an id. Faults: UNKNOWN_REFERENCE."""
    return _id(people.find_person(work, key="uuid", value=uuid.lower()), field) if uuid else None


def category_id(work: Work, uuid: str | None, field: str = "category") -> int | None:
    """The category with an id. Faults: UNKNOWN_REFERENCE."""
    return _id(find_entry(work, CATEGORIES, key="uuid", value=uuid.lower()), field) if uuid else None


def _qualification_id(work: Work, code: str | None, field: str) -> int | None:
    return _id(find_entry(work, QUALIFICATIONS, key="external_id", value=code), field) if code else None


def _id(found: Any, field: str) -> int:
    if found is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field} names nothing that is here")
    return int(found.id)


_REFERENCES: dict[str, tuple[str, Any]] = {
    "content": ("content_id", content_id),
    "prerequisite": ("prerequisite_content_id", content_id),
    "category": ("category_id", category_id),
    "qualification": ("qualification_id", _qualification_id),
    "instructor": ("instructor_id", person_id),
    "parent": ("parent_id", course_id),
}
FIELDS = {core: name for name, (core, _) in _REFERENCES.items()} | {core: name for name, core in _RENAMED.items()}
"""Core's names of fields in faults, where the API has another."""


def _given(work: Work, course: CourseChange) -> dict[str, Any]:
    """The fields that were given, by core's names. Faults: UNKNOWN_REFERENCE naming the field."""
    given = {name: value for name, value in msgspec.structs.asdict(course).items() if value is not UNSET}
    for name, (column, find) in _REFERENCES.items():
        if name in given:
            given[column] = find(work, given.pop(name), name)
    return {_RENAMED.get(name, name): value for name, value in given.items()}


def to_core_new_course(work: Work, course: CourseIn) -> NewCourse:
    """A course to make. Faults: UNKNOWN_REFERENCE; INVALID for one that is archived from the start."""
    given = _given(work, course)
    if given.pop("is_archived", False):
        raise field_fault(FaultCode.INVALID, "archived", "archived cannot be true for a new course")
    return NewCourse(**given)


def to_core_course_changes(work: Work, course: CourseChange) -> CourseChanges:
    """What is to change. Faults: UNKNOWN_REFERENCE."""
    return CourseChanges(**_given(work, course))


def to_core_course_filter(work: Work, asked: CoursesQuery) -> CourseFilter:
    """Which courses. Faults: UNKNOWN_REFERENCE."""
    return CourseFilter(
        external_id=asked.external_id,
        kind=asked.kind,
        source=asked.source,
        category_id=category_id(work, asked.category),
        content_id=content_id(work, asked.content),
        is_archived=asked.archived,
    )


def from_core_course(course: Course) -> CourseOut:
    """A course."""
    return CourseOut(
        id=course.uuid,
        number=course.id,
        external_id=course.external_id,
        title=course.title,
        kind=course.kind,
        source=course.source,
        content=course.content_uuid,
        content_kind=course.content_kind,
        category=course.category_uuid,
        qualification=course.qualification_external_id,
        instructor=_instructor(course),
        parent=course.parent_uuid,
        prerequisite=course.prerequisite_content_uuid,
        start_date=course.start_date,
        end_date=course.end_date,
        final_assessment=course.has_final_assessment,
        show_questions_at_end=course.shows_questions_at_end,
        certificate=course.issues_certificate,
        attempts_allowed=course.attempts_allowed,
        mandatory_min=course.mandatory_min,
        access_days=course.access_days,
        archived_at=time_or_null(course.archived_at),
        created_at=iso(course.created_at),
        updated_at=iso(course.updated_at),
    )


def _instructor(course: Course) -> PersonRef | None:
    if course.instructor_id is None or course.instructor_uuid is None:
        return None
    name = f"{course.instructor_first_name} {course.instructor_last_name}"
    return PersonRef(course.instructor_uuid, course.instructor_id, course.instructor_external_id, name)


def from_core_category(entry: Entry) -> CategoryOut:
    """A category."""
    return CategoryOut(
        id=entry.uuid,
        number=entry.id,
        external_id=entry.external_id,
        name=entry.name,
        parent=entry.parent_external_id,
        parent_number=entry.parent_id,
        created_at=iso(entry.created_at),
        updated_at=iso(entry.updated_at),
    )
