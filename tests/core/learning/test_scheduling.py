"""Grace periods by each person's own calendar, schedules that are open already, and completion by someone's word."""

import pytest

from rollbook.core.kernel.clock import DAY, iso, parse_instant
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments, contents, queries, scheduling, versions
from rollbook.core.learning.certificate_queries import find
from rollbook.core.learning.content_queries import find_version, get_content
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import AssignmentFilter, ContentChanges
from rollbook.core.learning.scheduling import Grace
from rollbook.core.people import registration, settings
from rollbook.core.people.records import Person, PersonChanges
from tests.core.learning.conftest import NOON, School


def schedule(school: School, person: Person, *version_ids: int | None, **given: object) -> list[int]:
    ids = [version_id for version_id in version_ids if version_id is not None]
    made: list[int] = school.run(lambda work: scheduling.schedule(work, person, ids, **given))  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("zone", "start", "grace", "due"),
    [
        ("UTC", "2026-01-31T09:00:00Z", Grace(1, "months"), "2026-02-28T23:59:59"),
        ("UTC", "2028-01-31T09:00:00Z", Grace(1, "months"), "2028-02-29T23:59:59"),
        ("UTC", "2026-10-31T09:00:00Z", Grace(4, "months"), "2027-02-28T23:59:59"),
        ("UTC", "2026-08-15T09:00:00Z", Grace(17, "months"), "2028-01-15T23:59:59"),
        ("UTC", "2026-03-02T12:00:00Z", Grace(0), "2026-03-02T23:59:59"),
        (
            "Europe/Ljubljana",
            "2026-03-15T12:00:00Z",
            Grace(14),
            "2026-03-29T21:59:59",
        ),  # the night the clocks go forward
        ("Europe/Ljubljana", "2026-10-11T12:00:00Z", Grace(14), "2026-10-25T22:59:59"),  # the night they go back
        ("Australia/Lord_Howe", "2026-09-20T00:00:00Z", Grace(14), "2026-10-04T12:59:59"),  # forward by half an hour
        ("America/New_York", "2026-10-18T12:00:00Z", Grace(14), "2026-11-02T04:59:59"),  # the night they go back
        ("Australia/Perth", "2026-03-02T20:00:00Z", Grace(14), "2026-03-17T15:59:59"),  # 3 March there already
        ("America/New_York", "2026-03-03T02:00:00Z", Grace(14), "2026-03-17T03:59:59"),  # 2 March there still
    ],
)
def test_a_lesson_is_due_at_the_end_of_the_persons_own_day(
    school: School, zone: str, start: str, grace: Grace, due: str
) -> None:
    person, lesson = school.person(time_zone=zone), school.content()
    made = schedule(school, person, lesson.version_id, start_at=parse_instant(start, "start"), grace=grace)
    found = school.look(made[0])
    assert found.due_at is not None
    assert iso(found.due_at)[:19] == due
    assert iso(found.start_at)[:19] == start[:19]


def test_without_a_grace_period_the_organisations_own_holds(school: School) -> None:
    school.run(lambda work: settings.change_settings(work, settings.SettingsChanges(grace_days=30)))
    found = school.look(schedule(school, school.person(), school.content().version_id)[0])
    assert found.due_at is not None
    assert iso(found.due_at)[:19] == "2026-04-01T23:59:59"
    assert found.status == "due"


def test_a_schedule_that_is_open_already_refuses_all_of_them(school: School) -> None:
    person, first, second = school.person(), school.content(), school.content()
    schedule(school, person, first.version_id)
    with pytest.raises(Fault) as refused:
        schedule(school, person, second.version_id, first.version_id)
    assert refused.value.code is FaultCode.DUPLICATE
    assert refused.value.details == {scheduling.ALREADY_SCHEDULED: [first.id]}

    def count(work: Work) -> int | None:
        return queries.list_assignments(work, AssignmentFilter(person_id=person.id), limit=10, with_total=True).total

    assert school.run(count) == 1


def test_only_the_published_version_can_be_scheduled(school: School) -> None:
    person, lesson = school.person(), school.content()
    old = lesson.version_id

    def publish_another(work: Work) -> None:
        content = get_content(work, key="id", value=lesson.id)
        versions.publish(work, content, versions.draft(work, content, [Step(title="New")]))

    school.run(publish_another)
    with pytest.raises(Fault) as refused:
        schedule(school, person, old)
    assert (refused.value.code, list(refused.value.fields)) == (FaultCode.CONFLICT, ["version_ids[0]"])
    with pytest.raises(Fault) as refused:
        schedule(school, person, 10**9)
    assert (refused.value.code, list(refused.value.fields)) == (FaultCode.UNKNOWN_REFERENCE, ["version_ids[0]"])


def test_a_word_completes_what_is_open_or_makes_what_was_done(school: School) -> None:
    person, voucher, lesson = school.person(), school.person(first_name="Ana", last_name="Novak"), school.content()
    open_id = schedule(school, person, lesson.version_id)[0]

    def complete(work: Work, at: int) -> int:
        version = find_version(work, lesson.version_id or 0)
        assert version is not None
        return scheduling.complete_manually(work, person, version, at=at, voucher=voucher).id

    assert school.run(lambda work: complete(work, NOON - DAY)) == open_id
    second = school.run(lambda work: complete(work, NOON - 90 * DAY))
    assert second != open_id
    for done_id, at in ((open_id, NOON - DAY), (second, NOON - 90 * DAY)):
        found = school.look(done_id)
        assert (found.outcome, found.completed_at, found.progress) == ("completed", at, 100.0)
    vouchers = school.run(lambda work: scheduling.list_vouchers(work, [open_id, second]))
    assert {one.full_name for one in vouchers.values()} == {"Ana Novak"}
    with pytest.raises(Fault) as refused:
        school.run(lambda work: complete(work, NOON + DAY))
    assert list(refused.value.fields) == ["completed_at"]


def test_someone_inactive_vouches_for_nobody(school: School) -> None:
    person, voucher, lesson = school.person(), school.person(), school.content()
    gone = school.run(lambda work: registration.change(work, voucher, PersonChanges(is_active=False)))

    def complete(work: Work) -> None:
        version = find_version(work, lesson.version_id or 0)
        assert version is not None
        scheduling.complete_manually(work, person, version, at=NOON, voucher=gone)

    with pytest.raises(Fault) as refused:
        school.run(complete)
    assert (refused.value.code, list(refused.value.fields)) == (FaultCode.CONFLICT, ["voucher_id"])


def test_a_lesson_without_a_course_issues_a_certificate_for_as_many_months_as_it_says(school: School) -> None:
    person, lesson = school.person(), school.content()
    school.run(
        lambda work: contents.change(work, lesson, ContentChanges(issues_certificate=True, certificate_months=12))
    )
    assigned = school.enrol(person, content_id=lesson.id)
    done = school.run(lambda work: assignments.complete(work, assigned, at=NOON))
    assert done.stage == "certified"
    certificate = school.run(lambda work: find(work, done.certificate_number or ""))
    assert iso(certificate.expires_at)[:19] == "2027-03-02T12:00:00"
