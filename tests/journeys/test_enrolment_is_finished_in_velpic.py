"""An enrolment by Smart Arena is a schedule of Velpic's; what Velpic finishes, Smart Arena shows as changed."""

import time

from rollbook.core.kernel import clock
from tests.conftest import Organisation


def test_what_smart_arena_enrols_and_velpic_finishes_is_one_thing(organisation: Organisation) -> None:
    smartarena, velpic, native = organisation.smartarena(), organisation.velpic(), organisation.native()
    for code in ("u1", "u2", "boss"):
        user = {"mapping_code": code, "email": f"{code}@example.org", "firstname": "Ana", "lastname": code}
        assert smartarena.post("/api/users", json=user).status_code == 201
    numbers = {one["external_id"]: one["number"] for one in native.get("/v1/people").json()["people"]}
    lessons = {}
    for title, is_certified in (("Ladders", True), ("Forklifts", False)):
        content = native.post("/v1/contents", json={"title": title}).json()
        path = f"/v1/contents/{content['id']}/versions"
        version = native.post(path, json={"steps": [{"title": "Look", "text": "First."}]}).json()["number"]
        assert native.post(f"{path}/{version}/publish").status_code == 200
        lessons[title] = content["number"]
        course = {
            "mapping_code": title, "title": title, "start_date": "2026-01-01", "content_id": content["number"],
            "confirmation_of_completion": int(is_certified), "users_mapping_codes": ["u1"],
        }  # fmt: skip
        assert smartarena.post("/api/courses", json=course).status_code == 201

    def rows() -> dict[str, dict[str, object]]:
        return {row["course_mapping_code"]: row for row in smartarena.get("/api/usercourses").json()}

    before = rows()
    assert {title: row["status"] for title, row in before.items()} == {"Ladders": 0, "Forklifts": 0}
    listed = velpic.get(f"/api/v2/user/{numbers['u1']}/lesson_schedule").json()["results"]
    assert sorted((one["lessonName"], one["status"]) for one in listed) == [("Forklifts", "due"), ("Ladders", "due")]
    time.sleep(1.1)  # Smart Arena's times have whole seconds
    for title in lessons:
        done = velpic.post(
            f"/api/v2/lesson_schedule/{numbers['u1']}/complete_lesson",
            json={
                "lessonId": lessons[title],
                "completedDate": clock.iso(clock.now()),
                "manuallyCompletedByUserId": numbers["boss"],
            },
        )
        assert done.status_code == 200, done.text
    after = rows()
    assert {title: row["status"] for title, row in after.items()} == {"Ladders": 3, "Forklifts": 2}
    for title, row in after.items():
        assert str(row["updated_at"]) > str(before[title]["updated_at"])
        assert row["date_completed"]
    assert after["Ladders"]["certificate_link"]
    since = smartarena.get("/api/usercourses", params={"updated_at": str(before["Ladders"]["updated_at"])}).json()
    assert {row["course_mapping_code"] for row in since} == {"Ladders", "Forklifts"}
    assert {one["status"] for one in velpic.get(f"/api/v2/user/{numbers['u1']}/lesson_schedule").json()["results"]} == {
        "completed"
    }
