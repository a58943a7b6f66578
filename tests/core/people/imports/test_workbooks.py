"""Tables in workbooks."""

from datetime import date, datetime

from tests.conftest import Caller
from tests.core.people.imports.importing import HEAD, applied, person, preview, rows_of, workbook


def test_a_workbook_is_read_with_its_dates_and_numbers(api: Caller) -> None:
    content = workbook(
        ["Employee ID", "First name", "Last name", "Birth date", "Active", "Phone"],
        [7, "Ana", "Novak", date(1990, 3, 31), True, 5.0],
        [],
        [8.0, "Bor", "Kos", datetime(1991, 1, 2), False, None],
    )
    made = preview(api, content, name="staff.xlsx").json()
    assert [row["line"] for row in rows_of(api, made["id"])] == [2, 4]
    assert api.post(f"/v1/imports/{made['id']}/apply", json={}).status_code == 200
    assert (person(api, "7")["birth_date"], person(api, "7")["phone"]) == ("1990-03-31", "5")
    assert (person(api, "8")["birth_date"], person(api, "8")["active"]) == ("1991-01-02", False)


def test_a_formula_is_never_worked_out(api: Caller) -> None:
    content = workbook(["Employee ID", "First name", "Last name"], ["1", '=HYPERLINK("http://x","Ana")', "Novak"])
    assert preview(api, content).json()["bad_rows"][0]["problems"][0]["field"] == "first_name"
    text = HEAD + "1,=cmd|' /C calc'!A0,+1+1,ana@example.org\n"
    applied(api, text)
    assert person(api, "1")["first_name"] == "=cmd|' /C calc'!A0"
