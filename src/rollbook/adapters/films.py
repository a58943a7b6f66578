"""How long films play, by MediaInfo (pymediainfo), in a process of its own.

MediaInfo is C++ that takes apart whatever it is given. Uploads are hostile, so it runs where a crash, an endless loop
or too much memory ends a child and not the server.
"""

import subprocess
import sys
from typing import BinaryIO

from rollbook.core.kernel.ports import FilmUnreadable

DEADLINE_S = 30
MEMORY_BYTES = 2 * 1024**3

_CHILD = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
resource.setrlimit(resource.RLIMIT_CPU, ({DEADLINE_S}, {DEADLINE_S}))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
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
        film.fileno()  # a small upload is still in memory: this puts it into a file that a child can read
        try:
            child = subprocess.run(
                [sys.executable, "-I", "-c", _CHILD],
                stdin=film,
                env={},
                capture_output=True,
                timeout=DEADLINE_S,
                check=False,
            )
            return int(float(child.stdout.decode()))
        except (subprocess.TimeoutExpired, ValueError, OverflowError):
            raise FilmUnreadable from None
