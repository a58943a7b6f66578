"""What the registration mail says."""

from rollbook.core.access import signin, welcome
from rollbook.core.kernel.work import Work
from rollbook.core.mail import templates
from rollbook.core.mail.ledger import QueuedMail
from rollbook.core.mail.letters import Letter, NothingToSay, in_language
from rollbook.core.mail.templates import Wording
from rollbook.core.people.queries import find_person, get_organisation, has_several_organisations

KIND = "welcome"

_TEXTS = {
    "en": {
        "subject": "Welcome to {organisation}",
        "greeting": "Hello {name},",
        "account": "you have been registered for training with {organisation}. Your user name is {username}.",
        "choose": "Choose a password by this link within two weeks.",
        "choose_label": "Choose a password",
        "sign_in": "Sign in with the password that was set for you.",
        "sign_in_label": "Sign in",
        "unexpected": "If you did not expect this message, you need not do anything.",
    },
    "sl": {
        "subject": "Dobrodošli: {organisation}",
        "greeting": "Pozdravljeni, {name}!",
        "account": "Na usposabljanje vas je prijavila organizacija {organisation}. Uporabniško ime: {username}.",
        "choose": "Prek te povezave si v dveh tednih izberite geslo.",
        "choose_label": "Izberite geslo",
        "sign_in": "Prijavite se z geslom, ki vam je bilo določeno.",
        "sign_in_label": "Prijava",
        "unexpected": "Če tega sporočila niste pričakovali, vam ni treba storiti ničesar.",
    },
    "hr": {
        "subject": "Dobro došli: {organisation}",
        "greeting": "Pozdrav, {name}!",
        "account": "Na osposobljavanje vas je prijavila organizacija {organisation}. Korisničko ime: {username}.",
        "choose": "Putem ove poveznice odaberite lozinku u roku od dva tjedna.",
        "choose_label": "Odaberite lozinku",
        "sign_in": "Prijavite se lozinkom koja vam je postavljena.",
        "sign_in_label": "Prijava",
        "unexpected": "Ako ovu poruku niste očekivali, ne morate učiniti ništa.",
    },
    "ru": {
        "subject": "Добро пожаловать: {organisation}",
        "greeting": "Здравствуйте, {name}!",
        "account": "Вы зарегистрированы для обучения в организации «{organisation}». Имя пользователя: {username}.",
        "choose": "Задайте пароль по этой ссылке в течение двух недель.",
        "choose_label": "Задать пароль",
        "sign_in": "Войдите с паролем, который вам назначили.",
        "sign_in_label": "Войти",
        "unexpected": "Если вы не ожидали этого письма, ничего делать не нужно.",
    },
}

WORDINGS = {
    language: Wording(text["subject"], (text["greeting"], text["account"], "{how}", text["unexpected"]))
    for language, text in _TEXTS.items()
}
PLACES = frozenset({"name", "organisation", "username", "how"})
"""The facts that this mail has; ``how`` says what to do, by whether there is a password already."""


def compose(work: Work, mail: QueuedMail, base_url: str) -> Letter:
    """The letter, in the person's language, with a fresh invitation for someone who has no password yet.

    Earlier invitations end with it. Raises `NothingToSay` for someone who has left.
    """
    person = find_person(work, key="id", value=mail.person_id)
    if person is None or not person.is_active:
        raise NothingToSay("The person is not active any more.")
    texts = in_language(_TEXTS, person.language)
    organisation = get_organisation(work)
    if signin.has_password(work, person.id):
        named = f"console/sign-in?organisation={organisation.slug}" if has_several_organisations(work) else ""
        way, link = "sign_in", f"{base_url}/{named}"
    else:
        secret = welcome.invite(work, mail.organisation_id, person.id)
        way, link = "choose", f"{base_url}/welcome/{secret}"
    facts = {
        "organisation": organisation.name,
        "name": person.full_name,
        "username": person.username,
        "how": texts[way],
    }
    return templates.letter(
        work, KIND, WORDINGS, person.language, facts, link=link, link_label=texts[f"{way}_label"],
        to_name=person.full_name,
    )  # fmt: skip
