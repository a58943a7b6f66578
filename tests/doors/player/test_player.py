"""Playing lessons over HTTP: opened by a token, saved as they are played, answered, completed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rollbook.core.kernel.clock import SECOND
from rollbook.core.learning.queries import get_assignment
from rollbook.core.playing import tokens
from tests.conftest import Caller, Organisation
from tests.doors.player.conftest import MULTIPLE, RIGHT, SINGLE, WRITTEN, WRONG, add_lesson, play
from tests.doors.velpic.conftest import answered
from tests.media import HTML, mp4

QUESTIONS = {"questions": [SINGLE, MULTIPLE, WRITTEN], "attempts_allowed": 2}


def test_pages_are_done_when_opened_and_the_last_completes_the_lesson(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, pages=2))
    lesson = played.lesson
    assert (lesson["title"], lesson["step"], lesson["standing"]["progress"]) == ("Confined space", 0, 0)
    assert played.schedule["status"] == "due"
    first = played.save(seen={"0": []}, time_s=4)
    assert (first["progress"], first["done"], first["is_open"]) == (50, [True, False], True)
    assert played.schedule["lessonStartedDate"]
    last = played.save(step=1, seen={"1": []}, time_s=3)
    assert (last["progress"], last["done"], last["is_open"]) == (100, [True, True], False)
    schedule = played.schedule
    assert (schedule["status"], schedule["completionTypeId"]) == ("completed", 77)
    certificate = organisation.client.get(last["certificate"].partition("://")[2].partition("/")[2].join(["/", ""]))
    assert "John Smith" in certificate.text


def test_a_film_goes_on_where_it_was_left(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, film=mp4(60_000), pages=1))
    played.save()
    played.wait(30)
    standing = played.save(seen={"0": [[0, 20_000]]}, position_ms=20_000, time_s=20)
    assert standing["progress"] == pytest.approx(100 * (20_000 / 57_000) / 2, abs=0.1)
    lesson = played.lesson
    assert (lesson["step"], lesson["position_ms"], lesson["steps"][0]["seen"]) == (0, 20_000, [[0, 20_000]])
    played.wait(60)
    standing = played.save(seen={"0": [[15_000, 58_000]]}, position_ms=58_000, time_s=43)
    assert (standing["done"], standing["is_open"]) == ([True, False], True)
    assert played.save(step=1, seen={"1": []})["is_open"] is False


def test_a_film_cannot_be_watched_faster_than_the_clock(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, film=mp4(600_000), pages=0))
    played.save()
    standing = played.save(seen={"0": [[0, 600_000]]}, time_s=600)
    (seen,) = played.lesson["steps"][0]["seen"]
    assert 20_000 <= seen[1] <= 60_000
    assert standing["is_open"]
    played.wait(120)
    played.save(time_s=999_999, is_last=True)
    with organisation.writing() as work:
        assert 120 <= get_assignment(work, key="id", value=played.schedule_id).time_s <= 190


def test_a_save_that_is_sent_twice_counts_once(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation))
    played.save(seen={"0": []})
    played.wait(60)
    version = played.lesson["version"]
    body = {"version": version, "number": 2, "step": 1, "seen": {}, "time_s": 40, "is_last": True}
    for _ in range(2):
        assert answered(played.page.post("/player/progress", json=body))["saves"] == 2
    shown = answered(played.api.get(f"/api/v2/user/{played.person_id}/lesson_schedule"))
    assert shown["results"][0]["id"] == played.schedule_id
    with organisation.writing() as work:
        assert get_assignment(work, key="id", value=played.schedule_id).time_s == 40


def test_an_event_is_written_now_and_then_only(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, film=mp4(600_000), pages=0))
    native = organisation.native()

    def kinds() -> list[str]:
        changes = answered(native.get("/v1/changes", params={"limit": 500}))
        return [change["type"] for change in changes["changes"] if change["type"].startswith("assignment.")]

    for at in range(6):
        played.save(seen={"0": [[at * 1000, at * 1000 + 1000]]}, position_ms=at * 1000 + 1000, time_s=1)
    assert kinds().count("assignment.started") == 1
    assert "assignment.progressed" not in kinds()
    played.wait(100)
    played.save(seen={"0": [[6_000, 50_000]]}, time_s=44)
    assert kinds().count("assignment.progressed") == 1
    played.save(time_s=2, is_last=True)
    assert kinds().count("assignment.progressed") == 2


def test_questions_hide_what_is_right_and_are_marked(organisation: Organisation) -> None:
    told = {**QUESTIONS, "shows_answers": True}
    played = play(organisation, add_lesson(organisation, pages=1, pass_percent=75, questionnaire=told))
    assert played.save(seen={"0": []})["progress"] == 50
    paper = answered(played.page.get("/player/questions"))
    assert paper["attempts_left"] == 2
    assert "is_right" not in str(paper)
    assert "Ana" not in str(paper)
    failed = played.answer(WRONG)
    assert (failed["score"], failed["is_passed"], failed["standing"]["is_open"]) == (0, False, True)
    assert failed["answers"][1] == {
        "id": "q2", "text": "What do you wear?", "given": ["Helmet"], "right": ["Helmet", "Gloves"], "is_right": False,
        "explanation": None,
    }  # fmt: skip
    passed = played.answer({**RIGHT, "q3": ["Bor"]})
    assert (passed["score"], passed["is_passed"], passed["standing"]["is_open"]) == (75, True, False)
    results = played.schedule["questionResults"]
    assert [(one["questionId"], one["answers"], one["correct"]) for one in results] == [
        ("q1", ["The trained"], True),
        ("q2", ["Helmet", "Gloves"], True),
        ("q3", ["Bor"], False),
    ]


def test_answers_are_not_told_unless_the_lesson_says_so(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, pages=1, pass_percent=75, questionnaire=QUESTIONS))
    assert played.answer(WRONG)["answers"] is None


def test_without_attempts_left_the_schedule_stays_open(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, pages=1, pass_percent=75, questionnaire=QUESTIONS))
    played.answer(WRONG)
    assert played.answer(WRONG)["standing"]["questions"]["attempts_left"] == 0
    refused = answered(played.page.get("/player/questions"), 409)
    assert "attempts" in refused["error"]["message"]
    version = played.lesson["version"]
    body = {"version": version, "number": 3, "answers": RIGHT}
    answered(played.page.post("/player/answers", json=body), 409)
    assert played.schedule["status"] == "due"


def test_an_attempt_that_is_sent_twice_is_one_attempt(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, pages=1, pass_percent=75, questionnaire=QUESTIONS))
    body = {"version": played.lesson["version"], "number": 1, "answers": WRONG}
    first = answered(played.page.post("/player/answers", json=body))
    again = answered(played.page.post("/player/answers", json={**body, "answers": RIGHT}))
    assert again == first
    assert again["standing"]["questions"]["attempts_left"] == 1
    last = {**body, "number": 2, "answers": RIGHT}
    assert answered(played.page.post("/player/answers", json=last))["is_passed"]
    assert answered(played.page.post("/player/answers", json=last))["is_passed"]


def test_a_passing_attempt_that_comes_many_times_at_once_is_one_attempt(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, pages=1, pass_percent=75, questionnaire=QUESTIONS))
    version = played.lesson["version"]
    answered(played.page.get("/player/questions"))
    played.save(seen={"0": []})
    body = {"version": version, "number": 1, "answers": RIGHT}
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda _: played.page.post("/player/answers", json=body).status_code, range(6)))
    assert statuses == [200] * 6
    assert played.schedule["status"] == "completed"


def test_each_attempt_draws_an_order_of_its_own_and_keeps_it(organisation: Organisation) -> None:
    many = [{**SINGLE, "id": f"q{at}"} for at in range(30)]
    shuffled = {"questions": many, "is_shuffled": True}
    played = play(organisation, add_lesson(organisation, pages=1, pass_percent=100, questionnaire=shuffled))

    def order() -> list[str]:
        return [one["id"] for one in answered(played.page.get("/player/questions"))["questions"]]

    first = order()
    assert first == order()
    assert sorted(first) == [f"q{at}" for at in sorted(range(30), key=str)]
    played.answer({})
    assert order() != first


def test_a_pass_before_the_pages_leaves_the_pages_to_do(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, pages=1, questionnaire={"questions": [SINGLE]}))
    assert played.answer({"q1": ["b"]})["standing"]["is_open"]
    answered(played.page.get("/player/questions"), 409)
    assert played.save(seen={"0": []})["is_open"] is False


@pytest.mark.parametrize(
    "answers",
    [{"q9": ["a"]}, {"q1": ["z"]}, {"q1": ["a", "b"]}, {"q3": ["x" * 4001]}, {"q3": ["a", "b"]}, {"q3": ["\x00"]}],
)
def test_answers_that_cannot_be_are_refused_and_use_no_attempt(
    organisation: Organisation, answers: dict[str, list[str]]
) -> None:
    played = play(organisation, add_lesson(organisation, pages=1, questionnaire=QUESTIONS))
    refused = played.answer(answers, 422)
    assert list(refused["error"]["fields"])
    assert answered(played.page.get("/player/questions"))["number"] == 1


@pytest.mark.parametrize(
    "given",
    [
        {"step": 2},
        {"step": -1},
        {"number": 0},
        {"position_ms": -1},
        {"position_ms": 2**40},
        {"time_s": -5},
        {"seen": {"7": []}},
        {"seen": {"0": [[5, 1]]}},
        {"seen": {"0": [[-4, 1]]}},
        {"seen": {"0": [[at, at + 1] for at in range(0, 4000, 2)]}},
        {"seen": {"x": []}},
        {"step": "1"},
        {"unknown": 1},
    ],
)
def test_a_save_that_cannot_be_is_refused_and_writes_nothing(organisation: Organisation, given: dict[str, Any]) -> None:
    played = play(organisation, add_lesson(organisation))
    assert played.save(422, **given)["error"]["fields"]
    assert "lessonStartedDate" not in played.schedule


def test_a_token_opens_one_schedule_and_ends_with_its_person(organisation: Organisation) -> None:
    lesson = add_lesson(organisation)
    played = play(organisation, lesson)
    stranger = Caller(organisation.client, {"authorization": "Bearer rbp_nothing"})
    for page in (stranger, Caller(organisation.client, {}), organisation.native()):
        answered(page.get("/player/lesson"), 401)
        answered(page.post("/player/progress", json={"version": 1, "number": 1, "step": 0}), 401)
    answered(played.page.get("/v1/people"), 401)
    answered(played.api.post(f"/api/v2/user/{played.person_id}/inactivate"))
    answered(played.page.get("/player/lesson"), 401)
    answered(played.api.post(f"/api/v2/user/{played.person_id}/activate"))
    answered(played.page.get("/player/lesson"), 401)


def test_a_token_ends_after_a_day_and_is_forgotten(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation))
    with organisation.writing() as work:
        work.at += tokens.LIVES_S * SECOND
        assert tokens.find_seat(work, played.token) is None
        assert tokens.forget_expired(work, work.at + 1) >= 1
    answered(played.page.get("/player/lesson"), 401)


def test_a_schedule_that_is_over_has_no_player(organisation: Organisation) -> None:
    lesson = add_lesson(organisation, pages=1)
    played = play(organisation, lesson)
    native = organisation.native()
    played.save(seen={"0": []})
    for path, params in (
        ("embed_player", {"lessonScheduleId": played.schedule_id}),
        (f"embed_player/version/{played.schedule_id}", None),
    ):
        refused = answered(played.api.get(f"/api/v2/{path}", params=params), 400)
        assert (refused["internalCode"], refused["error"]) == (837, "This lesson schedule is completed")
    assert played.lesson["standing"]["is_open"] is False
    assert answered(
        played.page.post("/player/progress", json={"version": played.lesson["version"], "number": 9, "step": 0}), 409
    )
    other = play(organisation, lesson)
    answered(other.api.post(f"/api/v2/user/{other.person_id}/inactivate"))
    refused = answered(other.api.get("/api/v2/embed_player", params={"lessonScheduleId": other.schedule_id}), 400)
    assert (refused["internalCode"], refused["error"]) == (836, "This lesson schedule is cancelled")
    missing = answered(other.api.get("/api/v2/embed_player", params={"lessonScheduleId": 2**50}), 404)
    assert (missing["internalCode"], missing["error"]) == (840, "Lesson Schedule does not exist")
    assert native.get("/v1/contents").status_code == 200


def test_a_schedule_of_another_organisation_has_no_player(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    played = play(organisation, add_lesson(organisation))
    asked = {"lessonScheduleId": played.schedule_id}
    assert answered(other_organisation.velpic().get("/api/v2/embed_player", params=asked), 404)["internalCode"] == 840


def test_a_new_version_before_the_start_is_played_after_opening_again(organisation: Organisation) -> None:
    lesson = add_lesson(organisation)
    played = play(organisation, lesson)
    version = played.lesson["version"]
    native = organisation.native()
    draft = answered(native.post(lesson["versions"], json={"steps": [{"title": "New", "text": "x"}]}), 201)
    answered(native.post(f"{lesson['versions']}/{draft['number']}/publish"))
    body = {"version": version, "number": 1, "step": 0}
    refused = answered(played.page.post("/player/progress", json=body), 409)
    assert refused["error"]["details"]["is_outdated"]
    assert [step["title"] for step in played.lesson["steps"]] == ["New"]
    assert played.save(seen={"0": []})["is_open"] is False


def test_who_has_begun_goes_on_with_their_version(organisation: Organisation) -> None:
    lesson = add_lesson(organisation)
    played = play(organisation, lesson)
    played.save(seen={"0": []})
    native = organisation.native()
    draft = answered(native.post(lesson["versions"], json={"steps": [{"title": "New", "text": "x"}]}), 201)
    answered(native.post(f"{lesson['versions']}/{draft['number']}/publish"))
    assert [step["title"] for step in played.lesson["steps"]] == ["Page 1", "Page 2"]
    assert played.save(step=1, seen={"1": []})["is_open"] is False


def test_a_lesson_that_has_not_begun_cannot_be_opened(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation), scheduleDate="2090-01-01T00:00:00.000Z")
    assert "not begun" in answered(played.page.get("/player/lesson"), 409)["error"]["message"]


def test_files_come_by_tickets_in_ranges_and_may_be_framed(organisation: Organisation) -> None:
    played = play(organisation, add_lesson(organisation, film=mp4(5_000)))
    href = played.lesson["steps"][0]["file"]["href"]
    client = organisation.client
    whole = client.get(href)
    assert whole.content == mp4(5_000)
    assert "frame-ancestors *" in whole.headers["content-security-policy"]
    part = client.get(href, headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert client.get(href[:-2] + "AA").status_code == 404
    assert client.get("/player/files/é").status_code == 404
    answered(played.api.post(f"/api/v2/user/{played.person_id}/inactivate"))
    assert client.get(href).status_code == 404


def test_a_page_of_a_lesson_is_boxed_in(organisation: Organisation) -> None:
    native = organisation.native()
    content = native.post("/v1/contents", json={"title": "Page"}).json()
    path = f"/v1/contents/{content['id']}/versions"
    number = native.post(path, json={"steps": []}).json()["number"]
    page = answered(native.post(f"{path}/{number}/files", files={"file": ("a.html", HTML, "text/html")}), 201)
    answered(native.patch(f"{path}/{number}", json={"steps": [{"title": "A", "kind": "html", "file": page["id"]}]}))
    answered(native.post(f"{path}/{number}/publish"))
    played = play(organisation, {"number": content["number"]})
    shown = organisation.client.get(played.lesson["steps"][0]["file"]["href"])
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy


def test_the_front_page_may_be_framed_and_the_console_may_not(organisation: Organisation) -> None:
    front = organisation.client.get("/")
    assert "frame-ancestors *" in front.headers["content-security-policy"]
    assert "x-frame-options" not in front.headers
    console = organisation.client.get("/console/sign-in")
    assert "frame-ancestors 'none'" in console.headers["content-security-policy"]
