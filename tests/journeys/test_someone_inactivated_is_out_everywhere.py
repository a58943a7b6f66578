"""Who is inactivated by Velpic cannot sign in anywhere, and what let them in before is dead; their record stays."""

from rollbook.core.access import credentials
from rollbook.core.kernel.principal import Role
from tests.conftest import PASSWORD, Caller, Organisation
from tests.console.signed_in import add_person, new_visitor, sign_in
from tests.doors.player.conftest import add_lesson, opened


def test_every_way_in_is_closed_at_once(organisation: Organisation, owner_hash: str) -> None:
    person = add_person(organisation, owner_hash, Role.INSTRUCTOR, "Ana Kovač")
    client, velpic = organisation.client, organisation.velpic()
    login = {"username": person.username, "password": PASSWORD}
    console = sign_in(organisation, person.username)
    senar = {"authorization": f"Bearer {client.post('/api/auth/login', json=login).json()['Token']}"}
    with organisation.writing() as work:
        _, own_key = credentials.issue(
            work, "api_key", "Own", organisation_id=organisation.id, person_id=person.id
        )  # fmt: skip
    lesson = add_lesson(organisation)
    listed = velpic.get("/api/v2/lesson", params={"lessonIds": str(lesson["number"])}).json()["results"]
    asked = {"lessonVersionIds": [listed[0]["lessonVersionId"]]}
    (schedule,) = velpic.post(f"/api/v2/user/{person.id}/lesson_schedule", json=asked).json()["ids"]
    player = opened(organisation, person.id, schedule).page
    link = velpic.post(f"/api/v2/user/{person.id}/generate_login_url", params={"expiresIn": "week"}).json()
    path = "/" + str(link).split("/", 3)[3]

    def ways() -> dict[str, int]:
        """What each way in answers."""
        visitor = new_visitor(organisation)
        return {
            "console session": console.get("/console/account", follow_redirects=False).status_code,
            "SENAR token": client.get("/integration/data/users", headers=senar).status_code,
            "own key": Caller(client, {"x-api-key": own_key}).get("/v1/people").status_code,
            "own access key": Caller(client, {"AccessKey": own_key}).get("/api/v2/user").status_code,
            "player": player.get("/player/lesson").status_code,
            "login link": visitor.get(path).status_code,
            "password": visitor.post("/console/sign-in", login, page="/console/sign-in").status_code,
        }

    before = ways()
    assert before == dict.fromkeys(before, 200) | {"password": 303}
    assert velpic.post(f"/api/v2/user/{person.id}/inactivate").status_code == 200
    after = ways()
    assert after == {
        "console session": 303,
        "SENAR token": 401,
        "own key": 401,
        "own access key": 403,
        "player": 401,
        "login link": 404,
        "password": 401,
    }
    assert client.post("/api/auth/login", json=login).status_code == 401
    record = organisation.native().get(f"/v1/people/{person.uuid}").json()
    assert (record["active"], record["last_name"]) == (False, "Kovač")
    statuses = velpic.get(f"/api/v2/user/{person.id}/lesson_schedule").json()["results"]
    assert {one["status"] for one in statuses} == {"cancelled"}
    assert velpic.post(f"/api/v2/user/{person.id}/activate").status_code == 200
    again = ways()
    assert again.pop("password") == 303
    assert 200 not in again.values()
