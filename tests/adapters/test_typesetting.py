"""Documents as PDF: whatever a text holds, it is set as text."""

import io
from typing import Any

import pytest
from PIL import Image

from rollbook.adapters.typesetting import TypstPrinter
from rollbook.core.kernel.ports import PrintFailed

PRINTER = TypstPrinter()
ONE_PAGE = b"/Type/Pages/Count 1/"
DATA: dict[str, Any] = {
    "language": "en",
    "heading": "Certificate of completion",
    "certifies": "This is to certify that",
    "name": "Ana Kovač",
    "completed": "has completed",
    "title": "Work at height",
    "text": "By the standard.",
    "facts": [["Completed", "12 March 2026"], ["Number", "7K3M9-QXT2H-VD04B-RR8WZ"]],
    "signatory": "Vida Lah",
    "organisation": "Meridian",
    "check": "See whether it holds:",
    "address": "https://rollbook.example/certificates/7K3M9",
    "address_shown": "rollbook.example/certificates/7K3M9",
    "code": PRINTER.code("https://rollbook.example/certificates/7K3M9").decode(),
}
HOSTILE = [
    '#import "/etc/passwd"',
    "#panic() $x$ *y* `z` @w <v> \\ // /* ]]",
    '"; sys.inputs',
    "Жанна Ωmega عبد الله 王小明 🎉",
    "a\u0000b\u202e\u200b\ud7ff",
    "\n\r\t",
    "word " * 200,
    "",
]


def picture(width: int = 60, height: int = 20) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), (47, 85, 212)).save(drawn, "PNG")
    return drawn.getvalue()


def test_a_certificate_is_one_page_of_pdf_and_always_the_same() -> None:
    made = PRINTER.pdf("completion", DATA, {})
    assert made.startswith(b"%PDF-")
    assert ONE_PAGE in made
    assert PRINTER.pdf("completion", DATA, {}) == made
    assert PRINTER.pdf("completion", {**DATA, "text": None, "signatory": None, "facts": []}, {}) != made


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["name", "title", "text", "signatory", "organisation", "heading"])
def test_nothing_in_a_text_is_read_as_markup(name: str, text: str) -> None:
    assert ONE_PAGE in PRINTER.pdf("completion", {**DATA, name: text}, {})


def test_a_logo_is_drawn_and_what_is_no_picture_is_a_fault() -> None:
    plain, drawn = PRINTER.pdf("completion", DATA, {}), PRINTER.pdf("completion", DATA, {"logo": picture()})
    assert b"/Subtype/Image" in drawn.replace(b" ", b"")
    assert b"/Subtype/Image" not in plain.replace(b" ", b"")
    for hostile in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg", picture()[:40]):
        with pytest.raises(PrintFailed):
            PRINTER.pdf("completion", DATA, {"logo": hostile})


def test_a_code_is_a_picture_without_anything_that_runs() -> None:
    drawn = PRINTER.code("https://rollbook.example/<script>").decode()
    assert drawn.startswith("<svg")
    assert "script" not in drawn
