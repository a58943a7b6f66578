"""What forms offer to choose from: the first of many, and what is chosen already wherever it would stand."""

from collections.abc import Iterable
from typing import Any

import msgspec

from rollbook.console.visits import Visit
from rollbook.core.kernel.principal import Role
from rollbook.core.learning import content_queries, course_queries
from rollbook.core.learning.statistics import search_courses
from rollbook.core.people import queries as people
from rollbook.core.people.records import PeopleFilter

MOST = 5_000
"""A select is typed into, and finds by the first letters; longer lists make heavy pages."""


class Choices(msgspec.Struct, frozen=True):
    """What a select takes: values with what they are called, or groups of them."""

    options: list[Any]
    hint: str | None = None
    """What is said below where more are there than are offered."""


def _choices(found: Iterable[tuple[Any, str]], chosen: tuple[Any, str] | None) -> Choices:
    options = list(found)
    hint = f"Only the first {MOST:,} are listed." if len(options) >= MOST else None
    if chosen is not None and chosen not in options:
        options.append(chosen)
    return Choices(options, hint)


def courses(visit: Visit, chosen: int | None = None) -> Choices:
    """Courses that are not archived, by title."""
    found = search_courses(visit.work, "", limit=MOST)
    picked = course_queries.find_course(visit.work, key="id", value=chosen) if chosen is not None else None
    return _choices(((one.id, one.title) for one in found), (picked.id, picked.title) if picked else None)


def lessons(visit: Visit, chosen: Any = None, *, key: str = "id", only_published: bool = False) -> Choices:
    """Lessons that are not archived, by title; their values are the ``id`` or the ``uuid``."""
    found = content_queries.search_lessons(visit.work, "", limit=MOST, only_published=only_published)
    picked = content_queries.find_content(visit.work, key=key, value=chosen) if chosen is not None else None
    offered = ((getattr(one, key), one.title) for one in found)
    return _choices(offered, (getattr(picked, key), picked.title) if picked else None)


def instructors(visit: Visit, chosen: tuple[int, str] | None = None) -> Choices:
    """Active people who are instructors, by name."""
    wanted = PeopleFilter(role=Role.INSTRUCTOR, is_active=True)
    found = people.list_people(visit.work, wanted, limit=MOST, order="name").rows
    return _choices(((one.id, one.full_name) for one in found), chosen)
