"""Stored files as answers: ranges (RFC 9110, section 14), conditions, and what a browser may do with each type.

Uploads are hostile. Only types that cannot run anything in a page of ours are shown in place; an HTML page is shown
in a sandbox that has no origin, wherever it is opened; everything else is offered for download.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ports import FileMissing, FileStore
from rollbook.web.routes import Reply, Stream

_SHOWN = {
    "image/avif", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain", "video/mp4",
    "video/ogg", "video/webm",
}  # fmt: skip
_SANDBOX = (
    "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; media-src data:; font-src data:; form-action 'none'; base-uri 'none'"
)
"""An HTML page of a lesson: its own scripts and pictures within it, nothing from anywhere and nothing of ours."""
_INERT = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class Held:
    """A stored file that somebody may have. ``tag`` changes with its bytes (its SHA-256 does)."""

    key: str
    name: str
    media_type: str
    size: int
    tag: str


def file_answer(
    files: FileStore,
    held: Held,
    headers: Mapping[str, str],
    *,
    is_shown: bool = False,
    is_kept: bool = True,
    framers: str = "'self'",
) -> Stream | Reply:
    """The file, the part of it that ``Range`` asks for (206, 416), or 304 where the caller has it already.

    ``is_shown``: in the page, if its type may be; else for download. ``is_kept``: a browser may keep it, and asks
    whether it has changed. ``framers``: the sites whose pages may show it in a frame (CSP ``frame-ancestors``).
    Faults: NOT_FOUND when the store has lost it.
    """
    tag = f'"{held.tag}"'
    always = {
        "accept-ranges": "bytes",
        "etag": tag,
        "cache-control": "private, no-cache" if is_kept else "no-store",
        **_treatment(held, framers, is_shown=is_shown),
    }
    if tag in [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]:
        return Reply(b"", 304, always, held.media_type)
    part = _part(headers, tag, held.size)
    if part == ():
        return Reply(b"", 416, {**always, "content-range": f"bytes */{held.size}"}, "text/plain")
    start, end = part or (0, held.size)
    try:
        opened = files.open(held.key, start, end)
    except FileMissing:
        raise Fault(FaultCode.NOT_FOUND, "The file's bytes are gone.") from None
    always["content-length"] = str(opened.end - opened.start)
    if part:
        always["content-range"] = f"bytes {opened.start}-{opened.end - 1}/{held.size}"
    return Stream(opened.chunks, held.media_type, always, 206 if part else 200)


def named(name: str, *, is_shown: bool = False) -> str:
    """A Content-Disposition by which a browser saves a file under a name, or shows it (RFC 6266)."""
    return f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


def _treatment(held: Held, framers: str, *, is_shown: bool) -> dict[str, str]:
    """What the browser may do with it."""
    shown, framed = named(held.name, is_shown=True), f"frame-ancestors {framers}"
    if is_shown and held.media_type == "text/html":
        return {"content-disposition": shown, "content-security-policy": f"{_SANDBOX}; {framed}"}
    if is_shown and held.media_type == "application/pdf":  # a browser's own viewer draws it, which no policy may bind
        return {"content-disposition": shown, "content-security-policy": framed}
    if is_shown and held.media_type in _SHOWN:
        return {"content-disposition": shown, "content-security-policy": f"{_INERT}; {framed}"}
    return {"content-disposition": named(held.name), "content-security-policy": "sandbox"}


def _part(headers: Mapping[str, str], tag: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """The first and the byte after the last that are asked for; () when there are none such, None for the whole."""
    condition = headers.get("if-range")
    asked = _RANGE.fullmatch(headers.get("range", "").strip())
    if asked is None or (condition is not None and condition.strip() != tag):
        return None  # several ranges, other units and nonsense get the whole, as section 14.2 allows
    first, last = asked.groups()
    if not first:
        length = min(int(last), size) if last else 0
        return (size - length, size) if length else (() if last else None)
    start, end = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    return (start, end) if start < size else ()
