"""Tables in text: comma-separated values and their cousins, in the encodings that spreadsheets write."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.people.imports.records import MOST_CELL, MOST_COLUMNS, MOST_LINES, Line, Sheet

SEPARATORS = ",;\t|"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1252", "iso-8859-2", "iso-8859-1")
_HINT = re.compile(r"sep=(.)[ \t]*\r?\n", re.IGNORECASE)


def read_text(file_name: str, data: bytes, encoding: str | None) -> Sheet:
    """A table in text. Faults: MALFORMED, TOO_LARGE, MISSING; INVALID naming ``encoding``."""
    text = _decoded(data, encoding)
    hint = _HINT.match(text)
    separator = hint[1] if hint else _separator(text)
    lines = _lines(text[hint.end() :] if hint else text, separator, 1 if hint else 0)
    heads = next(lines, None)
    if heads is None:
        raise Fault(FaultCode.MISSING, "The file is empty: its first line must name the columns.")
    found: list[Line] = []
    for line in lines:
        if len(found) == MOST_LINES:
            raise Fault(FaultCode.TOO_LARGE, f"The file has more than {MOST_LINES:,} lines; split it.")
        found.append(line)
    return Sheet(file_name, heads.cells, found)


def _lines(text: str, separator: str, skipped: int) -> Iterator[Line]:
    """The lines that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    begins = 1 + skipped
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            # The module's own limit is beyond ours; the other causes come of a file that is no table.
            raise Fault(FaultCode.MALFORMED, f"Line {begins} cannot be read; is a quotation mark left open?") from None
        if cells is None:
            return
        if len(cells) > MOST_COLUMNS:
            raise Fault(FaultCode.TOO_LARGE, f"Line {begins} has more than {MOST_COLUMNS} cells.")
        if any(len(cell) > MOST_CELL for cell in cells):
            raise Fault(FaultCode.TOO_LARGE, f"Line {begins} has a cell of more than {MOST_CELL:,} characters.")
        if any(cell.strip() for cell in cells):
            yield Line(begins, cells)
        begins = reader.line_num + 1 + skipped


def _separator(text: str) -> str:
    """The one that stands most often in the first line that has something in it, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counted = Counter(letter for letter in re.sub(r'"[^"]*"', "", first) if letter in SEPARATORS)
    return counted.most_common(1)[0][0] if counted else ","


# --- Encodings ---------------------------------------------------------------------------------------------------


def _decoded(data: bytes, encoding: str | None) -> str:
    if encoding is not None:
        if encoding.lower() not in ENCODINGS:
            raise field_fault(FaultCode.INVALID, "encoding", f"encoding must be one of {', '.join(ENCODINGS)}")
        return _strictly(data, encoding)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    sample = data[:4000]
    if sample.count(0) > len(sample) // 4:
        return _strictly(data, "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _of_one_byte(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError:
        raise Fault(FaultCode.MALFORMED, f"The file is not text in the encoding {encoding}.") from None


def _of_one_byte(data: bytes) -> str:
    """Text of Windows: Central European or Western, whichever reads more like names."""
    central = data.decode("cp1250", "replace")
    western = data.decode("cp1252", "replace")
    return central if _likeness(central, _CENTRAL) > _likeness(western, _WESTERN) else western


_CENTRAL = frozenset("čćđšžłąęśńżźřůťďňľĺőűăţşČĆĐŠŽŁĄĘŚŃŻŹŘŮŤĎŇĽŐŰéáíóúýäöüßôÉÁÍÓÚÄÖÜ")
_WESTERN = frozenset("éèêëàâçùûüôöîïñßåøæœäáíóúãõÉÈÀÂÇÄÖÜÑÅØÆŒ€’–")
_VOWELS = frozenset("aeiouy")


def _likeness(text: str, expected: frozenset[str]) -> int:
    """How much the letters beyond ASCII look like names in the languages that an encoding is for."""
    score = 0
    for at, letter in enumerate(text):
        if letter <= "\x7f":
            continue
        is_word = text[at - 1 : at].isalpha() or text[at + 1 : at + 2].isalpha()
        if letter in expected and is_word:
            score += _weight(text, at)
        elif not unicodedata.category(letter).startswith("L"):
            score -= 2
    return score


def _weight(text: str, at: int) -> int:
    """Of letters that share a byte, Slavic ones follow a vowel (Kovač, Simić) and French ones a consonant (Hélène)."""
    before = unicodedata.normalize("NFKD", text[at - 1 : at].lower())[:1] if at else ""
    follows_vowel, begins = before in _VOWELS, not before.isalpha()
    match text[at].lower():
        case "č" | "ć" | "đ" | "ř" | "ł":
            return 3 if follows_vowel or begins else 1
        case "è" | "ê":
            return 1 if follows_vowel or begins else 3
        case "æ" | "ð" | "ø":
            return -2 if follows_vowel else 3
        case "š" | "ž":
            # In the same place in both encodings, and in no Western name.
            return 3 if text[at] in _CENTRAL else 1
        case _:
            return 1
