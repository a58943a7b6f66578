"""Reading courses. Every select of a course starts from :func:`visible_courses`."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, Subquery, bindparam, func, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.matching import holds, part_of
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.statements import Lookup, Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning.pages import page_of
from rollbook.core.learning.records import Course, CourseFilter
from rollbook.core.learning.tables import contents, course_categories, courses
from rollbook.core.learning.tenancy import beside
from rollbook.core.people.structure import Catalogue
from rollbook.core.people.tables import people, qualifications

Rows = Statement[tuple[Any, ...]]

CATEGORIES = Catalogue(course_categories, "course_category", (courses.c.category_id,))
"""Course categories are a tree like the others that people manage: ``structure`` makes, moves and removes them."""

_OWN = (
    "id", "uuid", "external_id", "title", "kind", "source", "start_date", "end_date", "has_final_assessment",
    "shows_questions_at_end", "issues_certificate", "attempts_allowed", "mandatory_min", "access_days", "archived_at",
    "created_at", "updated_at",
)  # fmt: skip
_prerequisite = contents.alias("prerequisite")
_category, _category_parent = course_categories.alias("category"), course_categories.alias("category_parent")
_qualification, _qualification_parent = qualifications.alias("qualification"), qualifications.alias("above")
_instructor, _parent = people.alias("instructor"), courses.alias("parent")


def visible_courses(*, leads: bool = True) -> ColumnElement[bool]:
    """The organisation's courses; whoever reads the learning record sees them all.

    ``leads`` False: another condition names the rows, and this one only checks them.
    """
    owner = courses.c.organisation_id
    return (owner if leads else beside(owner)) == bindparam("organisation_id")


def _course(page: Subquery | None = None) -> Select[Any]:
    """The select behind :class:`Course`.

    The ids of a page stand first, for PostgreSQL joins so many tables in the order in which they are written.
    """
    chosen = courses if page is None else page.join(courses, courses.c.id == page.c.id)
    joined = (
        chosen.join(contents, contents.c.id == courses.c.content_id)
        .outerjoin(_prerequisite, _prerequisite.c.id == courses.c.prerequisite_content_id)
        .outerjoin(_category, _category.c.id == courses.c.category_id)
        .outerjoin(_category_parent, _category_parent.c.id == _category.c.parent_id)
        .outerjoin(_qualification, _qualification.c.id == courses.c.qualification_id)
        .outerjoin(_qualification_parent, _qualification_parent.c.id == _qualification.c.parent_id)
        .outerjoin(_instructor, _instructor.c.id == courses.c.instructor_id)
        .outerjoin(_parent, _parent.c.id == courses.c.parent_id)
    )
    return select(
        *(courses.c[name] for name in _OWN),
        contents.c.id, contents.c.uuid, contents.c.title, contents.c.kind,
        _prerequisite.c.id, _prerequisite.c.uuid,
        _category.c.id, _category.c.uuid, _category.c.external_id, _category.c.name,
        _category_parent.c.id, _category_parent.c.external_id, _category_parent.c.name,
        _qualification.c.id, _qualification.c.external_id, _qualification.c.name,
        _qualification_parent.c.external_id, _qualification_parent.c.name,
        _instructor.c.id, _instructor.c.uuid, _instructor.c.external_id, _instructor.c.first_name,
        _instructor.c.last_name, _instructor.c.email,
        _parent.c.id, _parent.c.uuid, _parent.c.external_id,
    ).select_from(joined)  # fmt: skip


@shapes
def _conditions(names: frozenset[str], is_archived: bool | None) -> tuple[ColumnElement[bool], ...]:
    archived = {None: (), True: (courses.c.archived_at.is_not(None),), False: (courses.c.archived_at.is_(None),)}
    part = (holds(courses.c.title, "q"),) if "q" in names else ()
    return (*part, *(courses.c[name] == bindparam(name) for name in sorted(names - {"q"})), *archived[is_archived])


_KEYS: tuple[Any, ...] = (courses.c.created_at, courses.c.id)


@shapes
def _list(names: frozenset[str], is_archived: bool | None, newest_first: bool, paging: str) -> Statement[Course]:
    query = select(courses.c.id).where(visible_courses(), *_conditions(names, is_archived))
    page, keys = page_of(query, _KEYS, newest_first, paging)
    return Statement(_course(page).order_by(*keys), Course)


@shapes
def _count(names: frozenset[str], is_archived: bool | None) -> Rows:
    query = select(func.count()).select_from(courses)
    return Statement(query.where(visible_courses(), *_conditions(names, is_archived)))


def list_courses(
    work: Work,
    wanted: CourseFilter,
    *,
    limit: int,
    newest_first: bool = False,
    after: tuple[int, int] | None = None,
    offset: int | None = None,
    with_total: bool = False,
) -> Page[Course]:
    """Courses in the order they were made, or the newest first, after a (created_at, id) position or at an offset."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    is_archived = given.pop("is_archived", None)
    names = frozenset(given)
    if wanted.q is not None:
        given["q"] = part_of(wanted.q)
    given["organisation_id"] = work.principal.organisation_id
    position: dict[str, Any] = {}
    paging = "first"
    if after is not None:
        paging, position = "after", {"after_at": after[0], "after_id": after[1]}
    elif offset is not None:
        paging, position = "offset", {"offset": offset}
    rows = work.all(_list(names, is_archived, newest_first, paging), limit=limit, **position, **given)
    return Page(rows, work.value(_count(names, is_archived), **given) if with_total else None)


@shapes
def _one(key: str) -> Statement[Course]:
    return Lookup(_course().where(visible_courses(), courses.c[key] == bindparam("key")), Course)


_SOME = Lookup(_course().where(visible_courses(leads=False), among(courses.c.id, "ids")), Course)


def find_course(work: Work, *, key: str, value: Any) -> Course | None:
    """One course by ``id``, ``uuid`` or ``external_id``."""
    return work.first(_one(key), key=value, organisation_id=work.principal.organisation_id)


def get_course(work: Work, *, key: str, value: Any) -> Course:
    """One course. Faults: NOT_FOUND."""
    found = find_course(work, key=key, value=value)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such course.")
    return found


def list_courses_by_id(work: Work, ids: Sequence[int]) -> dict[int, Course]:
    """The courses with these ids, by id."""
    found = work.all(_SOME, ids=list(ids), organisation_id=work.principal.organisation_id)
    return {course.id: course for course in found}
