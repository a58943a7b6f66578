"""Several at the same moment: nobody is enrolled twice, and nothing is finished twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments, queries
from rollbook.core.learning.records import AssignmentFilter, NewAssignments, Result
from tests.core.learning.conftest import NOON, School

AT_ONCE = 4


def together(school: School, job: Callable[[Work], object]) -> list[object]:
    """What a job gives, or its fault's code, when several do it at once."""
    barrier = Barrier(AT_ONCE)

    def run(_: int) -> object:
        barrier.wait()
        try:
            return school.run(job)
        except Fault as fault:
            return fault.code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_nobody_is_enrolled_twice(school: School) -> None:
    course, content = school.course(), school.content()
    ids = [school.person().id for _ in range(20)]

    def enrol(work: Work) -> int:
        by_course = assignments.assign(work, NewAssignments(person_ids=ids, course=course))
        alone = assignments.assign(work, NewAssignments(person_ids=ids, content_id=content.id))
        return len(by_course.person_ids) + len(alone.person_ids)

    assert sorted(together(school, enrol), key=str) == [0, 0, 0, 40]
    assert (
        school.run(lambda work: queries.list_assignments(work, AssignmentFilter(), limit=1, with_total=True)).total
        == 40
    )


def test_nothing_is_finished_twice(school: School) -> None:
    made = school.enrol(school.person(), school.course(issues_certificate=True))
    answers = together(school, lambda work: assignments.complete(work, made).stage)
    assert sorted(answers, key=str) == [*[FaultCode.CONFLICT] * (AT_ONCE - 1), "certified"]
    assert school.kinds(made).count("assignment.completed") == 1


def test_every_result_counts_once(school: School) -> None:
    person, content = school.person(), school.content()
    made = school.enrol(person, content_id=content.id)
    failed = Result(person.id, content.id, False, 40, 60, NOON)
    answers = together(school, lambda work: assignments.record_results(work, [failed]))
    assert answers == [[made.id]] * AT_ONCE
    found = school.look(made)
    assert (found.attempts, found.time_s) == (AT_ONCE, AT_ONCE * 60)
