"""The vendor's own Python client about scripts, and inside of them, against a running server."""

import json
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest
import serenytics
from serenytics import settings
from serenytics.script import ScriptFailure, UnknownScript

from tests.clients.conftest import LiveServer

pytestmark = pytest.mark.clients


@pytest.fixture
def client(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client with an organisation's key."""
    monkeypatch.setattr(settings, "SERENYTICS_API_DOMAIN", live_server.url)
    pause = SimpleNamespace(sleep=lambda _: time.sleep(0.1))  # it polls once a second
    monkeypatch.setattr(sys.modules["serenytics.script"], "time", pause)
    monkeypatch.setattr(serenytics.task, "time", pause)
    return serenytics.Client(api_key=live_server.found().api_key)


def _script(client: Any, code: str, **given: Any) -> Any:
    body = {"name": f"script {uuid4()}", "schedule_infos": None, "code": code, "kind": "GENERIC_PYTHON", **given}
    answer = httpx.post(f"{settings.SERENYTICS_API_DOMAIN}/api/script", json=body, headers=client._headers)
    assert answer.status_code == 201, answer.text
    return client.get_script_by_uuid(answer.json()["uuid"])


def test_a_script_is_found_by_name_and_by_uuid(client: Any) -> None:
    made = _script(client, "print(1)")
    assert client.get_script_by_name(made.name).uuid == made.uuid
    assert client.get_script_by_name("no such script") is None
    with pytest.raises(UnknownScript):
        client.get_script_by_uuid(str(uuid4()))


def test_a_script_that_is_run_and_waited_for_has_its_log(client: Any) -> None:
    script = _script(client, "import serenytics\nprint(serenytics.Client().script_args['quarter'])")
    log = script.run({"quarter": 2}, async_=False)
    assert log.is_success
    assert (log.stdout, log.return_code) == ("2\n", 0)
    assert script.run({"quarter": 3}) is None
    script.wait()
    assert [one.stdout for one in script.get_last_logs()] == ["3\n", "2\n"]


def test_a_script_that_fails_raises_with_its_output(client: Any) -> None:
    script = _script(client, "print('so far')\nraise KeyError('quarter')")
    with pytest.raises(ScriptFailure, match="KeyError") as told:
        script.run(async_=False)
    assert "so far" in str(told.value)
    assert script.run(async_=False, raise_on_error=False).is_failure


def test_the_client_works_inside_a_script(client: Any) -> None:
    name = f"sales {uuid4()}"
    code = f"""
import serenytics
client = serenytics.Client()
source = client.get_or_create_storage_data_source_by_name({name!r})
source.reload_data([{{"country": "FR", "sold": 3}}, {{"country": "SI", "sold": 5}}])
print(source.get_nb_rows(), [one.name for one in client.get_data_sources() if one.name == {name!r}])
"""
    log = _script(client, code).run(async_=False)
    assert log.stdout == f"2 [{name!r}]\n"
    assert client.get_data_source_by_name(name).get_nb_rows() == 2


def test_a_script_keeps_data_from_one_run_to_the_next(client: Any) -> None:
    script = _script(client, "")
    code = f"""
import serenytics
client = serenytics.Client(script_id={script.uuid!r})
kept = client.retrieve_script_data() or {{"runs": 0}}
kept["runs"] += 1
client.store_script_data(kept)
print(kept)
"""
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/script/{script.uuid}"
    assert httpx.put(address, json={"code": code}, headers=client._headers).status_code == 200
    assert [script.run(async_=False).stdout for _ in range(2)] == ["{'runs': 1}\n", "{'runs': 2}\n"]
    outside = serenytics.Client(api_key=client._api_key, script_id=script.uuid)
    assert outside.retrieve_script_data() == {"runs": 2}


def test_a_call_that_waits_holds_up_no_other(client: Any) -> None:
    """More callers wait than the server has threads, while the scripts they wait for call it."""
    inside = _script(client, "import serenytics\nprint(len(serenytics.Client().get_data_sources()))")

    answers: list[httpx.Response] = []
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/script/{inside.uuid}/run?async_=false"

    def ask() -> None:
        answers.append(httpx.post(address, headers=client._headers, content="{}", timeout=120))

    asking = [threading.Thread(target=ask) for _ in range(12)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert [answer.status_code for answer in answers] == [200] * 12
    assert all(json.loads(answer.text)["return_code"] == 0 for answer in answers)
