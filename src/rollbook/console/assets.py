"""The console's own style sheets, scripts and pictures: read once, compressed once, at an address their content makes.

The address holds one hash of all of them, so that modules find each other by relative names and a browser never asks
twice for what has not changed.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rollbook.console import vendor
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.routes import Call, Reply

FOLDER = Path(__file__).parent / "static"
PREFIX = "/console/static"
FOREVER = "public, max-age=31536000, immutable"
SHEETS = ("tokens", "base", "shell", "controls", "parts", "data", "lessons", "player", "calendar", "paper", "print")
"""The style sheets in the order they are joined: a page is painted when the last has come, so it asks for one."""
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


class Asset(NamedTuple):
    """One file: as it is, and compressed."""

    media_type: str
    etag: str
    plain: bytes
    packed: bytes


@cache
def _files() -> dict[str, Path]:
    """Every file that may be served, by its address below the version. Builds the charts' engine when it is missing."""
    vendor.build()
    found = (path for path in sorted(FOLDER.rglob("*")) if path.is_file() and path.suffix in _TYPES)
    return {path.relative_to(FOLDER).as_posix(): path for path in found}


@cache
def version() -> str:
    """A short hash over all files; changes when any does."""
    digest = hashlib.sha256()
    for name, path in _files().items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def base() -> str:
    """The address below which this version's files lie."""
    return f"{PREFIX}/{version()}"


def style() -> bytes:
    """Every style sheet as one."""
    return b"\n".join((FOLDER / "css" / f"{name}.css").read_bytes() for name in SHEETS)


@cache
def _asset(name: str) -> Asset | None:
    path = _files().get(name)
    if name != "console.css" and path is None:
        return None
    plain = path.read_bytes() if path else style()
    etag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
    return Asset(_TYPES[Path(name).suffix], etag, plain, gzip.compress(plain, 9, mtime=0))


def show(call: Call[None, None]) -> Reply:
    """One file. Of another version than today's, it is given too, but to be asked for again. Faults: NOT_FOUND."""
    name = str(call.path["file"]).strip("/")
    asset = _asset(name)
    if asset is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such file.")
    keeps = FOREVER if call.path["version"] == version() else "no-cache"
    headers = {"etag": asset.etag, "cache-control": keeps, "vary": "accept-encoding"}
    if asset.etag in (call.headers.get("if-none-match") or ""):
        return Reply(b"", 304, headers, asset.media_type)
    if "gzip" in (call.headers.get("accept-encoding") or ""):
        return Reply(asset.packed, 200, {**headers, "content-encoding": "gzip"}, asset.media_type)
    return Reply(asset.plain, 200, headers, asset.media_type)
