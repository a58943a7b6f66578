"""What stands before anything happens: the structure, what is taught, the simulators."""

from random import Random

from rollbook.core.kernel.clock import DAY, to_datetime
from rollbook.core.kernel.work import Work
from rollbook.core.learning import contents, courses, versions
from rollbook.core.learning.content_queries import get_content
from rollbook.core.learning.course_queries import CATEGORIES, get_course
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import Course, NewContent, NewCourse
from rollbook.core.people import organisations, structure
from rollbook.core.people.structure import Catalogue
from rollbook.core.simulation import catalogue
from rollbook.demo import places
from rollbook.demo.lessons import Lesson, Offer, teaching

FIRST_LESSON = "C-IND"
"""What everyone learns before anything else."""


def furnish(work: Work) -> None:
    """Units, towns, jobs and qualifications."""
    organisations.change(work, name=places.ORGANISATION, language="en", time_zone=places.TIME_ZONE)
    groups = _Tree(work, structure.GROUPS)
    for unit in places.UNITS:
        groups.add(unit.code, unit.name, unit.parent)
    qualifications = _Tree(work, structure.QUALIFICATIONS)
    for code, name, parent in places.QUALIFICATIONS:
        qualifications.add(code, name, parent)
    for code, (name, _, _) in places.LOCATIONS.items():
        structure.add_entry(work, structure.LOCATIONS, name=name, external_id=code)
    for code, name in places.JOBS.items():
        structure.add_entry(work, structure.WORKPLACES, name=name, external_id=code)


class _Tree:
    """Entries that are made below others, by their codes."""

    def __init__(self, work: Work, catalogue: Catalogue) -> None:
        self._work = work
        self._catalogue = catalogue
        self._ids = {entry.external_id: entry.id for entry in structure.list_entries(work, catalogue)}

    def add(self, code: str, name: str, parent: str | None) -> None:
        parent_id = self._ids[parent] if parent else None
        made = structure.add_entry(self._work, self._catalogue, name=name, external_id=code, parent_id=parent_id)
        self._ids[code] = made.id


def publish(work: Work, lesson: Lesson, edition: int) -> None:
    """Make a lesson with its first edition, or put a later one before the learners."""
    if edition == 1:
        contents.create(
            work,
            NewContent(
                title=lesson.title,
                external_id=lesson.code,
                short_description=lesson.short,
                description=" ".join([lesson.short, *(text for _, text in lesson.steps)]),
                duration_min=lesson.minutes,
                certificate_months=lesson.months,
                requirements=None if lesson.code == FIRST_LESSON else "The site safety induction.",
                goals=f"To do without thinking what the {len(lesson.steps)} steps say.",
                target_audience="Everyone who does this work, and those who lead them.",
                is_public=lesson.mark is None,
            ),
        )
    content = get_content(work, key="external_id", value=lesson.code)
    shown = lesson.steps[: max(2, len(lesson.steps) - lesson.editions + edition)]
    each_s = lesson.minutes * 60 // len(shown)
    steps = [Step(title=title, text=text, duration_s=each_s) for title, text in shown]
    versions.publish(work, content, versions.draft(work, content, steps, lesson.mark, lesson.questionnaire))


def begin_drafts(work: Work, lesson: Lesson) -> None:
    """An edition and a content that are still being written."""
    content = get_content(work, key="external_id", value=lesson.code)
    steps = [Step(title=title, text=text) for title, text in lesson.steps]
    versions.draft(work, content, [*steps, Step(title="What we learnt last year", text="To be written.")], lesson.mark)
    planned = contents.create(work, NewContent(title="Working near water", external_id="C-WAT", duration_min=40))
    versions.draft(work, planned, [Step(title="Before you go near", text="To be written.")], None)


def categorise(work: Work) -> None:
    """The categories of courses."""
    tree = _Tree(work, CATEGORIES)
    for category in teaching().categories:
        tree.add(category.code, category.name, category.parent)


def offer(work: Work, random: Random, given: Offer, instructors: list[int], days: int) -> Course:
    """Make a course, open from the day on; ``days`` is how long ago that is."""
    ends_in = days - given.archived_days_ago if given.archived_days_ago is not None else None
    return courses.create(
        work,
        NewCourse(
            title=given.title,
            external_id=given.code,
            content_id=get_content(work, key="external_id", value=given.lesson).id if given.lesson else None,
            category_id=structure.id_of(work, CATEGORIES, given.category, "category_id"),
            qualification_id=structure.id_of(work, structure.QUALIFICATIONS, given.qualification, "qualification_id"),
            instructor_id=random.choice(instructors) if given.kind != "online" else None,
            parent_id=get_course(work, key="external_id", value=given.parent).id if given.parent else None,
            prerequisite_content_id=_content_id(work, given.needs),
            kind=given.kind,
            source=given.source,
            start_date=_day(work.at),
            end_date=_day(work.at + ends_in * DAY) if ends_in is not None else None,
            has_final_assessment=given.attempts is not None,
            shows_questions_at_end=given.attempts is not None,
            issues_certificate=given.is_certified,
            attempts_allowed=given.attempts,
            mandatory_min=given.mandatory_min,
            access_days=given.access_days,
        ),
    )


def _day(instant: int) -> str:
    return to_datetime(instant).date().isoformat()


def _content_id(work: Work, code: str | None) -> int | None:
    return get_content(work, key="external_id", value=code).id if code else None


def install_rigs(work: Work) -> None:
    """Collections, simulators and scenarios."""
    titles = dict.fromkeys(rig.collection for rig in teaching().rigs)
    collections = {title: catalogue.add_collection(work, title).id for title in titles}
    for rig in teaching().rigs:
        simulator = catalogue.add_simulator(
            work, rig.title, collection=collections[rig.collection], content=rig.lesson, pass_percent=rig.mark
        )
        for code, name, points in rig.scenarios:
            catalogue.add_scenario(work, code, simulator=simulator.id, name=name, max_points=points)
