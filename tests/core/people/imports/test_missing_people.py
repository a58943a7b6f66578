"""People who are not in the file, or whom it says to inactivate."""

from tests.conftest import Caller
from tests.core.people.imports.importing import applied, counts, many, person, preview


def test_people_who_are_not_in_the_file_are_inactivated_when_asked(api: Caller) -> None:
    applied(api, many(20))
    made = preview(api, many(19), inactivates_missing="true").json()
    assert counts(made) | {"inactivated": 1, "unchanged": 19} == counts(made)
    assert made["must_confirm"] is False
    assert api.post(f"/v1/imports/{made['id']}/apply", json={}).status_code == 200
    assert person(api, "19")["active"] is False
    assert api.get("/v1/people", params={"role": "owner"}).json()["people"][0]["active"] is True
    assert api.post(f"/v1/imports/{made['id']}/undo").status_code == 200
    assert person(api, "19")["active"] is True


def test_more_than_a_tenth_is_inactivated_only_when_confirmed(api: Caller) -> None:
    applied(api, many(20))
    made = preview(api, many(10), inactivates_missing="true").json()
    assert made["must_confirm"] is True
    refused = api.post(f"/v1/imports/{made['id']}/apply", json={})
    assert refused.status_code == 409
    assert refused.json()["inactivated"] == 10
    assert person(api, "15")["active"] is True
    assert api.post(f"/v1/imports/{made['id']}/apply", json={"confirm": True}).status_code == 200
    assert person(api, "15")["active"] is False


def test_inactivating_by_a_column_is_guarded_too(api: Caller) -> None:
    applied(api, many(5))
    gone = "Employee ID,Active\n" + "".join(f"{n},no\n" for n in range(5))
    assert preview(api, gone).json()["must_confirm"] is True
