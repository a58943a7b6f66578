"""Lessons through the native API: questions, media, thumbnails, custom fields, copies, and what state they are in."""

from typing import Any

import pytest

from rollbook.core.learning import media
from tests.conftest import Caller, Organisation
from tests.media import BROKEN_FILM, HTML, PDF, SVG, mp4, png

READ = {"title": "Read", "text": "Look before you climb."}
SINGLE = {
    "id": "q1",
    "text": "Which?",
    "options": [{"id": "a", "text": "This", "is_right": True}, {"id": "b", "text": "That"}],
}
MULTIPLE = SINGLE | {"id": "q2", "kind": "multiple", "points": 3}
WRITTEN = {"id": "q3", "text": "Which word?", "kind": "text", "accepted": ["helmet", "hard hat"]}


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


def make(api: Caller, title: str = "Working at height", **given: Any) -> str:
    answer = api.post("/v1/contents", json={"title": title, **given})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def draft(api: Caller, content: str | None = None, **given: Any) -> str:
    """The path of a new draft."""
    path = f"/v1/contents/{content or make(api)}/versions"
    answer = api.post(path, json={"steps": [READ], **given})
    assert answer.status_code == 201, answer.text
    return f"{path}/{answer.json()['number']}"


def attach(api: Caller, version: str, name: str, data: bytes, said: str = "application/x-said") -> dict[str, Any]:
    answer = api.post(f"{version}/files", files={"file": (name, data, said)})
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()
    return file


def test_a_version_keeps_its_questions_and_counts_them(api: Caller) -> None:
    questionnaire = {"questions": [SINGLE, MULTIPLE, WRITTEN], "attempts_allowed": 2, "is_shuffled": True}
    version = draft(api, questionnaire=questionnaire, pass_percent=70)
    shown = api.get(version).json()
    assert shown["questionnaire"] == questionnaire
    assert (shown["question_count"], shown["pass_percent"]) == (3, 70)
    changed = api.patch(version, json={"questionnaire": {"questions": [WRITTEN]}}).json()
    assert changed["questionnaire"] == {"questions": [WRITTEN]}
    assert api.patch(version, json={"questionnaire": None}).json()["question_count"] == 0


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"id": "no blanks"}, "questions[0].id"),
        ({"id": ""}, "questions[0].id"),
        ({"text": " "}, "questions[0].text"),
        ({"text": "x" * 4001}, "questions[0].text"),
        ({"kind": "essay"}, "questions[0].kind"),
        ({"points": 0}, "questions[0].points"),
        ({"points": 101}, "questions[0].points"),
        ({"options": []}, "questions[0].options"),
        ({"options": [{"id": "a", "text": "This", "is_right": True}]}, "questions[0].options"),
        ({"options": [{"id": "a", "text": "This"}, {"id": "b", "text": "That"}]}, "questions[0].options"),
        (
            {"options": [{"id": "a", "text": "A", "is_right": True}, {"id": "b", "text": "B", "is_right": True}]},
            "questions[0].options",
        ),
        (
            {"options": [{"id": "a", "text": "A", "is_right": True}, {"id": "a", "text": "B"}]},
            "questions[0].options[1].id",
        ),
        (
            {"options": [{"id": "a", "text": "A", "is_right": True}, {"id": "b", "text": ""}]},
            "questions[0].options[1].text",
        ),
        ({"accepted": ["a"]}, "questions[0].accepted"),
        ({"kind": "text"}, "questions[0].options"),
        ({"kind": "text", "options": [], "accepted": ["x" * 256]}, "questions[0].accepted[0]"),
        ({"explanation": "x" * 100_001}, "questions[0].explanation"),
    ],
)
def test_a_bad_question_is_refused_by_name(api: Caller, question: dict[str, Any], field: str) -> None:
    version = draft(api)
    answer = api.patch(version, json={"questionnaire": {"questions": [SINGLE | question]}})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [f"questionnaire.{field}"]
    assert api.get(version).json()["question_count"] == 0


def test_repeated_too_many_and_endless_questions_are_refused(api: Caller) -> None:
    version = draft(api)
    for questionnaire, field in (
        ({"questions": [SINGLE, SINGLE]}, "questionnaire.questions[1].id"),
        ({"questions": [SINGLE | {"id": f"q{n}"} for n in range(201)]}, "questionnaire.questions"),
        ({"attempts_allowed": 0}, "questionnaire.attempts_allowed"),
        ({"attempts_allowed": 10**30}, "questionnaire.attempts_allowed"),
    ):
        answer = api.patch(version, json={"questionnaire": questionnaire})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.html", png(), "image/png"),
        ("a.png", b"\xff\xd8\xff\xe0" + bytes(40), "image/jpeg"),
        ("a.png", PDF, "application/pdf"),
        ("a.png", HTML, "text/html"),
        ("a.txt", "Ladders, čevlji".encode(), "text/plain"),
        ("a.csv", b"a,b\n1,2\n", "text/csv"),
        (
            "a.docx",
            b"PK\x03\x04" + bytes(30),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("a.bin", b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_a_files_type_is_told_from_its_bytes(api: Caller, name: str, data: bytes, media_type: str) -> None:
    file = attach(api, draft(api), name, data, "image/svg+xml")
    assert (file["media_type"], file["state"], file["size"]) == (media_type, "ready", len(data))


def test_an_svg_picture_is_refused_whatever_it_is_called(api: Caller) -> None:
    version = draft(api)
    for name in ("logo.svg", "logo.png", "logo.txt"):
        answer = api.post(f"{version}/files", files={"file": (name, SVG, "image/png")})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["file"])
    assert api.get(version).json()["files"] == []


def test_a_step_shows_only_a_file_of_its_kind(api: Caller) -> None:
    version = draft(api)
    picture, page = attach(api, version, "a.png", png())["id"], attach(api, version, "a.pdf", PDF)["id"]
    good = [
        {"title": "See", "kind": "image", "file": picture},
        {"title": "Read", "kind": "pdf", "file": page},
        {"title": "Take", "kind": "file", "file": picture},
    ]
    assert api.patch(version, json={"steps": good}).json()["steps"] == good
    for step in (
        {"title": "See", "kind": "image", "file": page},
        {"title": "See", "kind": "video", "file": picture},
        {"title": "See", "kind": "html", "file": picture},
        {"title": "See", "kind": "text", "file": picture},
        {"title": "See", "kind": "image"},
        {"title": "See", "kind": "image", "file": "unheard-of"},
    ):
        answer = api.patch(version, json={"steps": [step]})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["steps[0].file"]), step
    no_address = api.patch(version, json={"steps": [{"title": "Go", "kind": "link"}]})
    assert list(no_address.json()["errors"]) == ["steps[0].url"]


def test_a_film_says_how_long_it_plays(api: Caller) -> None:
    version = draft(api)
    film = attach(api, version, "climb.mp4", mp4(7500))
    assert (film["media_type"], film["state"], film["duration_ms"]) == ("video/mp4", "ready", 7500)
    shown = api.patch(version, json={"steps": [{"title": "Watch", "kind": "video", "file": film["id"]}]}).json()
    assert (shown["evolution"], shown["duration_ms"]) == ("video", 7500)
    both = api.patch(version, json={"steps": [*shown["steps"], READ | {"duration_s": 10}]}).json()
    assert (both["evolution"], both["duration_ms"]) == ("module", 17500)


def test_a_film_that_cannot_be_read_is_the_lessons_error_and_is_not_published(api: Caller) -> None:
    content = make(api)
    version = draft(api, content)
    film = attach(api, version, "broken.mp4", BROKEN_FILM)
    assert (film["state"], film["duration_ms"]) == ("error", 0)
    assert api.get(f"/v1/contents/{content}").json()["status"] == "error"
    refused = api.post(f"{version}/publish")
    assert refused.status_code == 409
    assert "broken.mp4" in refused.json()["detail"]
    assert api.delete(f"{version}/files/{film['id']}").status_code == 204
    assert api.get(f"/v1/contents/{content}").json()["status"] == "never"
    assert api.post(f"{version}/publish").status_code == 200


def test_a_lesson_is_never_then_active_then_inactive(api: Caller) -> None:
    content = make(api)

    def status() -> str:
        return str(api.get(f"/v1/contents/{content}").json()["status"])

    assert status() == "never"
    version = draft(api, content)
    assert status() == "never"
    api.post(f"{version}/publish")
    assert status() == "active"
    draft(api, content)
    assert status() == "active"
    api.post(f"{version}/retire")
    assert status() == "inactive"
    api.post(f"{version}/publish")
    api.patch(f"/v1/contents/{content}", json={"archived": True})
    assert status() == "inactive"


def test_lessons_are_found_by_a_part_of_the_title_and_by_status(api: Caller) -> None:
    out, _, percent = make(api, "Ladders"), make(api, "Slings"), make(api, "100 % safe")
    api.post(f"{draft(api, out)}/publish")

    def found(**asked: Any) -> list[str]:
        page = api.get("/v1/contents", params=asked | {"total": True}).json()
        assert page["total"] == len(page["contents"])
        return [content["title"] for content in page["contents"]]

    assert found(q="adDer") == ["Ladders"]
    assert found(q="%") == [api.get(f"/v1/contents/{percent}").json()["title"]]
    assert found(status="active") == ["Ladders"]
    assert found(status="never") == ["Slings", "100 % safe"]
    assert found(status=["never", "active"], q="s") == ["Ladders", "Slings", "100 % safe"]
    assert api.get("/v1/contents", params={"status": "unheard-of"}).status_code == 422


def test_a_picture_of_the_version_is_its_thumbnail(api: Caller) -> None:
    version = draft(api)
    picture, page = attach(api, version, "a.png", png())["id"], attach(api, version, "a.pdf", PDF)["id"]
    assert api.patch(version, json={"thumbnail": picture}).json()["thumbnail"] == picture
    for other in (page, "unheard-of"):
        refused = api.patch(version, json={"thumbnail": other})
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["thumbnail"])
    assert api.delete(f"{version}/files/{picture}").status_code == 409
    assert api.patch(version, json={"thumbnail": None}).json()["thumbnail"] is None
    assert api.delete(f"{version}/files/{picture}").status_code == 204


def test_a_copy_has_everything_and_shares_the_files(api: Caller) -> None:
    content = make(api)
    api.post("/v1/custom-fields", json={"key": "reviewed", "description": "Reviewed", "kind": "date"})
    first = draft(api, content, questionnaire={"questions": [SINGLE]}, pass_percent=60)
    picture = attach(api, first, "a.png", png())["id"]
    steps = [{"title": "See", "kind": "image", "file": picture}]
    api.patch(first, json={"steps": steps, "thumbnail": picture})
    api.put(f"{first}/custom-values", json={"values": {"reviewed": "2026-02-01"}})
    api.post(f"{first}/publish")
    copied = api.post(f"{first}/copy")
    assert copied.status_code == 201, copied.text
    shown, was = copied.json(), api.get(first).json()
    same = ("steps", "questionnaire", "pass_percent", "thumbnail", "files", "custom_values", "duration_ms")
    assert {name: shown[name] for name in same} == {name: was[name] for name in same}
    assert (shown["number"], shown["state"]) == (2, "draft")
    second = f"/v1/contents/{content}/versions/2"
    api.patch(second, json={"steps": [READ], "thumbnail": None})
    assert api.delete(f"{second}/files/{picture}").status_code == 204
    assert api.get(f"{first}/files/{picture}").content == png()


def test_custom_fields_are_defined_filled_and_removed(api: Caller) -> None:
    version = draft(api)
    for key, kind in (("note", "string"), ("hours", "number"), ("reviewed", "date"), ("legal", "boolean")):
        made = api.post("/v1/custom-fields", json={"key": key, "description": key.title(), "kind": kind})
        assert made.status_code == 201, made.text
    values = {"note": "See §4", "hours": "1.5", "reviewed": "2026-02-28", "legal": "true"}
    shown = api.put(f"{version}/custom-values", json={"values": values}).json()["custom_values"]
    assert {one["key"]: one["value"] for one in shown} == values
    api.put(f"{version}/custom-values", json={"values": {"note": None, "hours": "2"}})
    left = {one["key"]: one["value"] for one in api.get(version).json()["custom_values"]}
    assert left == {"hours": "2", "reviewed": "2026-02-28", "legal": "true"}
    for key, value in (("hours", "many"), ("hours", "nan"), ("reviewed", "2026-02-30"), ("legal", "maybe"), ("x", "1")):
        refused = api.put(f"{version}/custom-values", json={"values": {"note": "new", key: value}})
        assert (refused.status_code, list(refused.json()["errors"])) == (422, [f"custom_fields.{key}"])
    assert "note" not in {one["key"] for one in api.get(version).json()["custom_values"]}
    fields = api.get("/v1/custom-fields").json()["custom_fields"]
    assert [field["key"] for field in fields] == ["hours", "legal", "note", "reviewed"]
    path = f"/v1/custom-fields/{fields[0]['id']}"
    assert api.patch(path, json={"description": "Hours of work"}).json()["description"] == "Hours of work"
    assert api.delete(path).status_code == 204
    assert "hours" not in {one["key"] for one in api.get(version).json()["custom_values"]}
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"key": "1st"}, 422, "key"),
        ({"key": "k" * 65}, 422, "key"),
        ({"key": "taken"}, 409, "key"),
        ({"description": ""}, 422, "description"),
        ({"kind": "colour"}, 422, "kind"),
    ],
)
def test_a_bad_custom_field_is_refused(api: Caller, given: dict[str, str], status: int, field: str) -> None:
    api.post("/v1/custom-fields", json={"key": "taken", "description": "There"})
    answer = api.post("/v1/custom-fields", json={"key": "new", "description": "New", **given})
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])


def test_a_content_says_how_it_certifies(api: Caller) -> None:
    content = make(api, issues_certificate=True, certificate_months=24)
    shown = api.get(f"/v1/contents/{content}").json()
    assert (shown["issues_certificate"], shown["certificate_months"]) == (True, 24)
    changed = api.patch(f"/v1/contents/{content}", json={"certificate_months": None, "issues_certificate": False})
    assert (changed.json()["issues_certificate"], changed.json()["certificate_months"]) == (False, None)
    refused = api.patch(f"/v1/contents/{content}", json={"certificate_months": 0})
    assert list(refused.json()["errors"]) == ["certificate_months"]


def test_a_file_is_answered_in_parts(api: Caller) -> None:
    version, data = draft(api), bytes(range(256)) * 4
    path = f"{version}/files/{attach(api, version, 'a.bin', data)['id']}"
    whole = api.get(path)
    tag = whole.headers["etag"]
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, data, "bytes")

    def part(asked: str, **more: str) -> Any:
        return api.client.get(path, headers={**api.headers, "range": asked, **more})

    for asked, start, end in (
        ("bytes=0-9", 0, 10),
        ("bytes=1000-", 1000, 1024),
        ("bytes=-4", 1020, 1024),
        ("bytes=5-9999", 5, 1024),
    ):
        answer = part(asked)
        assert (answer.status_code, answer.content) == (206, data[start:end])
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/1024"
        assert answer.headers["content-length"] == str(end - start)
    for asked in ("bytes=1024-", "bytes=-0"):
        beyond = part(asked)
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */1024")
    for asked in ("bytes=9-1", "lines=1-2", "bytes=0-1,4-5", "bytes=a-b"):
        assert part(asked).status_code == 200
    assert part("bytes=0-9", **{"if-range": tag}).status_code == 206
    assert part("bytes=0-9", **{"if-range": '"other"'}).content == data
    assert api.client.get(path, headers={**api.headers, "if-none-match": tag}).status_code == 304


def test_a_download_never_runs_in_our_pages(api: Caller) -> None:
    version = draft(api)
    got = api.get(f"{version}/files/{attach(api, version, 'page.html', HTML)['id']}")
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["content-security-policy"] == "sandbox"
    assert got.headers["x-content-type-options"] == "nosniff"


def test_an_upload_over_the_limit_or_empty_stores_nothing(
    api: Caller, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MOST_BYTES", 1000)
    version = draft(api)
    folder = organisation.server.settings.data / "files"
    before = {file for file in folder.rglob("*") if file.is_file()}
    assert api.post(f"{version}/files", files={"file": ("a.bin", bytes(1001), "text/plain")}).status_code == 413
    assert api.post(f"{version}/files", files={"file": ("a.bin", b"", "text/plain")}).status_code == 422
    assert api.post(f"{version}/files", files={"file": ("../../up\n.txt", b"a", "text/plain")}).status_code == 422
    assert {file for file in folder.rglob("*") if file.is_file()} == before
