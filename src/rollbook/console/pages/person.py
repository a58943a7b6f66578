"""One person's whole record: profile, training, simulator, access, history."""

from collections import Counter
from typing import Any

from rollbook.console import listing, words
from rollbook.console.listing import crumbs
from rollbook.console.pages import rows
from rollbook.console.pages.assignments import STATUSES
from rollbook.console.pages.person_form import LANGUAGES
from rollbook.console.records import roles
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.access import credentials, sessions, signin, welcome
from rollbook.core.events.queries import AuditFilter, list_audit
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.learning.queries import list_assignments
from rollbook.core.learning.records import Assignment, AssignmentFilter
from rollbook.core.people import policy, queries, registration
from rollbook.core.people.membership import list_groups_of, list_qualifications_of
from rollbook.core.people.records import Person, PersonChanges
from rollbook.core.sessions.entities import USER
from rollbook.core.sessions.policy import sees_places
from rollbook.core.sessions.queries import first
from rollbook.core.simulation.queries import list_activities
from rollbook.core.simulation.records import ActivityFilter
from rollbook.web.routes import Reply

SOME = 200


def show(visit: Visit) -> Reply:
    """Training: assignments and certificates, beside the profile."""
    person = _person(visit)
    found = list_assignments(visit.work, AssignmentFilter(person_id=person.id), limit=SOME, newest_first=True).rows
    return _page(
        visit,
        person,
        "show",
        assignments=[rows.assignment(one) for one in sorted(found, key=lambda one: _URGENCY.index(one.status))],
        summary=_summary(found),
        language=dict(LANGUAGES).get(person.language, person.language),
        certificates=[rows.certificate(one, visit.work.at) for one in found if one.certificate_number],
        groups=list_groups_of(visit.work, person),
        qualifications=list_qualifications_of(visit.work, person),
    )


_URGENCY = [value for value, _ in STATUSES]


def _summary(found: list[Assignment]) -> str:
    """How many assignments there are of each status, the urgent first: "2 overdue, 7 completed"."""
    counts = Counter(one.status for one in found)
    return ", ".join(f"{counts[status]} {status}" for status in _URGENCY if counts[status])


def activities(visit: Visit) -> Reply:
    """What the person did on simulators."""
    person = _person(visit)
    found = list_activities(visit.work, ActivityFilter(trainee_id=person.id), limit=SOME, newest_first=True)
    return _page(visit, person, "activities", activities=[rows.activity(one) for one in found])


def access(visit: Visit) -> Reply:
    """How the person signs in, and where they are signed in."""
    person = _person(visit)
    return _page(
        visit,
        person,
        "access",
        **_signed_in(visit, person),
        places=_places(visit, person),
        can_end=_may_change(visit, person),
    )


def _places(visit: Visit, person: Person) -> dict[str, Any] | None:
    """The roles at sites, in projects and in services, as far as the caller has to do with such."""
    user = first(visit.work, USER, id=person.id) if sees_places(visit.work) else None
    return roles.of_user(visit.work, user) if user else None


def _signed_in(visit: Visit, person: Person) -> dict[str, Any]:
    return {
        "has_password": signin.has_password(visit.work, person.id),
        "sessions": sessions.list_sessions(visit.work, person.id),
        "tokens": sessions.list_tokens(visit.work, person.id),
    }


def history(visit: Visit) -> Reply:
    """Everything that happened to the record, newest first."""
    person = _person(visit)

    def read(after: Any, before: Any, limit: int) -> list[Any]:
        return list_audit(
            visit.work,
            AuditFilter(person_id=person.id),
            before_id=after and after[0],
            after_id=before and before[0],
            limit=limit,
        )

    page = listing.sliced(visit, read, lambda event: (event.id,), int)
    return _page(visit, person, "history", events=rows.timeline(visit.work, page.rows, person.full_name), slice=page)


def _person(visit: Visit) -> Person:
    return queries.get_person(visit.work, visit.call.path["id"])


def _may_change(visit: Visit, person: Person) -> bool:
    """Whether the caller may change this very person."""
    try:
        policy.require_may_change(visit.principal, person)
    except Fault:
        return False
    return True


def _page(visit: Visit, person: Person, tab: str, **context: Any) -> Reply:
    is_own = person.id == visit.principal.person_id
    sees_only_self = visit.principal.people_scope is PeopleScope.SELF
    way = [] if sees_only_self else [("People", "/console/people")]
    return visit.render(
        f"rooms/people/{tab}.html",
        title=person.full_name,
        room="record" if sees_only_self else "people",
        breadcrumbs=crumbs(*way, "My record" if sees_only_self else person.full_name),
        one=person,
        href=f"/console/people/{person.id}",
        tab=tab,
        is_own=is_own,
        can_change=_may_change(visit, person),
        roles=words.roles(person.roles),
        seen=iso(person.last_seen_at),
        **context,
    )


def set_active(visit: Visit, *, is_active: bool) -> Reply:
    """Inactivate or activate. Faults: FORBIDDEN, CONFLICT."""
    person = _person(visit)
    if person.id == visit.principal.person_id:
        raise Fault(FaultCode.CONFLICT, "Nobody inactivates themselves.")
    registration.change(visit.work, person, PersonChanges(is_active=is_active))
    done = "is active again" if is_active else "is inactivated; their sessions and keys have ended"
    return visit.redirect(f"/console/people/{person.id}", f"{person.full_name} {done}.")


def inactivate(visit: Visit) -> Reply:
    """Inactivate."""
    return set_active(visit, is_active=False)


def activate(visit: Visit) -> Reply:
    """Activate."""
    return set_active(visit, is_active=True)


def erase(visit: Visit) -> Reply:
    """Delete for good, when the name was typed. Faults: INVALID, FORBIDDEN, CONFLICT."""
    person = _person(visit)
    if (visit.text("name") or "").casefold() != person.full_name.casefold():
        raise Fault(FaultCode.INVALID, "Nothing was erased: the name you typed is not the person's.")
    if person.id == visit.principal.person_id:
        raise Fault(FaultCode.CONFLICT, "Nobody erases themselves.")
    registration.erase(visit.work, person)
    return visit.redirect("/console/people", f"The record of {person.full_name} is erased.")


def invite(visit: Visit) -> Reply:
    """Make an invitation link; shown once, and mailed when there is an address. Faults: FORBIDDEN, CONFLICT."""
    person = _person(visit)
    policy.require_may_change(visit.principal, person)
    if not person.is_active:
        raise Fault(FaultCode.CONFLICT, "Activate the person first.")
    secret = welcome.invite(visit.work, visit.principal.organisation_id, person.id)
    visit.work.record("person.invited", "person", person.id, person.uuid, person_id=person.id)
    link = f"{visit.services.base_url()}/welcome/{secret}"
    return _page(
        visit,
        person,
        "access",
        **_signed_in(visit, person),
        places=_places(visit, person),
        can_end=True,
        invitation=link,
    )


def end_sessions(visit: Visit) -> Reply:
    """Sign the person out everywhere. Faults: FORBIDDEN."""
    person = _person(visit)
    policy.require_may_change(visit.principal, person)
    credentials.end_personal(visit.work, person.id, "session", "access_token")
    return visit.redirect(f"/console/people/{person.id}/access", f"{person.full_name} is signed out everywhere.")


def may_see_history(visit: Visit) -> bool:
    """Whether the history tab is shown."""
    return visit.may(P.EVENTS_READ) or visit.principal.people_scope is PeopleScope.SELF
