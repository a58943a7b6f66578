"""Which column holds what, and how cells are read."""

from typing import Any

import pytest

from rollbook.core.people.imports.columns import columns_of, told_apart
from rollbook.core.people.imports.records import ImportOptions
from tests.conftest import Caller, Organisation
from tests.core.people.imports.importing import HEAD, applied, person, preview, rows_of


@pytest.mark.parametrize(
    "heads",
    [
        "Employee ID,First name,Last name,E-mail,Department",
        "Personalnummer,Vorname,Nachname,E-Mail-Adresse,Abteilung",
        "Personal-Nr.,Vorname,Name,Mail,Bereich",
        "Matricule,Prénom,Nom,Courriel,Service",
        "Número de empleado,Nombre,Apellidos,Correo electrónico,Departamento",
        "Matricola,Nome,Cognome,Indirizzo e-mail,Reparto",
        "Kadrovska številka,Ime,Priimek,E-pošta,Oddelek",
        "Matični broj,Ime,Prezime,E-pošta,Odjel",
        "external_id,first_name,last_name,email,group",
        "EMPLOYEE NO.,  Given_Name ,SURNAME,e-mail,Org. unit",
    ],
)
def test_columns_are_found_by_what_people_call_them(heads: str) -> None:
    found = [column.field for column in columns_of(heads.split(","), ImportOptions())]
    assert found == ["external_id", "first_name", "last_name", "email", "group"]


def test_a_column_is_what_the_caller_says_it_is(api: Caller) -> None:
    text = "Badge,Kennung,Given,Family,Mail\nx,1,Ana,Novak,ana@example.org\n"
    mapping = {"Kennung": "external_id", "Badge": "", "given": "first_name", "Family": "last_name"}
    made = preview(api, text, mapping=mapping).json()
    assert {c["column"]: c["field"] for c in made["columns"]} == {
        "Badge": None,
        "Kennung": "external_id",
        "Given": "first_name",
        "Family": "last_name",
        "Mail": "email",
    }
    assert made["created"] == 1


@pytest.mark.parametrize(
    ("heads", "form", "field"),
    [
        ("Employee ID,Staff ID,First name", {}, "mapping"),
        ("Email,email,First name", {}, "mapping"),
        ("First name,Last name", {}, "mapping"),
        ("Employee ID", {"mapping": {"Nothing": "email"}}, "mapping"),
        ("Employee ID", {"mapping": {"Employee ID": "shoe_size"}}, "mapping"),
        ("Employee ID", {"mapping": "[]"}, "mapping"),
        ("Employee ID", {"match_by": "email"}, "match_by"),
        ("Employee ID", {"match_by": "shoe_size"}, "match_by"),
        ("Employee ID", {"encoding": "utf-7"}, "encoding"),
    ],
)
def test_what_cannot_be_understood_is_named(api: Caller, heads: str, form: dict[str, Any], field: str) -> None:
    answer = preview(api, f"{heads}\n1,2,3\n", **form)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]


def test_columns_of_the_same_name_can_be_told_apart(api: Caller) -> None:
    text = "Employee ID,First name,Last name,Email,email\n1,Ana,Novak,private@x.org,work@x.org\n"
    refused = preview(api, text)
    assert refused.status_code == 422
    assert "'Email' and 'email (2)'" in refused.json()["errors"]["mapping"][0]
    applied(api, text, mapping={"Email": ""})
    assert person(api, "1")["email"] == "work@x.org"
    applied(api, text, mapping={"email (2)": ""})
    assert person(api, "1")["email"] == "private@x.org"
    both = preview(api, text, mapping={"Email": "email", "email (2)": "company"}).json()
    assert rows_of(api, both["id"])[0]["changes"] == {"company": [None, "work@x.org"]}


def test_columns_without_a_name_are_numbered_and_empty_ones_at_the_end_are_nothing(api: Caller) -> None:
    text = "Employee ID,,First name,Last name,,,\n1,x,Ana,Novak,y,,\n2,,Bor,Kos\n"
    made = preview(api, text, mapping={"Column 5": "phone"}).json()
    assert [(column["column"], column["field"]) for column in made["columns"]] == [
        ("Employee ID", "external_id"),
        ("Column 2", None),
        ("First name", "first_name"),
        ("Last name", "last_name"),
        ("Column 5", "phone"),
    ]
    assert (made["created"], made["bad"]) == (2, 0)


@pytest.mark.parametrize(
    ("heads", "told"),
    [
        (["A", "a", "A (2)", "á"], ["A", "a (2)", "A (2) (2)", "á (3)"]),
        (["", " ", "Column 2"], ["Column 1", "Column 2", "Column 2 (2)"]),
        (["-", "_"], ["-", "_ (2)"]),
    ],
)
def test_no_two_columns_are_called_alike(heads: list[str], told: list[str]) -> None:
    assert told_apart(heads) == told


def test_a_column_said_to_hold_the_full_name_does_beside_a_first_name(api: Caller) -> None:
    text = "Employee ID,Vorname,Name\n1,Ana,Novak Zupan\n"
    applied(api, text)
    assert (person(api, "1")["first_name"], person(api, "1")["last_name"]) == ("Ana", "Novak Zupan")
    applied(api, text, mapping={"Name": "full_name", "Vorname": ""})
    assert (person(api, "1")["first_name"], person(api, "1")["last_name"]) == ("Novak", "Zupan")
    applied(api, text, mapping={"Name": "full_name", "Vorname": "first_name"})
    assert (person(api, "1")["first_name"], person(api, "1")["last_name"]) == ("Ana", "Zupan")


def test_places_are_found_by_code_or_name(api: Caller, organisation: Organisation) -> None:
    from rollbook.core.people import structure

    with organisation.writing() as work:
        structure.add_entry(work, structure.GROUPS, name="Proizvodnja", external_id="P1")
        structure.add_entry(work, structure.LOCATIONS, name="Koper", external_id="KP")
        structure.add_entry(work, structure.LOCATIONS, name="Hala", external_id="H1")
        structure.add_entry(work, structure.LOCATIONS, name="Hala", external_id="H2")
    head = HEAD.strip() + ",Department,Site\n"
    applied(api, head + "1,Ana,Novak,a@x.org,proizvodnja,KP\n2,Bor,Kos,b@x.org,P1,koper\n")
    assert [(person(api, c)["group"], person(api, c)["location"]) for c in "12"] == [("P1", "KP"), ("P1", "KP")]
    bad = preview(api, head + "1,Ana,Novak,a@x.org,nowhere,KP\n2,Bor,Kos,b@x.org,P1,hala\n").json()["bad_rows"]
    assert [(row["line"], row["problems"][0]["field"]) for row in bad] == [(2, "group"), (3, "location")]
    moved = preview(api, head + "1,Ana,Novak,a@x.org,P1,H1\n").json()
    assert rows_of(api, moved["id"])[0]["changes"] == {"location": ["KP", "H1"]}


def test_dates_states_names_and_roles_are_read_as_people_write_them(api: Caller) -> None:
    text = (
        "ID;Name;Geburtsdatum;Aktiv;Rollen\n"
        "1;Novak, Ana;31.03.1990;ja;Instructor / learner\n2;Bor van Kos;1990-04-01;nein;hr_manager\n"
        "3;Cene;1.4.90;maybe;boss\n"
    )
    made = preview(api, text, mapping={"ID": "external_id"}).json()
    assert [(p["field"]) for p in made["bad_rows"][0]["problems"]] == ["full_name", "birth_date", "active", "roles"]
    applied(api, "\n".join(text.splitlines()[:3]))
    ana, bor = person(api, "1"), person(api, "2")
    assert (ana["first_name"], ana["last_name"], ana["birth_date"], ana["roles"]) == (
        "Ana",
        "Novak",
        "1990-03-31",
        ["instructor", "learner"],
    )
    assert (bor["first_name"], bor["last_name"], bor["active"]) == ("Bor van", "Kos", False)


@pytest.mark.parametrize(
    ("dates", "read"),
    [
        (["03/04/1990", "31/12/1980"], ["1990-04-03", "1980-12-31"]),
        (["03/04/1990", "12/31/1980"], ["1990-03-04", "1980-12-31"]),
        (["03/04/1990", "05/06/1980"], [None, None]),
        (["03/03/1990", "1980-12-31 00:00:00"], ["1990-03-03", "1980-12-31"]),
    ],
)
def test_whether_day_or_month_comes_first_is_told_by_the_column(
    api: Caller, dates: list[str], read: list[str | None]
) -> None:
    lines = "".join(f"{n},A,B,{n}@x.org,{text}\n" for n, text in enumerate(dates))
    made = preview(api, HEAD.strip() + ",Date of birth\n" + lines).json()
    if None in read:
        assert made["bad"] == len(dates)
        return
    api.post(f"/v1/imports/{made['id']}/apply", json={})
    assert [person(api, str(n))["birth_date"] for n in range(len(dates))] == read


def test_a_blank_cell_keeps_what_is_there_unless_it_is_to_clear_it(api: Caller) -> None:
    applied(api, HEAD.strip() + ",Phone\n1,Ana,Novak,ana@example.org,123\n")
    blank = HEAD.strip() + ",Phone\n1,Ana,Novak,ana@example.org,\n"
    assert preview(api, blank).json()["unchanged"] == 1
    applied(api, blank, clears_blank="true")
    assert person(api, "1")["phone"] is None


def test_an_email_that_several_have_tells_nobody_apart(api: Caller) -> None:
    for name in ("a", "b"):
        body = {"first_name": name, "last_name": "X", "username": name, "email": "shared@example.org"}
        assert api.post("/v1/people", json=body).status_code == 201
    text = "Email,First name,Last name\nSHARED@example.org,Ana,Novak\neva@example.org,Eva,Kos\n"
    made = preview(api, text).json()
    assert (made["created"], made["bad"]) == (1, 1)
    (problem,) = made["bad_rows"][0]["problems"]
    assert (problem["field"], problem["code"]) == ("email", "duplicate")
    assert "several people have this email" in problem["message"]


def test_people_who_share_an_email_are_not_inactivated_by_it(api: Caller) -> None:
    for name in ("a", "b"):
        body = {"first_name": name, "last_name": "X", "username": name, "email": "shared@example.org"}
        assert api.post("/v1/people", json=body).status_code == 201
    text = "Email,First name,Last name\neva@example.org,Eva,Kos\n"
    made = preview(api, text, inactivates_missing="true").json()
    assert (made["inactivated"], made["bad"]) == (0, 2)
    assert {row["problems"][0]["field"] for row in made["bad_rows"]} == {"email"}


def test_a_line_that_repeats_another_says_which(api: Caller) -> None:
    text = HEAD + "\n1,Ana,Novak,ana@x.org\n1,Eva,Zor,eva@x.org\n2,Bor,Kos,ANA@x.org\n"
    bad = preview(api, text).json()["bad_rows"]
    assert [(row["line"], row["problems"][0]["message"]) for row in bad] == [
        (4, "the same external_id stands in line 3 too"),
        (5, "line 3 has the username 'ana@x.org' too"),
    ]
