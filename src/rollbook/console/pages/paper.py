"""Certificates and statements of completion, for anyone who was given their address: it is the key."""

from typing import Any

from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.learning import certificate_queries, documents, papers
from rollbook.core.learning.certificate_records import Certificate, Completion
from rollbook.core.learning.papers import Paper
from rollbook.web.documents import certificate_answer, statement_answer
from rollbook.web.files import Held, file_answer
from rollbook.web.routes import Call, Reply, Services, Stream

LOGO_TYPE = "image/png"


def certificate(visit: Visit) -> Reply:
    """A certificate with whether it holds, as a page that prints well or as JSON. Faults: NOT_FOUND."""
    try:
        found = _certificate(visit.work, visit.call)
    except Fault as fault:
        return _or_json(visit, fault)
    address = documents.certificate_address(visit.services.base_url(), found.number)
    paper = papers.certificate_paper(visit.work, found, address)
    pdf = None if found.revoked_at is not None else f"{address}/pdf"
    if _wants_json(visit):
        dates = {name: iso(getattr(found, name)) for name in ("issued_at", "expires_at", "revoked_at")}
        return Reply(
            _told(paper, found, pdf)
            | {"number": found.number, "state": paper.state, **dates, "revoke_reason": found.revoke_reason}
        )
    return _page(visit, paper, pdf)


def statement(visit: Visit) -> Reply:
    """The statement of a completed assignment. Faults: NOT_FOUND."""
    try:
        found = _completion(visit.work, visit.call, visit.services)
    except Fault as fault:
        return _or_json(visit, fault)
    address = documents.statement_address(visit.services.base_url(), visit.services.sealer, found.assignment_uuid)
    paper = papers.statement_paper(visit.work, found, address)
    return Reply(_told(paper, found, f"{address}/pdf")) if _wants_json(visit) else _page(visit, paper, f"{address}/pdf")


def _certificate(work: Work, call: Call[Any, Any]) -> Certificate:
    found = certificate_queries.find(work, str(call.path["number"]))
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no certificate with this number.")
    return found


def _completion(work: Work, call: Call[Any, Any], services: Services) -> Completion:
    uuid = documents.assignment_in(services.sealer, str(call.path["token"]))
    found = certificate_queries.find_completion(work, uuid) if uuid else None
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no statement at this address.")
    return found


def _wants_json(visit: Visit) -> bool:
    accept = visit.call.headers.get("accept") or ""
    return visit.query.get("format") == "json" or ("application/json" in accept and "text/html" not in accept)


def _or_json(visit: Visit, fault: Fault) -> Reply:
    if not _wants_json(visit):
        raise fault
    return Reply({"error": fault.message}, 404)


def _told(paper: Paper, found: Completion, pdf: str | None) -> dict[str, Any]:
    """What programs are told of a paper."""
    return {
        "name": paper.name,
        "title": paper.title,
        "organisation": paper.organisation,
        "text": paper.text,
        "signatory": paper.signatory,
        "completed_at": iso(found.completed_at),
        "score": found.score,
        "url": paper.address,
        "pdf": pdf,
    }


def _page(visit: Visit, paper: Paper, pdf: str | None) -> Reply:
    logo = f"{visit.location}/logo" if paper.logo_key else None
    reply = visit.render("rooms/paper.html", paper=paper, pdf=pdf, logo=logo, lang=paper.language)
    reply.headers = {**reply.headers, "x-robots-tag": "noindex"}
    return reply


def certificate_pdf(call: Call[None, None]) -> Stream | Reply:
    """The document of a certificate. Faults: NOT_FOUND; CONFLICT for one that was revoked."""
    with call.services.database.reading() as work:
        found = _certificate(work, call)
    return certificate_answer(call.services, found, call.headers)


def statement_pdf(call: Call[None, None]) -> Reply:
    """The document of a statement. Faults: NOT_FOUND."""
    with call.services.database.reading() as work:
        found = _completion(work, call, call.services)
    return statement_answer(call.services, found)


def certificate_logo(call: Call[None, None]) -> Stream | Reply:
    """The logo on a certificate. Faults: NOT_FOUND."""
    with call.services.database.reading() as work:
        found = _certificate(work, call)
        paper = papers.certificate_paper(work, found, "")
    return logo_answer(call.services, paper.logo_key, call)


def statement_logo(call: Call[None, None]) -> Stream | Reply:
    """The logo on a statement. Faults: NOT_FOUND."""
    with call.services.database.reading() as work:
        paper = papers.statement_paper(work, _completion(work, call, call.services), "")
    return logo_answer(call.services, paper.logo_key, call)


def logo_answer(services: Services, key: str | None, call: Call[Any, Any]) -> Stream | Reply:
    """An organisation's logo. Faults: NOT_FOUND."""
    if key is None or not services.files.exists(key):
        raise Fault(FaultCode.NOT_FOUND, "There is no logo.")
    held = Held(key, "logo.png", LOGO_TYPE, services.files.open(key).size, key)
    return file_answer(services.files, held, call.headers, is_shown=True)
