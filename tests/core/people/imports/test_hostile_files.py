"""Files that somebody made to do harm, or that came out broken."""

import io
import zipfile
from collections.abc import Callable

import pytest

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people.imports import workbooks
from rollbook.core.people.imports.files import read_sheet, shown_name
from rollbook.core.people.imports.records import MOST_COLUMNS
from tests.conftest import Caller
from tests.core.people.imports.importing import HEAD, TWO, preview, workbook


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (c + 1, b"&%c;" % c * 10) for c in range(97, 110))
    + b"]><l>&n;</l>"
)


def hostile_workbook(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook of which one part is the given XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["Employee ID"], ["1"]))) as good, zipfile.ZipFile(out, "w") as bad:
        for part in good.infolist():
            bad.writestr(part.filename, content if part.filename == name else good.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def endless_styles() -> bytes:
    """A workbook of a few kilobytes that takes a library minutes and gigabytes."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    styles = f'<styleSheet xmlns="{main}"><fonts>'.encode() + b"<font/>" * 3_000_000 + b"</fonts></styleSheet>"
    return hostile_workbook(styles, "xl/styles.xml")


def one_long_text() -> bytes:
    """A workbook of which a hundred thousand cells show the same text of 30,000 letters."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    row = '<row r="%d">' + '<c t="s"><v>0</v></c>' * 100 + "</row>"
    rows = "".join(row % number for number in range(1, 1001))
    parts = {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>{"x" * 30_000}</t></si></sst>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["Employee ID"]))) as good, zipfile.ZipFile(out, "w") as bad:
        for name in {*good.namelist(), *parts}:
            content = parts.get(name) or good.read(name).decode()
            if name == "[Content_Types].xml" and kind not in content:
                declared = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
                content = content.replace("</Types>", declared)
            bad.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def far_row() -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return hostile_workbook(
        f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Employee ID</t></is></c></row>'
        f'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData></worksheet>'.encode()
    )


@pytest.mark.parametrize(
    ("content", "statuses"),
    [
        (b"", {422}),
        (b"\n\n \n", {422}),
        (b"PK\x03\x04 and then nothing of the kind", {400}),
        (b"\xd0\xcf\x11\xe0" + bytes(1000), {415}),
        (zipped(bomb=bytes(150_000_000)), {413}),
        (zipped(**{f"p{n}": b"" for n in range(1500)}), {413}),
        (zipped(a=b"1"), {400}),
        (hostile_workbook(LAUGHS), {400}),
        (hostile_workbook(b"<worksheet"), {400}),
        (far_row(), {201, 400, 413}),
        (one_long_text(), {413}),
        ((",".join(f"c{n}" for n in range(10_000)) + "\n1\n").encode(), {413}),
        ((HEAD + "1," + "x" * 1_000_000 + ",B,c\n").encode(), {413, 400}),
        ((HEAD + "1," + "x" * 40_000 + ",B,c\n").encode(), {413}),
        ((HEAD + '1,"Ana,Novak,x\n').encode(), {201}),
        ((HEAD + '1,"Ana,Novak,x\n' * 20_000).encode(), {201, 400, 413}),
        (b"Employee ID\n" + b"1\n" * 60_000, {413}),
        (b"\xff\xfe\x00\xd8\x00", {400}),
        (bytes(range(256)) * 40, {400, 413, 422, 201}),
        (b"\x00" * 5000, {400, 422}),
    ],
    ids=[
        "empty",
        "blank",
        "a zip by name",
        "an old workbook",
        "a bomb",
        "many parts",
        "another zip",
        "an entity bomb",
        "broken XML",
        "a far row",
        "one long text",
        "10,000 columns",
        "a cell of a million",
        "a cell too long",
        "an open quote",
        "open quotes",
        "too many lines",
        "broken UTF-16",
        "every byte",
        "zeros",
    ],
)
def test_a_hostile_file_is_refused_in_words(api: Caller, content: bytes, statuses: set[int]) -> None:
    answer = preview(api, content)
    assert answer.status_code in statuses, answer.text
    assert answer.status_code == 201 or answer.json()["detail"]


def test_hostile_cells_are_bad_lines_and_name_their_fields(api: Caller) -> None:
    text = (
        HEAD
        + "1,A\x00na,Novak,a@x.org\n"  # a zero byte
        + "2,Bor,Kos,b@x.org,extra\n"  # ragged, too long
        + "3,Cene\n"  # ragged, too short
        + "4,Dana,Zor,d@x.org\n4,Eva,Zor,e@x.org\n"  # the same code twice
        + f"5,{'x' * 300},Zor,f@x.org\n"
        + "6,Fi\u202ene,Zor,g@x.org\n"  # turns the text around; unusual, not forbidden
        + ",No,Code,h@x.org\n"
        + "8,Gal,Zor,D@X.org\n"  # the same user name as line 5
    )
    bad = {
        row["line"]: [problem["field"] for problem in row["problems"]] for row in preview(api, text).json()["bad_rows"]
    }
    assert bad == {
        2: ["first_name"],
        3: [""],
        4: ["last_name"],
        6: ["external_id"],
        7: ["first_name"],
        9: ["external_id"],
        10: ["username"],
    }


def test_more_columns_than_can_be_are_refused() -> None:
    with pytest.raises(Fault) as refused:
        read_sheet("x.csv", ("," * MOST_COLUMNS + "\n").encode())
    assert refused.value.code is FaultCode.TOO_LARGE


def test_a_file_name_is_only_a_name(api: Caller) -> None:
    for name, kept in (
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\staff.csv", "staff.csv"),
        ("a\x07b\u202e.csv", "ab.csv"),
        ("x" * 500 + ".csv", ("x" * 500 + ".csv")[-200:]),
        ("", "people"),
    ):
        assert shown_name(name) == kept
    assert preview(api, TWO, name="../staff.csv").json()["file_name"] == "staff.csv"


def test_many_long_columns_called_alike_take_no_long_time(cpu_seconds: Callable[[], float]) -> None:
    heads = ",".join(["x" * 20_000] * MOST_COLUMNS)
    assert len(set(read_sheet("x.csv", f"{heads}\n1\n".encode()).heads)) == MOST_COLUMNS
    assert cpu_seconds() < 10


@pytest.mark.parametrize(
    ("bound", "value"), [("MOST_PROCESSOR_S", 2), ("MOST_MEMORY", 400_000_000), ("MOST_WAIT_S", 2)]
)
def test_a_workbook_that_takes_too_much_is_given_up(
    bound: str, value: int, monkeypatch: pytest.MonkeyPatch, cpu_seconds: Callable[[], float]
) -> None:
    monkeypatch.setattr(workbooks, bound, value)
    content = endless_styles()
    before = cpu_seconds()
    with pytest.raises(Fault) as refused:
        read_sheet("x.xlsx", content)
    assert refused.value.code is FaultCode.TOO_LARGE
    assert cpu_seconds() - before < 1, "the server's own process has nothing to do with it"
