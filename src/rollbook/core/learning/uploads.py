"""Taking a file into a draft: looked at, stored as it is read, attached, and a film read for how long it plays.

Each step is a unit of work of its own, for storing a film takes longer than a writer may hold the record.
"""

from collections.abc import Callable
from tempfile import TemporaryFile
from typing import BinaryIO

import msgspec

from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import to_datetime
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.pieces import pieces_of
from rollbook.core.kernel.ports import FileMissing, FileStore, FileTooLarge, FilmReader, FilmUnreadable, StoredFile
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.sniffing import HEAD_BYTES
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Database, Work
from rollbook.core.learning import attachments, media
from rollbook.core.learning.content_queries import get_file
from rollbook.core.learning.lesson_records import ContentFile
from rollbook.core.learning.records import Content, ContentVersion

Find = Callable[[Work], tuple[Content, ContentVersion]]
"""Gets the draft anew in each unit of work. Faults: NOT_FOUND."""


class Intake(msgspec.Struct, frozen=True):
    """Where files go, who reads films, and for whom it is done."""

    database: Database
    files: FileStore
    films: FilmReader
    principal: Principal


def take_in(intake: Intake, find: Find, file: BinaryIO, name: str) -> ContentFile:
    """Attach a file to the draft that ``find`` gives; a film's state then says whether it can be played.

    Faults: what ``find`` raises; FORBIDDEN, CONFLICT, TOO_LARGE; MISSING or INVALID naming the field. Blocks.
    """
    named = required_line(name, "name")
    with intake.database.reading() as work:
        work.act_as(intake.principal)
        attachments.require_may_attach(work, find(work)[1])
        key = f"contents/{to_datetime(work.at).year}/{new_uuid()}"
    media_type = media.sniffed(file.read(HEAD_BYTES), named)
    file.seek(0)
    try:
        made = _attach(intake, find, _store(intake.files, key, file), named, media_type)
    except BaseException:
        intake.files.delete(key)  # what no row speaks of must not stay
        raise
    if media.is_film(media_type):
        file.seek(0)
        _settle(intake, made.id, file)
    with intake.database.reading() as work:
        work.act_as(intake.principal)
        return get_file(work, find(work)[1], made.uuid)


def _store(files: FileStore, key: str, file: BinaryIO) -> StoredFile:
    try:
        return files.put(key, pieces_of(file), limit=media.MOST_BYTES)
    except FileTooLarge:
        raise Fault(FaultCode.TOO_LARGE, f"A file may have at most {media.MOST_BYTES:,} bytes.") from None


def _attach(intake: Intake, find: Find, stored: StoredFile, name: str, media_type: str) -> ContentFile:
    with intake.database.writing() as work:
        work.act_as(intake.principal)
        content, version = find(work)
        return attachments.attach_file(work, content, version, stored, name=name, media_type=media_type)


def _settle(intake: Intake, file_id: int, film: BinaryIO) -> None:
    try:
        duration_ms: int | None = intake.films.duration_ms(film)
    except FilmUnreadable:
        duration_ms = None
    with intake.database.writing() as work:
        work.act_as(intake.principal)
        attachments.settle_film(work, file_id, duration_ms)


def read_left_over(database: Database, files: FileStore, films: FilmReader, *, before: int) -> int:
    """Read the films whose reading an ended server has not finished; how many. Blocks."""
    done, after = 0, 0
    while True:
        with database.reading() as work:
            found = attachments.find_unread_film(work, before=before, after_id=after)
        if found is None:
            return done
        done, after = done + 1, found.id
        with TemporaryFile() as film:
            try:
                film.writelines(files.open(found.key).chunks)
            except FileMissing:
                film.truncate(0)  # an empty film is one that cannot be read
            film.seek(0)
            _settle(Intake(database, files, films, system_principal(found.organisation_id)), found.id, film)
