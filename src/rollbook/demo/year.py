"""A year of the demo company, day by day: people join and leave, learn, practise and are certified."""

from collections import defaultdict
from collections.abc import Callable

from rollbook.core.kernel.clock import SECOND, to_datetime
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments, courses
from rollbook.core.learning.assignments import assign, record_results
from rollbook.core.learning.queries import get_assignment
from rollbook.core.learning.records import Assignment, Course, NewAssignments, Progress, Result
from rollbook.core.people import bulk, membership, structure
from rollbook.core.people.inactivation import inactivate_many
from rollbook.core.people.queries import get_person
from rollbook.core.simulation.activities import ingest
from rollbook.demo.fates import Enrolment, monday_after
from rollbook.demo.lessons import teaching
from rollbook.demo.staff import Member
from rollbook.demo.stage import DAYS, Stage
from rollbook.demo.training import Hall

Callers = dict[str, Principal]
"""Who acts: ``hr`` and ``admin`` at the console, ``sync`` and ``player`` as programs, ``simulators``."""

LIVE_AHEAD = 10
"""Days before a class at which people are put on it: those of the last weeks still lie ahead."""


class Year:
    """The year's plan, and the way through it."""

    def __init__(
        self, stage: Stage, members: list[Member], taught: dict[str, Course], lessons: dict[str, int], callers: Callers
    ) -> None:
        self._stage = stage
        self._members = members
        self._courses = taught
        self._lessons = lessons
        self._callers = callers
        self._hall = Hall(stage.random, members)
        self._enrolments: dict[int, list[Enrolment]] = defaultdict(list)
        self._results: dict[int, list[tuple[Enrolment, bool, float | None]]] = defaultdict(list)
        self._steps: dict[int, list[tuple[Enrolment, float]]] = defaultdict(list)
        self._endings: dict[int, list[Enrolment]] = defaultdict(list)
        self._assigned: dict[int, int] = {}
        """Assignments' ids, by the identity of the enrolment."""

    def plan(self, planned: list[Enrolment]) -> None:
        """Put enrolments, and what comes of them, into the calendar."""
        for enrolment in planned:
            self._enrolments[enrolment.day].append(enrolment)
            for day, is_passed, score in enrolment.fate.tries:
                self._results[day].append((enrolment, is_passed, score))
            for day, per_cent in enrolment.fate.steps:
                self._steps[day].append((enrolment, per_cent))
            if enrolment.fate.ending in ("cancelled", "credited"):
                self._endings[enrolment.fate.day].append(enrolment)

    def play(self, told: Callable[[int, int], None], deliver: Callable[[int], None]) -> None:
        """Live through it. ``deliver`` sends a day's webhooks."""
        for day in range(-DAYS, 0):
            self._people(day)
            if monday_after(day) == day:
                self._enrol(day)
            self._learn(day)
            self._decide(day)
            deliver(day)
            told(day + DAYS + 1, DAYS)

    def _at(self, day: int, second: int) -> int:
        return self._stage.instant(day, second)

    def _people(self, day: int) -> None:
        """The HR system's synchronisation at night, and who leaves."""
        if day > -DAYS:
            synchronise(self._stage, self._members, day, self._callers["sync"])
        leaving = [self._stage.people[member.code] for member in self._members if member.leaves == day]
        if leaving:
            with self._stage.at(self._at(day, 15 * 3600 + 60), self._callers["hr"]) as work:
                inactivate_many(work, leaving)

    def _enrol(self, day: int) -> None:
        due = self._enrolments.get(day)
        if not due:
            return
        batches: dict[tuple[str | None, str, int], list[Enrolment]] = defaultdict(list)
        for one in due:
            batches[one.offer.code if one.offer else None, one.lesson, one.starts_in].append(one)
        with self._stage.at(self._at(day, 7 * 3600 + 900), self._callers["hr"]) as work:
            for enrolled in batches.values():
                self._assign(work, day, enrolled)

    def _assign(self, work: Work, day: int, enrolled: list[Enrolment]) -> None:
        """One course, or one lesson, for all who are put on it that day. Classes begin later."""
        first = enrolled[0]
        course = self._courses[first.offer.code] if first.offer else None
        begins_in = LIVE_AHEAD if course is not None and course.kind == "live" else first.starts_in
        due = to_datetime(self._at(day + first.due_in, 12 * 3600)).date().isoformat()
        by_person = {self._stage.people[enrolment.member.code]: enrolment for enrolment in enrolled}
        done = assign(
            work,
            NewAssignments(
                person_ids=list(by_person),
                course=course,
                content_id=self._lessons[first.lesson] if course is None else None,
                start_at=self._at(day + begins_in, 7 * 3600) if begins_in else None,
                due_date=due,
            ),
        )
        for person_id, assignment_id in zip(done.person_ids, done.assignment_ids, strict=True):
            self._assigned[id(by_person[person_id])] = assignment_id

    def _learn(self, day: int) -> None:
        """Progress, results and simulator runs, as programs send them: in turn, each for two days at once."""
        days = (day - 1, day)
        if day % 2 == 0:
            self._study(days)
            return
        runs = []
        for each in days:
            midnight = self._at(each, 0)
            date = to_datetime(midnight)
            runs += self._hall.day(each, date.weekday(), date.month, midnight)
        if runs:
            with self._stage.at(self._at(day, 15 * 3600 + 300), self._callers["simulators"]) as work:
                ingest(work, runs, is_atomic=True)

    def _study(self, days: tuple[int, int]) -> None:
        results = [
            found
            for day in days
            for enrolment, is_passed, score in self._results.get(day, [])
            if (found := self._result(day, enrolment, is_passed, score))
        ]
        steps = [(day, *step) for day in days for step in self._steps.get(day, [])]
        if not results and not steps:
            return
        with self._stage.at(self._at(days[1], 15 * 3600), self._callers["player"]) as work:
            for day, enrolment, per_cent in steps:
                self._step(work, day, enrolment, per_cent)
            if results:
                record_results(work, results)

    def _result(self, day: int, enrolment: Enrolment, is_passed: bool, score: float | None) -> Result | None:
        if id(enrolment) not in self._assigned or not _is_there(enrolment.member, day):
            return None
        person_id = self._stage.people[enrolment.member.code]
        time_s = 60 * self._stage.random.randrange(15, 70)
        at = self._stage.moment(day)
        return Result(person_id, self._lessons[enrolment.lesson], is_passed, score, time_s, at)

    def _step(self, work: Work, day: int, enrolment: Enrolment, per_cent: float) -> None:
        """Some progress, where the course lets them: not before a class, nor without what it requires."""
        found = self._find(work, day, enrolment)
        if found is None:
            return
        evening, work.at = work.at, self._stage.moment(day)
        try:
            assignments.record_progress(work, found, Progress(progress=per_cent, time_s=round(per_cent * 30)))
        except Fault:
            return
        finally:
            work.at = evening

    def _decide(self, day: int) -> None:
        """What managers decide: taken back, or recognised without being taken; and courses that are closed."""
        closing = [offer for offer in teaching().offers if offer.archived_days_ago == -day]
        endings = self._endings.get(day, [])
        if not endings and not closing:
            return
        with self._stage.at(self._at(day, 15 * 3600 + 600), self._callers["hr"]) as work:
            for enrolment in endings:
                if (found := self._find(work, day, enrolment)) is None:
                    continue
                if enrolment.fate.ending == "cancelled":
                    assignments.cancel(work, found, enrolment.fate.reason)
                else:
                    assignments.credit(work, found, at=work.at - 3600 * SECOND)
            for offer in closing:
                courses.archive(work, self._courses[offer.code])

    def _find(self, work: Work, day: int, enrolment: Enrolment) -> Assignment | None:
        """The assignment, when it is still open."""
        assignment_id = self._assigned.get(id(enrolment))
        if assignment_id is None or not _is_there(enrolment.member, day):
            return None
        found = get_assignment(work, key="id", value=assignment_id)
        return found if found.outcome == "open" else None


def _is_there(member: Member, day: int) -> bool:
    return member.leaves is None or day < member.leaves


def synchronise(stage: Stage, members: list[Member], day: int, caller: Principal) -> None:
    """Bring in who joins on a day."""
    joining = [member for member in members if member.joins == day]
    if not joining:
        return
    with stage.at(stage.instant(day, 2 * 3600), caller) as work:
        outcomes = bulk.upsert(work, [member.row() for member in joining])
        for member, outcome in zip(joining, outcomes, strict=True):
            stage.people[member.code] = int(outcome.person_id or 0)
        _give_groups(work, joining, stage.people)


def _give_groups(work: Work, joining: list[Member], ids: dict[str, int]) -> None:
    """Let managers lead their groups."""
    for member in joining:
        for code in member.leads:
            group = structure.get_entry(work, structure.GROUPS, key="external_id", value=code)
            membership.lead(work, group, get_person(work, ids[member.code]))
