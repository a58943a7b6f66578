"""Invitations to tests: whom they are for and how often they are good; and what becomes of a test."""

from typing import Any

import pytest

from tests.doors.opentera.callers import Tera, Ways

PATH = "tests/invitations"


def save(who: Tera, api: str, **fields: Any) -> Any:
    """Make an invitation or change one."""
    return who.post(f"/{api}/{PATH}", {"tests_invitations": [{"id_test_invitation": 0} | fields]})


def invited(tera: Ways, **fields: Any) -> Any:
    """The invitation of a participant."""
    made = save(tera.user("admin"), "user", id_test_type=1, id_participant=1, **fields)
    assert made.status_code == 200, made.text
    return made.json()[0]


@pytest.mark.parametrize("holder", ["id_user", "id_device"])
def test_an_invitation_stays_that_of_one_alone(tera: Ways, holder: str) -> None:
    made = invited(tera)
    about = {"id_test_invitation": made["id_test_invitation"]}
    assert save(tera.user("admin"), "user", **about, **{holder: 1}).status_code == 400
    assert save(tera.user("admin"), "user", **about, id_participant=2).json()[0]["id_participant"] == 2


def test_services_count_how_often_an_invitation_was_used_up_to_its_most(tera: Ways) -> None:
    about = {"id_test_invitation": invited(tera, test_invitation_max_count=2)["id_test_invitation"]}
    service = tera.service(6)
    assert save(service, "service", **about, test_invitation_count=2).json()[0]["test_invitation_count"] == 2
    for wrong in (3, -1, "x"):
        assert save(service, "service", **about, test_invitation_count=wrong).status_code == 400
    by_user = save(tera.user("admin"), "user", **about, test_invitation_count=0)
    assert by_user.json()[0]["test_invitation_count"] == 2, "users do not set it back"


@pytest.mark.parametrize(("status", "answered"), [(0, 200), (2, 200), (3, 400), (-1, 400)])
def test_a_test_is_incomplete_in_progress_or_completed(tera: Ways, status: int, answered: int) -> None:
    test = {"id_test": 0, "id_session": 2, "id_test_type": 1, "test_name": "T", "test_status": status}
    assert tera.service(6).post("/service/tests", {"test": test}).status_code == answered
