"""What the player's page is told, and what it reports. Positions are milliseconds, times seconds."""

import msgspec

Spans = list[tuple[int, int]]


class FileOut(msgspec.Struct, kw_only=True):
    """A file of a step, at an address of its own."""

    name: str
    media_type: str
    size: int
    duration_ms: int
    href: str


class StepOut(msgspec.Struct, kw_only=True):
    """A step. ``seen`` is null until it is opened; of a film it has the parts that were watched."""

    title: str
    kind: str
    text: str | None
    url: str | None
    file: FileOut | None
    seen: Spans | None
    is_done: bool


class QuestionsOut(msgspec.Struct, kw_only=True):
    """How it stands with the questions; ``attempts_left`` null is no limit."""

    count: int
    pass_percent: float | None
    attempts_left: int | None
    is_passed: bool
    last_score: float | None


class Standing(msgspec.Struct, kw_only=True):
    """How far the learner has come. ``certificate`` is the address of the certificate's page."""

    saves: int
    progress: float
    score: float | None
    is_open: bool
    done: list[bool]
    certificate: str | None
    questions: QuestionsOut | None


class LessonOut(msgspec.Struct, kw_only=True):
    """A lesson and where its learner is."""

    id: int
    version: int
    title: str
    organisation: str
    person: str
    step: int
    position_ms: int
    steps: list[StepOut]
    standing: Standing


class SavedIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What was played since the last save."""

    version: int
    number: int
    step: int
    position_ms: int = 0
    seen: dict[int, Spans] = {}
    time_s: int = 0
    is_last: bool = False


class OptionOut(msgspec.Struct, kw_only=True):
    """An answer to choose."""

    id: str
    text: str


class QuestionOut(msgspec.Struct, kw_only=True):
    """A question, without what would be right."""

    id: str
    text: str
    kind: str
    points: int
    options: list[OptionOut]


class PaperOut(msgspec.Struct, kw_only=True):
    """The questions of the next attempt."""

    number: int
    attempts_left: int | None
    questions: list[QuestionOut]


class AnswersIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Answers by question: ids of options, or one text."""

    version: int
    number: int
    answers: dict[str, list[str]]


class AnsweredOut(msgspec.Struct, kw_only=True):
    """A question as it was answered."""

    id: str
    text: str
    given: list[str]
    right: list[str]
    is_right: bool
    explanation: str | None


class MarkedOut(msgspec.Struct, kw_only=True):
    """What came of an attempt; ``answers`` is null where learners are not told."""

    number: int
    score: float
    is_passed: bool
    answers: list[AnsweredOut] | None
    standing: Standing
