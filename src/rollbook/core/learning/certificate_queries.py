"""Reading certificates and completions: by number for anyone who has it, and in lists for those who see the people."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.matching import holds, part_of
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning.certificate_records import Certificate, CertificateFilter, Completion
from rollbook.core.learning.queries import visible_assignments
from rollbook.core.learning.status import CertificateState, Status, has_certificate_state, has_status
from rollbook.core.learning.tables import assignments, certificates, contents, courses
from rollbook.core.people.queries import scope_params
from rollbook.core.people.tables import organisations, people

Rows = Statement[tuple[Any, ...]]

_task, _own = assignments.c, certificates.c
_COMPLETION = (
    _task.id, _task.uuid, _task.completed_at, _task.score,
    people.c.id, people.c.uuid, people.c.first_name, people.c.last_name, people.c.language,
    func.coalesce(people.c.time_zone, organisations.c.time_zone),
    contents.c.title, courses.c.title, organisations.c.id, organisations.c.name,
)  # fmt: skip
_CERTIFICATE = (
    _own.id, _own.uuid, _own.number, _own.issued_at, _own.expires_at, _own.revoked_at, _own.revoke_reason, _own.pdf_key,
)  # fmt: skip


def _joined(start: Any) -> Any:
    return (
        start.join(people, people.c.id == _task.person_id)
        .join(contents, contents.c.id == _task.content_id)
        .join(organisations, organisations.c.id == _task.organisation_id)
        .outerjoin(courses, courses.c.id == _task.course_id)
    )


def _certificate() -> Select[Any]:
    start = certificates.join(assignments, _task.id == _own.assignment_id)
    return select(*_COMPLETION, *_CERTIFICATE).select_from(_joined(start))


_BY_NUMBER = Lookup(_certificate().where(_own.number == bindparam("number")), Certificate)
_BY_ASSIGNMENT = Lookup(_certificate().where(_own.assignment_id == bindparam("assignment_id")), Certificate)
_COMPLETED = Lookup(
    select(*_COMPLETION)
    .select_from(_joined(assignments))
    .where(_task.uuid == bindparam("uuid"), has_status(Status.COMPLETED)),
    Completion,
)


def find(work: Work, number: str) -> Certificate | None:
    """The certificate with a number, for anyone at all: no principal is needed, the number is the key."""
    return work.first(_BY_NUMBER, number=number.strip().upper()[:32])


def get(work: Work, number: str) -> Certificate:
    """A certificate of someone the caller sees. Faults: NOT_FOUND."""
    found = find(work, number)
    if found is None or not _is_visible(work, found):
        raise Fault(FaultCode.NOT_FOUND, "There is no certificate with this number.")
    return found


@shapes
def _seen(scope: PeopleScope) -> Rows:
    return Lookup(select(_task.id).where(visible_assignments(scope), _task.id == bindparam("id")))


_BY_ID = Lookup(_certificate().where(_own.id == bindparam("id")), Certificate)


def get_by_id(work: Work, certificate_id: int) -> Certificate:
    """A certificate of someone the caller sees, by its id. Faults: NOT_FOUND."""
    found = work.first(_BY_ID, id=certificate_id)
    if found is None or not _is_visible(work, found):
        raise Fault(FaultCode.NOT_FOUND, "There is no such certificate.")
    return found


def _is_visible(work: Work, found: Certificate) -> bool:
    shown = _seen(work.principal.people_scope)
    return work.first(shown, id=found.assignment_id, **scope_params(work.principal)) is not None


def find_of(work: Work, assignment_id: int) -> Certificate | None:
    """The certificate of an assignment that the caller has found, if it has one."""
    return work.first(_BY_ASSIGNMENT, assignment_id=assignment_id)


def find_completion(work: Work, assignment_uuid: str) -> Completion | None:
    """A completed assignment, for anyone at all: callers have made sure that they may know."""
    return work.first(_COMPLETED, uuid=assignment_uuid)


_full_name = people.c.first_name + " " + people.c.last_name


@shapes
def _conditions(scope: PeopleScope, names: frozenset[str], state: CertificateState | None) -> ColumnElement[bool]:
    # The organisation stands on the certificate too, so that its own index serves the order.
    found = [visible_assignments(scope), _own.organisation_id == bindparam("organisation_id")]
    if "q" in names:
        found.append(or_(holds(_full_name, "q"), holds(contents.c.title, "q"), holds(courses.c.title, "q")))
    if "person_id" in names:
        found.append(_task.person_id == bindparam("person_id"))
    if state is not None:
        found.append(has_certificate_state(state))
    return and_(*found)


@shapes
def _list(
    scope: PeopleScope, names: frozenset[str], state: CertificateState | None, is_first: bool
) -> Statement[Certificate]:
    query = _certificate().where(_conditions(scope, names, state))
    if not is_first:
        query = query.where(_own.id < bindparam("after_id"))
    return Statement(query.order_by(_own.id.desc()).limit(bindparam("limit")), Certificate)


@shapes
def _count(scope: PeopleScope, names: frozenset[str], state: CertificateState | None) -> Rows:
    start = certificates.join(assignments, _task.id == _own.assignment_id)
    return Statement(select(func.count()).select_from(_joined(start)).where(_conditions(scope, names, state)))


def list_certificates(
    work: Work, wanted: CertificateFilter, *, limit: int, after: int | None = None, with_total: bool = False
) -> Page[Certificate]:
    """Certificates of people the caller sees, the newest first, after one's id."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    state = CertificateState(given.pop("state")) if "state" in given else None
    names = frozenset(given)
    if wanted.q is not None:
        given["q"] = part_of(wanted.q)
    scope = work.principal.people_scope
    given |= scope_params(work.principal) | {"now": work.at}
    position = {} if after is None else {"after_id": after}
    rows = work.all(_list(scope, names, state, after is None), limit=limit, **position, **given)
    return Page(rows, work.value(_count(scope, names, state), **given) if with_total else None)
