"""A class registered by Velpic is completed on the instructor's own page, and Smart Arena shows what came of it."""

import re

from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.kernel.principal import Role
from tests.conftest import Organisation
from tests.console.signed_in import add_person, sign_in


def test_who_passed_a_class_has_finished_the_course_everywhere(organisation: Organisation, owner_hash: str) -> None:
    smartarena, velpic, native = organisation.smartarena(), organisation.velpic(), organisation.native()
    teacher = add_person(organisation, owner_hash, Role.INSTRUCTOR, "Tea Cher")
    for code in ("u1", "u2"):
        user = {"mapping_code": code, "email": f"{code}@example.org", "firstname": "Ana", "lastname": code}
        assert smartarena.post("/api/users", json=user).status_code == 201
    content = native.post("/v1/contents", json={"title": "Working at height"}).json()
    course = {
        "mapping_code": "k-1", "title": "Ladders", "start_date": "2026-01-01", "content_id": content["number"],
        "confirmation_of_completion": 1, "users_mapping_codes": ["u1", "u2"],
    }  # fmt: skip
    assert smartarena.post("/api/courses", json=course).status_code == 201
    begins = clock.now() + DAY
    session = {
        "lessonId": content["number"], "instructorId": teacher.id, "location": "Yard",
        "startDatetime": clock.iso(begins), "endDatetime": clock.iso(begins + HOUR),
    }  # fmt: skip
    made = velpic.post("/api/v2/ilt_session", json=session).json()
    people = {one["external_id"]: one["number"] for one in native.get("/v1/people").json()["people"]}
    path = f"/api/v2/ilt_session/{made['id']}"
    assert velpic.post(f"{path}/bulk_register", json={"userIds": [people["u1"], people["u2"]]}).status_code == 200

    page = f"/console/classes/{made['id']}/attendance"
    instructor = sign_in(organisation, teacher.username)
    seated = re.findall(r'name="attendee" value="(\d+)"', instructor.get(page).text)
    form = {"attendee": seated, "attended": seated, "passed": seated[:1], "then": "complete"}
    assert instructor.post(page, form, page=page).status_code == 303

    shown = {row["user_mapping_code"]: row for row in smartarena.get("/api/usercourses").json()}
    assert (shown["u1"]["status"], shown["u2"]["status"]) == (3, 0)
    assert shown["u1"]["certificate_link"]
    assert [one["status"] for one in shown["u1"]["live_sessions"]] == ["completed"]
    after = velpic.get(path).json()
    assert (after["statusId"], after["attendanceRate"], after["passRate"]) == (2, 100, 50)
