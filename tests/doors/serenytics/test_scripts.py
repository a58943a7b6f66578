"""Scripts through the Serenytics door: kept, run, waited for, stopped, by webhook and by schedule."""

import json
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from rollbook.core.analytics.scripts import turns
from rollbook.core.analytics.scripts.running import Bench, work_off
from rollbook.core.kernel.clock import DAY, HOUR, MINUTE, now
from rollbook.core.kernel.ports import ScriptEnd, ScriptJob, ScriptWatcher
from rollbook.core.people import queries, registration
from rollbook.core.people.records import PersonChanges
from tests.conftest import Caller, Organisation
from tests.doors.serenytics.conftest import Door

DAILY = {"enabled": True, "every": "day", "at": "07:30"}


class Played:
    """A `ScriptRunner` that does what the test says, instead of running Python."""

    def __init__(self, play: Callable[[ScriptJob, ScriptWatcher], ScriptEnd] | None = None) -> None:
        self.jobs: list[ScriptJob] = []
        self._play = play or (lambda *_: ScriptEnd(outcome="ended", return_code=0))

    def run(self, job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        self.jobs.append(job)
        return self._play(job, watcher)

    def why_not(self) -> str | None:
        return None


def test_a_script_is_made_found_changed_and_deleted(door: Door) -> None:
    name = f"Nightly {uuid4().hex}"
    made = door.admin.post("/api/script", json={"name": name, "code": "print(1)", "kind": "GENERIC_PYTHON"}).json()
    address = f"/api/script/{made['uuid']}"
    assert door.admin.get(address).json() == made
    search = {"q": json.dumps({"filters": [{"name": "name", "op": "eq", "val": name}]})}
    assert door.admin.get("/api/script", params=search).json() == {
        "num_results": 1, "page": 1, "total_pages": 1, "objects": [made],
    }  # fmt: skip
    changed = door.admin.put(address, json={**made, "code": "print(2)"}).json()
    assert changed["code"] == "print(2)"
    assert changed["name"] == name
    assert door.admin.delete(address).status_code == 204
    assert door.admin.get(address).status_code == 404
    assert door.admin.get("/api/script", params=search).json()["num_results"] == 0


def test_a_name_is_taken_once_in_an_organisation(door: Door, other_organisation: Organisation) -> None:
    name = uuid4().hex
    door.script(name=name)
    again = door.admin.post("/api/script", json={"name": name})
    assert again.status_code == 400
    assert "name is taken" in again.json()["errors"][0]
    other = door.script()
    assert door.admin.put(f"/api/script/{other}", json={"name": name}).status_code == 400
    stranger = Caller(other_organisation.client, {"x-api-key": other_organisation.founded.api_key})
    assert stranger.post("/api/script", json={"name": name}).status_code == 201


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"code": "1"}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x", "kind": "SHELL"}, "kind"),
        ({"name": "x", "code": 5}, "code"),
        ({"name": "x", "code": "\x00"}, "code"),
        ({"name": "x", "folder_uuid": "none"}, "folder"),
        ({"name": "x", "schedule_infos": {"enabled": True}}, "every"),
        ({"name": "x", "schedule_infos": {"enabled": True, "every": "year"}}, "every"),
        ({"name": "x", "schedule_infos": {"enabled": True, "every": "day", "at": "25:00"}}, "07:30"),
        ({"name": "x", "schedule_infos": {"enabled": True, "every": "week"}}, "weekdays"),
    ],
)
def test_what_cannot_be_taken_is_told(door: Door, body: Any, told: str) -> None:
    answer = door.admin.post("/api/script", json=body)
    assert answer.status_code == 400
    assert told in answer.json()["errors"][0]
    assert door.admin.get("/api/script").json()["num_results"] == 0


def test_analysts_see_their_own_scripts_and_nobody_elses(door: Door, other_organisation: Organisation) -> None:
    analyst, _ = door.user("studio")
    other, _ = door.user("studio")
    viewer, _ = door.user("viewer")
    uuid = door.script("print(1)", analyst)
    stranger = Caller(other_organisation.client, {"x-api-key": other_organisation.founded.api_key})
    address = f"/api/script/{uuid}"
    for caller, status in ((analyst, 200), (door.admin, 200), (other, 404), (stranger, 404), (viewer, 403)):
        assert caller.get(address).status_code == status
        for part in ("logs", "state", "storage"):
            assert caller.get(f"{address}/{part}").status_code == status
        assert caller.put(address, json={}).status_code == status
        assert caller.post(f"{address}/run", json={}).status_code == status
        assert caller.post(f"{address}/stop").status_code == status
        assert caller.put(f"{address}/storage", json=1).status_code == status
    assert other.delete(address).status_code == 404
    assert other.post(f"{address}/token").status_code == 404
    assert other.get("/api/script").json()["num_results"] == 0
    assert door.organisation.client.post(f"{address}/run", json={}).status_code == 401


def test_a_run_gets_its_parameters_and_tells_what_it_wrote(door: Door) -> None:
    code = (
        "import json, sys\nparams = json.load(open('params.json'))\nkey = params.pop('SERENYTICS_API_KEY')\n"
        "print(params, key[:4])\nprint('careful', file=sys.stderr)"
    )
    uuid = door.script(code)
    assert door.admin.get(f"/api/script/{uuid}/state").json() == {"running": False}
    answer = door.admin.post(f"/api/script/{uuid}/run", json={"quarter": {"n": 2}, "async": True})
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["text"] == "Script launched"
    assert door.admin.get(f"/api/script/{uuid}/state").json() == {"running": True}
    assert door.logs(uuid)[0]["status"] == "PENDING"
    door.run_scripts()
    assert door.admin.get(f"/api/script/{uuid}/state").json() == {"running": False}
    log = door.logs(uuid)[0]
    assert (log["status"], log["return_code"]) == ("SUCCESS", 0), log
    assert log["stdout"] == "{'quarter': {'n': 2}} rbx_\n"
    assert log["stderr"] == "careful\n"
    assert log["started_at"] <= log["finished_at"]


def test_a_script_that_fails_says_so(door: Door) -> None:
    uuid = door.script("raise SystemExit(4)")
    door.admin.post(f"/api/script/{uuid}/run")
    door.run_scripts()
    log = door.logs(uuid)[0]
    assert (log["status"], log["return_code"]) == ("FAILURE", 4)


@pytest.mark.parametrize("way", ["?async_", "?async", "async", "async_"])
@pytest.mark.parametrize("code", [0, 3])
def test_a_call_that_waits_is_told_the_outcome(door: Door, way: str, code: int) -> None:
    def play(job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        watcher.wrote(stdout=b"out\xff\x00", stderr=b"err")
        return ScriptEnd(outcome="ended", return_code=code)

    runner, uuid = Played(play), door.script()
    address = f"/api/script/{uuid}/run" + (f"{way}=false" if way[0] == "?" else "")
    body = {"a": 1} if way[0] == "?" else {"a": 1, way: False}
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(door.admin.post(address, json=body)))
    asking.start()
    while not runner.jobs:
        door.run_scripts(runner)
    asking.join()
    assert {name: value for name, value in runner.jobs[0].params.items() if name != "SERENYTICS_API_KEY"} == {"a": 1}
    told = answers[0].json()
    assert answers[0].status_code == (400 if code else 200)
    assert told["status"] == ("error" if code else "ok")
    assert (told["return_code"], told["stdout"], told["stderr"]) == (code, "out\ufffd\ufffd", "err")
    if code:
        assert told["errors"] == ["The script ended with code 3."]


@pytest.mark.parametrize("body", [b"[1]", b"5", b"{", b"\xff"])
def test_parameters_must_be_an_object(door: Door, body: bytes) -> None:
    uuid = door.script()
    assert door.admin.post(f"/api/script/{uuid}/run", content=body).status_code == 400
    assert door.logs(uuid) == []


def test_the_log_is_there_while_a_script_runs_and_a_stop_ends_it(door: Door) -> None:
    uuid = door.script()
    seen: list[Any] = []

    def play(job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        watcher.wrote(stdout="é".encode()[:1], stderr=b"")
        watcher.wrote(stdout="é".encode()[1:] + b" so far", stderr=b"")
        seen.append(door.logs(uuid)[0])
        assert not watcher.should_stop()
        assert door.admin.post(f"/api/script/{uuid}/stop").json()["status"] == "ok"
        watcher.wrote(stdout=b"", stderr=b"")
        assert watcher.should_stop()
        return ScriptEnd(outcome="stopped", return_code=-9, reason="It was stopped.")

    door.admin.post(f"/api/script/{uuid}/run")
    door.run_scripts(Played(play))
    assert (seen[0]["status"], seen[0]["stdout"], seen[0]["finished_at"]) == ("RUNNING", "é so far", None)
    log = door.logs(uuid)[0]
    assert (log["status"], log["return_code"], log["stderr"]) == ("FAILURE", -9, "It was stopped.\n")


def test_a_run_that_is_stopped_before_its_turn_never_begins(door: Door) -> None:
    uuid, runner = door.script(), Played()
    door.admin.post(f"/api/script/{uuid}/run")
    door.admin.post(f"/api/script/{uuid}/stop")
    door.run_scripts(runner)
    assert runner.jobs == []
    assert "before it began" in door.logs(uuid)[0]["stderr"]


def test_the_real_thing_is_stopped(door: Door) -> None:
    uuid = door.script("import time\nprint('began')\ntime.sleep(60)")
    door.admin.post(f"/api/script/{uuid}/run")
    running = threading.Thread(target=door.run_scripts)
    running.start()
    while not door.logs(uuid)[0]["stdout"]:
        pass
    door.admin.post(f"/api/script/{uuid}/stop")
    running.join(10)
    assert not running.is_alive()
    assert "It was stopped." in door.logs(uuid)[0]["stderr"]


def test_a_script_that_is_deleted_while_it_runs_is_ended(door: Door) -> None:
    uuid, told = door.script(), []

    def play(job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        assert door.admin.delete(f"/api/script/{uuid}").status_code == 204
        watcher.wrote(stdout=b"more", stderr=b"")
        told.append(watcher.should_stop())
        return ScriptEnd(outcome="stopped", return_code=-9)

    door.admin.post(f"/api/script/{uuid}/run")
    door.run_scripts(Played(play))
    assert told == [True]


def test_of_one_script_one_run_is_under_way_at_a_time_and_of_two_both(door: Door) -> None:
    uuid, other, order = door.script(), door.script(), []
    services = door.organisation.server.services

    def play(job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        order.append(job.params.get("n"))
        if job.params.get("n") == 1:
            bench = Bench(database=services.database, runner=Played(play))
            assert work_off(bench, threading.Event())
            assert not work_off(bench, threading.Event()), "the second run of the first script waits"
        return ScriptEnd(outcome="ended", return_code=0)

    door.run_scripts(Played())
    for script, number in ((uuid, 1), (uuid, 2), (other, 3)):
        door.admin.post(f"/api/script/{script}/run", json={"n": number})
    door.run_scripts(Played(play))
    assert order == [1, 3, 2]


def test_runs_that_wait_are_bounded(door: Door) -> None:
    uuid = door.script()
    answers = [door.admin.post(f"/api/script/{uuid}/run").status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
    door.run_scripts(Played())
    assert len(door.logs(uuid)) == 10


def test_a_run_whose_server_ended_fails_and_does_not_begin_again(door: Door) -> None:
    uuid = door.script()
    door.admin.post(f"/api/script/{uuid}/run")
    database = door.organisation.server.database

    def play(job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        with database.writing() as work:
            turns.give_up_lost(work)
        assert door.logs(uuid)[0]["status"] == "RUNNING", "its lease has not ended"
        with database.writing() as work:
            work.at = now() + HOUR
            turns.give_up_lost(work)
        return ScriptEnd(outcome="ended", return_code=0)

    runner = Played(play)
    door.run_scripts(runner)
    log = door.logs(uuid)[0]
    assert (log["status"], log["stderr"]) == ("FAILURE", "The server that ran it ended.\n")
    assert len(runner.jobs) == 1


def test_a_webhooks_token_runs_its_script_and_no_other_until_it_is_ended(door: Door) -> None:
    uuid, other, runner = door.script(), door.script(), Played()
    nobody = door.organisation.client
    address = f"/api/script/{uuid}/run"
    made = door.admin.post(f"/api/script/{uuid}/token").json()
    assert made["url"].endswith(f"{address}?token={made['token']}")
    assert made["token"] not in door.admin.get(f"/api/script/{uuid}").text
    assert door.admin.get(f"/api/script/{uuid}").json()["token_hint"] == made["token"][-4:]
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert nobody.post(f"{address}?token={made['token']}", json={"from": "zapier"}).status_code == 200
    assert nobody.post(f"{address}?token={made['token']}", content="text=hi&user=", headers=form).status_code == 200
    assert nobody.post(f"{address}?token={made['token']}", content='{"by": "curl"}', headers=form).status_code == 200
    assert nobody.post(f"{address}?token={made['token']}x", json={}).status_code == 404
    assert nobody.post(f"{address}?token=", json={}).status_code in (401, 404)
    assert nobody.post(f"/api/script/{other}/run?token={made['token']}", json={}).status_code == 404
    door.run_scripts(runner)
    params = [{k: v for k, v in job.params.items() if k != "SERENYTICS_API_KEY"} for job in runner.jobs]
    assert params == [{"from": "zapier"}, {"text": "hi", "user": ""}, {"by": "curl"}]
    again = door.admin.post(f"/api/script/{uuid}/token").json()
    assert nobody.post(f"{address}?token={made['token']}", json={}).status_code == 404
    assert door.admin.delete(f"/api/script/{uuid}/token").status_code == 204
    assert nobody.post(f"{address}?token={again['token']}", json={}).status_code == 404


@pytest.mark.parametrize("data", [{"a": [1, 2.5, None, "é\u0000"]}, [], "text", 5, None, {"$date": "2026-01-01"}])
def test_a_scripts_storage_comes_back_as_it_was_put(door: Door, data: Any) -> None:
    address = f"/api/script/{door.script()}/storage"
    assert door.admin.get(address).json() is None
    assert door.admin.put(address, content=json.dumps(data)).status_code == 200
    assert door.admin.get(address).json() == data
    assert door.admin.put(address, content=b"{").status_code == 400
    assert door.admin.get(address).json() == data


def test_a_scripts_key_acts_for_its_author_and_ends_with_the_run(door: Door) -> None:
    analyst, user = door.user("studio")
    uuid, callers = door.script("", analyst), []

    def play(job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        caller = Caller(door.organisation.client, {"x-api-key": job.params["SERENYTICS_API_KEY"]})
        callers.append(caller)
        assert [one["uuid"] for one in caller.get("/api/script").json()["objects"]] == [uuid]
        assert caller.get("/api/data_api_key").status_code == 403
        return ScriptEnd(outcome="ended", return_code=0)

    analyst.post(f"/api/script/{uuid}/run")
    door.run_scripts(Played(play))
    assert callers[0].get("/api/script").status_code == 401
    assert door.logs(uuid)[0]["status"] == "SUCCESS"
    native = door.organisation.native()
    assert callers[0].headers["x-api-key"] not in native.get("/v1/credentials").text
    assert door.admin.delete(f"/api/user/{user['uuid']}").status_code == 204
    door.admin.post(f"/api/script/{uuid}/run")
    runner = Played()
    door.run_scripts(runner)
    assert runner.jobs == []
    assert "not active any more" in door.logs(uuid)[0]["stderr"]


def test_who_changes_the_code_is_whom_it_acts_for(door: Door) -> None:
    analyst, _ = door.user("studio")
    admin, _ = door.user("admin")
    uuid, seen = door.script("", analyst), []

    def play(job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        caller = Caller(door.organisation.client, {"x-api-key": job.params["SERENYTICS_API_KEY"]})
        seen.append(caller.get("/api/data_api_key").status_code)
        return ScriptEnd(outcome="ended", return_code=0)

    for changes in ({}, {"name": uuid4().hex}, {"code": "print()"}):
        assert admin.put(f"/api/script/{uuid}", json=changes).status_code == 200
        analyst.post(f"/api/script/{uuid}/run")
        door.run_scripts(Played(play))
    assert seen == [403, 403, 200]


def test_a_script_of_the_organisations_key_may_what_that_key_may(door: Door) -> None:
    uuid = door.script()
    seen: list[Any] = []

    def play(job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        caller = Caller(door.organisation.client, {"x-api-key": job.params["SERENYTICS_API_KEY"]})
        seen.extend(caller.get(path).status_code for path in ("/api/data_source", "/api/data_api_key"))
        return ScriptEnd(outcome="ended", return_code=0)

    door.admin.post(f"/api/script/{uuid}/run")
    door.run_scripts(Played(play))
    assert seen == [200, 200]


def _ask_due(door: Door, at: int) -> None:
    with door.organisation.server.database.writing() as work:
        work.at = at
        turns.ask_due(work)


def test_a_schedule_runs_a_script_at_its_owners_clock(door: Door) -> None:
    analyst, user = door.user("studio")
    with door.organisation.writing() as work:
        person = queries.get_person_by_uuid(work, user["uuid"])
        registration.change(work, person, PersonChanges(time_zone="Australia/Perth"))
    uuid = door.script("", analyst, schedule_infos=DAILY)
    shown = analyst.get(f"/api/script/{uuid}").json()
    assert shown["schedule_infos"] == DAILY
    assert shown["next_run_at"].endswith("T23:30:00.000Z"), "07:30 in Perth"
    _ask_due(door, now())
    assert door.logs(uuid) == []
    _ask_due(door, now() + 3 * DAY)
    assert len(door.logs(uuid)) == 1, "days that were missed are one run"
    _ask_due(door, now() + 3 * DAY)
    assert len(door.logs(uuid)) == 1
    runner = Played()
    door.run_scripts(runner)
    assert len(runner.jobs) == 1
    _ask_due(door, now() + 4 * DAY + MINUTE)
    assert len(door.logs(uuid)) == 2


def test_a_schedule_is_switched_off_and_kept(door: Door) -> None:
    uuid = door.script(schedule_infos=DAILY)
    off = {**DAILY, "enabled": False, "note": "summer"}
    shown = door.admin.put(f"/api/script/{uuid}", json={"schedule_infos": off}).json()
    assert (shown["schedule_infos"], shown["next_run_at"]) == (off, None)
    _ask_due(door, now() + 3 * DAY)
    assert door.logs(uuid) == []


@pytest.mark.parametrize("infos", [None, {}, "cron", [1], {"type": "none"}, {"enabled": False}])
def test_schedules_of_other_clients_come_back_and_run_nothing(door: Door, infos: Any) -> None:
    shown = door.admin.get(f"/api/script/{door.script(schedule_infos=infos)}").json()
    assert (shown["schedule_infos"], shown["next_run_at"]) == (infos, None)
