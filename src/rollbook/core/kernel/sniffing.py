"""What a file is, told from its bytes: a browser is never told what an uploader says of one."""

import codecs
import re
from pathlib import PurePath

HEAD_BYTES = 4096
"""How much of a file :func:`sniffed` wants to see."""
SVG = "image/svg+xml"
"""A picture that can carry scripts."""
UNKNOWN = "application/octet-stream"

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "video/ogg"),
    (b"PK\x03\x04", "application/zip"),
)
_BRANDS = {b"avif": "image/avif", b"avis": "image/avif", b"qt  ": "video/quicktime"}
_NOT_FILMS = (b"mif1", b"msf1", b"heic", b"heix", b"hevc", b"M4A ", b"M4B ")
_OFFICE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".epub": "application/epub+zip",
}
_SVG = re.compile(rb"<(?:[a-z][\w.-]*:)?svg[\s>]", re.I)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.I)


def sniffed(head: bytes, name: str) -> str:
    """The media type of a file that begins with ``head``; the name only tells kinds of archive and text apart."""
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return _OFFICE.get(_suffix(name), media_type) if media_type == "application/zip" else media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return UNKNOWN if brand in _NOT_FILMS else _BRANDS.get(brand, "video/mp4")
    return _sniffed_text(head, name)


def _sniffed_text(head: bytes, name: str) -> str:
    if _SVG.search(head) and not _HTML.search(head):
        return SVG
    if b"\x00" in head or not _is_text(head):
        return UNKNOWN
    if _HTML.search(head):
        return "text/html"
    return "text/csv" if _suffix(name) == ".csv" else "text/plain"


def _is_text(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return True


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
