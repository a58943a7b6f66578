"""What a lesson is made of: its steps in order and the questions about them, as each version stores them."""

from collections.abc import Mapping, Sequence

import msgspec

TEXT, LINK, FILE, VIDEO, IMAGE, PDF, HTML = "text", "link", "file", "video", "image", "pdf", "html"
STEP_KINDS = (TEXT, LINK, FILE, VIDEO, IMAGE, PDF, HTML)
MEDIA_KINDS = (FILE, VIDEO, IMAGE, PDF, HTML)
"""The kinds of step that show a file of the version."""
SINGLE, MULTIPLE, WRITTEN = "single", "multiple", "text"
QUESTION_KINDS = (SINGLE, MULTIPLE, WRITTEN)
MODULE_EVOLUTION, VIDEO_EVOLUTION = "module", "video"


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a content version. ``file`` is the uuid of a file attached to the version.

    ``duration_s`` is how long it plays or takes to read, in seconds.
    """

    title: str
    kind: str = TEXT
    text: str | None = None
    url: str | None = None
    file: str | None = None
    duration_s: int | None = None


class Option(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer that a single or multiple question offers."""

    id: str
    text: str
    is_right: bool = False


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question. ``accepted`` are the right answers to a written one, compared without case and outer blanks.

    A written question without ``accepted`` is right whatever is answered. ``points`` is its weight in the score.
    """

    id: str
    text: str
    kind: str = SINGLE
    options: tuple[Option, ...] = ()
    accepted: tuple[str, ...] = ()
    points: int = 1
    explanation: str | None = None


class Questionnaire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The questions of a version. ``attempts_allowed`` None is no limit; the pass rate is the version's own.

    ``is_shuffled``: questions and options come in an order that each attempt draws anew.
    """

    questions: tuple[Question, ...] = ()
    attempts_allowed: int | None = None
    is_shuffled: bool = False
    shows_answers: bool = False
    """Whether learners are told afterwards what would have been right."""


def evolution_of(steps: Sequence[Step]) -> str:
    """A lesson of one film is a video lesson; every other one is a module."""
    return VIDEO_EVOLUTION if [step.kind for step in steps] == [VIDEO] else MODULE_EVOLUTION


def duration_ms_of(steps: Sequence[Step], films_ms: Mapping[str, int]) -> int:
    """How long the steps take, as far as somebody has said; a film takes as long as it plays, by its file's uuid."""
    return sum(
        films_ms.get(step.file or "", 0) if step.duration_s is None else 1000 * step.duration_s for step in steps
    )
