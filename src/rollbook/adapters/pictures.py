"""Pictures made safe and small, by Pillow, in a process of its own."""

from typing import BinaryIO

from rollbook.adapters import children
from rollbook.core.kernel.ports import PictureUnreadable

MOST_PIXELS = 50_000_000

_REDRAW = """
import io
from PIL import Image
Image.MAX_IMAGE_PIXELS = {most}
with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("PNG", "JPEG", "WEBP", "GIF")) as given:
    if given.width * given.height > {most}:
        raise ValueError("too many pixels")
    drawn = given.convert("RGBA")
drawn.thumbnail(({width}, {height}))
drawn.save(sys.stdout.buffer, "PNG", optimize=True)
"""


class PillowPictures:
    """`PictureReader` by Pillow."""

    def redrawn(self, picture: BinaryIO, *, width: int, height: int) -> bytes:
        """The picture as a new PNG; see `PictureReader.redrawn`."""
        try:
            return children.run(_REDRAW.format(most=MOST_PIXELS, width=width, height=height), picture)
        except children.ChildFailed:
            raise PictureUnreadable from None
