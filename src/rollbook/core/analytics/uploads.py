"""Files that somebody uploads to send along with a mail; kept for a day, under a name that only they can use."""

from collections.abc import Iterable

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import is_uuid, new_uuid
from rollbook.core.kernel.ports import FileMissing, FileStore, FileTooLarge, OpenedFile
from rollbook.core.kernel.principal import Principal

FOLDER = "uploads"
MOST_BYTES = 25_000_000
"""What mail servers take."""
SIGNED_S = 600


def _key(principal: Principal, uuid: str) -> str:
    if not is_uuid(uuid):
        raise Fault(FaultCode.INVALID, "A file's name must be a uuid.")
    return f"{FOLDER}/{principal.organisation_id}/{principal.person_id or 0}/{uuid.lower()}"


def keep(files: FileStore, principal: Principal, uuid: str, content: Iterable[bytes]) -> None:
    """Store a file; one of the same name and person is replaced. Blocks. Faults: INVALID, TOO_LARGE."""
    try:
        files.put(_key(principal, uuid), content, limit=MOST_BYTES)
    except FileTooLarge as problem:
        raise Fault(FaultCode.TOO_LARGE, f"A file may have at most {problem.limit:,} bytes.") from None


def sign(files: FileStore, principal: Principal, headers: dict[str, str]) -> tuple[str, str] | None:
    """A new uuid, and an address that its file can be put to; None where files are posted to us."""
    uuid = new_uuid()
    address = files.sign_put(_key(principal, uuid), expires_s=SIGNED_S, headers=headers)
    return None if address is None else (uuid, address)


def opened(files: FileStore, principal: Principal, uuid: str) -> OpenedFile:
    """What the caller uploaded. Blocks. Faults: NOT_FOUND, TOO_LARGE."""
    try:
        found = files.open(_key(principal, uuid))
    except FileMissing:
        raise Fault(FaultCode.NOT_FOUND, "There is no such file; one is kept for a day.") from None
    if found.size > MOST_BYTES:
        raise Fault(FaultCode.TOO_LARGE, f"A file may have at most {MOST_BYTES:,} bytes.")
    return found


def delete_old(files: FileStore, before: int) -> None:
    """Delete the files that were uploaded before an instant."""
    for key in files.written_before(FOLDER, before):
        files.delete(key)
