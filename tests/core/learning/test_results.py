"""Results of simulators counted towards assignments."""

from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.learning import assignments
from rollbook.core.learning.records import Result
from tests.core.learning.conftest import NOON, School


def result(person_id: int, content_id: int, *, passed: bool, score: float | None = 50, at: int = NOON) -> Result:
    return Result(person_id, content_id, passed, score, 120, at)


def record(school: School, *results: Result) -> list[int | None]:
    found: list[int | None] = school.run(lambda work: assignments.record_results(work, results))
    return found


def test_a_result_adds_an_attempt_and_a_pass_completes(school: School) -> None:
    person, content = school.person(), school.content()
    made = school.enrol(person, school.course(content_id=content.id, issues_certificate=True))
    assert record(school, result(person.id, content.id, passed=False, score=40)) == [made.id]
    tried = school.look(made)
    assert (tried.stage, tried.attempts, tried.score, tried.time_s) == ("started", 1, 40, 120)
    assert record(school, result(person.id, content.id, passed=True, score=90)) == [made.id]
    done = school.look(made)
    assert (done.stage, done.attempts, done.score, done.time_s, done.progress) == ("certified", 2, 90, 240, 100)
    assert school.kinds(made) == ["assignment.created", "assignment.progressed", "assignment.completed"]
    assert record(school, result(person.id, content.id, passed=True)) == [None]


def test_many_results_count_in_their_order_towards_the_newest_first(school: School) -> None:
    content, people = school.content(), [school.person() for _ in range(2)]
    older = school.enrol(people[0], school.course(content_id=content.id))
    newer = school.enrol(people[0], school.course(content_id=content.id, title="Again"))
    other = school.enrol(people[1], content_id=content.id)
    given = [
        result(people[0].id, content.id, passed=False),
        result(people[1].id, content.id, passed=True),
        result(people[0].id, content.id, passed=True),
        result(people[0].id, content.id, passed=False),
        result(people[0].id, content.id, passed=True),
        result(people[0].id, content.id, passed=True),
        result(people[0].id, 10**9, passed=True),
    ]
    assert record(school, *given) == [newer.id, other.id, newer.id, older.id, older.id, None, None]
    assert [school.look(made).attempts for made in (older, newer, other)] == [2, 2, 1]
    assert {school.look(made).status for made in (older, newer, other)} == {"completed"}


def test_when_it_was_done_lies_between_the_enrolment_and_now(school: School) -> None:
    person, content = school.person(), school.content()
    moments = {NOON - DAY: NOON, NOON + HOUR: NOON + HOUR, NOON + 9 * DAY: NOON + 2 * HOUR}
    for at, expected in moments.items():
        school.time.now = NOON
        made = school.enrol(person, content_id=content.id)
        school.time.now = NOON + 2 * HOUR
        record(school, result(person.id, content.id, passed=True, at=at))
        assert school.look(made).completed_at == expected


def test_a_result_without_a_score_keeps_the_best_there_was(school: School) -> None:
    person, content = school.person(), school.content()
    made = school.enrol(person, content_id=content.id)
    for score in (70, None, 30):
        record(school, result(person.id, content.id, passed=False, score=score))
    assert school.look(made).score == 70


def test_another_organisations_assignments_are_never_reached(school: School, other_organisation: object) -> None:
    person, content = school.person(), school.content()
    made = school.enrol(person, content_id=content.id)
    elsewhere = School(other_organisation, school.time)  # type: ignore[arg-type]
    assert record(elsewhere, result(person.id, content.id, passed=True)) == [None]
    assert school.look(made) == made


def test_no_results_are_no_work(school: School) -> None:
    assert record(school) == []
