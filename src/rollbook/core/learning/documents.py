"""Certificates and statements of completion as PDF. A certificate's is made once and kept."""

from collections.abc import Iterator
from itertools import chain

import msgspec
from sqlalchemy import bindparam, func, select, update

from rollbook.core.events.tables import events
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import from_address, to_address
from rollbook.core.kernel.ports import FileMissing, FileStore, Printer, Sealer
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Database
from rollbook.core.learning import papers
from rollbook.core.learning.certificate_records import Certificate
from rollbook.core.learning.papers import Paper
from rollbook.core.learning.tables import certificates

FOLDER = "certificates"
TEMPLATE = "completion"
MOST_BYTES = 20_000_000
_BOUND = b"statement of completion"


class Press(msgspec.Struct, frozen=True):
    """What documents are made with. ``base_url`` is where people reach this server."""

    database: Database
    files: FileStore
    printer: Printer
    base_url: str


_KEEP = Statement[tuple[int]](
    update(certificates).where(certificates.c.id == bindparam("of")).values(pdf_key=bindparam("pdf_key"))
)


def certificate_address(base_url: str, number: str) -> str:
    """Where anyone sees whether a certificate holds."""
    return f"{base_url}/certificates/{number}"


def certificate_pdf(press: Press, found: Certificate) -> str:
    """Where the file store has a certificate's document, which is made now if it was not yet. Blocks.

    Faults: CONFLICT for one that was revoked.
    """
    if found.revoked_at is not None:
        raise Fault(FaultCode.CONFLICT, "This certificate was revoked, so that there is no document of it.")
    if found.pdf_key is not None and press.files.exists(found.pdf_key):
        return found.pdf_key
    with press.database.reading() as work:
        paper = papers.certificate_paper(work, found, certificate_address(press.base_url, found.number))
    key = f"{_folder_of(found.person_uuid)}/{found.uuid}.pdf"
    press.files.put(key, _print(press, paper), limit=MOST_BYTES)
    with press.database.writing() as work:
        work.run(_KEEP, of=found.id, pdf_key=key)
    return key


def _folder_of(person_uuid: str) -> str:
    return f"{FOLDER}/{person_uuid}"


def pdf(press: Press, paper: Paper) -> bytes:
    """A document that is not kept. Blocks."""
    return _print(press, paper)


def _print(press: Press, paper: Paper) -> bytes:
    logo = logo_of(press.files, paper)
    data = papers.printed(paper) | {"code": press.printer.code(paper.address).decode()}
    return press.printer.pdf(TEMPLATE, data, {} if logo is None else {"logo": logo})


def logo_of(files: FileStore, paper: Paper) -> bytes | None:
    """The organisation's logo, a PNG; None without one."""
    if paper.logo_key is None:
        return None
    try:
        return b"".join(files.open(paper.logo_key).chunks)
    except FileMissing:
        return None


# --- Statements of completion -----------------------------------------------------------------------------------------


def statement_address(base_url: str, sealer: Sealer, assignment_uuid: str) -> str:
    """Where anyone who was given it finds the statement of a completed assignment: always the same, never guessed."""
    return f"{base_url}/statements/{_token(sealer, assignment_uuid)}"


def _token(sealer: Sealer, assignment_uuid: str) -> str:
    plain = bytes.fromhex(assignment_uuid.replace("-", ""))
    return to_address(plain + sealer.mark(plain, _BOUND))


def assignment_in(sealer: Sealer, token: str) -> str | None:
    """The uuid of the assignment that an address of ours is about; None for any other."""
    try:
        plain = from_address(token)[:16].hex()
    except ValueError:
        return None
    uuid = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    return uuid if len(plain) == 32 and _token(sealer, uuid) == token else None


# --- Forgetting -------------------------------------------------------------------------------------------------------

_earlier = (
    select(events.c.id).where(events.c.at < bindparam("since")).order_by(events.c.id.desc()).limit(1).scalar_subquery()
)
_ERASED = Statement[tuple[str]](
    # By number, from the end: there is no index of times.
    select(events.c.entity_uuid).where(
        events.c.id > func.coalesce(_earlier, 0), events.c.kind == "person.deleted", events.c.at >= bindparam("since")
    )
)


def forget_erased(database: Database, files: FileStore, since: int, now: int) -> int:
    """Delete the documents of people who were erased after an instant; how many. Blocks."""
    with database.reading() as work:
        erased = [uuid for (uuid,) in work.all(_ERASED, since=since)]
    keys = list(chain.from_iterable(_documents(files, uuid, now) for uuid in erased))
    for key in keys:
        files.delete(key)
    return len(keys)


def _documents(files: FileStore, person_uuid: str, now: int) -> Iterator[str]:
    return files.written_before(_folder_of(person_uuid), now)
