"""Links that sign a person in without a password: made for them by a program that knows them, good until they end.

A person has one at most. Whoever opens it acts with that person's roles, so nobody makes one for somebody who may do
more than they may themselves.
"""

from rollbook.core.access import credentials
from rollbook.core.access.policy import permissions_of
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.queries import get_person
from rollbook.core.people.records import Person

KIND = "login_link"


def make(work: Work, person: Person, *, lives_s: int | None) -> str:
    """A secret that signs a person in for ``lives_s`` seconds, or until it is ended; any earlier one ends.

    Faults: FORBIDDEN for someone whose role is above the caller's, or who may do more; CONFLICT for someone inactive.
    """
    _require_may_act_as(work.principal, person)
    if not person.is_active:
        raise Fault(FaultCode.CONFLICT, "This person is inactive and cannot sign in.")
    credentials.end_personal(work, person.id, KIND)
    organisation_id = work.principal.organisation_id
    _, secret = credentials.issue(
        work, KIND, "login link", organisation_id=organisation_id, person_id=person.id, lives_s=lives_s
    )
    after = {"lives_s": lives_s}
    work.record("person.login_link_made", "person", person.id, person.uuid, after=after, person_id=person.id)
    return secret


def end(work: Work, person: Person) -> None:
    """End a person's link; nothing when they have none. Sessions begun by it go on. Faults: FORBIDDEN."""
    policy.require_may_change(work.principal, person)
    if credentials.end_personal(work, person.id, KIND):
        work.record("person.login_link_ended", "person", person.id, person.uuid, person_id=person.id)


def _require_may_act_as(principal: Principal, person: Person) -> None:
    policy.require_may_change(principal, person)
    if not permissions_of(person.role_set) <= principal.permissions:
        raise Fault(FaultCode.FORBIDDEN, "You cannot sign in as someone who may do what you may not.")


def find_owner(work: Work, secret: str, door: str) -> tuple[Principal, Person] | None:
    """Whom a link signs in, for whom the work goes on; None when it is over."""
    principal = credentials.authenticate(work, secret, door, KIND)
    if principal is None or principal.person_id is None:
        return None
    work.act_as(principal)
    return principal, get_person(work, principal.person_id)
