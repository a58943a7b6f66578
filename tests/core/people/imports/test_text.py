"""Tables in text: encodings, separators, quotes."""

import pytest

from rollbook.core.people.imports.files import read_sheet

NAMES = [("Žiga", "Čuček"), ("Đorđe", "Simić"), ("Łukasz", "Wójcik")]
WESTERN = [("Hélène", "Lefèvre"), ("François", "Müller"), ("Søren", "Ångström")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1252"])
def test_encodings_and_separators_are_found_out(encoding: str, separator: str) -> None:
    names = WESTERN if encoding == "cp1252" else NAMES
    text = "\r\n".join(separator.join(cells) for cells in [("Vorname", "Nachname"), *names])
    sheet = read_sheet("x.csv", text.encode(encoding))
    assert sheet.heads == ["Vorname", "Nachname"]
    assert [tuple(line.cells) for line in sheet.lines] == names


@pytest.mark.parametrize("name", ["Kovač", "Marić", "Žagar", "Krčmář", "Jiří"])
def test_a_single_central_european_name_is_enough(name: str) -> None:
    sheet = read_sheet("x.csv", f"Name\n{name}\n".encode("cp1250"))
    assert sheet.lines[0].cells == [name]


@pytest.mark.parametrize("name", ["Hélène", "Lefèvre", "Muñoz", "Søren", "Müller", "Jørgensen", "François"])
def test_a_single_western_name_is_enough(name: str) -> None:
    sheet = read_sheet("x.csv", f"Name\n{name}\n".encode("cp1252"))
    assert sheet.lines[0].cells == [name]


def test_quotes_line_breaks_and_blank_lines_are_read() -> None:
    text = 'sep=;\n\n"First; name";Last\n"Ana ""A""";"No\nvak"\n;\n\nBor;Kos'
    sheet = read_sheet("x.csv", text.encode())
    assert sheet.heads == ["First; name", "Last"]
    assert [(line.number, line.cells) for line in sheet.lines] == [(4, ['Ana "A"', "No\nvak"]), (8, ["Bor", "Kos"])]
