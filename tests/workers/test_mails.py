"""Mail on its way: what it says, in whose language, and what becomes of that which does not go."""

import re
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from rollbook.core.kernel.clock import DAY, HOUR, MINUTE
from rollbook.core.kernel.ports import MailFailed
from rollbook.core.kernel.statements import Statement
from rollbook.core.mail import ledger
from rollbook.core.mail.ledger import BACKOFF
from rollbook.core.mail.tables import mails
from rollbook.core.people.settings import SILENCED, SettingsChanges, change_settings
from tests.conftest import Caller, Organisation
from tests.workers.post_office import Letters

_STATES = Statement[tuple[Any, ...]](
    select(mails.c.state, mails.c.attempts, mails.c.error, mails.c.body)
    .where(mails.c.recipient == bindparam("recipient"))
    .order_by(mails.c.id)
)


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.smartarena()


def register(organisation: Organisation, api: Caller, **fields: object) -> str:
    """Register someone with a registration mail; the address it goes to."""
    address = f"ana@{organisation.id}.example.org"
    user = {"mapping_code": "hr-1", "email": address, "firstname": "Ana", "lastname": "Žagar", "register_mail": 1}
    made = api.post("/api/users", json={**user, **fields})
    assert made.status_code == 201, made.text
    return address


def standing(organisation: Organisation, recipient: str) -> list[tuple[Any, ...]]:
    with organisation.server.database.reading() as work:
        return work.all(_STATES, recipient=recipient)


def test_the_registration_mail_greets_and_links_to_an_invitation_that_rests_nowhere(
    organisation: Organisation, api: Caller, letters: Letters
) -> None:
    address = register(organisation, api)
    assert letters.to(address) == []
    letters.work()
    [mail] = letters.to(address)
    assert mail.to_name == "Ana Žagar"
    assert organisation.founded.organisation.name in mail.subject
    assert address in mail.text
    [link] = re.findall(r"http\S+/welcome/rbi_\S+", mail.text)
    assert mail.html is not None
    assert f'href="{link}"' in mail.html
    [(state, attempts, error, body)] = standing(organisation, address)
    assert (state, attempts, error, body) == ("sent", 1, None, None)


@pytest.mark.parametrize(("code", "words"), [(1, "Choose a password"), (3, "Izberite geslo")])
def test_it_is_in_the_persons_language(
    organisation: Organisation, api: Caller, letters: Letters, code: int, words: str
) -> None:
    address = register(organisation, api, language_code=code)
    letters.work()
    assert words in letters.to(address)[0].text


def test_names_are_shown_and_never_read_as_markup(organisation: Organisation, api: Caller, letters: Letters) -> None:
    address = register(organisation, api, firstname="<b>{name}</b>", lastname="& {0}")
    letters.work()
    [mail] = letters.to(address)
    assert "<b>{name}</b> & {0}" in mail.text
    assert mail.html is not None
    assert "&lt;b&gt;{name}&lt;/b&gt; &amp; {0}" in mail.html


def test_what_does_not_go_is_tried_again_by_the_schedule_and_then_given_up(
    organisation: Organisation, api: Caller, letters: Letters
) -> None:
    address = register(organisation, api)
    letters.problem = MailFailed("the mail server could not be used", is_permanent=False)
    letters.work()
    for count, wait in enumerate(BACKOFF, start=1):
        assert standing(organisation, address)[0][:2] == ("pending", count)
        letters.work(later=wait)
    assert standing(organisation, address) == [("failed", 6, "the mail server could not be used", None)]
    letters.problem = None
    letters.work(later=DAY)
    assert letters.to(address) == []


def test_an_address_that_is_refused_is_not_tried_again(
    organisation: Organisation, api: Caller, letters: Letters
) -> None:
    address = register(organisation, api)
    letters.problem = MailFailed("there is no such mailbox", is_permanent=True)
    letters.work()
    assert standing(organisation, address) == [("failed", 1, "there is no such mailbox", None)]


def test_each_attempt_invites_anew_and_ends_the_invitation_before(
    organisation: Organisation, api: Caller, letters: Letters
) -> None:
    address = register(organisation, api)
    with organisation.writing() as work:
        ledger.queue(work, "welcome", address, person_id=_person_id(api, organisation))
    letters.work()
    links = {re.findall(r"/welcome/(rbi_\S+)", mail.text)[0] for mail in letters.to(address)}
    assert len(links) == 2


def _person_id(api: Caller, organisation: Organisation) -> int:
    found = organisation.native().get("/v1/people", params={"external_id": "hr-1"}).json()["people"][0]
    return int(found["number"])


def test_someone_who_has_a_password_is_asked_to_sign_in(
    organisation: Organisation, api: Caller, letters: Letters
) -> None:
    address = register(organisation, api, password="a good long password")
    letters.work()
    [mail] = letters.to(address)
    assert "/welcome/" not in mail.text
    assert "Sign in" in mail.text


def test_someone_who_left_meanwhile_gets_none(organisation: Organisation, api: Caller, letters: Letters) -> None:
    address = register(organisation, api)
    api.delete("/api/users", json={"mapping_code": "hr-1", "delete_mode": 1})
    letters.work()
    assert letters.to(address) == []
    assert standing(organisation, address)[0][::2] == ("skipped", "The person is not active any more.")


def test_what_is_silenced_is_skipped_and_says_so(organisation: Organisation, api: Caller, letters: Letters) -> None:
    with organisation.writing() as work:
        change_settings(work, SettingsChanges(silenced_mails=frozenset({"welcome"})))
    address = register(organisation, api)
    letters.work()
    assert letters.to(address) == []
    assert standing(organisation, address)[0][::2] == ("skipped", SILENCED)


def test_a_mail_with_words_of_its_own_is_sent_as_written(organisation: Organisation, letters: Letters) -> None:
    address = f"boss@{organisation.id}.example.org"
    with organisation.writing() as work:
        ledger.queue(work, "notice", address, subject="Look", body="One.\n\nTwo & three.")
    letters.work()
    [mail] = letters.to(address)
    assert (mail.subject, mail.text) == ("Look", "One.\n\nTwo & three.\n")
    assert mail.html is not None
    assert "<p>One.</p><p>Two &amp; three.</p>" in mail.html


def test_a_lease_that_ran_out_is_taken_over(organisation: Organisation, letters: Letters) -> None:
    address = f"boss@{organisation.id}.example.org"
    with organisation.writing() as work:
        ledger.queue(work, "notice", address, subject="Look", body="One.")
    letters.at += MINUTE
    with organisation.server.database.writing() as work:
        work.at = letters.at
        ledger.claim(work, 1000, until=work.at + HOUR)
    letters.work()
    assert letters.to(address) == []
    letters.work(later=HOUR)
    assert len(letters.to(address)) == 1
