"""The mail room: the ledger, sending again, the organisation's own words, and which mails go out."""

import re

import pytest

from rollbook.core import wordings
from rollbook.core.access import welcome
from rollbook.core.kernel.principal import Role
from rollbook.core.mail import ledger
from rollbook.core.people import registration
from rollbook.core.people.queries import get_person
from rollbook.core.people.records import NewPerson, PersonChanges
from tests.conftest import Organisation
from tests.console.signed_in import add_person, owner, sign_in
from tests.workers.post_office import Letters

ROOM, WORDS, SETTINGS = "/console/mail", "/console/mail/words", "/console/settings/mail"


@pytest.fixture
def letters(organisation: Organisation) -> Letters:
    return Letters(organisation.server)


def invited(organisation: Organisation, language: str = "en", email: str | None = None) -> str:
    """The address of someone who is invited."""
    address = email or f"ana@{organisation.id}.example.org"
    with organisation.writing() as work:
        person = NewPerson(first_name="Ana", last_name="Kovač", username=address, email=address, language=language)
        welcome.send(work, registration.register(work, person))
    return address


def only_mail(organisation: Organisation) -> str:
    """The page of the one mail in the ledger."""
    (href,) = set(re.findall(r"/console/mail/\d+", owner(organisation).get(ROOM).text))
    return str(href)


def test_the_ledger_says_what_was_sent_under_which_subject(organisation: Organisation, letters: Letters) -> None:
    address = invited(organisation)
    assert "Pending" in owner(organisation).get(ROOM).text
    letters.work()
    room = owner(organisation).get(ROOM)
    subject = f"Welcome to {organisation.founded.organisation.name}"
    for text in (subject, address, "Ana Kovač", "Sent"):
        assert text in room.text
    page = owner(organisation).get(only_mail(organisation)).text
    assert "/welcome/" not in page
    assert subject in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=ANA@", True), ("q=zzz", False), ("state=pending", True), ("state=sent", False), ("kind=welcome", True),
     ("kind=lesson_overdue", False), ("kind=nonsense", True)],
)  # fmt: skip
def test_the_ledger_is_searched_and_filtered(organisation: Organisation, query: str, found: bool) -> None:
    invited(organisation)
    page = owner(organisation).get(f"{ROOM}?{query}").text
    assert ("Ana Kovač" in page) is found
    assert ("No mail like that" in page) is not found


def test_what_was_not_sent_is_sent_again_to_the_present_address(organisation: Organisation, letters: Letters) -> None:
    person = NewPerson(first_name="Bor", last_name="Novak", username=f"bor.{organisation.id}")
    with organisation.writing() as work:
        made = registration.register(work, person)
        ledger.queue_all(work, "welcome", [(made.id, None)])
    href = only_mail(organisation)
    visitor = owner(organisation)
    assert "The person has no e-mail address." in visitor.get(href).text
    refused = visitor.post(f"{href}/again")
    assert "It cannot be sent." in visitor.get(refused.headers["location"]).text
    with organisation.writing() as work:
        changed = get_person(work, made.id)
        registration.change(work, changed, PersonChanges(email=f"bor@{organisation.id}.example.org"))
    assert visitor.post(f"{href}/again").status_code == 303
    letters.work()
    assert len(letters.to(f"bor@{organisation.id}.example.org")) == 1
    still = visitor.post(f"{href}/again")
    assert still.status_code == 303
    assert "It is still to be sent." in visitor.get(visitor.post(f"{href}/again").headers["location"]).text


def test_ones_own_words_are_sent_in_their_language_alone(organisation: Organisation, letters: Letters) -> None:
    visitor = owner(organisation)
    body = "Živjo {name}!\r\n\r\nIme: {username}. {how}\r\n\r\n{organisation} <b>&"
    saved = visitor.post(f"{WORDS}/welcome/sl", {"subject": "Dobrodošli, {name}", "body": body})
    assert saved.status_code == 303, saved.text
    page = visitor.get(f"{WORDS}/welcome/sl").text
    assert "Your own words" in page
    assert "Slovenian" in visitor.get(WORDS).text
    preview = visitor.get(f"{WORDS}/welcome/sl/preview")
    assert "sandbox" in preview.headers["content-security-policy"]
    assert "Živjo Ana Kovač!" in preview.text
    assert "&lt;b&gt;&amp;" in preview.text
    slovene, english = invited(organisation, "sl"), invited(organisation, "en", f"eve@{organisation.id}.example.org")
    letters.work()
    (mail,) = letters.to(slovene)
    assert mail.subject == "Dobrodošli, Ana Kovač"
    assert f"Ime: {slovene}. Prek te povezave" in mail.text
    assert "/welcome/rbi_" in mail.text
    (other,) = letters.to(english)
    assert other.subject.startswith("Welcome to")
    assert visitor.post(f"{WORDS}/welcome/sl/forget").status_code == 303
    assert "Rollbook’s words" in visitor.get(f"{WORDS}/welcome/sl").text


def test_what_a_name_says_is_never_read_as_a_place(organisation: Organisation, letters: Letters) -> None:
    address = f"hostile@{organisation.id}.example.org"
    hostile = NewPerson(first_name="{organisation}", last_name="<img src=x>", username=address, email=address)
    with organisation.writing() as work:
        welcome.send(work, registration.register(work, hostile))
    letters.work()
    (mail,) = letters.to(address)
    assert "Hello {organisation} <img src=x>," in mail.text
    assert mail.html is not None
    assert "<img" not in mail.html


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"subject": "", "body": "Hello"}, "Subject is required"),
        ({"subject": "Hello", "body": " \n "}, "Body is required"),
        ({"subject": "{password}", "body": "Hello"}, "{password} stands for nothing here"),
        ({"subject": "Hello", "body": "{name.__class__} {due}"}, "{due} stands for nothing here"),
        ({"subject": "x" * 300, "body": "Hello"}, "at most 255 characters"),
        ({"subject": "Hello", "body": "x" * 10_001}, "at most 10000 characters"),
    ],
)
def test_words_that_cannot_be_sent_are_refused_and_shown_again(
    organisation: Organisation, data: dict[str, str], said: str
) -> None:
    visitor = owner(organisation)
    answer = visitor.post(f"{WORDS}/welcome/en", data)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Your own words" not in visitor.get(f"{WORDS}/welcome/en").text


@pytest.mark.parametrize("kind", wordings.KINDS)
@pytest.mark.parametrize("language", ["en", "sl", "hr", "ru", "ja"])
def test_every_kind_has_words_whose_places_are_filled(organisation: Organisation, kind: str, language: str) -> None:
    page = owner(organisation).get(f"{WORDS}/{kind}/{language}/preview")
    assert page.status_code == 200
    assert re.findall(r"\{\w+\}", page.text) == []


@pytest.mark.parametrize("path", [f"{WORDS}/nonsense/en", f"{WORDS}/welcome/xx", f"{ROOM}/999999999"])
def test_what_is_no_mail_is_not_found(organisation: Organisation, path: str) -> None:
    assert owner(organisation).get(path).status_code == 404


def test_which_mails_go_out_is_set_and_refused_where_it_makes_no_sense(organisation: Organisation) -> None:
    visitor = owner(organisation)
    sent = [kind for kind in wordings.KINDS if kind != "lesson_overdue"]
    assert visitor.post(SETTINGS, {"grace_days": "30", "reminder_days": "7, 1 3", "sent": sent}).status_code == 303
    page = visitor.get(SETTINGS).text
    assert 'value="30"' in page
    assert 'value="7, 3, 1"' in page
    assert "Silenced" in visitor.get(WORDS).text
    for data, said in (
        ({"grace_days": "", "reminder_days": ""}, "Say how many days."),
        ({"grace_days": "-1"}, "between 0 and 3650"),
        ({"grace_days": "5", "reminder_days": "tomorrow"}, "Type numbers of days"),
        ({"grace_days": "5", "reminder_days": "1 2 3 4 5 6"}, "at most 5 numbers"),
    ):
        refused = visitor.post(SETTINGS, data)
        assert refused.status_code == 422, data
        assert said in refused.text


def test_mail_to_people_whom_one_does_not_see_is_not_shown(
    organisation: Organisation, other_organisation: Organisation, owner_hash: str
) -> None:
    invited(organisation)
    href = only_mail(organisation)
    assert owner(other_organisation).get(href).status_code == 404
    assert "Ana Kovač" not in owner(other_organisation).get(ROOM).text
    learner = add_person(organisation, owner_hash, Role.LEARNER)
    assert sign_in(organisation, learner.username).get(ROOM).status_code == 403
