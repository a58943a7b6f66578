"""What is known of playing a lesson. Positions and spans are milliseconds of a film, times are seconds."""

from collections.abc import Mapping, Sequence

import msgspec

from rollbook.core.learning.lesson_records import ContentFile
from rollbook.core.learning.lessons import Question, Questionnaire, Step
from rollbook.core.learning.records import Assignment, ContentVersion

Span = tuple[int, int]
"""A part of a film, from one moment up to another."""
Seen = dict[int, list[Span]]
"""By the position of a step that was opened, the parts of its film that were watched; none where it has no film."""


class Play(msgspec.Struct, frozen=True):
    """Where a learner is: the step, the position in its film, and what they have seen."""

    assignment_id: int
    version_id: int
    step: int
    position_ms: int
    seen: str | None
    saves: int
    untold_s: int
    updated_at: int


class Answered(msgspec.Struct, frozen=True):
    """A question as it was asked in an attempt, what was answered and what would have been right, in words."""

    id: str
    text: str
    kind: str
    points: int
    given: tuple[str, ...]
    right: tuple[str, ...]
    is_right: bool


class Attempt(msgspec.Struct, frozen=True):
    """One go at the questions. ``score`` is per cent; ``answers`` is the JSON list of :class:`Answered`."""

    number: int
    version_id: int
    answers: str | None
    score: float
    is_passed: bool
    submitted_at: int


class Lesson(msgspec.Struct, frozen=True):
    """A lesson opened for one assignment. ``files`` are by uuid; ``attempts`` are those of this version, oldest first.

    ``attempts_left`` None is no limit.
    """

    assignment: Assignment
    version: ContentVersion
    steps: Sequence[Step]
    files: Mapping[str, ContentFile]
    questionnaire: Questionnaire
    play: Play | None
    seen: Seen
    attempts: Sequence[Attempt]
    attempts_left: int | None

    @property
    def is_passed(self) -> bool:
        """Whether the questions are behind the learner; so are those that do not exist."""
        return not self.questionnaire.questions or any(attempt.is_passed for attempt in self.attempts)


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What a player reports. ``number`` counts its saves on from the last that was answered, so that one that is sent
    twice counts once. ``time_s`` is the time since then; ``is_last``: the player is being closed."""

    version_id: int
    number: int
    step: int
    position_ms: int = 0
    seen: Seen = msgspec.field(default_factory=dict)
    time_s: int = 0
    is_last: bool = False


class Paper(msgspec.Struct, frozen=True):
    """The questions of the next attempt, in the order in which it asks them."""

    number: int
    attempts_left: int | None
    questions: Sequence[Question]


class Marked(msgspec.Struct, frozen=True):
    """What came of an attempt. ``is_told``: the learner is shown which answers were right."""

    attempt: Attempt
    answers: Sequence[Answered]
    lesson: Lesson
    is_told: bool
