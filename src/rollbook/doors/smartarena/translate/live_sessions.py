"""Classes as the live sessions of courses and contents."""

from collections.abc import Iterable, Sequence

from rollbook.core.classes import queries
from rollbook.core.classes.records import ClassSession
from rollbook.core.kernel.work import Work
from rollbook.doors.smartarena.translate.codes import from_core_instant
from rollbook.doors.smartarena.wire.courses import Instructor, LiveSession


class LiveSessions:
    """The live sessions of a page of courses or contents, read at once."""

    def __init__(self, found: Iterable[ClassSession]) -> None:
        self._of_course: dict[int, list[ClassSession]] = {}
        self._of_content: dict[int, list[ClassSession]] = {}
        for session in found:
            if session.course_id is not None:
                self._of_course.setdefault(session.course_id, []).append(session)
            else:
                self._of_content.setdefault(session.content_id, []).append(session)

    def of(self, course_id: int | None, content_id: int) -> list[LiveSession]:
        """A course's own, and those of its content that belong to no course; in the order they begin."""
        own = self._of_course.get(course_id, []) if course_id is not None else []
        found = [*own, *self._of_content.get(content_id, [])]
        return [_from_core_session(session) for session in sorted(found, key=lambda one: (one.starts_at, one.id))]


def read_live_sessions(work: Work, taught: Sequence[tuple[int | None, int]]) -> LiveSessions:
    """The sessions of courses and contents, given as pairs of ids, in one query."""
    course_ids = sorted({course_id for course_id, _ in taught if course_id is not None})
    content_ids = sorted({content_id for _, content_id in taught})
    return LiveSessions(queries.list_taught(work, course_ids, content_ids))


def _from_core_session(session: ClassSession) -> LiveSession:
    instructor = None
    if session.instructor_id is not None:
        instructor = Instructor(
            session.instructor_external_id,
            session.instructor_first_name,
            session.instructor_last_name,
            session.instructor_email,
        )
    return LiveSession(
        id=session.id,
        title=session.title,
        date_start=from_core_instant(session.starts_at),
        date_end=from_core_instant(session.ends_at),
        location=session.location,
        instructor=instructor,
        number_of_places=session.places,
        number_of_attendees=session.seats_taken,
        status=session.outcome,
    )
