"""The demo organisation: full, believable, the same every time, and made once."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar.testing import TestClient

from rollbook.app import Server, create_app
from rollbook.cli.demo import KEPT, greeting, prepare
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.principal import Role
from rollbook.core.learning.questions import questionnaire_columns
from rollbook.core.people.queries import list_organisations
from rollbook.core.people.settings import SettingsChanges, change_settings, get_settings
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import queries
from rollbook.demo.fill import mark_of
from rollbook.demo.lessons import teaching
from rollbook.demo.names import LAST, family_names, mailable
from rollbook.demo.places import JOBS, LOCATIONS, QUALIFICATIONS, SLUG, UNITS
from rollbook.migrations import migrate
from rollbook.settings import Settings
from tests.cli.conftest import Command
from tests.conftest import _as_url
from tests.environment import postgres_url, skip_or_fail


def test_every_question_of_the_demo_is_one_that_the_record_takes() -> None:
    asked = [lesson for lesson in teaching().lessons if lesson.questions]
    assert len(asked) >= 3
    for lesson in asked:
        assert questionnaire_columns(lesson.questionnaire)["question_count"] == len(lesson.questions)
        assert lesson.mark is not None


@pytest.fixture(scope="module")
def settings(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A filled demo, made once a store."""
    data = tmp_path_factory.mktemp("demo") / "data"
    if store == "sqlite":
        made = Settings(data=data)
        prepare(made)
        yield made
        return
    base = postgres_url()
    if base is None:
        skip_or_fail("postgres", "no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES")
    name = f"rollbook_{uuid4().hex}"
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    made = Settings(data=data, database=_as_url(psycopg.conninfo.make_conninfo(base, dbname=name)))
    prepare(made)
    yield made
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def get(settings: Settings) -> Iterator[Callable[..., Any]]:
    """GET with the demo's API key."""
    key = json.loads((settings.data / KEPT).read_text())["native"]["api_key"]
    server = Server(settings)
    with TestClient(create_app(server, with_workers=False), raise_server_exceptions=False) as client:

        def ask(path: str, **params: Any) -> Any:
            answer = client.get(path, params=params, headers={"authorization": f"Bearer {key}"})
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield ask


def everything(get: Callable[..., Any], path: str, name: str) -> list[Any]:
    """All pages of a list."""
    found, cursor = [], None
    while True:
        page = get(path, limit=500, **({"cursor": cursor} if cursor else {}))
        found += page[name]
        if (cursor := page["next"]) is None:
            return found


def test_there_are_people_in_every_role_branch_and_town(get: Callable[..., Any]) -> None:
    people = everything(get, "/v1/people", "people")
    assert 380 <= len(people) <= 450
    assert {role for person in people for role in person["roles"]} == {role.value for role in Role}
    crews = {unit.code for unit in UNITS if unit.size}
    assert crews <= {person["group"] for person in people}
    assert set(LOCATIONS) <= {person["location"] for person in people}
    assert set(JOBS) <= {person["workplace"] for person in people}
    assert any(person["guest"] for person in people)
    assert any(not person["active"] for person in people)
    assert len({person["username"] for person in people}) == len(people)


def test_there_are_assignments_in_every_status_and_stage(get: Callable[..., Any]) -> None:
    found = everything(get, "/v1/assignments", "assignments")
    statuses, stages = (Counter(one[name] for one in found) for name in ("status", "stage"))
    assert set(statuses) == {"scheduled", "due", "overdue", "completed", "cancelled"}
    assert set(stages) == {"not_started", "started", "finished", "certified", "conditions_met"}
    assert min(statuses.values()) >= 20
    assert statuses["overdue"] < statuses["completed"] / 10


def test_there_are_courses_of_every_kind(get: Callable[..., Any]) -> None:
    found = everything(get, "/v1/courses", "courses")
    assert {course["kind"] for course in found} == {"online", "blended", "live"}
    assert {course["source"] for course in found} == {"own", "market", "curriculum"}
    assert {course["archived_at"] is None for course in found} == {True, False}


def test_activities_fill_every_month_of_the_year(get: Callable[..., Any]) -> None:
    found = everything(get, "/v1/activities", "activities")
    months = Counter(activity["trained_at"][:7] for activity in found)
    assert len(months) >= 12
    assert sorted(months.values())[1] > 100
    assert {activity["simulator"]["title"] for activity in found} == {rig.title for rig in teaching().rigs}
    assert any(activity["assignment"] for activity in found)


def test_webhooks_have_deliveries_in_every_state(get: Callable[..., Any]) -> None:
    hooks = get("/v1/webhooks")["webhooks"]
    assert {hook["state"] for hook in hooks} >= {"active", "paused", "gone"}
    states = {state: get("/v1/deliveries", state=state, limit=5)["deliveries"] for state in ("delivered", "failed")}
    assert all(states.values())


def test_imports_wait_are_applied_and_undone(get: Callable[..., Any]) -> None:
    assert {one["state"] for one in get("/v1/imports")["imports"]} == {"previewed", "applied", "undone"}


def test_certificates_hold_have_ended_and_were_revoked(get: Callable[..., Any]) -> None:
    for state in ("valid", "expired", "revoked"):
        assert get("/v1/certificates", state=state)["certificates"], state


def test_clinics_hold_sessions_of_every_status_with_what_happened_in_them(settings: Settings) -> None:
    server = Server(settings)
    with server.database.reading() as work:
        organisation = next(one for one in list_organisations(work) if one.slug == SLUG)
        work.act_as(system_principal(organisation.id, "test"))
        sessions = queries.find(work, e.SESSION)
        assert {one["status"] for one in sessions} == {0, 2, 3, 4}
        told = {one["kind"] for one in queries.find(work, e.SESSION_EVENT)}
        assert {0, 3, 4, 7, 10, 12, 13} <= told
        for entity in (e.SITE, e.PROJECT, e.DEVICE, e.DEVICE_PARTICIPANT, e.SERVICE_SITE, e.TEST, e.SERVICE_ACCESS):
            assert len(queries.find(work, entity)) > 1, entity.name
    server.close()


def test_settings_that_someone_changes_leave_the_demo_one(settings: Settings) -> None:
    server = Server(settings)
    try:
        with server.database.writing() as work:
            mark = mark_of(work)
            (organisation,) = list_organisations(work)
            work.act_as(system_principal(organisation.id))
            assert get_settings(work).certificate_signatory
            change_settings(work, SettingsChanges(grace_days=21, certificate_text=None))
            assert (get_settings(work).grace_days, get_settings(work).certificate_text) == (21, None)
            assert mark_of(work) == mark
    finally:
        server.close()


def test_the_second_time_it_is_found_with_its_secrets(settings: Settings) -> None:
    before = json.loads((settings.data / KEPT).read_text())
    credentials, logins = prepare(Settings(data=settings.data, database=settings.database, port=9123))
    assert credentials.native.api_key == before["native"]["api_key"]
    assert credentials.base_url == "http://127.0.0.1:9123"
    shown = greeting(credentials, logins, None)
    secrets = (credentials.console.password, credentials.smartarena.client_secret, credentials.velpic.access_key)
    assert all(text in shown for text in secrets)
    assert len(logins) == 4


def test_secrets_that_were_lost_are_made_anew(settings: Settings, get: Callable[..., Any]) -> None:
    (settings.data / KEPT).unlink()
    credentials, _ = prepare(settings)
    assert json.loads((settings.data / KEPT).read_text())["native"]["api_key"] == credentials.native.api_key
    server = Server(settings)
    with TestClient(create_app(server, with_workers=False)) as client:
        answer = client.get("/v1/people", headers={"authorization": f"Bearer {credentials.native.api_key}"})
    assert answer.status_code == 200


def test_a_real_record_is_left_alone(empty_database: Callable[[], str], tmp_path: Path) -> None:
    run = Command(tmp_path / "data", empty_database())
    run.well("init", "--organisation", "Acme", "--credentials", str(tmp_path / "acme.json"))
    assert "which is no demo" in run.refused("demo", "--port", "0")


def test_a_filling_that_was_broken_off_is_cleared_away(
    empty_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.demo import fill

    made = Settings(data=tmp_path / "data", database=empty_database())
    migrate(made.database_url)

    def break_off(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fill, "_teach", break_off)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            prepare(made)


def test_what_is_taught_hangs_together() -> None:
    given = teaching()
    lessons, offers = ({one.code for one in some} for some in (given.lessons, given.offers))
    categories, qualified = {one.code for one in given.categories}, {code for code, _, _ in QUALIFICATIONS}
    for offer in given.offers:
        assert offer.lesson is None or offer.lesson in lessons
        assert offer.needs is None or offer.needs in lessons
        assert offer.parent is None or offer.parent in offers
        assert offer.category in categories
        assert offer.qualification is None or offer.qualification in qualified
        assert set(offer.jobs) <= set(JOBS) | {"*"}
    assert all(set(rig.jobs) <= set(JOBS) and (rig.lesson is None or rig.lesson in lessons) for rig in given.rigs)


def test_every_name_gives_an_address() -> None:
    assert [name for tongue in LAST for name in family_names(tongue) if not mailable(name).isascii()] == []
    assert [mailable(name) for name in ("Đorđe", "Łukasz", "Олена", "Γιώργος", "Großmann")] == [
        *("dorde", "lukasz", "olena", "giorgos", "grossmann")
    ]


def test_training_costs_are_joined_with_the_record_and_fed_by_a_script_at_night(get: Callable[..., Any]) -> None:
    sources = {one["name"]: one for one in get("/api/data_source")["objects"]}
    assert sources["Training costs"]["type"] == "Storage"
    joined = sources["Assignments with costs"]["jsonContent"]["joinConfig"]
    assert [one["uuid"] for one in joined] == [sources["Assignments"]["uuid"], sources["Training costs"]["uuid"]]
    [board] = [one for one in get("/api/web_app")["objects"] if one["name"] == "Training costs"]
    asked = {one["uuid"] for one in get(f"/api/web_app/{board['uuid']}/data_sources")["objects"]}
    assert asked == {sources["Assignments with costs"]["uuid"], sources["Training costs"]["uuid"]}
    [script] = get("/api/script")["objects"]
    assert script["schedule_infos"] == {"enabled": True, "every": "day", "at": "05:30"}
    compile(script["code"], "script", "exec")
