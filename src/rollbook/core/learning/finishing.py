"""What finishing brings: the outcome, the qualification that the course leads to, a certificate where it gives one.

Any number at once. Callers decide who may, lock the assignments, and record what happened to them.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Update, bindparam, case, func, literal_column, select, update

from rollbook.core.kernel.statements import Statement, Store, among, given_rows, insert_or_update
from rollbook.core.kernel.work import Work
from rollbook.core.learning import certificates
from rollbook.core.learning.dates import months_later
from rollbook.core.learning.records import COMPLETED
from rollbook.core.learning.tables import assignments, contents, courses
from rollbook.core.people.tables import people, person_qualifications, qualifications

Rows = Statement[tuple[Any, ...]]


def _finish(store: Store) -> Update:
    own = assignments.c
    given = given_rows(store, "rows", own.id, own.completed_at)
    at, outcome = bindparam("at", type_=own.updated_at.type), bindparam("outcome", type_=own.outcome.type)
    via = bindparam("via", type_=own.completed_via.type)
    return (
        update(assignments)
        .where(own.id == given.c.id)
        .values(
            outcome=outcome,
            completed_at=given.c.completed_at,
            completed_via=via,
            started_at=case(
                (outcome == COMPLETED, func.coalesce(own.started_at, given.c.completed_at)), else_=own.started_at
            ),
            progress=case((outcome == COMPLETED, literal_column("100.0")), else_=own.progress),
            status_changed_at=at,
            updated_at=at,
        )
    )


class _Reward(msgspec.Struct, frozen=True):
    assignment_id: int
    person_id: int
    person_uuid: str
    qualification_id: int | None
    qualification_name: str | None
    issues_certificate: bool
    certificate_months: int | None


_FINISH = Rows(_finish)
_REWARDS = Statement(
    select(
        assignments.c.id,
        assignments.c.person_id,
        people.c.uuid,
        courses.c.qualification_id,
        qualifications.c.name,
        func.coalesce(courses.c.issues_certificate, contents.c.issues_certificate),
        contents.c.certificate_months,
    )
    .join(contents, contents.c.id == assignments.c.content_id)
    .outerjoin(courses, courses.c.id == assignments.c.course_id)
    .join(people, people.c.id == assignments.c.person_id)
    .outerjoin(qualifications, qualifications.c.id == courses.c.qualification_id)
    .where(among(assignments.c.id, "ids"))
    .order_by(assignments.c.id),
    _Reward,
)


def _grant(store: Store) -> Any:
    made = insert_or_update(store, person_qualifications)
    names = ("person_id", "qualification_id", "granted_at")
    made = made.values({name: bindparam(name) for name in names})
    is_newer = person_qualifications.c.granted_at < made.excluded.granted_at
    return made.on_conflict_do_update(
        index_elements=["person_id", "qualification_id"],
        set_={"granted_at": made.excluded.granted_at, "expires_at": None},
        where=is_newer,
    )


_GRANT = Rows(_grant)


def finish(work: Work, finished: Mapping[int, int], outcome: str, *, via: str | None = None) -> None:
    """Finish assignments, given with the instants at which they were, by completion or by credit.

    ``via`` is what finished them: player, person, activity, class.

    A credited one grants the qualification too, but no certificate: nothing was taken here.
    """
    if not finished:
        return
    rows = [{"id": assignment_id, "completed_at": at} for assignment_id, at in finished.items()]
    work.run(_FINISH, rows=msgspec.json.encode(rows).decode(), outcome=outcome, via=via, at=work.at)
    rewards = work.all(_REWARDS, ids=list(finished))
    _grant_qualifications(work, rewards, finished)
    if outcome == COMPLETED:
        certificates.issue(
            work,
            {
                reward.assignment_id: months_later(finished[reward.assignment_id], reward.certificate_months)
                for reward in rewards
                if reward.issues_certificate
            },
        )


def _grant_qualifications(work: Work, rewards: list[_Reward], finished: Mapping[int, int]) -> None:
    earned = [reward for reward in rewards if reward.qualification_id is not None]
    work.run_many(
        _GRANT,
        [
            {"person_id": r.person_id, "qualification_id": r.qualification_id, "granted_at": finished[r.assignment_id]}
            for r in earned
        ],
    )
    for reward in earned:
        after = {"qualification_id": reward.qualification_id, "qualification": reward.qualification_name}
        work.record(
            "person.qualified", "person", reward.person_id, reward.person_uuid, after=after, person_id=reward.person_id
        )
