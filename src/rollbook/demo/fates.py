"""Who is put on which course when, and what comes of it: drawn beforehand, played by ``year.py``."""

from random import Random
from typing import Literal, NamedTuple

from rollbook.demo.lessons import Lesson, Offer, teaching
from rollbook.demo.staff import Member

Ending = Literal["finished", "stalled", "never", "cancelled", "credited"]
ENDINGS: tuple[tuple[Ending, float], ...] = (
    ("cancelled", 0.03),
    ("credited", 0.04),
    ("never", 0.025),
    ("stalled", 0.03),
    ("finished", 0.875),
)
SPREAD = 340
"""Over how many days those who are there from the beginning are put on their courses."""
REASONS = ("left_project", "duplicate", "changed_job", "entered_by_mistake")


class Enrolment(NamedTuple):
    """Someone put on a course, or on a lesson alone where ``offer`` is None. Days are before the year's end."""

    member: Member
    offer: Offer | None
    lesson: str
    day: int
    due_in: int
    fate: "Fate"
    starts_in: int = 0


class Fate(NamedTuple):
    """What comes of an enrolment. ``tries`` are (day, is passed, score); ``steps`` (day, per cent so far)."""

    ending: Ending
    tries: tuple[tuple[int, bool, float | None], ...] = ()
    steps: tuple[tuple[int, float], ...] = ()
    day: int = 0
    reason: str = ""


def enrolments(random: Random, members: list[Member], days: int) -> list[Enrolment]:
    """Everything that anyone is put on in the year."""
    lessons = {lesson.code: lesson for lesson in teaching().lessons}
    planned: list[Enrolment] = []
    for member in members:
        for offer in teaching().offers:
            if offer.lesson is not None and offer.is_for(member.job):
                planned += _of(random, member, offer, lessons[offer.lesson], days)
    return planned + _classes_ahead(random, members)


def _classes_ahead(random: Random, members: list[Member]) -> list[Enrolment]:
    """Who is put on the coming weeks' classes on the last day of enrolment."""
    there = [member for member in members if member.leaves is None and member.joins < -30]
    chosen = random.sample(there, len(there) // 7)
    day, lessons = monday_after(-7), ("C-AID", "C-RES", "C-DRV", "C-WRD")
    return [
        Enrolment(member, None, lessons[at % 4], day, 45, Fate("never"), starts_in=10 + 4 * (at % 4))
        for at, member in enumerate(chosen)
    ]


def _of(random: Random, member: Member, offer: Offer, lesson: Lesson, days: int) -> list[Enrolment]:
    """The enrolment in a course, and in its lesson again when that is due."""
    is_new = member.joins > -days
    day = member.joins + (random.randrange(2, 30) if is_new else random.randrange(1, SPREAD))
    if offer.archived_days_ago is not None:
        day = -days + random.randrange(5, 40)
        if is_new or day > -offer.archived_days_ago - 60:
            return []
    day = monday_after(day)
    end = member.leaves if member.leaves is not None else 0
    found: list[Enrolment] = []
    chosen: Offer | None = offer
    while day < end:
        found.append(
            Enrolment(
                member, chosen, lesson.code, day, 45 if offer.kind == "live" else 30, _fate(random, member, lesson, day)
            )
        )
        if offer.every_days is None:
            break
        chosen, day = None, monday_after(day + offer.every_days)
    return found


def monday_after(day: int) -> int:
    """The next day on which people are put on courses: every seventh, counted from the end."""
    return day + (-day - 3) % 7


def _fate(random: Random, member: Member, lesson: Lesson, day: int) -> Fate:
    ending = _drawn(random)
    waits = 1 + int(random.expovariate(1 / (4 + 18 * (1 - member.diligence))))
    begins = day + min(waits, 70)
    match ending:
        case "cancelled":
            return Fate(ending, day=day + random.randrange(2, 20), reason=random.choice(REASONS))
        case "credited":
            return Fate(ending, day=day + random.randrange(1, 10))
        case "never":
            return Fate(ending)
        case "stalled":
            return Fate(ending, steps=((begins, float(random.choice((10, 25, 40, 60, 75)))),))
        case "finished":
            steps = ((begins, float(random.choice((20, 35, 50, 80)))),) if random.random() < 0.15 else ()
            return Fate(ending, _tries(random, member, lesson, begins + random.randrange(0, 6)), steps)


def _drawn(random: Random) -> Ending:
    left = random.random()
    for ending, part in ENDINGS:
        if left < part:
            return ending
        left -= part
    return "finished"


def _tries(random: Random, member: Member, lesson: Lesson, day: int) -> tuple[tuple[int, bool, float | None], ...]:
    """Attempts until one is passed; two at most fail."""
    if lesson.mark is None:
        return ((day, True, None),)
    tries: list[tuple[int, bool, float | None]] = []
    while True:
        score = min(100.0, max(30.0, round(random.gauss(76 + 18 * member.diligence + 4 * len(tries), 7), 0)))
        is_passed = score >= lesson.mark or len(tries) == 2
        tries.append((day, is_passed, max(score, lesson.mark) if is_passed else score))
        if is_passed:
            return tuple(tries)
        day += random.randrange(1, 5)
