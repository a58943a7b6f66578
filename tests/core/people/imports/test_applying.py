"""Previewed, then applied whole or not at all."""

from collections.abc import Callable
from typing import Any

from tests.conftest import Caller, Organisation
from tests.core.people.imports.importing import HEAD, TWO, applied, counts, many, person, preview, rows_of


def test_a_preview_says_what_each_line_would_do_and_changes_nothing(api: Caller) -> None:
    applied(api, TWO)
    changed = HEAD + "1,Ana,Horvat,ana@example.org\n2,Bor,Kos,bor@example.org\n3,Cene,Zajc,cene@example.org\n4,,X,x\n"
    made = preview(api, changed)
    assert made.status_code == 201, made.text
    assert counts(made.json()) == {"created": 1, "changed": 1, "unchanged": 1, "inactivated": 0, "bad": 1}
    assert made.json()["state"] == "previewed"
    assert [(row["line"], row["result"]) for row in rows_of(api, made.json()["id"])] == [
        (2, "changed"),
        (3, "unchanged"),
        (4, "created"),
        (5, "bad"),
    ]
    assert rows_of(api, made.json()["id"], result="changed")[0]["changes"] == {"last_name": ["Novak", "Horvat"]}
    bad = made.json()["bad_rows"]
    assert [problem["field"] for problem in bad[0]["problems"]] == ["first_name"]
    assert person(api, "1")["last_name"] == "Novak"
    assert person(api, "3") is None


def test_applying_writes_everyone_and_marks_the_events(api: Caller, organisation: Organisation) -> None:
    done = applied(api, TWO)
    assert done["state"] == "applied"
    assert done["applied_at"]
    assert person(api, "1") | {"first_name": "Ana", "email": "ana@example.org", "active": True} == person(api, "1")
    with organisation.writing() as work:
        from rollbook.core.events.queries import AuditFilter, list_audit

        found = list_audit(work, AuditFilter(import_id=done["number"]))
    assert sorted(event.kind for event in found) == ["import.applied", "person.created", "person.created"]
    assert [row["result"] for row in rows_of(api, done["id"])] == ["created", "created"]


def test_the_same_file_again_changes_nothing(api: Caller) -> None:
    applied(api, TWO)
    assert counts(preview(api, TWO).json()) | {"unchanged": 2, "created": 0} == counts(preview(api, TWO).json())


def test_an_import_is_applied_once(api: Caller) -> None:
    done = applied(api, TWO)
    again = api.post(f"/v1/imports/{done['id']}/apply", json={})
    assert again.status_code == 409
    assert "applied already" in again.json()["detail"]


def test_one_bad_line_and_nobody_is_written(api: Caller) -> None:
    made = preview(api, TWO + "3,Cene,Zajc,not an address\n").json()
    assert made["bad"] == 1
    answer = api.post(f"/v1/imports/{made['id']}/apply", json={})
    assert answer.status_code == 409
    assert person(api, "1") is None


def test_a_preview_gone_stale_is_refused_and_can_be_made_anew(api: Caller) -> None:
    applied(api, TWO)
    changed = HEAD + "1,Ana,Horvat,ana@example.org\n"
    made = preview(api, changed).json()
    api.patch(f"/v1/people/{person(api, '1')['id']}", json={"last_name": "Zupan"})
    answer = api.post(f"/v1/imports/{made['id']}/apply", json={})
    assert answer.status_code == 409
    assert "line 2" in answer.json()["detail"]
    assert person(api, "1")["last_name"] == "Zupan"
    assert applied(api, changed)["changed"] == 1


def test_a_change_elsewhere_does_not_make_a_preview_stale(api: Caller) -> None:
    applied(api, TWO)
    made = preview(api, HEAD + "1,Ana,Horvat,ana@example.org\n").json()
    api.patch(f"/v1/people/{person(api, '2')['id']}", json={"last_name": "Zupan"})
    api.patch(f"/v1/people/{person(api, '1')['id']}", json={"phone": "123"})
    assert api.post(f"/v1/imports/{made['id']}/apply", json={}).status_code == 200


def test_a_preview_can_be_thrown_away(api: Caller) -> None:
    made = preview(api, TWO).json()
    assert api.delete(f"/v1/imports/{made['id']}").status_code == 204
    assert api.post(f"/v1/imports/{made['id']}/apply", json={}).status_code == 409
    assert api.get("/v1/imports").json()["imports"] == []
    assert rows_of(api, made["id"]) == []


def test_imports_are_listed_newest_first_and_paged(api: Caller) -> None:
    made = [preview(api, TWO, name=f"{n}.csv").json()["file_name"] for n in range(3)]
    first = api.get("/v1/imports", params={"limit": 2}).json()
    assert [one["file_name"] for one in first["imports"]] == made[:0:-1]
    rest = api.get("/v1/imports", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["file_name"] for one in rest["imports"]] == made[:1]
    assert rest["next"] is None


def test_another_organisation_sees_no_import(api: Caller, other_organisation: Organisation) -> None:
    made = preview(api, TWO).json()
    other = other_organisation.native()
    for method, path in (("get", ""), ("get", "/rows"), ("post", "/apply"), ("post", "/undo"), ("delete", "")):
        body: dict[str, Any] = {"json": {}} if path == "/apply" else {}
        assert getattr(other, method)(f"/v1/imports/{made['id']}{path}", **body).status_code == 404
    assert other.get("/v1/imports").json()["imports"] == []


def test_a_file_may_be_the_body_itself(api: Caller) -> None:
    answer = api.client.post(
        "/v1/imports",
        params={"file_name": "staff.csv", "match_by": "email"},
        content=TWO.encode(),
        headers={**api.headers, "content-type": "text/csv"},
    )
    assert answer.status_code == 201, answer.text
    assert (answer.json()["file_name"], answer.json()["match_by"]) == ("staff.csv", "email")


def test_ten_thousand_people_are_imported_and_undone(api: Caller, cpu_seconds: Callable[[], float]) -> None:
    text = many(10_000)
    done = applied(api, text)
    assert done["created"] == 10_000
    assert applied(api, text)["unchanged"] == 10_000
    assert api.post(f"/v1/imports/{done['id']}/undo").status_code == 200
    assert cpu_seconds() < 30
