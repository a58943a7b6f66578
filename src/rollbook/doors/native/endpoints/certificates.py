"""Certificates: whether one holds, for anyone who has its number; lists, documents and revoking."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.paging import decode_cursor, encode_cursor
from rollbook.core.kernel.work import Work
from rollbook.core.learning import certificate_queries, certificates
from rollbook.core.learning.certificate_records import Certificate, CertificateFilter
from rollbook.core.people.queries import get_person_by_uuid
from rollbook.doors.native.paging import checked_limit
from rollbook.doors.native.translate.certificates import from_core_certificate, from_core_listed
from rollbook.doors.native.wire.certificates import CertificateOut, CertificatePage, CertificatesQuery, RevokeIn
from rollbook.web.documents import certificate_answer
from rollbook.web.routes import Call, Reply, Stream


def index(call: Call[None, CertificatesQuery]) -> CertificatePage:
    """List certificates, the newest first."""
    asked, work = call.query, call.work
    limit = checked_limit(asked)
    wanted = CertificateFilter(
        person_id=get_person_by_uuid(work, asked.person.lower()).id if asked.person else None,
        state=asked.state,
        q=asked.q or None,
    )
    after = int(decode_cursor(asked.cursor, int)[0]) if asked.cursor else None
    found = certificate_queries.list_certificates(work, wanted, limit=limit, after=after, with_total=asked.total)
    rows = found.rows[: asked.limit]
    following = encode_cursor(rows[-1].id) if len(found.rows) > asked.limit else None
    base_url = call.services.base_url()
    return CertificatePage([from_core_listed(row, base_url, work.at) for row in rows], following, found.total)


def show(call: Call[None, None]) -> CertificateOut:
    """Whether a certificate holds, for anyone who has its number."""
    return from_core_certificate(_held(call.work, call), call.services.base_url(), call.work.at)


def pdf(call: Call[None, None]) -> Stream | Reply:
    """The document of a certificate, for anyone who has its number."""
    with call.services.database.reading() as work:
        found = _held(work, call)
    return certificate_answer(call.services, found, call.headers)


def revoke(call: Call[RevokeIn, None]) -> CertificateOut:
    """Declare a certificate void; the assignment stays completed."""
    found = certificate_queries.get(call.work, call.path["number"])
    revoked = certificates.revoke(call.work, found, call.body.reason)
    return from_core_certificate(revoked, call.services.base_url(), call.work.at)


def _held(work: Work, call: Call[Any, Any]) -> Certificate:
    found = certificate_queries.find(work, call.path["number"])
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no certificate with this number.")
    return found
