"""The room of tasks: whose are shown, how they stand, and calling one off."""

import re
from typing import Any

import pytest

from rollbook.core.analytics import tasks
from rollbook.core.kernel.ports import MailFailed
from rollbook.core.kernel.principal import Role
from tests.conftest import Caller, Organisation
from tests.console.signed_in import add_person, owner, sign_in
from tests.doors.serenytics.conftest import Door
from tests.workers.post_office import Letters

HOME = "/console/tasks"


@pytest.fixture
def door(organisation: Organisation) -> Door:
    return Door(organisation, Caller(organisation.client, {"x-api-key": organisation.founded.api_key}))


def reloading(door: Door, content: bytes = b"a\n1\n") -> str:
    return door.reloading(door.source(), content)


def test_a_task_is_listed_shown_and_told_of_when_it_is_done(door: Door) -> None:
    visitor = owner(door.organisation)
    assert "No tasks" in visitor.get(HOME).text
    uuid = reloading(door)
    listed = visitor.get(HOME).text
    assert "Load of a file" in listed
    assert "data-live" in listed
    waiting = visitor.get(f"{HOME}/{uuid}").text
    assert "Cancel the task" in waiting
    assert "data-live" in waiting
    door.do_tasks()
    done = visitor.get(f"{HOME}/{uuid}").text
    assert "1 row" in done
    assert "Cancel the task" not in done
    assert "data-live" not in done


def test_one_that_failed_says_why(door: Door) -> None:
    uuid = reloading(door, b"\x00\xff\xfe")
    door.do_tasks()
    told = door.admin.get(f"/api/task/{uuid}").json()["errors"][0]
    page = owner(door.organisation).get(f"{HOME}/{uuid}").text
    assert "Failed" in page
    assert told.split("'")[0] in page.replace("&#39;", "'")


def test_the_progress_of_one_under_way_is_shown(door: Door) -> None:
    uuid = reloading(door)
    with door.organisation.writing() as work:
        task = tasks.claim(work)
        assert task is not None
        tasks.note_progress(work, task, 420)
    for page in (HOME, f"{HOME}/{uuid}"):
        shown = owner(door.organisation).get(page).text
        assert "Running" in shown
        assert 'value="42"' in shown


def test_one_that_waits_is_called_off_and_only_once(door: Door) -> None:
    visitor = owner(door.organisation)
    uuid = reloading(door)
    assert visitor.post(f"{HOME}/{uuid}/cancel", {}).headers["location"] == f"{HOME}/{uuid}"
    assert "Cancelled" in visitor.get(f"{HOME}/{uuid}").text
    assert door.admin.get(f"/api/task/{uuid}").json()["errors"] == ["It was cancelled."]
    visitor.post(f"{HOME}/{uuid}/cancel", {})
    assert "has ended already" in visitor.get(f"{HOME}/{uuid}").text


def test_analysts_see_their_own_alone(door: Door, owner_hash: str) -> None:
    uuid = reloading(door)
    person = add_person(door.organisation, owner_hash, Role.ANALYST)
    visitor = sign_in(door.organisation, person.username)
    assert "No tasks" in visitor.get(HOME).text
    assert visitor.get(f"{HOME}/{uuid}").status_code == 404
    assert visitor.post(f"{HOME}/{uuid}/cancel", {}).status_code in (303, 404)
    assert door.admin.get(f"/api/task/{uuid}").json() == {"status": "pending"}
    analyst = door.caller(person.username)
    own = analyst.post("/api/email", json={"subject": "Hi", "recipients": ["a@example.org"], "html": "Hi"}).json()
    assert "Mail" in visitor.get(HOME).text
    assert "a@example.org" in visitor.get(f"{HOME}/{own['task_id']}").text


def test_the_mails_of_a_task_are_told_of_and_lead_to_the_ledger(door: Door) -> None:
    letters = Letters(door.organisation.server)
    letters.problem = MailFailed("550 no such mailbox", is_permanent=True)
    body = {"subject": "Hi", "recipients": ["zoe@example.org"], "html": "<p>Hi <script>x</script></p>"}
    uuid = door.admin.post("/api/email", json={**body, "from_address": "Desk <d@example.org>"}).json()["task_id"]
    letters.work()
    visitor = owner(door.organisation)
    page = visitor.get(f"{HOME}/{uuid}").text
    assert "550 no such mailbox" in page
    [href] = set(re.findall(r"/console/mail/\d+", page))
    mail: Any = visitor.get(href).text
    assert f'src="{href}/message" title="What it says" sandbox' in mail
    assert "Desk &lt;d@example.org&gt;" in mail
    framed = visitor.get(f"{href}/message")
    assert framed.headers["content-security-policy"].startswith("default-src 'none'; img-src data:;")
    assert "sandbox" in framed.headers["content-security-policy"]
    assert "<body><p>Hi </p></body>" in framed.text


@pytest.mark.parametrize(
    ("query", "found"), [("state=done", 0), ("state=pending", 1), ("kind=load", 1), ("kind=mail", 0), ("kind=x", 1)]
)
def test_tasks_are_filtered(door: Door, query: str, found: int) -> None:
    uuid = reloading(door)
    assert (f"{HOME}/{uuid}" in owner(door.organisation).get(f"{HOME}?{query}").text) == bool(found)
