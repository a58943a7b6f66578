"""Scheduling lessons for one person: several at once, each with a grace period, all or none."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.statements import Lookup, Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments as verbs
from rollbook.core.learning import checks, policy
from rollbook.core.learning.content_queries import list_contents_by_id, list_versions_by_id
from rollbook.core.learning.dates import days_after, local_day, months_after
from rollbook.core.learning.queries import list_assignments_by_id
from rollbook.core.learning.records import (
    DRAFT,
    LESSON,
    OPEN,
    PUBLISHED,
    Assigned,
    Assignment,
    ContentVersion,
    NewAssignments,
)
from rollbook.core.learning.tables import assignments, completion_vouchers
from rollbook.core.learning.tenancy import beside
from rollbook.core.people import settings
from rollbook.core.people.queries import get_organisation
from rollbook.core.people.records import Person
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]
MOST_GRACE = checks.MOST_DAYS
"""The longest grace period, in days."""
MOST_LESSONS = 100
"""How many lessons one call schedules."""
ALREADY_SCHEDULED = "already_scheduled"
"""In a fault's details: the ids of the contents that the person has open already."""


class Grace(msgspec.Struct, frozen=True):
    """How long a person has: so many days or months, the last of which counts whole."""

    count: int
    unit: Literal["days", "months"] = "days"


def due_date(start_at: int, zone: str, grace: Grace) -> str:
    """The date by which something that begins at an instant is due, as the person's own calendar has it."""
    after = months_after if grace.unit == "months" else days_after
    return after(local_day(start_at, zone), grace.count)


def checked_grace(count: int, unit: str) -> Grace:
    """A grace period. Faults: INVALID naming the field."""
    checks.one_of(unit, "grace_unit", ("days", "months"))
    most = checks.MOST_DAYS if unit == "days" else checks.MOST_MONTHS
    checks.whole_number(count, "grace_count", most=most)
    return Grace(count, "months" if unit == "months" else "days")


def schedule(
    work: Work, person: Person, version_ids: Sequence[int], *, start_at: int | None = None, grace: Grace | None = None
) -> list[int]:
    """Assign published lessons to a person; the assignments' ids in the order given. All or none.

    ``start_at`` None is now; ``grace`` None is the organisation's own.
    Faults: FORBIDDEN; MISSING or INVALID; UNKNOWN_REFERENCE for no such version, CONFLICT for one that is not
    published, each naming ``version_ids[3]``; CONFLICT naming ``person_ids[0]`` for someone inactive; DUPLICATE with
    ``details['already_scheduled']`` where one is open for the person already.
    """
    policy.require_learning_write(work.principal)
    versions = _published(work, version_ids)
    begins = work.at if start_at is None else checks.instant(start_at, "start_at")
    grace = grace or Grace(settings.get_settings(work).grace_days)
    due = due_date(begins, person.time_zone or get_organisation(work).time_zone, grace)
    made: list[int] = []
    already: list[int] = []
    for version in versions:
        assigned = verbs.assign(
            work,
            NewAssignments(
                person_ids=[person.id],
                content_id=version.content_id,
                version_id=version.id,
                start_at=begins,
                due_date=due,
            ),
        )
        made += assigned.assignment_ids
        already += [version.content_id] if assigned.already_ids else []
    if already:
        raise Fault(
            FaultCode.DUPLICATE,
            "This person has an open schedule of the lesson already.",
            details={ALREADY_SCHEDULED: already},
        )
    return made


def schedule_people(
    work: Work, content_id: int, person_ids: Sequence[int], *, start_at: int | None = None, due: str | None = None
) -> Assigned:
    """Assign a published lesson to many people; whoever has it open already is left alone.

    ``due`` is a date, and None the organisation's own grace period after the day on which it starts there.
    Faults: FORBIDDEN; CONFLICT for a lesson that is not published; those of :func:`assignments.assign`.
    """
    policy.require_learning_write(work.principal)
    version_id = published_version(work, content_id)
    begins = work.at if start_at is None else checks.instant(start_at, "start_at")
    grace = Grace(settings.get_settings(work).grace_days)
    by = due or due_date(begins, get_organisation(work).time_zone, grace)
    new = NewAssignments(
        person_ids=list(person_ids), content_id=content_id, version_id=version_id, start_at=begins, due_date=by
    )
    return verbs.assign(work, new)


def _published(work: Work, version_ids: Sequence[int]) -> list[ContentVersion]:
    """The versions, which must be those that are published now, of different lessons."""
    if not version_ids:
        raise field_fault(FaultCode.MISSING, "version_ids", "version_ids must name at least one version")
    if len(version_ids) > MOST_LESSONS:
        raise field_fault(FaultCode.INVALID, "version_ids", f"version_ids may name at most {MOST_LESSONS} versions")
    found = list_versions_by_id(work, version_ids)
    contents = list_contents_by_id(work, [version.content_id for version in found.values()])
    for position, version_id in enumerate(version_ids):
        field, version = f"version_ids[{position}]", found.get(version_id)
        if version is None:
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field}: there is no lesson version {version_id}")
        if version.state != PUBLISHED or contents[version.content_id].archived_at is not None:
            message = f"{field}: version {version_id} is not the published one, so it cannot be scheduled"
            raise field_fault(FaultCode.CONFLICT, field, message)
    return [found[version_id] for version_id in dict.fromkeys(version_ids)]


# --- Completion by someone's word ------------------------------------------------------------------------------------

_OPEN_ONES = Rows(
    select(assignments.c.id)
    .where(
        assignments.c.person_id == bindparam("person_id"),
        beside(assignments.c.content_id) == bindparam("content_id"),
        assignments.c.outcome == OPEN,
    )
    .order_by(assignments.c.id.desc())
    .limit(1)
)
_VOUCH = Rows(
    insert(completion_vouchers).values(assignment_id=bindparam("assignment_id"), person_id=bindparam("person_id"))
)
_UNVOUCH = Rows(delete(completion_vouchers).where(completion_vouchers.c.assignment_id == bindparam("assignment_id")))


def complete_manually(work: Work, person: Person, version: ContentVersion, *, at: int, voucher: Person) -> Assignment:
    """Record that a person has completed a lesson at an instant, on someone's word.

    Their open assignment of it is completed; without one, an assignment is made for it.
    Faults: FORBIDDEN; CONFLICT for a version that was never published, or a voucher who is inactive; INVALID naming
    ``completed_at`` when it lies ahead.
    """
    policy.require_learning_write(work.principal)
    if version.state == DRAFT:
        raise field_fault(FaultCode.CONFLICT, "version_id", "version_id must be or have been published")
    if not voucher.is_active:
        raise field_fault(FaultCode.CONFLICT, "voucher_id", "voucher_id must be someone who is active")
    when = checks.instant(at, "completed_at")
    open_id = work.value(_OPEN_ONES, person_id=person.id, content_id=version.content_id)
    if open_id is None:
        new = NewAssignments(
            person_ids=[person.id], content_id=version.content_id, version_id=version.id, start_at=min(when, work.at)
        )
        open_id = verbs.assign(work, new).assignment_ids[0]
    current = list_assignments_by_id(work, [open_id])[open_id]
    done = verbs.complete(work, current, at=when)
    work.run(_UNVOUCH, assignment_id=done.id)
    work.run(_VOUCH, assignment_id=done.id, person_id=voucher.id)
    return done


def published_version(work: Work, content_id: int) -> int:
    """The published version of a lesson. Faults: NOT_FOUND; CONFLICT when none is published."""
    content = list_contents_by_id(work, [content_id]).get(content_id)
    if content is None or content.kind != LESSON:
        raise Fault(FaultCode.NOT_FOUND, "There is no such lesson.")
    if content.version_id is None:
        raise Fault(FaultCode.CONFLICT, "No version of this lesson is published.")
    return content.version_id


class Voucher(msgspec.Struct, frozen=True):
    """Who vouched for a completion."""

    assignment_id: int
    person_id: int
    full_name: str


_VOUCHERS = Lookup[tuple[Any, ...]](
    select(completion_vouchers.c.assignment_id, people.c.id, people.c.first_name, people.c.last_name)
    .join(people, people.c.id == completion_vouchers.c.person_id)
    .where(
        among(completion_vouchers.c.assignment_id, "ids"),
        beside(people.c.organisation_id) == bindparam("organisation_id"),
    )
)


def list_vouchers(work: Work, assignment_ids: Sequence[int]) -> dict[int, Voucher]:
    """Who vouched for which of some assignments, by assignment."""
    if not assignment_ids:
        return {}
    found = work.all(_VOUCHERS, ids=list(assignment_ids), organisation_id=work.principal.organisation_id)
    return {id_: Voucher(id_, person_id, f"{first} {last}".strip()) for id_, person_id, first, last in found}
