"""Lessons on the wire (Velpic, "Lesson")."""

import msgspec
from msgspec import UnsetType

from rollbook.doors.velpic.paging import Meta, PageQuery


class LessonQuery(PageQuery):
    """GET /api/v2/lesson and /api/v2/lessondetails. Lists are written with commas between."""

    q: str = ""
    lesson_ids: str = ""
    published_states: str = ""


class CustomFieldOut(msgspec.Struct, rename="camel", kw_only=True):
    """What is noted of a lesson version in one field."""

    lesson_version_id: int
    custom_field_id: int
    custom_field_description: str
    field_id: str
    type: str
    value: str
    id: int
    created_date: str
    modified_date: str


class LessonOut(msgspec.Struct, rename="camel", kw_only=True):
    """A lesson by the version that stands for it; ``duration`` is in milliseconds.

    ``lessonVersionId`` is left out and ``version`` 0 where nobody has begun a version.
    """

    lesson_version_id: int | UnsetType
    lesson_id: int
    name: str
    duration: int
    status: str
    in_library: bool
    version: int
    questionnaire_type: int
    client_id: int
    lesson_version_custom_fields: list[CustomFieldOut]
    created_date: str
    modified_date: str


class LessonPage(msgspec.Struct):
    """Lessons with where they stand in the whole."""

    results: list[LessonOut]
    meta: Meta


class LessonDetailOut(msgspec.Struct, rename="camel", kw_only=True):
    """A lesson as "List Lessons with Details" shows it."""

    lesson_version_id: int | UnsetType
    lesson_id: int
    name: str
    published: int
    duration: int
    status: str
    in_library: bool
    version: int
    client_id: int


class DetailMeta(Meta, rename="camel", kw_only=True):
    """Where the results stand in the whole, with the time of the answer; ``id`` is the word null, as documented."""

    id: str = "null"
    created_date: str
    modified_date: str


class LessonDetailPage(msgspec.Struct, rename="camel", kw_only=True):
    """Lessons with details."""

    results: list[LessonDetailOut]
    meta: DetailMeta
    created_date: str
    modified_date: str
    id: str = "null"
