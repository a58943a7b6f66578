"""What state a lesson is in, derived in one place: in SQL, over ``contents`` and its versions and their films."""

from enum import Enum

from sqlalchemy import ColumnElement, String, and_, case, exists, func, literal_column, select

from rollbook.core.learning.lesson_records import RENDERING, UNREADABLE
from rollbook.core.learning.records import PUBLISHED
from rollbook.core.learning.tables import content_versions, contents, files, version_files


class LessonStatus(Enum):
    """Whether a lesson can be learnt, and if not, why."""

    ACTIVE = "active"
    """A version of it is published."""
    INACTIVE = "inactive"
    """It was published once, or it is archived."""
    NEVER = "never"
    """It was never published."""
    RENDERING = "rendering"
    """It was never published, and a film of its newest version is being read."""
    ERROR = "error"
    """It was never published, and a film of its newest version could not be read."""


_one, _newest = content_versions.alias("one_version"), content_versions.alias("newest_version")
_was_published = exists().where(_one.c.content_id == contents.c.id, _one.c.published_at.is_not(None))
_newest_number = (
    select(func.max(_newest.c.number))
    .where(_newest.c.content_id == contents.c.id)
    .correlate(contents)
    .scalar_subquery()
)


def _word(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'", String)


def _has_film(state: str) -> ColumnElement[bool]:
    """Whether the newest version has a film in a state."""
    joined = version_files.join(files, files.c.id == version_files.c.file_id).join(
        _one, and_(_one.c.id == version_files.c.version_id)
    )
    return (
        select(literal_column("1"))
        .select_from(joined)
        .where(_one.c.content_id == contents.c.id, _one.c.number == _newest_number, files.c.state == _word(state))
        .correlate(contents)
        .exists()
    )


LESSON_STATUS: ColumnElement[str] = case(
    (contents.c.archived_at.is_not(None), _word(LessonStatus.INACTIVE.value)),
    (content_versions.c.state == _word(PUBLISHED), _word(LessonStatus.ACTIVE.value)),
    (_was_published, _word(LessonStatus.INACTIVE.value)),
    (_has_film(UNREADABLE), _word(LessonStatus.ERROR.value)),
    (_has_film(RENDERING), _word(LessonStatus.RENDERING.value)),
    else_=_word(LessonStatus.NEVER.value),
)
"""The status, in a select whose ``contents`` are outer-joined with their published version."""
