"""The rows and requests of classes. Instants are microseconds, rates per cent."""

from collections.abc import Sequence
from enum import Enum

import msgspec
from msgspec import UNSET, UnsetType

ACTIVE, COMPLETED, CANCELLED = "active", "completed", "cancelled"
OUTCOMES = (ACTIVE, COMPLETED, CANCELLED)
REGISTERED, WAITING = "registered", "waiting"


class State(Enum):
    """When a class is, seen from now."""

    UPCOMING = "upcoming"
    IN_PROGRESS = "in_progress"
    PAST = "past"
    """Its end has passed, or someone completed it before."""


class ClassSession(msgspec.Struct, frozen=True):
    """A class at a time and place, with everything that a list of them shows.

    ``places`` None is any number. ``seats_taken`` counts who is registered; ``attended_count`` and ``passed_count`` are
    of those.
    """

    id: int
    uuid: str
    starts_at: int
    ends_at: int
    location: str
    notes: str | None
    places: int | None
    seats_taken: int
    outcome: str
    tells_trainees: bool
    tells_instructor: bool
    sequence: int
    completed_at: int | None
    cancelled_at: int | None
    created_at: int
    updated_at: int
    content_id: int
    content_uuid: str
    content_title: str
    content_kind: str
    course_id: int | None
    course_uuid: str | None
    course_title: str | None
    instructor_id: int | None
    instructor_uuid: str | None
    instructor_first_name: str | None
    instructor_last_name: str | None
    instructor_email: str | None
    instructor_external_id: str | None
    waiting_count: int
    attended_count: int
    passed_count: int

    @property
    def title(self) -> str:
        """What is taught: the course's title, else the content's."""
        return self.course_title or self.content_title

    @property
    def instructor_name(self) -> str:
        """Who leads it; blank when nobody does."""
        return " ".join(name for name in (self.instructor_first_name, self.instructor_last_name) if name)

    @property
    def free_places(self) -> int | None:
        """How many seats are left; None for any number."""
        return None if self.places is None else max(self.places - self.seats_taken, 0)

    @property
    def attendance_rate(self) -> float:
        """How many of the registered attended; 0 without any."""
        return _rate(self.attended_count, self.seats_taken)

    @property
    def pass_rate(self) -> float:
        """How many of the registered passed; 0 without any."""
        return _rate(self.passed_count, self.seats_taken)

    def state_at(self, now: int) -> State:
        """Upcoming, in progress or past at an instant."""
        if self.ends_at <= now or self.outcome == COMPLETED:
            return State.PAST
        return State.IN_PROGRESS if self.starts_at <= now else State.UPCOMING


def _rate(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


class SessionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which classes; None means any. ``assignment_id``: those that it is attended for; ``person_id``: whose attendee.

    ``ends_after`` and ``starts_before`` bound a span of time.
    """

    content_id: int | None = None
    course_id: int | None = None
    instructor_id: int | None = None
    assignment_id: int | None = None
    person_id: int | None = None
    state: State | None = None
    outcome: str | None = None
    ends_after: int | None = None
    starts_before: int | None = None


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A class to plan: of a course, of a content, or of neither, which gets an outline of its own to be assigned."""

    starts_at: int
    ends_at: int
    location: str
    content_id: int | None = None
    course_id: int | None = None
    instructor_id: int | None = None
    notes: str | None = None
    places: int | None = None
    tells_trainees: bool = True
    tells_instructor: bool = True


class SessionChanges(msgspec.Struct, kw_only=True):
    """Changes to a class; UNSET stays, None clears."""

    starts_at: int | UnsetType = UNSET
    ends_at: int | UnsetType = UNSET
    location: str | UnsetType = UNSET
    instructor_id: int | None | UnsetType = UNSET
    notes: str | None | UnsetType = UNSET
    places: int | None | UnsetType = UNSET
    tells_trainees: bool | UnsetType = UNSET
    tells_instructor: bool | UnsetType = UNSET


class Attendee(msgspec.Struct, frozen=True):
    """Someone in a class. ``state`` is registered or waiting; the marks are null until someone has said."""

    id: int
    uuid: str
    session_id: int
    assignment_id: int | None
    assignment_uuid: str | None
    state: str
    has_attended: bool | None
    has_passed: bool | None
    created_at: int
    updated_at: int
    person_id: int
    person_uuid: str
    person_username: str
    person_first_name: str
    person_last_name: str
    person_email: str | None
    registrar_id: int | None
    registrar_first_name: str | None
    registrar_last_name: str | None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.person_first_name} {self.person_last_name}"


class Seating(msgspec.Struct, frozen=True):
    """What registering did, as ids of people: who got a seat, who waits, and who was in the class already."""

    registered: Sequence[int]
    waiting: Sequence[int]
    already: Sequence[int]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one attendee; UNSET stays, None takes it back."""

    attendee_id: int
    has_attended: bool | None | UnsetType = UNSET
    has_passed: bool | None | UnsetType = UNSET
