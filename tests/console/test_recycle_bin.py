"""The recycle bin of one organisation, beside another's. What comes back with what is in tests/doors/opentera."""

import re
from typing import Any

import pytest

from rollbook.core.kernel.principal import Role
from tests.conftest import PASSWORD, Organisation
from tests.console.signed_in import add_person, owner, sign_in

BIN = "/console/recycle-bin"


def deleted_site(organisation: Organisation, name: str = "Maribor") -> int:
    """A site that the organisation's owner made and deleted."""
    who: Any = (organisation.founded.owner.username, PASSWORD)
    made = organisation.client.post("/api/user/sites", json={"site": {"id_site": 0, "site_name": name}}, auth=who)
    assert made.status_code == 200, made.text
    site_id = int(made.json()[0]["id_site"])
    assert organisation.client.delete("/api/user/sites", params={"id": site_id}, auth=who).status_code == 200
    return site_id


@pytest.mark.parametrize("verb", ["restore", "purge"])
def test_another_organisations_bin_is_not_ours(
    organisation: Organisation, other_organisation: Organisation, verb: str
) -> None:
    site_id = deleted_site(organisation)
    stranger = owner(other_organisation)
    assert "Maribor" not in stranger.get(BIN).text
    assert stranger.post(f"{BIN}/site/{site_id}/{verb}").status_code in (303, 404)
    assert "Maribor" in owner(organisation).get(BIN).text, "it is where it was"


def test_the_bin_says_what_it_holds_and_what_to_do_when_it_is_empty(organisation: Organisation) -> None:
    visitor = owner(organisation)
    assert "Nothing is in the bin" in visitor.get(BIN).text
    site_id = deleted_site(organisation, "<b>Maribor</b>")
    page = visitor.get(BIN).text
    assert "&lt;b&gt;Maribor&lt;/b&gt;" in page
    assert "<b>Maribor" not in page
    assert re.search(rf'action="{BIN}/site/{site_id}/restore"', page)
    assert visitor.post(f"{BIN}/site/{site_id}/restore", page=BIN).status_code == 303
    assert "is back" in visitor.get(BIN).text
    again = visitor.post(f"{BIN}/site/{site_id}/restore")
    assert again.status_code in (303, 404)


def test_a_form_without_its_token_changes_nothing(organisation: Organisation) -> None:
    site_id = deleted_site(organisation)
    visitor = owner(organisation)
    answer = visitor.client.post(f"{BIN}/site/{site_id}/restore", follow_redirects=False)
    assert answer.status_code in (303, 403)
    assert "Maribor" in visitor.get(BIN).text


def test_who_administers_nothing_is_told_so(organisation: Organisation, owner_hash: str) -> None:
    site_id = deleted_site(organisation)
    someone = sign_in(organisation, add_person(organisation, owner_hash, Role.HR_MANAGER).username)
    page = someone.get(BIN)
    assert (page.status_code, BIN in page.text) == (403, False)
    assert someone.post(f"{BIN}/site/{site_id}/restore").status_code in (303, 403)
    assert "Maribor" in owner(organisation).get(BIN).text
