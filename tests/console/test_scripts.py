"""The room of scripts: made, changed, run, followed and stopped by people at the console."""

import re
import threading
from typing import Any

import pytest

from rollbook.core.analytics.scripts import running
from rollbook.core.analytics.scripts.running import Bench
from rollbook.core.kernel.principal import Role
from tests.conftest import Organisation
from tests.console.signed_in import add_person, owner, sign_in

HOME = "/console/scripts"


def _made(visitor: Any, **form: str) -> str:
    answer = visitor.post(f"{HOME}/new", {"name": "Nightly load", "code": "print('<b>hi</b>')", "every": "", **form})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def _run_all(organisation: Organisation) -> None:
    services = organisation.server.services
    while running.work_off(Bench(database=services.database, runner=services.scripts), threading.Event()):
        pass


def test_a_script_is_made_shown_changed_and_deleted(organisation: Organisation) -> None:
    visitor = owner(organisation)
    assert "No scripts yet" in visitor.get(HOME).text
    href = _made(visitor, code="a = 1\r\nprint(a)\r\n", every="day", at="07:30")
    assert "Nightly load" in visitor.get(HOME).text
    form = visitor.get(f"{href}/edit").text
    assert "a = 1\nprint(a)\n</textarea>" in form
    assert "By the clock of UTC" in form
    shown = visitor.get(href).text
    assert "It has not run yet." in shown
    assert re.search(r'<time datetime="[^"]+T07:30:00', shown), "when it runs next"
    answer = visitor.post(f"{href}/edit", {"name": "Weekly", "code": "1", "every": "week", "weekdays": "3"})
    assert answer.status_code == 303
    assert 'value="3" checked' in visitor.get(f"{href}/edit").text.replace("checked=", "checked ")
    assert visitor.post(f"{href}/remove", {}).headers["location"] == HOME
    assert visitor.get(href).status_code == 404


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": ""}, "is required"),
        ({"name": "x", "every": "year"}, "Choose how often it runs."),
        ({"name": "x", "every": "day", "at": "noon"}, "at must be a time such as 07:30"),
        ({"name": "x", "every": "week"}, "weekdays must name at least one day"),
        ({"name": "x", "every": "month", "day": "40"}, "day must be from 1 to 31"),
    ],
)
def test_a_form_that_cannot_be_taken_keeps_what_was_typed(
    organisation: Organisation, form: dict[str, str], told: str
) -> None:
    visitor = owner(organisation)
    answer = visitor.post(f"{HOME}/new", {"code": "print('kept as typed')", **form})
    assert answer.status_code == 422
    assert told in answer.text
    assert "kept as typed" in answer.text
    assert "No scripts yet" in visitor.get(HOME).text


def test_a_script_is_run_and_its_log_is_text(organisation: Organisation) -> None:
    visitor = owner(organisation)
    href = _made(visitor)
    refused = visitor.post(f"{href}/run", {"params": "[1]"})
    assert refused.status_code == 422
    assert "Parameters are a JSON object" in refused.text
    assert visitor.post(f"{href}/run", {"params": '{"quarter": 2}'}).status_code == 303
    waiting = visitor.get(href).text
    assert "data-live" in waiting
    assert "Nothing was written yet." in waiting
    _run_all(organisation)
    shown = visitor.get(href).text
    assert "data-live" not in shown
    assert "&lt;b&gt;hi&lt;/b&gt;" in shown
    assert "Done" in shown
    assert "Console" in shown


def test_a_run_that_waits_is_stopped(organisation: Organisation) -> None:
    visitor = owner(organisation)
    href = _made(visitor)
    visitor.post(f"{href}/run", {"params": "{}"})
    assert visitor.post(f"{href}/stop", {}).status_code == 303
    _run_all(organisation)
    shown = visitor.get(href).text
    assert "It was stopped before it began." in shown
    assert "&lt;b&gt;hi" not in shown


def test_a_webhooks_address_is_shown_once_and_ended(organisation: Organisation) -> None:
    visitor = owner(organisation)
    href = _made(visitor)
    made = visitor.post(f"{href}/token", {}).text
    address = re.search(r'value="[^"]*(/api/script/[^"]+\?token=rbw_[^"]+)"', made)
    assert address
    assert organisation.client.post(address[1], json={}).status_code == 200
    assert address[1].partition("token=")[2] not in visitor.get(href).text
    assert visitor.post(f"{href}/token/remove", {}).status_code == 303
    assert organisation.client.post(address[1], json={}).status_code == 404


def test_analysts_have_scripts_of_their_own_and_others_none(organisation: Organisation, owner_hash: str) -> None:
    href = _made(owner(organisation))
    analyst = sign_in(organisation, add_person(organisation, owner_hash, Role.ANALYST).username)
    learner = sign_in(organisation, add_person(organisation, owner_hash, Role.LEARNER).username)
    assert "No scripts yet" in analyst.get(HOME).text
    assert analyst.get(href).status_code == 404
    assert analyst.post(f"{href}/run", {"params": "{}"}).status_code == 404
    assert learner.get(href).status_code == 403
    assert learner.post(f"{HOME}/new", {"name": "x", "code": ""}).status_code == 403
