"""Pages as PDF, by Typst: what is on them comes as data, so that nobody's name is ever read as markup."""

import io
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from rollbook.adapters.typesetting.charts import drawn
from rollbook.core.kernel.ports import PrintFailed

TEMPLATES = Path(__file__).parent


class TypstPrinter:
    """`Printer` by Typst, with the templates that lie here. One page is set at a time: it takes some milliseconds.

    Typst has fonts of its own for Latin, Greek and Cyrillic; for other alphabets it takes those of the machine.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._compiler: Any = None

    def pdf(self, template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
        """The document; see `Printer.pdf`."""
        import typst  # it is large, and most processes print nothing

        sources: Any = {"main.typ": _source(template)}
        # Typst's own files must be text, so that pictures come as numbers.
        given = {**data, "pictures": {name: list(content) for name, content in pictures.items()}}
        with self._turn:
            if self._compiler is None:
                self._compiler = typst.Compiler(sources)
            try:
                made = self._compiler.compile(
                    input=sources, sys_inputs={"data": msgspec.json.encode(given).decode()}, format="pdf"
                )
            except RuntimeError as problem:
                raise PrintFailed(str(problem)) from None
        return bytes(made)

    def charts(self, specs: Sequence[Mapping[str, Any]]) -> list[bytes]:
        """Charts as SVG; see `Printer.charts`."""
        return drawn(specs)

    def code(self, text: str) -> bytes:
        """A QR code as SVG; see `Printer.code`."""
        import segno

        drawn = io.BytesIO()
        segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True)
        return drawn.getvalue()


@cache
def _source(template: str) -> bytes:
    return (TEMPLATES / f"{template}.typ").read_bytes()
