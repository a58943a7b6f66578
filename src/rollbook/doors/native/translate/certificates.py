"""Certificates out of core."""

from typing import Any

from rollbook.core.kernel.clock import iso
from rollbook.core.learning import documents
from rollbook.core.learning.certificate_records import Certificate
from rollbook.core.learning.status import CertificateState, certificate_state
from rollbook.doors.native.translate.contents import time_or_null
from rollbook.doors.native.wire.certificates import CertificateListed, CertificateOut


def from_core_certificate(found: Certificate, base_url: str, now: int) -> CertificateOut:
    """A certificate, with whether it still holds."""
    return CertificateOut(**_shown(found, base_url, now))


def from_core_listed(found: Certificate, base_url: str, now: int) -> CertificateListed:
    """A certificate in a list."""
    return CertificateListed(**_shown(found, base_url, now), person=found.person_uuid, assignment=found.assignment_uuid)


def _shown(found: Certificate, base_url: str, now: int) -> dict[str, Any]:
    state = certificate_state(found.expires_at, found.revoked_at, now)
    return {
        "number": found.number,
        "state": state.value,
        "name": found.full_name,
        "title": found.title,
        "organisation": found.organisation_name,
        "issued_at": iso(found.issued_at),
        "completed_at": time_or_null(found.completed_at),
        "expires_at": time_or_null(found.expires_at),
        "revoked_at": time_or_null(found.revoked_at),
        "revoke_reason": found.revoke_reason,
        "url": documents.certificate_address(base_url, found.number),
        "pdf": None if state is CertificateState.REVOKED else f"{base_url}/v1/certificates/{found.number}/pdf",
    }
