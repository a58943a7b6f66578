"""Making, changing, archiving and deleting courses."""

from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import bindparam, delete, insert, select, update

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning import checks, contents, following, leaving, policy
from rollbook.core.learning.content_queries import find_content
from rollbook.core.learning.course_queries import CATEGORIES, find_course, get_course
from rollbook.core.learning.records import COURSE_KINDS, COURSE_SOURCES, OUTLINE, Course, CourseChanges, NewCourse
from rollbook.core.learning.tables import courses
from rollbook.core.people import queries as people_queries
from rollbook.core.people.structure import QUALIFICATIONS, require_entry

Rows = Statement[tuple[Any, ...]]

_INSERT = Rows(
    insert(courses).values({c.name: bindparam(c.name) for c in courses.c if c.name != "id"}).returning(courses.c.id)
)
_DELETE = Rows(delete(courses).where(courses.c.id == bindparam("course_id")))


@shapes
def _update(names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(courses).where(courses.c.id == bindparam("course_id")).values(values))


def create(work: Work, new: NewCourse) -> Course:
    """Make a course; without a content it gets an outline of its own.

    Faults: FORBIDDEN; MISSING, INVALID, UNKNOWN_REFERENCE or DUPLICATE naming the field.
    """
    policy.require_learning_write(work.principal)
    values = _checked(work, msgspec.structs.asdict(new))
    _refuse_taken(work, values["external_id"])
    _refuse_reversed(values["start_date"], values["end_date"])
    if values["content_id"] is None:
        values["content_id"] = contents.add_outline(work, values["title"])
    _refuse_own_prerequisite(values["content_id"], values["prerequisite_content_id"])
    values |= {
        "uuid": new_uuid(),
        "organisation_id": work.principal.organisation_id,
        "archived_at": None,
        "created_at": work.at,
        "updated_at": work.at,
    }
    course_id = int(work.value(_INSERT, **values))
    after = {name: values[name] for name in NewCourse.__struct_fields__ if values[name] is not None}
    work.record("course.created", "course", course_id, values["uuid"], after=after)
    return get_course(work, key="id", value=course_id)


def change(work: Work, course: Course, changes: CourseChanges) -> Course:
    """Change a course; nothing is written when nothing changed. Open assignments follow its dates and its content.

    Faults: as :func:`create`.
    """
    policy.require_learning_write(work.principal)
    after = _changed(work, course, changes)
    if not after:
        return course
    if "external_id" in after:
        _refuse_taken(work, after["external_id"])
    _refuse_reversed(after.get("start_date", course.start_date), after.get("end_date", course.end_date))
    _refuse_own_prerequisite(
        after.get("content_id", course.content_id), after.get("prerequisite_content_id", course.prerequisite_content_id)
    )
    written = after | {"updated_at": work.at}
    work.run(_update(frozenset(written)), course_id=course.id, **{f"new_{k}": v for k, v in written.items()})
    before = {name: getattr(course, name) for name in after}
    work.record(_kind(after), "course", course.id, course.uuid, before=before, after=after)
    changed = get_course(work, key="id", value=course.id)
    _carry_over(work, course, changed, after)
    return changed


def _changed(work: Work, course: Course, changes: CourseChanges) -> dict[str, Any]:
    """The columns that really change, checked."""
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    if "is_archived" in given and given.pop("is_archived") != course.is_archived:
        given["archived_at"] = None if course.is_archived else work.at
    wanted = _checked(work, given, course)
    if "content_id" in wanted and wanted["content_id"] is None:
        is_outline = course.content_kind == OUTLINE
        wanted["content_id"] = course.content_id if is_outline else contents.add_outline(work, course.title)
    return {name: value for name, value in wanted.items() if value != getattr(course, name)}


def _kind(after: dict[str, Any]) -> str:
    if "archived_at" not in after:
        return "course.updated"
    return "course.archived" if after["archived_at"] is not None else "course.restored"


def _carry_over(work: Work, before: Course, after: Course, changed: dict[str, Any]) -> None:
    """What a changed course means for its outline and its open assignments."""
    if changed.keys() & following.FOLLOWED:
        following.follow(work, after)
    if before.content_kind == OUTLINE:
        if "content_id" in changed:
            contents.drop_unused_outline(work, before.content_id)
        elif "title" in changed:
            contents.rename_outline(work, before.content_id, after.title)


def archive(work: Work, course: Course) -> Course:
    """Close a course to learners and keep everything about it. Faults: FORBIDDEN."""
    return change(work, course, CourseChanges(is_archived=True))


def recode(work: Work, course: Course, external_id: str) -> Course:
    """Give a course another code of its source system.

    Faults: FORBIDDEN; MISSING, INVALID or DUPLICATE naming ``external_id``.
    """
    if not external_id.strip():
        raise field_fault(FaultCode.MISSING, "external_id", "external_id is required")
    return change(work, course, CourseChanges(external_id=external_id))


def remove(work: Work, course: Course) -> None:
    """Delete a course for good: open assignments go, what was finished stays in the record without the course.

    Faults: FORBIDDEN.
    """
    policy.require_learning_write(work.principal)
    leaving.close(work, course)
    work.run(_DELETE, course_id=course.id)
    if course.content_kind == OUTLINE:
        contents.drop_unused_outline(work, course.content_id)
    before = {name: getattr(course, name) for name in NewCourse.__struct_fields__ if getattr(course, name) is not None}
    work.record("course.deleted", "course", course.id, course.uuid, before=before)


# --- Checks -------------------------------------------------------------------------------------------------------


def _checked(work: Work, given: dict[str, Any], course: Course | None = None) -> dict[str, Any]:
    """The given fields, cleaned. Faults: MISSING, INVALID or UNKNOWN_REFERENCE naming the field."""
    rules: dict[str, Any] = {
        "title": checks.title,
        "external_id": checks.code,
        "kind": lambda v: checks.one_of(v, "kind", COURSE_KINDS),
        "source": lambda v: checks.one_of(v, "source", COURSE_SOURCES),
        "start_date": lambda v: clock.parse_date(v, "start_date") if v else None,
        "end_date": lambda v: clock.parse_date(v, "end_date") if v else None,
        "attempts_allowed": lambda v: checks.whole_number(v, "attempts_allowed", least=1, most=checks.MOST_ATTEMPTS),
        "mandatory_min": lambda v: checks.whole_number(v, "mandatory_min", most=checks.MOST_MINUTES),
        "access_days": lambda v: checks.whole_number(v, "access_days", least=1, most=checks.MOST_DAYS),
        "content_id": lambda v: _content(work, v, "content_id", course.content_id if course else None),
        "prerequisite_content_id": lambda v: _content(work, v, "prerequisite_content_id"),
        "category_id": lambda v: require_entry(work, CATEGORIES, v, "category_id"),
        "qualification_id": lambda v: require_entry(work, QUALIFICATIONS, v, "qualification_id"),
        "instructor_id": lambda v: _instructor(work, v),
        "parent_id": lambda v: _parent(work, v, course),
    }
    return {name: rules[name](value) if name in rules else value for name, value in given.items()}


def _content(work: Work, content_id: int | None, field: str, present_id: int | None = None) -> int | None:
    """A content that a course may show: not archived (unless it shows it already), and no other course's outline."""
    if content_id is None or content_id == present_id:
        return content_id
    found = find_content(work, key="id", value=content_id)
    if found is None or found.archived_at is not None or (field == "content_id" and found.kind == OUTLINE):
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field} must be the id of a content of yours")
    return content_id


def _instructor(work: Work, person_id: int | None) -> int | None:
    if person_id is not None and people_queries.find_person(work, key="id", value=person_id) is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "instructor_id", "There is no person with this id.")
    return person_id


_above = select(courses.c.id, courses.c.parent_id).where(courses.c.id == bindparam("course_id")).cte(recursive=True)
_ANCESTORS = Rows(
    select(
        _above.union(select(courses.c.id, courses.c.parent_id).join(_above, courses.c.id == _above.c.parent_id)).c.id
    )
)


def _parent(work: Work, parent_id: int | None, course: Course | None) -> int | None:
    if parent_id is None:
        return None
    if find_course(work, key="id", value=parent_id) is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "parent_id", "There is no course with this id.")
    if course is not None and (course.id,) in work.all(_ANCESTORS, course_id=parent_id):
        raise field_fault(FaultCode.CONFLICT, "parent_id", "A course cannot be part of itself.")
    return parent_id


def _refuse_taken(work: Work, external_id: str | None) -> None:
    if external_id is not None and find_course(work, key="external_id", value=external_id) is not None:
        raise field_fault(FaultCode.DUPLICATE, "external_id", "external_id is taken: a course has it already")


def _refuse_reversed(start_date: str | None, end_date: str | None) -> None:
    if start_date is not None and end_date is not None and end_date < start_date:
        raise field_fault(FaultCode.INVALID, "end_date", "end_date may not lie before the start date")


def _refuse_own_prerequisite(content_id: int, prerequisite_id: int | None) -> None:
    if content_id == prerequisite_id:
        raise field_fault(
            FaultCode.INVALID, "prerequisite_content_id", "prerequisite_content_id may not be the course's own content"
        )
