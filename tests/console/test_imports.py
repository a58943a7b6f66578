"""Importing people at the console, by HTTP."""

import re
from typing import Any

import pytest

from rollbook.core.people.imports.files import UPLOADS
from tests.conftest import Organisation
from tests.console.signed_in import Visitor, owner

HEAD = "Employee ID,First name,Last name,E-mail\n"
ANA, BOR = "1,Ana,Novak,ana@example.org\n", "2,Bor,Kos,bor@example.org\n"
FOUR = ["external_id", "first_name", "last_name", "email"]


@pytest.fixture
def visitor(organisation: Organisation) -> Visitor:
    return owner(organisation)


def uploaded(visitor: Visitor, text: str) -> str:
    """Upload a file; the page that asks which column holds what."""
    answer = visitor.post("/console/imports/new", files={"file": ("staff.csv", text.encode(), "text/csv")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def previewed(visitor: Visitor, match: str, columns: list[str], **data: Any) -> str:
    """Say what the columns hold; the page that says what would happen."""
    answer = visitor.post(match, {"column": columns, **data})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def link_to_match(page: str) -> str:
    found = re.search(r'href="(/console/imports/files/[^"]+)"', page)
    assert found is not None
    return found[1]


def rows_of(page: str) -> str:
    return page.split("<tbody")[-1].split("</tbody")[0]


def test_matching_again_starts_from_what_was_said_and_replaces_the_preview(visitor: Visitor) -> None:
    said = ["external_id", "first_name", "last_name", ""]
    first = previewed(visitor, uploaded(visitor, HEAD + ANA), said, clears_blank="on", match_by="external_id")
    again = link_to_match(visitor.get(first).text)
    page = visitor.get(again).text
    assert re.findall(r'<option value="([^"]*)" selected', page) == [*said[:3], "external_id"]
    assert re.search(r'name="clears_blank"[^>]*checked', page)
    number = re.search(r'name="instead" value="(\d+)"', page)
    assert number is not None
    second = previewed(visitor, again.split("?")[0], FOUR, instead=number[1])
    assert second != first
    assert "This preview was thrown away" in visitor.get(first).text
    assert visitor.get("/console/imports").text.count("staff.csv") == 1


def test_lines_with_problems_are_shown_first_and_in_plain_words(visitor: Visitor) -> None:
    href = previewed(visitor, uploaded(visitor, HEAD + ANA + "1,Eva,Zor,eva@example.org\n3,Cene,,x\n"), FOUR)
    page = visitor.get(href).text
    assert "2 lines have a problem." in page
    assert "The same external id stands in line 2 too." in rows_of(page)
    assert "Last name is required." in rows_of(page)
    assert "Ana Novak" not in rows_of(page)
    assert "Apply the import" not in page
    assert "Ana Novak" in rows_of(visitor.get(href.split("?")[0]).text)


def test_changes_are_shown_in_plain_words(visitor: Visitor) -> None:
    visitor.post(previewed(visitor, uploaded(visitor, HEAD + ANA + BOR), FOUR), {"action": "apply"})
    text = "Employee ID,Active\n1,no\n"
    page = visitor.get(previewed(visitor, uploaded(visitor, text), ["external_id", "active"])).text
    assert "Active: yes → no" in rows_of(page)


def test_many_are_inactivated_only_when_that_is_ticked(visitor: Visitor) -> None:
    visitor.post(previewed(visitor, uploaded(visitor, HEAD + ANA + BOR), FOUR), {"action": "apply"})
    href = previewed(visitor, uploaded(visitor, HEAD + ANA), FOUR, inactivates_missing="on")
    assert "1 person would be inactivated." in visitor.get(href).text
    assert "Bor Kos" in rows_of(visitor.get(f"{href}?result=inactivated").text)
    visitor.post(href, {"action": "apply"})
    assert "more than a tenth" in visitor.get(href).text
    assert "Match the columns differently" in visitor.get(href).text
    visitor.post(href, {"action": "apply", "confirm": "on"})
    assert "Applied" in visitor.get(href).text


@pytest.mark.parametrize("action", ["apply", "discard"])
def test_the_uploaded_table_goes_with_its_preview(organisation: Organisation, visitor: Visitor, action: str) -> None:
    match = uploaded(visitor, HEAD + ANA)
    key = f"{UPLOADS}/{organisation.id}/{match.rsplit('/', 1)[-1]}"
    href = previewed(visitor, match, FOUR)
    assert organisation.server.services.files.exists(key)
    assert visitor.post(href, {"action": action}).status_code == 303
    assert not organisation.server.services.files.exists(key)
    assert "The file is gone" in visitor.get(match).text


def test_an_uploaded_table_is_nobody_elses(visitor: Visitor, other_organisation: Organisation) -> None:
    match = uploaded(visitor, HEAD + ANA)
    stranger = owner(other_organisation)
    assert "The file is gone" in stranger.get(match).text
    assert stranger.post(match, {"column": FOUR}).headers["location"] == "/console/imports/new"
    assert stranger.get("/console/imports/files/..%2f1").status_code == 404


def test_columns_called_alike_are_chosen_between(visitor: Visitor) -> None:
    match = uploaded(visitor, "Employee ID,First name,Last name,Email,Email\n1,Ana,Novak,a@x.org,b@x.org\n")
    refused = visitor.post(match, {"column": [*FOUR, "email"]})
    assert refused.status_code == 422
    assert "Email (2)" in refused.text
    assert 'href="#f-mapping"' in refused.text
    assert 'id="f-mapping"' in refused.text
    href = previewed(visitor, match, [*FOUR[:3], "", "email"])
    visitor.post(href, {"action": "apply"})
    assert "b@x.org" in visitor.get("/console/people?q=novak").text
