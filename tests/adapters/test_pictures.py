"""Pictures drawn anew: what comes out is ours, whatever went in."""

import io
import struct
import zlib
from tempfile import SpooledTemporaryFile

import pytest
from PIL import Image, PngImagePlugin

from rollbook.adapters.pictures import PillowPictures
from rollbook.core.kernel.ports import PictureUnreadable
from tests.media import SVG, png


def redrawn(given: bytes) -> Image.Image:
    with SpooledTemporaryFile() as file:
        file.write(given)
        file.seek(0)
        return Image.open(io.BytesIO(PillowPictures().redrawn(file, width=300, height=100)))  # type: ignore[arg-type]


def saved(kind: str, size: tuple[int, int] = (400, 400)) -> bytes:
    drawn = io.BytesIO()
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    Image.new("RGB", size, (200, 40, 40)).save(drawn, kind, **({"pnginfo": notes} if kind == "PNG" else {}))
    return drawn.getvalue() + b"<script>alert(2)</script>"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_made_anew_within_the_size(kind: str) -> None:
    made = redrawn(saved(kind))
    assert (made.format, made.size) == ("PNG", (100, 100))
    assert made.info.get("Comment") is None


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 pixels in a few hundred kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(30_000 * 3 + 1) * 300, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "given", [b"", b"%PDF-1.7", SVG, png()[:30], bomb()], ids=["empty", "pdf", "svg", "cut", "bomb"]
)
def test_what_is_no_picture_is_refused(given: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        redrawn(given)
