"""The data the benchmarks run on: one organisation, always the same."""

import random
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, insert, text

from rollbook.adapters.sql import open_database
from rollbook.app import before_commit
from rollbook.core.access.founding import found_organisation
from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.learning import contents as contents_verbs
from rollbook.core.learning import versions
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import NewContent
from rollbook.core.learning.tables import assignments, contents, courses
from rollbook.core.people import bulk, structure
from rollbook.core.people.bulk_plan import PersonRow
from rollbook.core.people.tables import memberships, people
from rollbook.migrations import migrate

FIRST = ("Ana", "Bojan", "Cvetka", "Drago", "Eva", "Franc", "Gita", "Hana", "Ivan", "Jana", "Karl", "Luka", "Maja")
LAST = ("Novak", "Kovač", "Horvat", "Krajnc", "Zupan", "Potočnik", "Mlakar", "Kos", "Vidmar", "Golob", "Turk", "Božič")
CHUNK = 10_000
COURSES = 50
"""How many courses the assignments are spread over."""
LESSONS, SCHEDULED_PEOPLE = 60, 100
"""So many people have so many schedules each."""
EMPTY_COURSES = 10
"""Courses that nobody is on yet, for enrolling."""


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    people: int
    groups: int
    memberships: int
    assignments: int

    def scaled(self, divisor: int) -> "Size":
        """The same proportions, smaller."""
        return Size(
            self.people // divisor,
            max(2, self.groups // divisor),
            self.memberships // divisor,
            self.assignments // divisor,
        )


FULL = Size(people=100_000, groups=1_000, memberships=300_000, assignments=500_000)


@dataclass(frozen=True)
class Dataset:
    """A filled database and the ways into it."""

    database_url: str
    organisation_id: int
    api_key: str
    client_id: str
    client_secret: str


def person(number: int, size: Size) -> dict[str, Any]:
    """The person with a number, as bulk calls give them."""
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    return {
        "external_id": f"hr-{number:07}",
        "email": f"{first.lower()}.{number}@example.org",
        "first_name": first,
        "last_name": f"{last} {number}",
        "birth_date": f"{1950 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}",
        "group": f"g-{number % size.groups}",
    }


def fill(database_url: str, size: Size) -> Dataset:
    """Make the schema and the data in an empty database."""
    migrate(database_url)
    database = open_database(database_url, before_commit)
    try:
        with database.writing() as work:
            founded = found_organisation(work, "Bench", username="owner", password_hash="-")
            _fill_groups(work, size)
            principal = work.principal
        for start in range(0, size.people, CHUNK):
            with database.writing() as work:
                work.act_as(principal)
                numbers = range(start, min(start + CHUNK, size.people))
                rows = [PersonRow(**person(number, size)) for number in numbers]
                bulk.upsert(work, rows)
        with database.writing() as work:
            work.act_as(principal)
            _fill_memberships(work, size)
        with database.writing() as work:
            work.act_as(principal)
            _fill_learning(work, size)
        with database.writing() as work:
            work.act_as(principal)
            _fill_lessons(work)
        with database.writing() as work:
            work.act_as(principal)
            work.run(_ANALYZE)
    finally:
        database.close()
    organisation_id = founded.organisation.id
    return Dataset(database_url, organisation_id, founded.api_key, founded.client_id, founded.client_secret)


def _fill_groups(work: Work, size: Size) -> None:
    root = structure.get_entry(work, structure.GROUPS, key="external_id", value="root")
    parents = [root.id]
    for number in range(size.groups):
        parent_id = parents[number // 10]
        made = structure.add_entry(
            work, structure.GROUPS, name=f"Group {number}", external_id=f"g-{number}", parent_id=parent_id
        )
        parents.append(made.id)


def _fill_lessons(work: Work) -> None:
    """Published lessons, all of them scheduled for the first people, whose schedules so fill pages.

    All of it is long ago or far ahead, so that no mail is due while the benchmarks run.
    """
    made = []
    for number in range(LESSONS):
        lesson = contents_verbs.create(work, NewContent(title=f"Lesson {number}", duration_min=20))
        draft = versions.draft(work, lesson, [Step(title="Look", text="First."), Step(title="Act", text="Then.")])
        made.append((lesson.id, versions.publish(work, lesson, draft).id))
    shared = {"organisation_id": work.principal.organisation_id, "created_at": work.at, "updated_at": work.at}
    people_ids = [row[0] for row in work.all(_PERSON_IDS)][1 : SCHEDULED_PEOPLE + 1]
    rows = [
        {
            "uuid": new_uuid(),
            "person_id": person_id,
            "content_id": lesson_id,
            "content_version_id": version_id,
            "outcome": "completed" if number % 3 == 0 else "open",
            "start_at": work.at - DAY * (30 + number),
            "due_at": work.at + DAY * (30 if number % 2 else -20),
            "started_at": work.at - DAY * 20 if number % 3 == 0 else None,
            "completed_at": work.at - DAY if number % 3 == 0 else None,
            "completed_via": "player" if number % 3 == 0 else None,
            "progress": 100.0 if number % 3 == 0 else 0.0,
            "status_changed_at": work.at - DAY,
            **shared,
            "created_at": work.at - DAY * (30 + number),
        }
        for person_id in people_ids
        for number, (lesson_id, version_id) in enumerate(made)
    ]
    _insert_all(work, assignments, rows)


_PERSON_IDS = Statement[tuple[Any, ...]](text("SELECT id FROM people ORDER BY id").columns(people.c.id))
_GROUP_IDS = Statement[tuple[Any, ...]](text("SELECT id FROM groups ORDER BY id").columns(people.c.id))
_ANALYZE = Statement[tuple[Any, ...]](text("ANALYZE"))


def _insert_into(table: Table, row: dict[str, Any]) -> Statement[tuple[Any, ...]]:
    return Statement(insert(table).values({name: bindparam(name) for name in row}))


def _insert_all(work: Work, table: Table, rows: list[dict[str, Any]]) -> None:
    work.run_many(_insert_into(table, rows[0]), rows)


def _fill_memberships(work: Work, size: Size) -> None:
    """Beside everyone's unit, more groups at random until the number is reached."""
    chance = random.Random(1)
    persons = [row[0] for row in work.all(_PERSON_IDS)][1:]
    group_ids = [row[0] for row in work.all(_GROUP_IDS)][1:]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < size.memberships - size.people:
        index = chance.randrange(len(persons))
        chosen = chance.randrange(len(group_ids))
        if chosen != index % size.groups:
            pairs.add((persons[index], group_ids[chosen]))
    rows = [{"person_id": p, "group_id": g, "is_primary": False, "joined_at": work.at} for p, g in sorted(pairs)]
    _insert_all(work, memberships, rows)


def _fill_learning(work: Work, size: Size) -> None:
    shared = {"organisation_id": work.principal.organisation_id, "created_at": work.at, "updated_at": work.at}
    made = range(1, COURSES + EMPTY_COURSES + 1)
    content = [{"uuid": new_uuid(), "title": f"Content {n}", "kind": "outline", **shared} for n in made]
    _insert_all(work, contents, content)
    course = [
        {
            "uuid": new_uuid(),
            "external_id": f"c-{n}",
            "title": f"Course {n}",
            "content_id": n,
            "kind": "online",
            "start_date": "2026-01-01",
            **shared,
        }
        for n in made
    ]
    _insert_all(work, courses, course)
    persons = [row[0] for row in work.all(_PERSON_IDS)][1:]
    per_person = size.assignments // size.people
    rows = [
        {
            "uuid": new_uuid(),
            "person_id": person_id,
            "content_id": 1 + (index + turn) % COURSES,
            "course_id": 1 + (index + turn) % COURSES,
            "outcome": "completed" if (index + turn) % 3 == 0 else "open",
            "start_at": work.at - DAY * (index % 300),
            "completed_at": work.at - DAY * (index % 100) if (index + turn) % 3 == 0 else None,
            "progress": 100.0 if (index + turn) % 3 == 0 else 0.0,
            "status_changed_at": work.at - DAY * (index % 300),
            **shared,
        }
        for index, person_id in enumerate(persons)
        for turn in range(per_person)
    ]
    _insert_all(work, assignments, rows)
