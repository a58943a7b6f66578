"""Names of files that nobody vouches for: without folders, and harmless on every system that may unpack them."""

import re
import unicodedata
from pathlib import PurePath

LONGEST = 150
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
"""Names that Windows keeps for devices."""


def without_folders(name: str | None) -> str:
    """The last part of a path as an uploader wrote it, without control characters; "file" where nothing is left."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs"))
    return _shortened(plain.strip(), 255) if plain.strip(" .") else "file"


def in_archive(name: str) -> str:
    """A name for one step of a path inside an archive."""
    plain = _FORBIDDEN.sub("_", without_folders(name.replace("/", "_").replace("\\", "_"))).strip(" .")
    return _shortened(f"_{plain}" if not plain or _DEVICES.match(plain) else plain, LONGEST)


def _shortened(name: str, most: int) -> str:
    suffix = PurePath(name).suffix[:20]
    return name if len(name) <= most else name[: most - len(suffix)] + suffix
