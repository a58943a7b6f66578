"""How long films play, by MediaInfo (pymediainfo), in a process of its own."""

from typing import BinaryIO

from rollbook.adapters import children
from rollbook.core.kernel.ports import FilmUnreadable

_READ = """
from pymediainfo import MediaInfo
with open(0, "rb") as film:
    tracks = MediaInfo.parse(film).tracks
if any(track.track_type == "Video" for track in tracks):
    print(next((track.duration for track in tracks if track.track_type == "General"), 0) or 0)
"""


class MediaInfoFilms:
    """`FilmReader` by MediaInfo."""

    def duration_ms(self, film: BinaryIO) -> int:
        """How long the film plays; see `FilmReader.duration_ms`."""
        try:
            return int(float(children.run(_READ, film).decode()))
        except (children.ChildFailed, ValueError, OverflowError):
            raise FilmUnreadable from None
