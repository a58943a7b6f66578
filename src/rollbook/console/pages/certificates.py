"""Certificates: the list, one certificate, and revoking it."""

from typing import Any

from rollbook.console import listing
from rollbook.console.listing import crumbs, field
from rollbook.console.pages import rows
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.events.queries import AuditFilter, list_audit
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.learning import certificate_queries, certificates
from rollbook.core.learning.certificate_records import Certificate, CertificateFilter
from rollbook.core.learning.status import CertificateState, certificate_state
from rollbook.web.routes import Reply

HOME = "/console/certificates"
STATES = [(CertificateState.VALID.value, "Valid"), (CertificateState.EXPIRED.value, "Expired"),
          (CertificateState.REVOKED.value, "Revoked")]  # fmt: skip


def index(visit: Visit) -> Reply:
    """The certificates, newest first, by name or title and by state."""
    state = visit.query.get("state")
    wanted = CertificateFilter(q=visit.query.get("q") or None, state=state if state in dict(STATES) else None)
    total: int | None = 0

    def read(after: Any, limit: int) -> list[Certificate]:
        nonlocal total
        position = after[0] if after else None
        found = certificate_queries.list_certificates(visit.work, wanted, limit=limit, after=position, with_total=True)
        total = found.total
        return found.rows

    page = listing.forward(visit, read, lambda one: (one.id,), int)
    return visit.render(
        "rooms/certificates/index.html",
        title="Certificates",
        room="certificates",
        breadcrumbs=crumbs("Learning", "Certificates"),
        rows=[_row(visit, one) for one in page.rows],
        slice=page,
        total=total,
        fields=[field(visit, "q", "Name or title", "search"), field(visit, "state", "State", options=STATES)],
        dense=listing.is_dense(visit),
    )


def _row(visit: Visit, one: Certificate) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": {"label": one.title, "href": f"{HOME}/{one.id}"},
        "person": {"name": one.full_name, "href": f"/console/people/{one.person_id}"},
        "state": certificate_state(one.expires_at, one.revoked_at, visit.work.at).value,
        "issued": iso(one.issued_at),
        "expires": iso(one.expires_at),
        "number": one.number,
    }


def _find(visit: Visit) -> Certificate:
    return certificate_queries.get_by_id(visit.work, visit.call.path["id"])


def show(visit: Visit) -> Reply:
    """One certificate."""
    one = _find(visit)
    events = list_audit(visit.work, AuditFilter(entity="certificate", entity_id=one.id), limit=20)
    return visit.render(
        "rooms/certificates/show.html",
        title=one.title,
        room="certificates",
        breadcrumbs=crumbs("Learning", ("Certificates", HOME), one.full_name),
        one=one,
        href=f"{HOME}/{one.id}",
        row=_row(visit, one),
        page_href=f"/certificates/{one.number}",
        address=f"{visit.services.base_url()}/certificates/{one.number}",
        events=rows.timeline(visit.work, events, one.full_name, one.title) if visit.may(P.EVENTS_READ) else [],
    )


def revoke(visit: Visit) -> Reply:
    """Declare it void. Faults: FORBIDDEN; CONFLICT when it is already; INVALID naming ``reason``."""
    one = _find(visit)
    certificates.revoke(visit.work, one, visit.text("reason"))
    return visit.redirect(f"{HOME}/{one.id}", "The certificate is revoked; its page says so from now on.")
