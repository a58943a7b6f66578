"""What the demo company teaches, as ``teaching.toml`` says."""

from functools import cache
from pathlib import Path

import msgspec

from rollbook.core.learning.lessons import Option, Question, Questionnaire


class Lesson(msgspec.Struct, frozen=True):
    """A content. ``mark`` is in per cent (none: nothing to pass), ``steps`` are titles and texts.

    ``months`` is how long a certificate of it holds (none: for good). ``questions`` are texts with their options, of
    which the first is right.
    """

    code: str
    title: str
    short: str
    minutes: int
    steps: list[tuple[str, str]]
    mark: float | None = None
    months: int | None = None
    editions: int = 1
    questions: list[tuple[str, list[str]]] = []

    @property
    def questionnaire(self) -> Questionnaire:
        """The questions as a version takes them; shuffled, for the right option stands first in the file."""
        questions = tuple(
            Question(
                id=f"q{number}",
                text=text,
                options=tuple(
                    Option(id=chr(97 + at), text=option, is_right=at == 0) for at, option in enumerate(options)
                ),
            )
            for number, (text, options) in enumerate(self.questions, 1)
        )
        return (
            Questionnaire(questions=questions, is_shuffled=True, shows_answers=True) if questions else Questionnaire()
        )


class Category(msgspec.Struct, frozen=True):
    """A category of courses."""

    code: str
    name: str
    parent: str | None = None


class Offer(msgspec.Struct, frozen=True):
    """A course. ``jobs`` says whom it is for (``*``: everyone), ``every_days`` after how long it is taken again."""

    code: str
    title: str
    category: str
    lesson: str | None = None
    kind: str = "online"
    jobs: list[str] = []
    qualification: str | None = None
    every_days: int | None = None
    source: str = "own"
    is_certified: bool = False
    attempts: int | None = None
    mandatory_min: int | None = None
    access_days: int | None = None
    needs: str | None = None
    parent: str | None = None
    archived_days_ago: int | None = None

    def is_for(self, job: str) -> bool:
        """Whether people with a job take it."""
        return job in self.jobs or "*" in self.jobs


class Rig(msgspec.Struct, frozen=True):
    """A simulator. ``lesson`` is what it completes at ``mark``; scenarios have a code, a name and points."""

    collection: str
    title: str
    jobs: list[str]
    scenarios: list[tuple[str, str, int]]
    lesson: str | None = None
    mark: float | None = None


class Teaching(msgspec.Struct, frozen=True):
    """All of it."""

    lessons: list[Lesson]
    categories: list[Category]
    offers: list[Offer]
    rigs: list[Rig]


@cache
def teaching() -> Teaching:
    """The file, read once."""
    return msgspec.toml.decode(Path(__file__).with_name("teaching.toml").read_bytes(), type=Teaching)
