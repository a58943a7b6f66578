"""Contents, versions and files through the native API."""

from typing import Any

import pytest

from tests.conftest import Caller, Organisation

STEP = {"title": "Read", "text": "Look before you climb."}


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


def made(api: Caller, **given: Any) -> dict[str, Any]:
    answer = api.post("/v1/contents", json={"title": "Working at height", **given})
    assert answer.status_code == 201, answer.text
    content: dict[str, Any] = answer.json()
    return content


def drafted(api: Caller, content: dict[str, Any], **given: Any) -> dict[str, Any]:
    answer = api.post(f"/v1/contents/{content['id']}/versions", json={"steps": [STEP], **given})
    assert answer.status_code == 201, answer.text
    version: dict[str, Any] = answer.json()
    return version


def test_a_content_is_made_changed_listed_and_deleted(api: Caller) -> None:
    full = {
        "external_id": "c-1",
        "description": "Long\ntext",
        "short_description": "Short",
        "public": True,
        "duration_min": 90,
        "requirements": "None",
        "goals": "Stay alive",
        "target_audience": "Climbers",
    }
    content = made(api, **full)
    assert content | full == content
    assert (content["kind"], content["version"], content["step_count"]) == ("lesson", None, 0)
    assert api.get(f"/v1/contents/{content['id']}").json() == content
    assert api.get("/v1/contents", params={"external_id": "c-1"}).json()["contents"] == [content]
    assert api.get("/v1/contents", params={"public": False}).json()["contents"] == []
    changed = api.patch(f"/v1/contents/{content['id']}", json={"title": "Heights", "goals": None}).json()
    assert (changed["title"], changed["goals"], changed["requirements"]) == ("Heights", None, "None")
    archived = api.patch(f"/v1/contents/{content['id']}", json={"archived": True}).json()
    assert archived["archived_at"] is not None
    assert api.get("/v1/contents").json()["contents"] == []
    assert len(api.get("/v1/contents", params={"archived": True}).json()["contents"]) == 1
    assert api.delete(f"/v1/contents/{content['id']}").status_code == 204
    assert api.get(f"/v1/contents/{content['id']}").status_code == 404


def test_contents_are_paged_by_cursor(api: Caller) -> None:
    ids = [made(api, title=f"Content {n}")["id"] for n in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = api.get("/v1/contents", params={"limit": 2, "total": True, **({"cursor": cursor} if cursor else {})})
        assert page.status_code == 200, page.text
        seen += [content["id"] for content in page.json()["contents"]]
        assert page.json()["total"] == 5
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert seen == ids


def test_a_version_is_drafted_published_followed_and_retired(api: Caller) -> None:
    content = made(api)
    first = drafted(api, content, pass_percent=80)
    assert (first["number"], first["state"], first["steps"]) == (1, "draft", [STEP])
    path = f"/v1/contents/{content['id']}/versions"
    longer = api.patch(
        f"{path}/1", json={"steps": [STEP, {"title": "See", "kind": "link", "url": "https://a.example"}]}
    )
    assert longer.json()["step_count"] == 2
    assert api.post(f"{path}/1/publish").json()["state"] == "published"
    shown = api.get(f"/v1/contents/{content['id']}").json()
    assert (shown["version"], shown["step_count"], shown["pass_percent"]) == (1, 2, 80)
    assert api.patch(f"{path}/1", json={"steps": []}).status_code == 409
    assert api.post(f"{path}/1/publish").status_code == 409
    second = drafted(api, content)
    api.post(f"{path}/{second['number']}/publish")
    states = {version["number"]: version["state"] for version in api.get(path).json()["versions"]}
    assert states == {1: "retired", 2: "published"}
    assert api.post(f"{path}/2/retire").json()["state"] == "retired"
    assert api.post(f"{path}/2/retire").status_code == 409
    assert api.get(f"/v1/contents/{content['id']}").json()["version"] is None
    assert api.post(f"{path}/1/publish").json()["state"] == "published"
    assert api.delete(f"/v1/contents/{content['id']}").status_code == 409
    assert api.get(f"{path}/3").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 256),
        ("title", "two\nlines"),
        ("title", 5),
        ("external_id", "a\x00b"),
        ("description", "a\x00b"),
        ("description", "x" * 100_001),
        ("goals", ["a"]),
        ("duration_min", -1),
        ("duration_min", 10**30),
        ("duration_min", "long"),
        ("public", "yes"),
        ("unheard_of", 1),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(api: Caller, field: str, value: object) -> None:
    answer = api.post("/v1/contents", json={"title": "Working at height", field: value})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]
    assert api.get("/v1/contents").json()["contents"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"steps": [STEP, {"text": "no title"}]}, "steps[1].title"),
        ({"steps": [STEP, {"title": " "}]}, "steps[1].title"),
        ({"steps": [{"title": "a", "kind": "game"}]}, "steps[0].kind"),
        ({"steps": [{"title": "a", "url": "javascript:alert(1)"}]}, "steps[0].url"),
        ({"steps": [{"title": "a", "file": "nothing"}]}, "steps[0].file"),
        ({"steps": [{"title": "a", "duration_s": -1}]}, "steps[0].duration_s"),
        ({"steps": [STEP] * 501}, "steps"),
        ({"steps": "none"}, "steps"),
        ({"steps": [STEP], "pass_percent": 101}, "pass_percent"),
        ({}, "steps"),
    ],
)
def test_a_bad_version_is_refused(api: Caller, body: dict[str, Any], field: str) -> None:
    content = made(api)
    answer = api.post(f"/v1/contents/{content['id']}/versions", json=body)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]
    assert api.get(f"/v1/contents/{content['id']}/versions").json()["versions"] == []


def test_a_repeated_external_id_is_a_conflict(api: Caller) -> None:
    made(api, external_id="c-1")
    again = api.post("/v1/contents", json={"title": "Other", "external_id": "c-1"})
    assert again.status_code == 409
    assert list(again.json()["errors"]) == ["external_id"]


def test_a_file_is_attached_shown_in_a_step_downloaded_and_detached(api: Caller) -> None:
    content = made(api)
    drafted(api, content)
    path = f"/v1/contents/{content['id']}/versions/1"
    raw = b"%PDF-1.7" + bytes(range(256)) * 40
    file = api.post(f"{path}/files", files={"file": ("Ladder ž.pdf", raw, "application/pdf")})
    assert file.status_code == 201, file.text
    assert (file.json()["name"], file.json()["media_type"], file.json()["size"]) == (
        "Ladder ž.pdf",
        "application/pdf",
        len(raw),
    )
    plain = api.client.post(
        f"{path}/files",
        params={"name": "note.txt"},
        content=b"hello",
        headers={**api.headers, "content-type": "text/plain"},
    )
    assert plain.status_code == 201, plain.text
    got = api.get(f"{path}/files/{file.json()['id']}")
    assert got.content == raw
    assert got.headers["content-type"] == "application/pdf"
    assert "attachment" in got.headers["content-disposition"]
    api.patch(path, json={"steps": [{"title": "Read", "kind": "file", "file": file.json()["id"]}]})
    assert api.delete(f"{path}/files/{file.json()['id']}").status_code == 409
    assert api.delete(f"{path}/files/{plain.json()['id']}").status_code == 204
    assert [f["id"] for f in api.get(path).json()["files"]] == [file.json()["id"]]
    api.post(f"{path}/publish")
    assert api.post(f"{path}/files", files={"file": ("late.txt", b"x", "text/plain")}).status_code == 409


def test_a_bad_upload_stores_nothing(api: Caller, organisation: Organisation) -> None:
    content = made(api)
    drafted(api, content)
    path = f"/v1/contents/{content['id']}/versions/1/files"
    folder = organisation.server.settings.data / "files"
    before = {file for file in folder.rglob("*") if file.is_file()}
    assert api.post(path).status_code == 422
    nameless = api.client.post(path, content=b"x", headers={**api.headers, "content-type": "text/plain"})
    assert nameless.status_code == 422
    assert list(nameless.json()["errors"]) == ["name"]
    assert api.get(path.removesuffix("/files")).json()["files"] == []
    assert {file for file in folder.rglob("*") if file.is_file()} == before


def test_another_organisation_sees_no_content(api: Caller, other_organisation: Organisation) -> None:
    content = made(api, external_id="c-1")
    drafted(api, content)
    other = other_organisation.native()
    path = f"/v1/contents/{content['id']}"
    assert other.get("/v1/contents").json()["contents"] == []
    assert other.get(path).status_code == 404
    assert other.patch(path, json={"title": "Mine"}).status_code == 404
    assert other.delete(path).status_code == 404
    assert other.get(f"{path}/versions").status_code == 404
    assert other.post(f"{path}/versions/1/publish").status_code == 404
    assert other.post(f"{path}/versions/1/files", files={"file": ("a.txt", b"x", "text/plain")}).status_code == 404
    assert other.post("/v1/contents", json={"title": "Mine", "external_id": "c-1"}).status_code == 201


@pytest.mark.parametrize("number", [0, 2, 2**31, 2**40, 2**63, 10**30])
def test_a_version_that_cannot_be_is_not_found(api: Caller, number: int) -> None:
    content = made(api)
    drafted(api, content)
    path = f"/v1/contents/{content['id']}/versions/{number}"
    answers = (api.get(path), api.patch(path, json={"steps": [STEP]}), api.post(f"{path}/copy"))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
