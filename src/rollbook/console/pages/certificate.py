"""A certificate by its number, for anyone who holds it: the number is the key."""

from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.learning import certificates
from rollbook.core.learning.status import certificate_state
from rollbook.web.routes import Reply


def show(visit: Visit) -> Reply:
    """The certificate as a page that prints well. Faults: NOT_FOUND."""
    found = certificates.find(visit.work, str(visit.call.path["number"]))
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no certificate with this number.")
    return visit.render(
        "rooms/certificate.html",
        one=found,
        state=certificate_state(found.expires_at, found.revoked_at, visit.work.at).value,
        completed=iso(found.completed_at or found.issued_at),
        issued=iso(found.issued_at),
        expires=iso(found.expires_at),
    )
