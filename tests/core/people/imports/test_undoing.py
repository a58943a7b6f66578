"""Undone whole, or not at all when somebody was touched since."""

from tests.conftest import Caller
from tests.core.people.imports.importing import HEAD, TWO, applied, person, preview


def test_undoing_erases_whom_it_made_and_puts_back_what_it_changed(api: Caller) -> None:
    applied(api, TWO)
    before = person(api, "1")
    done = applied(
        api, HEAD.strip() + ",Phone,Active\n1,Ana,Horvat,ana@new.example.org,123,no\n3,Cene,Zajc,c@x.org,,\n"
    )
    assert person(api, "1")["active"] is False
    answer = api.post(f"/v1/imports/{done['id']}/undo")
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "undone"
    assert person(api, "3") is None
    assert {**person(api, "1"), "updated_at": ""} == {**before, "updated_at": ""}
    assert api.post(f"/v1/imports/{done['id']}/undo").status_code == 409


def test_undoing_is_refused_whole_when_someone_it_made_was_touched(api: Caller) -> None:
    done = applied(api, TWO)
    api.patch(f"/v1/people/{person(api, '1')['id']}", json={"phone": "1"})
    answer = api.post(f"/v1/imports/{done['id']}/undo")
    assert answer.status_code == 409
    assert [one["name"] for one in answer.json()["touched"]] == ["Ana Novak"]
    assert person(api, "2") is not None
    assert api.get(f"/v1/imports/{done['id']}").json()["state"] == "applied"


def test_undoing_is_refused_when_a_field_it_set_was_changed_since(api: Caller) -> None:
    applied(api, TWO)
    done = applied(api, HEAD + "1,Ana,Horvat,ana@example.org\n2,Bor,Kosec,bor@example.org\n")
    api.patch(f"/v1/people/{person(api, '2')['id']}", json={"last_name": "Kralj"})
    answer = api.post(f"/v1/imports/{done['id']}/undo")
    assert answer.status_code == 409
    assert "Bor Kralj: last_name" in answer.json()["detail"]
    assert person(api, "1")["last_name"] == "Horvat"


def test_undoing_lets_a_later_change_of_another_field_stand(api: Caller) -> None:
    applied(api, TWO)
    done = applied(api, HEAD + "1,Ana,Horvat,ana@example.org\n")
    api.patch(f"/v1/people/{person(api, '1')['id']}", json={"phone": "123"})
    assert api.post(f"/v1/imports/{done['id']}/undo").status_code == 200
    assert (person(api, "1")["last_name"], person(api, "1")["phone"]) == ("Novak", "123")


def test_undoing_is_refused_when_an_old_user_name_is_someone_elses_now(api: Caller) -> None:
    applied(api, TWO)
    done = applied(api, HEAD + "1,Ana,Novak,ana@new.example.org\n")
    taken = {"first_name": "Eva", "last_name": "Novak", "username": "ana@example.org"}
    assert api.post("/v1/people", json=taken).status_code == 201
    answer = api.post(f"/v1/imports/{done['id']}/undo")
    assert answer.status_code == 409
    assert "user name" in answer.json()["detail"]


def test_people_deleted_since_do_not_stand_in_the_way(api: Caller) -> None:
    done = applied(api, TWO)
    api.delete(f"/v1/people/{person(api, '1')['id']}")
    assert api.post(f"/v1/imports/{done['id']}/undo").status_code == 200
    assert person(api, "2") is None


def test_imports_are_undone_one_after_the_other(api: Caller) -> None:
    first = applied(api, TWO)
    second = applied(api, HEAD + "1,Ana,Horvat,ana@example.org\n")
    assert api.post(f"/v1/imports/{first['id']}/undo").status_code == 409
    assert api.post(f"/v1/imports/{second['id']}/undo").status_code == 200
    assert api.post(f"/v1/imports/{first['id']}/undo").status_code == 200
    assert person(api, "1") is None


def test_a_preview_cannot_be_undone(api: Caller) -> None:
    made = preview(api, TWO).json()
    assert api.post(f"/v1/imports/{made['id']}/undo").status_code == 409
