"""Watched parts of films: joined, cut to what the clock allows, and counted."""

import pytest

from rollbook.core.learning.lesson_records import ContentFile
from rollbook.core.learning.lessons import Step
from rollbook.core.playing import spans
from rollbook.core.playing.records import Span


def film(duration_ms: int) -> ContentFile:
    return ContentFile(1, "f", "film.mp4", "video/mp4", "k", "0", 1, "ready", duration_ms, 0, 1)


def test_parts_that_touch_become_one() -> None:
    assert spans.joined([(5, 9), (0, 3), (3, 4), (7, 12), (20, 20), (30, 25)]) == [(0, 4), (5, 12)]
    assert spans.length_ms([(0, 4), (5, 12)]) == 11


@pytest.mark.parametrize(
    ("held", "more", "most", "kept"),
    [
        ([], [(0, 100)], 200, [(0, 100)]),
        ([], [(0, 100)], 30, [(0, 30)]),
        ([(0, 50)], [(0, 100)], 30, [(0, 80)]),
        ([(20, 40)], [(0, 100)], 30, [(0, 50)]),
        ([(20, 40)], [(0, 10), (60, 90)], 15, [(0, 10), (20, 40), (60, 65)]),
        ([(0, 100)], [(10, 90)], 0, [(0, 100)]),
        ([], [(0, 100)], 0, []),
    ],
)
def test_what_goes_beyond_the_clock_is_cut_off(held: list[Span], more: list[Span], most: int, kept: list[Span]) -> None:
    assert spans.added(held, more, most_ms=most) == kept


def test_a_film_is_done_when_all_but_its_end_was_watched() -> None:
    step = Step(title="Watch", kind="video", file="f")
    assert spans.share_of(step, None, film(60_000)) == 0
    assert spans.share_of(step, [], film(60_000)) == 0
    assert spans.share_of(step, [(0, 28_500)], film(60_000)) == 0.5
    assert spans.share_of(step, [(0, 57_000)], film(60_000)) == 1
    assert spans.share_of(step, [(0, 4_499)], film(5_000)) < 1
    assert spans.share_of(step, [(0, 4_500)], film(5_000)) == 1


def test_a_step_without_a_film_is_done_when_it_was_opened() -> None:
    assert spans.share_of(Step(title="Read", text="Look first."), None, None) == 0
    assert spans.share_of(Step(title="Read", text="Look first."), [], None) == 1
