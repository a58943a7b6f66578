"""Certificates and statements as PDF answers, alike at every door."""

from collections.abc import Mapping

from rollbook.core.learning import documents, papers
from rollbook.core.learning.certificate_records import Certificate, Completion
from rollbook.core.learning.documents import Press
from rollbook.core.learning.papers import Paper
from rollbook.web.files import Held, file_answer
from rollbook.web.routes import Reply, Services, Stream

PDF = "application/pdf"


def press_of(services: Services) -> Press:
    """What documents are made with."""
    return Press(services.database, services.files, services.printer, services.base_url())


def certificate_answer(services: Services, found: Certificate, headers: Mapping[str, str]) -> Stream | Reply:
    """A certificate's document, which is made at the first request. Blocks. Faults: CONFLICT for a revoked one."""
    key = documents.certificate_pdf(press_of(services), found)
    held = Held(key, f"{found.number}.pdf", PDF, services.files.open(key).size, found.uuid)
    return file_answer(services.files, held, headers, is_shown=True)


def statement_answer(services: Services, found: Completion) -> Reply:
    """The statement of a completion. Blocks."""
    press = press_of(services)
    with services.database.reading() as work:
        address = documents.statement_address(press.base_url, services.sealer, found.assignment_uuid)
        paper = papers.statement_paper(work, found, address)
    return made_answer(press, paper, "statement.pdf")


def made_answer(press: Press, paper: Paper, name: str) -> Reply:
    """A document that is made for this answer alone. Blocks."""
    headers = {
        "content-disposition": f'inline; filename="{name}"',
        "cache-control": "no-store",
        "content-security-policy": "frame-ancestors 'self'",
    }
    return Reply(documents.pdf(press, paper), 200, headers, PDF)
