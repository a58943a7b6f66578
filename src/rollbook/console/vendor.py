"""Builds the browser code of others that charts need: one ES module with Vega, Vega-Lite and Vega-Embed.

It comes out of the vl-convert package, the same that draws charts for PDF and mail, so page and paper agree to the
version; nothing is fetched from anywhere. The file is not kept in git: `python -m rollbook.console.vendor` writes it,
at build time or at the first start.
"""

from __future__ import annotations

import os
import tempfile
from importlib.metadata import version
from pathlib import Path

TARGET = Path(__file__).parent / "static" / "vendor" / "vega.js"
SNIPPET = "export { vegaEmbed };"


def stamp() -> str:
    """The first line of an up-to-date bundle: which package it was made from, and how."""
    return f"/* vl-convert-python {version('vl-convert-python')}: {SNIPPET} */\n"


def is_current(target: Path = TARGET) -> bool:
    """Whether `target` was built from the installed package."""
    try:
        with target.open(encoding="utf-8") as file:
            return file.readline() == stamp()
    except OSError:
        return False


def build(target: Path = TARGET) -> bool:
    """Write the bundle to `target` unless it is current; says whether it wrote.

    Whole or not at all: servers starting side by side may build at once.
    """
    if is_current(target):
        return False
    import vl_convert  # slow to load, and not wanted when there is nothing to do

    code = vl_convert.javascript_bundle(SNIPPET)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, suffix=".js")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(stamp() + code)
    Path(draft).chmod(0o644)
    Path(draft).replace(target)
    return True


if __name__ == "__main__":
    print(f"{'built' if build() else 'up to date'}: {TARGET} ({TARGET.stat().st_size / 1000:.0f} kB)")
