"""Activities through the native API: sent in one by one or many at once, and read."""

from typing import Any

import msgspec
import pytest

from rollbook.core.kernel.work import Work
from tests.conftest import Caller, Organisation

ANA = {"external_id": "hr-1", "email": "ana@example.org", "first_name": "Ana", "last_name": "Novak", "company": "Luka"}
JON = {"external_id": "hr-2", "email": "jon@example.org", "first_name": "Jon", "last_name": "Doe"}
LINES = {"content-type": "application/x-ndjson"}


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    made = organisation.native()
    assert made.put("/v1/people", json=[ANA, JON]).status_code == 200
    return made


@pytest.fixture
def rigging(api: Caller) -> dict[str, Any]:
    collection = api.post("/v1/collections", json={"title": "Rigging"}).json()
    simulator = api.post("/v1/simulators", json={"title": "Slings", "collection": collection["id"]}).json()
    scenario = {"code": "S01", "name": "Scenario 1", "simulator": simulator["id"], "max_points": 3400}
    return {
        "collection": collection,
        "simulator": simulator,
        "scenario": api.post("/v1/scenarios", json=scenario).json(),
    }


def row(**changes: Any) -> dict[str, Any]:
    given = {
        "simulator": "Slings",
        "scenario": "S01",
        "trainee": {"external_id": "hr-1"},
        "trained_at": "2021-03-09T17:37:11.186836Z",
        "points": 2900,
        "time_s": 622,
        "abandons": 1,
        **changes,
    }
    return {name: value for name, value in given.items() if value is not ...}


def lines(rows: list[Any]) -> bytes:
    return b"\n".join(msgspec.json.encode(each) for each in rows)


def count(api: Caller) -> int:
    return len(api.get("/v1/activities", params={"limit": 500}).json()["activities"])


def send_lines(api: Caller, rows: list[Any], **params: Any) -> Any:
    return Caller(api.client, {**api.headers, **LINES}).post("/v1/activities", content=lines(rows), params=params)


# --- One ----------------------------------------------------------------------------------------------------------


def test_one_activity_is_recorded_and_read(api: Caller, rigging: dict[str, Any]) -> None:
    sent = row(client_id="a-1", instructor={"email": "JON@example.org"}, tilts=2, tries=3)
    answer = api.post("/v1/activities", json=sent)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made == {"position": 0, "id": made["id"], "result": "created", "errors": []}
    shown = api.get(f"/v1/activities/{made['id']}").json()
    jon = api.get("/v1/people", params={"external_id": "hr-2"}).json()["people"][0]
    ana = api.get("/v1/people", params={"external_id": "hr-1"}).json()["people"][0]
    assert shown == {
        "id": made["id"],
        "number": shown["number"],
        "client_id": "a-1",
        "collection": {name: rigging["collection"][name] for name in ("id", "number", "title")},
        "simulator": {name: rigging["simulator"][name] for name in ("id", "number", "title")},
        "scenario": {name: rigging["scenario"][name] for name in ("id", "number", "code", "name")},
        "trainee": {"id": ana["id"], "email": "ana@example.org"},
        "instructor": {"id": jon["id"], "email": "jon@example.org"},
        "assignment": None,
        "first_name": "Ana",
        "last_name": "Novak",
        "company": "Luka",
        "trained_at": "2021-03-09T17:37:11.186Z",
        "points": 2900,
        "max_points": 3400,
        "score": 85.29,
        "time_s": 622,
        "tries": 3,
        "tilts": 2,
        "abandons": 1,
        "created_at": shown["created_at"],
    }
    assert api.get(f"/v1/activities/{shown['number']}").json() == shown
    assert api.get("/v1/activities").json() == {"activities": [shown], "next": None}


@pytest.mark.parametrize("by", ["number", "id", "name"])
def test_the_place_may_be_named_by_number_id_or_title(api: Caller, rigging: dict[str, Any], by: str) -> None:
    names = {"collection": "title", "simulator": "title", "scenario": "code"}
    places = {kind: rigging[kind][names[kind] if by == "name" else by] for kind in names}
    assert api.post("/v1/activities", json=row(**places)).status_code == 201
    assert api.get("/v1/activities").json()["activities"][0]["simulator"]["title"] == "Slings"


@pytest.mark.parametrize("key", ["id", "external_id", "email", "username"])
def test_a_trainee_is_found_by_each_key(api: Caller, rigging: dict[str, Any], key: str) -> None:
    ana = api.get("/v1/people", params={"external_id": "hr-1"}).json()["people"][0]
    value = ana[key] if key == "external_id" else ana[key].upper()
    assert api.post("/v1/activities", json=row(trainee={key: value})).status_code == 201
    shown = api.get("/v1/activities").json()["activities"][0]
    assert (shown["trainee"]["id"], shown["first_name"]) == (ana["id"], "Ana")


def test_names_beside_a_key_are_those_of_the_time(api: Caller, rigging: dict[str, Any]) -> None:
    trainee = {"external_id": "hr-1", "last_name": "Kovač", "company": "Port"}
    assert api.post("/v1/activities", json=row(trainee=trainee)).status_code == 201
    shown = api.get("/v1/activities").json()["activities"][0]
    assert (shown["first_name"], shown["last_name"], shown["company"]) == ("Ana", "Kovač", "Port")
    assert api.get("/v1/people", params={"external_id": "hr-1"}).json()["people"][0]["last_name"] == "Novak"


def test_names_alone_make_a_guest(api: Caller, rigging: dict[str, Any]) -> None:
    trainee = {"first_name": "Natalia", "last_name": "Brown", "company": "Daria"}
    rows = [row(trainee=trainee), row(trainee=dict(trainee, first_name="natalia"))]
    assert api.post("/v1/activities", json=rows).status_code == 201
    assert api.post("/v1/activities", json=row(trainee=trainee)).status_code == 201
    shown = api.get("/v1/activities").json()["activities"]
    assert shown[0]["trainee"]["id"] == shown[1]["trainee"]["id"] != shown[2]["trainee"]["id"]
    guest = api.get(f"/v1/people/{shown[0]['trainee']['id']}").json()
    assert (guest["guest"], guest["roles"], guest["email"]) == (True, ["learner"], None)
    assert guest["username"].startswith("guest-")
    found = api.get("/v1/people", params={"q": "natalia brown"}).json()["people"]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("change", "field", "status"),
    [
        ({"simulator": ...}, "simulator", 422),
        ({"simulator": ""}, "simulator", 422),
        ({"simulator": "Cranes"}, "simulator", 422),
        ({"simulator": 99_999_999}, "simulator", 422),
        ({"simulator": 0}, "simulator", 422),
        ({"simulator": 2**64 - 1}, "simulator", 422),
        ({"simulator": 1.5}, "simulator", 422),
        ({"simulator": "9c1f2f3e-0000-4000-8000-000000000000"}, "simulator", 422),
        ({"scenario": ...}, "scenario", 422),
        ({"scenario": "S02"}, "scenario", 422),
        ({"scenario": "x" * 65}, "scenario", 422),
        ({"scenario": True}, "scenario", 422),
        ({"collection": "Cranes"}, "collection", 422),
        ({"collection": " "}, "collection", 422),
        ({"trainee": ...}, "trainee", 422),
        ({"trainee": {}}, "trainee", 422),
        ({"trainee": {"email": " "}}, "trainee", 422),
        ({"trainee": "ana@example.org"}, "trainee", 422),
        ({"trainee": {"id": "hr-1"}}, "trainee.id", 422),
        ({"trainee": {"external_id": "hr-9"}}, "trainee.external_id", 422),
        ({"trainee": {"email": "nobody@example.org"}}, "trainee.email", 422),
        ({"trainee": {"username": "nobody"}}, "trainee.username", 422),
        ({"trainee": {"first_name": "Natalia"}}, "trainee.last_name", 422),
        ({"trainee": {"company": "Daria"}}, "trainee.first_name", 422),
        ({"trainee": {"first_name": "x" * 256, "last_name": "y"}}, "trainee.first_name", 422),
        ({"trainee": {"first_name": "a\x00b", "last_name": "y"}}, "trainee.first_name", 422),
        ({"trainee": {"external_id": "hr-1", "nickname": "A"}}, "trainee.nickname", 422),
        ({"instructor": {}}, "instructor", 422),
        ({"instructor": {"external_id": "hr-9"}}, "instructor.external_id", 422),
        ({"instructor": {"first_name": "Jon"}}, "instructor.first_name", 422),
        ({"trained_at": ...}, "trained_at", 422),
        ({"trained_at": "yesterday"}, "trained_at", 422),
        ({"trained_at": "1066-10-14"}, "trained_at", 422),
        ({"trained_at": "2999-01-01"}, "trained_at", 422),
        ({"trained_at": 1615311431}, "trained_at", 422),
        ({"points": -1}, "points", 422),
        ({"points": 3401}, "points", 422),
        ({"points": 101, "max_points": 100}, "points", 422),
        ({"points": "2900"}, "points", 422),
        ({"points": None}, "points", 422),
        ({"points": 2**31}, "points", 422),
        ({"points": 10**30}, "points", 422),
        ({"max_points": -1}, "max_points", 422),
        ({"time_s": -1}, "time_s", 422),
        ({"tries": 1.5}, "tries", 422),
        ({"tilts": -3}, "tilts", 422),
        ({"abandons": "none"}, "abandons", 422),
        ({"client_id": "x" * 256}, "client_id", 422),
        ({"client_id": 7}, "client_id", 422),
        ({"client_id": "a\nb"}, "client_id", 422),
        ({"scenario_name": "x" * 256}, "scenario_name", 422),
        ({"point": 7}, "point", 422),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(
    api: Caller, rigging: dict[str, Any], change: dict[str, Any], field: str, status: int
) -> None:
    answer = api.post("/v1/activities", json=row(**change))
    assert answer.status_code == status, answer.text
    assert list(answer.json()["errors"]) == [field]
    many = api.post("/v1/activities", json=[row(**change)])
    assert many.status_code == 422
    assert [error["field"] for error in many.json()["rows"][0]["errors"]] == [field]
    assert count(api) == 0
    assert len(api.get("/v1/people").json()["people"]) == 3


def test_every_bad_field_of_a_row_is_named_at_once(api: Caller, rigging: dict[str, Any]) -> None:
    answer = api.post("/v1/activities", json=row(points=-1, tilts=-1, simulator="", trainee={}))
    assert answer.json()["errors"].keys() == {"points", "tilts", "simulator", "trainee"}


def test_an_e_mail_that_several_have_names_nobody(api: Caller, rigging: dict[str, Any]) -> None:
    twin = {**ANA, "external_id": "hr-3", "username": "ana2"}
    assert api.post("/v1/people", json=twin).status_code == 201
    answer = api.post("/v1/activities", json=row(trainee={"email": "ana@example.org"}))
    assert answer.status_code == 422
    assert "id" in answer.json()["errors"]["trainee.email"][0]


def test_simulators_of_one_title_are_told_apart_by_their_collection(api: Caller, rigging: dict[str, Any]) -> None:
    lifting = api.post("/v1/collections", json={"title": "Lifting"}).json()
    slings = api.post("/v1/simulators", json={"title": "Slings", "collection": lifting["number"]}).json()
    api.post("/v1/scenarios", json={"code": "S01", "simulator": slings["number"]})
    assert list(api.post("/v1/activities", json=row()).json()["errors"]) == ["simulator"]
    assert api.post("/v1/activities", json=row(collection="Lifting")).status_code == 201
    assert api.get("/v1/activities").json()["activities"][0]["collection"]["title"] == "Lifting"
    elsewhere = row(collection="Lifting", simulator=rigging["simulator"]["id"])
    assert list(api.post("/v1/activities", json=elsewhere).json()["errors"]) == ["simulator"]


# --- Again --------------------------------------------------------------------------------------------------------


def test_sending_again_changes_nothing(api: Caller, rigging: dict[str, Any]) -> None:
    guest = row(client_id="a-1", trainee={"first_name": "Natalia", "last_name": "Brown"})
    first = api.post("/v1/activities", json=guest)
    again = api.post("/v1/activities", json=dict(reversed(guest.items())) | {"tilts": 0})
    assert again.status_code == 200
    assert again.json() == {"position": 0, "id": first.json()["id"], "result": "unchanged", "errors": []}
    assert count(api) == 1
    assert len(api.get("/v1/people").json()["people"]) == 4


def test_another_body_under_the_same_client_id_is_refused(api: Caller, rigging: dict[str, Any]) -> None:
    api.post("/v1/activities", json=row(client_id="a-1"))
    answer = api.post("/v1/activities", json=row(client_id="a-1", points=2901))
    assert answer.status_code == 409
    assert list(answer.json()["errors"]) == ["client_id"]
    assert api.get("/v1/activities").json()["activities"][0]["points"] == 2900


def test_sending_again_is_known_even_when_the_record_moved_on(api: Caller, rigging: dict[str, Any]) -> None:
    first = api.post("/v1/activities", json=row(client_id="a-1")).json()
    api.patch(f"/v1/simulators/{rigging['simulator']['id']}", json={"title": "Slings and hooks"})
    ana = api.get("/v1/people", params={"external_id": "hr-1"}).json()["people"][0]
    assert api.delete(f"/v1/people/{ana['id']}").status_code == 204
    again = api.post("/v1/activities", json=row(client_id="a-1")).json()
    assert (again["id"], again["result"]) == (first["id"], "unchanged")
    shown = api.get(f"/v1/activities/{first['id']}").json()
    assert (shown["trainee"], shown["first_name"], shown["last_name"]) == (None, "Ana", "Novak")


def test_a_client_id_twice_in_one_call_is_one_activity(api: Caller, rigging: dict[str, Any]) -> None:
    rows = [row(client_id="a"), row(client_id="a"), row(client_id="a", points=1), row(client_id="b", simulator="?")]
    answer = api.post("/v1/activities", json=[*rows, rows[3]])
    assert answer.status_code == 207
    shown = answer.json()["rows"]
    assert [each["result"] for each in shown] == ["created", "unchanged", "failed", "failed", "failed"]
    assert shown[0]["id"] == shown[1]["id"]
    assert [each["errors"][0]["field"] for each in shown[2:]] == ["client_id", "simulator", "simulator"]
    assert [each["position"] for each in shown] == [0, 1, 2, 3, 4]
    assert count(api) == 1


def test_client_ids_are_each_organisations_own(
    api: Caller, rigging: dict[str, Any], other_organisation: Organisation
) -> None:
    api.post("/v1/activities", json=row(client_id="a-1"))
    other = other_organisation.native()
    answer = other.post("/v1/activities", json=row(client_id="a-1"))
    assert list(answer.json()["errors"]) == ["trainee.external_id"]
    other.put("/v1/people", json=[ANA])
    made = other.post(
        "/v1/activities", json=row(client_id="a-1", collection="Rigging", points=5), params={"create_missing": True}
    )
    assert made.status_code == 201, made.text
    assert count(other) == count(api) == 1


# --- Many ---------------------------------------------------------------------------------------------------------


def test_good_rows_are_kept_when_others_fail(api: Caller, rigging: dict[str, Any]) -> None:
    rows = [row(client_id="1"), row(points=-1), row(client_id="3"), "not an object", row(trainee={"email": "x@y.zz"})]
    answer = api.post("/v1/activities", json=rows)
    assert answer.status_code == 207, answer.text
    assert {name: answer.json()[name] for name in ("created", "unchanged", "failed")} == {
        "created": 2,
        "unchanged": 0,
        "failed": 3,
    }
    assert [each["result"] for each in answer.json()["rows"]] == ["created", "failed", "created", "failed", "failed"]
    assert answer.json()["rows"][1] == {
        "position": 1,
        "id": None,
        "result": "failed",
        "errors": [
            {"field": "points", "code": "invalid", "message": "points must lie between 0 and 2147483647"},
        ],
    }
    assert count(api) == 2
    again = api.post("/v1/activities", json=[rows[0], rows[2]])
    assert (again.status_code, again.json()["unchanged"]) == (200, 2)


def test_all_or_nothing_when_asked(api: Caller, rigging: dict[str, Any]) -> None:
    rows = [row(trainee={"first_name": "Natalia", "last_name": "Brown"}), row(points=-1), "?"]
    answer = api.post("/v1/activities", json=rows, params={"atomic": True})
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"rows[1].points", "rows[2].body"}
    assert [problem["position"] for problem in answer.json()["problems"]] == [1, 2]
    assert count(api) == 0
    assert api.get("/v1/people", params={"q": "natalia"}).json()["people"] == []
    assert api.post("/v1/activities", json=rows[:1], params={"atomic": True}).status_code == 201


def test_lines_are_read_one_by_one(api: Caller, rigging: dict[str, Any]) -> None:
    body = lines([row(client_id="1")]) + b"\r\n\n  \n{broken\n" + lines([row(client_id="2")]) + b"\n\xff\n"
    answer = Caller(api.client, {**api.headers, **LINES}).post("/v1/activities", content=body)
    assert answer.status_code == 207
    assert [each["result"] for each in answer.json()["rows"]] == ["created", "failed", "created", "failed"]
    assert [each["errors"][0]["code"] for each in answer.json()["rows"] if each["errors"]] == ["malformed"] * 2


def test_missing_places_are_made_only_when_asked(api: Caller) -> None:
    rows = [
        row(collection="Rigging", scenario_name="First", max_points=3400),
        row(collection="Rigging"),
        row(collection="Rigging", scenario="S02"),
        row(collection="Lifting"),
        row(collection="Lifting", simulator=77),
        row(simulator="Cranes"),
        row(collection="Ghost", trainee={"email": "nobody@example.org"}),
        row(collection="Rigging", simulator="Hooks", scenario=5),
        row(simulator="Hooks"),
    ]
    refused = api.post("/v1/activities", json=rows)
    assert refused.status_code == 422
    assert api.get("/v1/collections").json()["collections"] == []
    answer = api.post("/v1/activities", json=rows, params={"create_missing": "true"})
    assert answer.status_code == 207, answer.text
    shown = answer.json()["rows"]
    assert [each["result"] for each in shown] == ["created"] * 4 + ["failed"] * 5
    assert [each["errors"][0]["field"] for each in shown[4:]] == [
        "simulator",
        "collection",
        "trainee.email",
        "scenario",
        "collection",
    ]
    assert [each["title"] for each in api.get("/v1/collections").json()["collections"]] == ["Rigging", "Lifting"]
    simulators = api.get("/v1/simulators").json()["simulators"]
    assert [(each["collection"]["title"], each["title"]) for each in simulators] == [
        ("Rigging", "Slings"),
        ("Lifting", "Slings"),
    ]
    scenarios = api.get("/v1/scenarios").json()["scenarios"]
    assert [(each["code"], each["name"], each["max_points"]) for each in scenarios] == [
        ("S01", "First", 3400),
        ("S02", "S02", None),
        ("S01", "S01", None),
    ]
    again = api.post("/v1/activities", json=rows[:4], params={"create_missing": True})
    assert again.status_code == 201
    assert len(api.get("/v1/scenarios").json()["scenarios"]) == 3


def test_ten_thousand_rows_are_a_few_statements(
    api: Caller, rigging: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        row(
            client_id=f"c-{n}",
            trainee={"first_name": f"First{n}", "last_name": "Guest"} if n % 2 else {"external_id": "hr-1"},
            scenario=f"S{n % 50:02}",
        )
        for n in range(10_000)
    ]
    statements = _count_statements(monkeypatch)
    answer = send_lines(api, rows, create_missing=True)
    assert answer.status_code == 201, answer.text[:500]
    assert answer.json()["created"] == 10_000
    assert len(statements) <= 20
    again = send_lines(api, rows, create_missing=True)
    assert (again.status_code, again.json()["unchanged"]) == (200, 10_000)
    page = api.get("/v1/people", params={"q": "guest", "limit": 1, "total": True}).json()
    assert page["total"] == 5000


def _count_statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    for name in ("all", "first", "run", "run_many"):
        real = getattr(Work, name)

        def counted(self: Any, *args: Any, _real: Any = real, _name: str = name, **kwargs: Any) -> Any:
            seen.append(_name)
            return _real(self, *args, **kwargs)

        monkeypatch.setattr(Work, name, counted)
    return seen


def test_too_many_rows_and_too_large_bodies_are_refused(api: Caller) -> None:
    caller = Caller(api.client, {**api.headers, **LINES})
    assert caller.post("/v1/activities", content=b"{}\n" * 50_001).status_code == 413
    assert api.post("/v1/activities", content=b"[" + b"{}," * 50_000 + b"{}]").status_code == 413
    assert caller.post("/v1/activities", content=b" " * 32_000_001).status_code == 413


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 400),
        (b"[{}", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"trainee":' * 50_000, "application/json", 400),
        (b"null", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b"[]", "application/json", 200),
        (b"", "application/x-ndjson", 200),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"<a/>", "text/xml", 415),
    ],
)
def test_hostile_bodies_are_refused_kindly(api: Caller, body: bytes, media_type: str, status: int) -> None:
    headers = {**api.headers, "content-type": media_type}
    answer = Caller(api.client, headers).post("/v1/activities", content=body)
    assert answer.status_code == status, answer.text[:300]


# --- Reading ------------------------------------------------------------------------------------------------------


def test_activities_are_filtered_and_paged(api: Caller, rigging: dict[str, Any]) -> None:
    cranes = api.post("/v1/simulators", json={"title": "Cranes", "collection": rigging["collection"]["id"]}).json()
    rows = [
        row(
            client_id=f"{n}",
            simulator="Cranes" if n % 3 == 0 else "Slings",
            trainee={"external_id": "hr-1" if n % 2 else "hr-2"},
        )
        for n in range(20)
    ]
    assert api.post("/v1/activities", json=rows, params={"create_missing": True}).status_code == 201

    def walk(**params: Any) -> list[str]:
        found, cursor = [], None
        while True:
            page = api.get("/v1/activities", params={**params, **({"cursor": cursor} if cursor else {})}).json()
            found += [each["client_id"] for each in page["activities"]]
            cursor = page["next"]
            if cursor is None:
                return found

    assert walk(limit=7) == [f"{n}" for n in range(20)]
    assert walk(limit=2, simulator=cranes["id"]) == [f"{n}" for n in range(0, 20, 3)]
    assert walk(limit=2, simulator=str(cranes["number"])) == [f"{n}" for n in range(0, 20, 3)]
    jon = api.get("/v1/people", params={"external_id": "hr-2"}).json()["people"][0]
    assert walk(limit=3, trainee=jon["id"]) == [f"{n}" for n in range(0, 20, 2)]
    last = api.get("/v1/activities", params={"limit": 1}).json()["activities"][0]["created_at"]
    assert walk(limit=6, since=last) == [f"{n}" for n in range(20)]
    assert walk(since="2100-01-01") == []


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "WyJhIl0"}, "cursor"),
        ({"since": "yesterday"}, "since"),
        ({"simulator": "99999999"}, "simulator"),
        ({"simulator": "9" * 40}, "simulator"),
        ({"simulator": "a\x00b"}, "simulator"),
        ({"trainee": "nobody"}, "trainee"),
    ],
)
def test_a_bad_filter_is_named(api: Caller, params: dict[str, Any], field: str) -> None:
    answer = api.get("/v1/activities", params=params)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]


def test_another_organisation_sees_none_of_it(
    api: Caller, rigging: dict[str, Any], other_organisation: Organisation
) -> None:
    made = api.post("/v1/activities", json=row()).json()
    number = api.get(f"/v1/activities/{made['id']}").json()["number"]
    other = other_organisation.native()
    assert other.get("/v1/activities").json()["activities"] == []
    for key in (made["id"], number):
        assert other.get(f"/v1/activities/{key}").status_code == 404
    other.put("/v1/people", json=[ANA])
    ana = api.get("/v1/people", params={"external_id": "hr-1"}).json()["people"][0]
    for change, field in (
        ({"simulator": rigging["simulator"]["id"]}, "simulator"),
        ({"simulator": rigging["simulator"]["number"]}, "simulator"),
        ({"collection": rigging["collection"]["number"]}, "collection"),
        ({"trainee": {"id": ana["id"]}}, "trainee.id"),
        ({"instructor": {"id": ana["id"]}}, "instructor.id"),
    ):
        answer = other.post("/v1/activities", json=row(**change))
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), answer.text
    assert other.get("/v1/activities", params={"simulator": rigging["simulator"]["id"]}).status_code == 422


def test_without_a_key_nothing_is_told(organisation: Organisation) -> None:
    client = organisation.client
    assert client.get("/v1/activities").status_code == 401
    assert client.post("/v1/activities", json=row()).status_code == 401
    assert client.get("/v1/simulators", headers={"authorization": "Bearer rbk_wrong"}).status_code == 401
