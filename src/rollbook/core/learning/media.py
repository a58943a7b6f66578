"""What kinds of files a lesson takes, and which of its steps can show them."""

from rollbook.core.kernel import sniffing
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.learning.lessons import FILE, HTML, IMAGE, PDF, VIDEO

MOST_BYTES = 1_000_000_000
"""The largest file of a lesson."""

FILMS = frozenset({"video/mp4", "video/webm", "video/ogg"})
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
FITTING = {VIDEO: FILMS, IMAGE: PICTURES, PDF: frozenset({"application/pdf"}), HTML: frozenset({"text/html"})}
"""The media types that a kind of step can show; every file can be offered for download."""


def sniffed(head: bytes, name: str) -> str:
    """The media type of a file that begins with ``head``.

    Faults: INVALID for SVG, which can carry scripts under a picture's name.
    """
    found = sniffing.sniffed(head, name)
    if found == sniffing.SVG:
        raise field_fault(
            FaultCode.INVALID, "file", "An SVG picture can carry scripts; save it as PNG and upload that."
        )
    return found


def is_film(media_type: str) -> bool:
    """Whether a file plays, so that it has to be read before anyone can be sent to it."""
    return media_type in FILMS


def fits(kind: str, media_type: str) -> bool:
    """Whether a kind of step can show a file of this type."""
    return kind == FILE or media_type in FITTING.get(kind, ())
