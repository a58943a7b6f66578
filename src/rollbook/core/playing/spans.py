"""Watched parts of films: joining them, measuring them, and what they make of a lesson's progress."""

from collections.abc import Iterable, Sequence

from rollbook.core.learning.lesson_records import ContentFile
from rollbook.core.learning.lessons import VIDEO, Step
from rollbook.core.playing.records import Lesson, Span

FORGIVEN_MS = 3000
"""Of a film's length, what need not have been watched: players report in steps, and films end in black."""
FORGIVEN_SHARE = 0.1


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same parts in order, those that touch made one; empty ones are left out."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def length_ms(spans: Iterable[Span]) -> int:
    """How much of a film parts that are joined make."""
    return sum(end - start for start, end in spans)


def added(held: Sequence[Span], more: Iterable[Span], *, most_ms: int) -> list[Span]:
    """The parts with more of them, as far as these add at most so much; what goes beyond is cut off."""
    made = joined(held)
    left = most_ms
    for start, end in joined(more):
        longer = joined([*made, (start, end)])
        gained = length_ms(longer) - length_ms(made)
        if gained > left:
            return joined([*made, *_first_of(made, (start, end), left)])
        made, left = longer, left - gained
    return made


def _first_of(held: Sequence[Span], new: Span, most_ms: int) -> list[Span]:
    """The beginning of a part that is new by so much."""
    found: list[Span] = []
    at, left = new[0], most_ms
    for start, end in [*held, (new[1], new[1])]:
        free = min(start, new[1]) - at
        if free > 0:
            found.append((at, at + min(free, left)))
            left -= min(free, left)
        at = max(at, end)
        if left <= 0 or at >= new[1]:
            break
    return found


def share_of(step: Step, seen: Sequence[Span] | None, film: ContentFile | None) -> float:
    """How much of a step is behind the learner, 0 to 1; ``seen`` None is that it was not opened."""
    if seen is None:
        return 0.0
    if step.kind != VIDEO or film is None or not film.duration_ms:
        return 1.0
    wanted = film.duration_ms - min(FORGIVEN_MS, film.duration_ms * FORGIVEN_SHARE)
    return min(1.0, length_ms(seen) / wanted)


def shares(lesson: Lesson) -> list[float]:
    """How much of each step is behind the learner."""
    return [
        share_of(step, lesson.seen.get(position), lesson.files.get(step.file or ""))
        for position, step in enumerate(lesson.steps)
    ]


def progress(lesson: Lesson, *, is_passed: bool) -> float:
    """A lesson's progress in per cent: each step counts the same, and so do all the questions together."""
    parts = shares(lesson)
    if lesson.questionnaire.questions:
        parts.append(1.0 if is_passed else 0.0)
    if all(part >= 1 for part in parts):
        return 100.0
    return min(99.9, round(100 * sum(parts) / len(parts), 1))
