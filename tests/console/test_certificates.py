"""Certificates and statements: their public pages and documents, the room, and what an organisation has them say."""

import re
from typing import Any

import pytest

from rollbook.core.kernel.principal import Role
from rollbook.core.learning import assignments, certificate_queries, documents
from rollbook.core.learning.queries import get_assignment
from rollbook.core.people import registration
from rollbook.core.people.queries import get_person
from tests.adapters.test_pictures import bomb
from tests.conftest import Caller, Organisation
from tests.console.signed_in import add_person, new_visitor, owner, sign_in
from tests.media import SVG, png

SETTINGS = "/console/settings/certificates"


def completed(organisation: Organisation, owner_hash: str, name: str = "Ana Kovač", **course: Any) -> dict[str, Any]:
    """A completed assignment as the native API shows it."""
    person = add_person(organisation, owner_hash, Role.LEARNER, name)
    api = organisation.native()
    content = api.post(
        "/v1/contents", json={"title": "Rescue", "issues_certificate": True, "certificate_months": 12, **course}
    ).json()
    path = f"/v1/contents/{content['id']}/versions"
    number = api.post(path, json={"steps": [{"title": "Read", "text": "Look first."}]}).json()["number"]
    api.post(f"{path}/{number}/publish")
    made = api.post("/v1/assignments", json={"people": [person.uuid], "content": content["id"]}).json()
    done = api.post(f"/v1/assignments/{made['assignments'][0]['id']}/complete", json={"score": 92}).json()
    return {**done, "person": person}


def page_of(organisation: Organisation, done: dict[str, Any]) -> str:
    """The path of its certificate's page."""
    return f"/certificates/{done['certificate']['number']}"


def statement_of(organisation: Organisation, done: dict[str, Any]) -> str:
    """The path of its statement, as Smart Arena gives it."""
    rows = organisation.smartarena().get("/api/usercourses").json()
    listed = rows["data"] if isinstance(rows, dict) else rows
    (link,) = {row["statement_link"] for row in listed if row["course_title"] == "Rescue"}
    return str(link.partition("://")[2].partition("/")[2].join(["/", ""]))


def test_anyone_with_the_number_sees_the_whole_certificate(organisation: Organisation, owner_hash: str) -> None:
    owner(organisation).post(
        SETTINGS, {"certificate_text": "By EN 12345.", "certificate_signatory": "Vida Lah, Training"}
    )
    path = page_of(organisation, completed(organisation, owner_hash))
    client = new_visitor(organisation).client
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["x-robots-tag"] == "noindex"
    for text in ("Ana Kovač", "Rescue", "92 %", "Valid", "By EN 12345.", "Vida Lah, Training", path[14:]):
        assert text in page.text, text
    told = client.get(path, headers={"accept": "application/json"}).json()
    assert (told["name"], told["title"], told["state"], told["score"]) == ("Ana Kovač", "Rescue", "valid", 92)
    assert told["url"].endswith(path)
    assert client.get(f"{path}?format=json").json() == told
    assert client.get(path.lower()).status_code == 200
    document = client.get(f"{path}/pdf")
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF-")


def test_a_document_is_made_once_and_kept(
    organisation: Organisation, owner_hash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = page_of(organisation, completed(organisation, owner_hash))
    client = new_visitor(organisation).client
    first = client.get(f"{path}/pdf")

    def fail(*_: Any) -> bytes:
        raise AssertionError("it was printed again")

    monkeypatch.setattr("rollbook.adapters.typesetting.TypstPrinter.pdf", fail)
    again = client.get(f"{path}/pdf")
    assert again.content == first.content
    assert client.get(f"{path}/pdf", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    part = client.get(f"{path}/pdf", headers={"range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b"%PDF-")


def test_a_revoked_certificate_says_so_and_has_no_document_any_more(
    organisation: Organisation, owner_hash: str
) -> None:
    done = completed(organisation, owner_hash)
    path = page_of(organisation, done)
    client = new_visitor(organisation).client
    assert client.get(f"{path}/pdf").status_code == 200
    visitor = owner(organisation)
    (href,) = set(re.findall(r"/console/certificates/\d+", visitor.get("/console/certificates").text))
    assert "Revoke this certificate?" in visitor.get(href).text
    assert visitor.post(f"{href}/revoke", {"reason": "Taken by <b>another</b>"}).status_code == 303
    page = client.get(path)
    assert "Revoked" in page.text
    assert "Taken by &lt;b&gt;another&lt;/b&gt;" in page.text
    assert client.get(f"{path}/pdf").status_code == 409
    assert client.get(path, headers={"accept": "application/json"}).json()["pdf"] is None
    again = visitor.post(f"{href}/revoke")
    assert "revoked already" in visitor.get(again.headers["location"]).text
    assert organisation.client.get(f"/v1/certificates/{path[14:]}").json()["state"] == "revoked"
    assert organisation.client.get(f"/v1/certificates/{path[14:]}/pdf").status_code == 409


def test_an_expired_certificate_says_so(organisation: Organisation, owner_hash: str) -> None:
    done = completed(organisation, owner_hash, name="Old Timer")
    with organisation.server.database.reading() as work:
        found = certificate_queries.find(work, done["certificate"]["number"])
    assert found is not None
    assert found.expires_at is not None
    person = add_person(organisation, owner_hash, Role.LEARNER, "Past Master")
    api = organisation.native()
    made = api.post("/v1/assignments", json={"people": [person.uuid], "content": done["content"]["id"]}).json()
    id_ = made["assignments"][0]["id"]
    long_ago = {"at": "2020-02-29T10:00:00Z"}
    number = api.post(f"/v1/assignments/{id_}/complete", json=long_ago).json()["certificate"]["number"]
    page = new_visitor(organisation).get(f"/certificates/{number}").text
    assert "Expired" in page
    assert "February 28, 2021" in page
    listed = api.get("/v1/certificates", params={"state": "expired", "total": "true"}).json()
    assert (listed["total"], [one["number"] for one in listed["certificates"]]) == (1, [number])


@pytest.mark.parametrize("path", ["/certificates/NO-SUCH", "/statements/AAAA", "/statements/" + "A" * 43])
def test_nothing_is_told_of_a_number_that_is_none(organisation: Organisation, path: str) -> None:
    client = new_visitor(organisation).client
    for address in (path, f"{path}/pdf", f"{path}/logo"):
        assert client.get(address).status_code == 404, address
    assert "error" in client.get(path, headers={"accept": "application/json"}).json()


def test_a_statement_is_found_by_its_address_alone(organisation: Organisation, owner_hash: str) -> None:
    done = completed(organisation, owner_hash, issues_certificate=False)
    path = statement_of(organisation, done)
    assert statement_of(organisation, done) == path
    client = new_visitor(organisation).client
    page = client.get(path)
    for text in ("Statement of completion", "Ana Kovač", "Rescue", "92 %"):
        assert text in page.text
    assert client.get(f"{path}/pdf").content.startswith(b"%PDF-")
    assert client.get(path, headers={"accept": "application/json"}).json()["name"] == "Ana Kovač"
    changed = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert client.get(changed).status_code == 404
    assert client.get(f"/statements/{done['id']}").status_code == 404


def test_velpic_hands_out_the_certificate_or_else_a_statement(organisation: Organisation, owner_hash: str) -> None:
    api = organisation.velpic()
    certified, plain = completed(organisation, owner_hash), completed(organisation, owner_hash, "Bor Novak")
    assert certified["certificate"]
    with organisation.writing() as work:
        numbers = [get_assignment(work, key="uuid", value=one["id"]).id for one in (certified, plain)]
    answer = api.get(f"/api/v2/lesson_schedule/{numbers[0]}/certificate")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content == new_visitor(organisation).get(f"{page_of(organisation, certified)}/pdf").content
    organisation.native().post(f"/v1/certificates/{plain['certificate']['number']}/revoke", json={})
    assert api.get(f"/api/v2/lesson_schedule/{numbers[1]}/certificate").status_code == 400
    assert api.get("/api/v2/lesson_schedule/999999999/certificate").json()["internalCode"] == 840


def test_before_completion_velpic_has_no_certificate(
    organisation: Organisation, other_organisation: Organisation, owner_hash: str
) -> None:
    done = completed(organisation, owner_hash)
    person = add_person(organisation, owner_hash, Role.LEARNER, "Not Yet")
    api = organisation.native()
    made = api.post("/v1/assignments", json={"people": [person.uuid], "content": done["content"]["id"]}).json()
    with organisation.writing() as work:
        number = get_assignment(work, key="uuid", value=made["assignments"][0]["id"]).id
    path = f"/api/v2/lesson_schedule/{number}/certificate"
    refused = organisation.velpic().get(path)
    assert refused.status_code == 404
    assert "not completed" in refused.json()["message"]
    with organisation.writing() as work:
        assignments.credit(work, get_assignment(work, key="id", value=number))
    assert organisation.velpic().get(path).content.startswith(b"%PDF-")
    assert other_organisation.velpic().get(path).status_code == 404


def test_lists_show_the_certificates_of_those_whom_one_sees(
    organisation: Organisation, other_organisation: Organisation, owner_hash: str
) -> None:
    done = completed(organisation, owner_hash)
    completed(other_organisation, owner_hash, "Else Where")
    number = done["certificate"]["number"]
    api = organisation.native()
    listed = api.get("/v1/certificates", params={"q": "kovač"}).json()["certificates"]
    assert [(one["number"], one["person"], one["assignment"]) for one in listed] == [
        (number, done["person"].uuid, done["id"])
    ]
    assert api.get("/v1/certificates", params={"q": "else"}).json()["certificates"] == []
    assert api.get("/v1/certificates", params={"person": done["person"].uuid}).json()["certificates"]
    assert other_organisation.native().post(f"/v1/certificates/{number}/revoke", json={}).status_code == 404
    room = owner(organisation).get("/console/certificates", params={"q": "RESC"}).text
    assert number in room
    assert "Else Where" not in room
    learner = sign_in(organisation, done["person"].username)
    other = completed(organisation, owner_hash, "Someone Other")
    own = learner.get("/console/certificates").text
    assert number in own
    assert other["certificate"]["number"] not in own


def test_a_page_of_certificates_follows_the_other(organisation: Organisation, owner_hash: str) -> None:
    numbers = [completed(organisation, owner_hash, f"Name {n}")["certificate"]["number"] for n in range(3)]
    api: Caller = organisation.native()
    first = api.get("/v1/certificates", params={"limit": 2}).json()
    second = api.get("/v1/certificates", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["number"] for one in first["certificates"] + second["certificates"]] == numbers[::-1]
    assert second["next"] is None


def test_a_logo_is_drawn_anew_shown_and_taken_away(organisation: Organisation, owner_hash: str) -> None:
    visitor = owner(organisation)
    path = page_of(organisation, completed(organisation, owner_hash))
    client = new_visitor(organisation).client
    assert client.get(f"{path}/logo").status_code == 404
    files = {"logo": ("../../logo.png", png(400, 100), "text/html")}
    assert visitor.post(f"{SETTINGS}/logo", files=files).status_code == 303
    logo = client.get(f"{path}/logo")
    assert (logo.headers["content-type"], logo.content[:4]) == ("image/png", b"\x89PNG")
    assert f'src="{path}/logo"' in client.get(path).text
    assert visitor.get(f"{SETTINGS}/preview").content.startswith(b"%PDF-")
    visitor.post(f"{SETTINGS}/logo", files={"logo": ("other.png", png(40, 40), "image/png")})
    assert client.get(f"{path}/logo").content != logo.content
    visitor.post(f"{SETTINGS}/logo/remove")
    assert client.get(f"{path}/logo").status_code == 404


@pytest.mark.parametrize("given", [SVG, bomb(), b"no picture", b""], ids=["svg", "bomb", "text", "empty"])
def test_what_is_no_picture_never_becomes_a_logo(organisation: Organisation, given: bytes) -> None:
    visitor = owner(organisation)
    answer = visitor.post(f"{SETTINGS}/logo", files={"logo": ("logo.png", given, "image/png")})
    assert answer.status_code == 422
    assert "picture" in answer.text
    assert visitor.get(f"{SETTINGS}/logo").status_code == 404


def test_hostile_names_stay_text(organisation: Organisation, owner_hash: str) -> None:
    done = completed(organisation, owner_hash, "<script>alert(1)</script> #import")
    path = page_of(organisation, done)
    page = new_visitor(organisation).get(path)
    assert "<script>alert" not in page.text
    assert new_visitor(organisation).get(f"{path}/pdf").content.startswith(b"%PDF-")


def test_the_documents_of_someone_erased_are_deleted(organisation: Organisation, owner_hash: str) -> None:
    done = completed(organisation, owner_hash)
    path = page_of(organisation, done)
    client = new_visitor(organisation).client
    assert client.get(f"{path}/pdf").status_code == 200
    services = organisation.server.services
    with services.database.reading() as work:
        found = certificate_queries.find(work, done["certificate"]["number"])
        since = work.at
    assert found is not None
    assert found.pdf_key is not None
    with organisation.writing() as work:
        registration.erase(work, get_person(work, done["person"].id))
    assert client.get(f"{path}/pdf").status_code == 404
    later = since + 3_600_000_000
    assert documents.forget_erased(services.database, services.files, since, later) == 1
    assert not services.files.exists(found.pdf_key)
    assert documents.forget_erased(services.database, services.files, since, later) == 0
