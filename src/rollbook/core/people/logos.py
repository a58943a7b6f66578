"""An organisation's logo: redrawn by us, so that nothing of what was uploaded is ever shown or printed."""

from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.ports import FileStore, PictureReader, PictureUnreadable
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.work import Database
from rollbook.core.people import policy
from rollbook.core.people.settings import SettingsChanges, change_settings, get_settings

MOST_BYTES = 5_000_000
WIDTH, HEIGHT = 900, 300
"""The most pixels that a logo keeps, enough for print."""
MEDIA_TYPE = "image/png"


class Studio(msgspec.Struct, frozen=True):
    """What a logo is set with."""

    database: Database
    files: FileStore
    pictures: PictureReader
    principal: Principal


def put(studio: Studio, picture: BinaryIO) -> None:
    """Set the logo. Blocks. Faults: FORBIDDEN; TOO_LARGE; INVALID naming ``logo`` for what is no picture."""
    policy.require(studio.principal, Permission.SETTINGS_WRITE)
    given = picture.read(MOST_BYTES + 1)
    if len(given) > MOST_BYTES:
        raise Fault(FaultCode.TOO_LARGE, f"A logo may have at most {MOST_BYTES:,} bytes.")
    try:
        drawn = studio.pictures.redrawn(_spooled(given), width=WIDTH, height=HEIGHT)
    except PictureUnreadable:
        message = "The logo must be a PNG, JPEG, WebP or GIF picture; this could not be read as one."
        raise field_fault(FaultCode.INVALID, "logo", message) from None
    key = f"logos/{new_uuid()}.png"
    studio.files.put(key, drawn, limit=MOST_BYTES * 2)
    try:
        _swap(studio, key)
    except BaseException:
        studio.files.delete(key)  # what no row speaks of must not stay
        raise


def remove(studio: Studio) -> None:
    """Go without a logo. Blocks. Faults: FORBIDDEN."""
    _swap(studio, None)


def _spooled(given: bytes) -> BinaryIO:
    file = SpooledTemporaryFile()  # noqa: SIM115 - it ends with the last that refers to it
    file.write(given)
    file.seek(0)
    return cast(BinaryIO, file)


def _swap(studio: Studio, key: str | None) -> None:
    with studio.database.writing() as work:
        work.act_as(studio.principal)
        old = get_settings(work).logo_key
        change_settings(work, SettingsChanges(logo_key=key, logo_media_type=key and MEDIA_TYPE))
    if old is not None:
        studio.files.delete(old)
