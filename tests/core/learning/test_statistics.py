"""Counts over the learning record agree with the lists."""

from rollbook.core.kernel.clock import DAY, day_start
from rollbook.core.learning import assignments, queries, statistics
from rollbook.core.learning.records import AssignmentFilter
from rollbook.core.learning.status import Status
from tests.core.learning.conftest import NOON, School


def test_counts_by_status_and_by_course_are_those_of_the_lists(school: School) -> None:
    late, ahead = school.course(end_date="2026-03-01"), school.course(start_date="2026-04-01")
    for _ in range(3):
        school.enrol(school.person(), late)
    done, cancelled = school.enrol(school.person(), late), school.enrol(school.person(), late)
    school.enrol(school.person(), ahead)
    school.run(lambda work: assignments.complete(work, done))
    school.run(lambda work: assignments.cancel(work, cancelled))
    counts = school.run(statistics.count_by_status)
    for status in Status:
        with school.organisation.writing() as work:
            listed = queries.list_assignments(work, AssignmentFilter(status=status.value), limit=1, with_total=True)
        assert counts[status] == listed.total, status
    by_course = school.run(lambda work: statistics.count_by_course(work, [late.id, ahead.id]))
    assert by_course[late.id] == statistics.CourseCount(late.id, assigned=4, completed=1, overdue=3)
    assert by_course[ahead.id] == statistics.CourseCount(ahead.id, assigned=1, completed=0, overdue=0)
    days = school.run(lambda work: statistics.count_completions_by_day(work, NOON - DAY))
    assert days == [(day_start("2026-03-02"), 1)]
