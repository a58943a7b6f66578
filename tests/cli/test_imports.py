"""Importing people at the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Home

STAFF = "Employee ID;First name;Last name;E-mail;Shoe\n1;Ana;Novak;ana@example.org;38\n2;Bor;Kos;bor@example.org;44\n"


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    file = tmp_path / "staff.csv"
    file.write_text(STAFF)
    return file


def usernames(home: Home) -> list[str]:
    return [line.split("\t")[0] for line in home.run.well("user", "list").splitlines()][:-1]


def test_a_preview_changes_nothing_and_says_how_to_go_on(home: Home, staff: Path) -> None:
    result = home.run("import", "people", str(staff))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["2\tcreated\tAna Novak\t", "3\tcreated\tBor Kos\t"]
    assert "Left out: Shoe" in result.stderr
    assert usernames(home) == []
    number = result.stderr.rsplit(" ", 1)[1].strip()
    home.run.well("import", "apply", number)
    assert sorted(usernames(home)) == ["ana@example.org", "bor@example.org"]
    home.run.well("import", "undo", number)
    assert usernames(home) == []
    assert home.run.well("import", "list").split("\t")[1:3] == ["staff.csv", "undone"]


def test_what_to_type_next_names_the_record_as_it_was_named(home: Home, staff: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    folder.mkdir()
    result = home.run("import", "people", str(staff), "--data", str(folder), "--organisation", home.name)
    assert result.stderr.splitlines()[-1].endswith(f" --data '{folder}' --organisation '{home.name}'")


def test_changes_are_shown_field_by_field(home: Home, staff: Path) -> None:
    home.run.well("import", "people", str(staff), "--apply")
    staff.write_text(STAFF.replace("Novak", "Horvat"))
    shown = home.run.well("import", "people", str(staff), "--map", "Shoe=phone", "--apply")
    assert shown.splitlines() == [
        "2\tchanged\tAna Horvat\tlast_name: Novak → Horvat; phone: nothing → 38",
        "3\tchanged\tBor Kos\tphone: nothing → 44",
    ]


def test_bad_lines_are_shown_and_refused(home: Home, staff: Path) -> None:
    staff.write_text(STAFF + "3;Cene;;x;1\n")
    result = home.run("import", "people", str(staff))
    assert result.exit_code == 1
    assert "4\tbad\tCene\t" in result.stdout
    assert "1 line is bad" in result.stderr
    assert home.run.well("import", "list") == ""
    assert "bad" in home.run.refused("import", "people", str(staff), "--apply")
    assert usernames(home) == []


def test_inactivating_many_must_be_confirmed(home: Home, staff: Path) -> None:
    home.run.well("import", "people", str(staff), "--apply")
    staff.write_text("\n".join(STAFF.splitlines()[:2]))
    told = home.run.refused("import", "people", str(staff), "--deactivate-missing", "--apply")
    assert "more than a tenth" in told
    home.run.well(*told.split("To confirm it: rollbook ")[1].split())
    assert usernames(home) == ["ana@example.org"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--map", "Nothing=email"), 1, "There is no column 'Nothing'"),
        (("--map", "Shoe"), 2, "COLUMN=FIELD"),
        (("--encoding", "morse"), 1, "encoding must be one of"),
        (("--match-by", "shoe"), 2, "shoe"),
    ],
)
def test_what_cannot_be_understood_is_said(
    home: Home, staff: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    result = home.run("import", "people", str(staff), *arguments)
    assert result.exit_code == code
    assert told in result.output


@pytest.mark.parametrize("command", ["apply", "undo"])
def test_an_import_that_is_not_there_is_named(home: Home, command: str) -> None:
    assert "There is no import '77777'" in home.run.refused("import", command, "77777")
