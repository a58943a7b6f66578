"""The room of data sources: what is listed and shown, and loading a file by hand."""

import re
from typing import Any

import pytest

from rollbook.core.kernel.principal import Role
from tests.conftest import Caller, Organisation
from tests.console.signed_in import Visitor, add_person, owner, sign_in
from tests.doors.serenytics.conftest import Door

HOME = "/console/sources"


@pytest.fixture
def door(organisation: Organisation) -> Door:
    """The organisation's analysts, and who does their tasks."""
    return Door(organisation, Caller(organisation.client, {"x-api-key": organisation.founded.api_key}))


def made(visitor: Visitor, name: str = "Costs") -> str:
    """The page of a new source."""
    answer = visitor.post(f"{HOME}/new", {"name": name})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def loaded(visitor: Visitor, door: Door, page: str, content: bytes, name: str = "costs.csv", key: str = "") -> Any:
    """The answer to a file that is loaded, once its task is done."""
    answer = visitor.post(f"{page}/load", {"key": key}, files={"file": (name, content, "text/csv")})
    door.do_tasks()
    return answer


def test_a_file_is_loaded_looked_at_and_added_to(door: Door) -> None:
    visitor = owner(door.organisation)
    page = made(visitor)
    assert "No rows" in visitor.get(page).text
    assert loaded(visitor, door, page, b"code,euros\nA1,10\nA2,20.5\n").headers["location"] == page
    shown = visitor.get(page).text
    for word in ("A1", "20.5", "Number", "costs.csv", "Load of a file"):
        assert word in shown
    loaded(visitor, door, page, b"code,euros\nA2,30\nA3,40\n", key="code")
    rows = door.ask(page.rpartition("/")[2], select=["code", "euros"], order_by=["code"])["data"]
    assert rows == [["A1", 10], ["A2", 30], ["A3", 40]]
    loaded(visitor, door, page, b"other\n1\n")
    assert "A1" not in visitor.get(page).text
    listed = visitor.get(HOME).text
    assert "Costs" in listed
    assert "People" in listed
    assert "Costs" not in visitor.get(f"{HOME}?q=people").text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("costs.exe", b"a", "must end in one of"),
        ("", b"", "Choose a file first"),
        ("costs.csv", b"", "The file is empty"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(door: Door, name: str, content: bytes, told: str) -> None:
    visitor = owner(door.organisation)
    page = made(visitor)
    answer = loaded(visitor, door, page, content, name)
    text = answer.text if answer.status_code != 303 else visitor.get(page).text
    assert told in text


def test_the_record_is_looked_at_and_not_changed(door: Door) -> None:
    visitor = owner(door.organisation)
    href = re.search(rf'href="({HOME}/[0-9a-f-]+)">People<', visitor.get(HOME).text)
    assert href is not None
    shown = visitor.get(href[1]).text
    assert "first_name" in shown
    assert "Load a file" not in shown
    assert "Delete the data source" not in shown
    assert visitor.post(f"{href[1]}/rename", {"name": "Mine"}).status_code == 403


def test_it_is_its_owners(door: Door, owner_hash: str) -> None:
    page = made(owner(door.organisation))
    analyst = add_person(door.organisation, owner_hash, Role.ANALYST)
    other = sign_in(door.organisation, analyst.username)
    assert other.get(page).status_code == 404
    assert other.post(f"{page}/remove").status_code == 404
    own = made(other, "Mine")
    assert other.post(f"{own}/rename", {"name": "Better"}).status_code == 303
    assert ">Better<" in other.get(HOME).text
    assert other.post(f"{own}/remove").headers["location"] == HOME
    assert ">Better<" not in other.get(HOME).text
