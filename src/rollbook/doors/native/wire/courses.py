"""Courses and their categories on the wire of the native API. Times are RFC 3339 in UTC."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

Kind = Literal["online", "blended", "live"]
Source = Literal["own", "market", "curriculum"]


class CategoryIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/course-categories. ``parent`` is an id."""

    name: str
    external_id: str | None = None
    parent: str | None = None


class CategoryChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """PATCH /v1/course-categories/{id}. What is left out stays; null clears."""

    name: str | UnsetType = UNSET
    external_id: str | UnsetType | None = UNSET
    parent: str | UnsetType | None = UNSET


class CategoryOut(msgspec.Struct):
    """A course category. ``number`` is the id that vendors' APIs show; ``parent`` an external id."""

    id: str
    number: int
    external_id: str | None
    name: str
    parent: str | None
    parent_number: int | None
    created_at: str
    updated_at: str


class CategoriesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/course-categories."""

    limit: int = 50
    cursor: str | None = None


class CategoryPage(msgspec.Struct):
    """A page of categories. ``next`` is the cursor to go on from, null at the end."""

    categories: list[CategoryOut]
    next: str | None


class CoursesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/courses. ``category`` and ``content`` are ids."""

    external_id: str | None = None
    kind: Kind | None = None
    source: Source | None = None
    category: str | None = None
    content: str | None = None
    archived: bool | None = None
    newest_first: bool = False
    limit: int = 50
    cursor: str | None = None
    total: bool = False


class CourseChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """PATCH /v1/courses/{id}. What is left out stays; null clears."""

    title: str | UnsetType = UNSET
    external_id: str | UnsetType | None = UNSET
    content: str | UnsetType | None = UNSET
    """The id of a content; null gives the course an outline of its own."""
    category: str | UnsetType | None = UNSET
    """The id of a course category."""
    qualification: str | UnsetType | None = UNSET
    """The external id of the qualification that completing the course grants."""
    instructor: str | UnsetType | None = UNSET
    """The id of a person."""
    parent: str | UnsetType | None = UNSET
    """The id of the course that this one is part of."""
    prerequisite: str | UnsetType | None = UNSET
    """The id of a content that has to be completed before."""
    kind: Kind | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    start_date: str | UnsetType | None = UNSET
    end_date: str | UnsetType | None = UNSET
    final_assessment: bool | UnsetType = UNSET
    show_questions_at_end: bool | UnsetType = UNSET
    certificate: bool | UnsetType = UNSET
    """Whether completing it issues a certificate."""
    attempts_allowed: int | UnsetType | None = UNSET
    mandatory_min: int | UnsetType | None = UNSET
    """Minutes that must be spent."""
    access_days: int | UnsetType | None = UNSET
    """Days of access from the enrolment."""
    archived: bool | UnsetType = UNSET


class CourseIn(CourseChange, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/courses. Only the title is needed."""

    title: str


class PersonRef(msgspec.Struct):
    """Another person."""

    id: str
    number: int
    external_id: str | None
    name: str


class CourseOut(msgspec.Struct):
    """A course. ``number`` is the id that vendors' APIs show."""

    id: str
    number: int
    external_id: str | None
    title: str
    kind: str
    source: str
    content: str
    content_kind: str
    category: str | None
    qualification: str | None
    instructor: PersonRef | None
    parent: str | None
    prerequisite: str | None
    start_date: str | None
    end_date: str | None
    final_assessment: bool
    show_questions_at_end: bool
    certificate: bool
    attempts_allowed: int | None
    mandatory_min: int | None
    access_days: int | None
    archived_at: str | None
    created_at: str
    updated_at: str


class CoursePage(msgspec.Struct):
    """A page of courses. ``next`` is the cursor to go on from, null at the end; ``total`` only when asked for."""

    courses: list[CourseOut]
    next: str | None
    total: int | None = None
