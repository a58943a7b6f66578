"""People choosing their own password: at an invitation, or in place of the one they have."""

import re

import msgspec

from rollbook.core.access import credentials, signin
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ports import PasswordHasher
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.queries import get_person
from rollbook.core.people.records import Person

SHORTEST_CHOSEN = 10
FEWEST_LETTERS = 5
_SAID_BY_ALL = frozenset(
    {
        "password", "passwort", "passw", "welcome", "willkommen", "qwerty", "qwertyuiop", "qwertzuiop", "azerty",
        "letmein", "admin", "administrator", "iloveyou", "changeme", "rollbook", "secret", "monkey", "dragon",
        "football", "baseball", "superman", "trustno", "sunshine", "princess", "starwars", "asdfghjkl", "asdfgh",
        "zxcvbnm", "qazwsx", "qazwsxedc", "master", "training", "abcdef", "abcdefgh", "abcdefghij",
    }
)  # fmt: skip
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def chosen_password(password: str, person: Person) -> str:
    """A password that a person may choose. Faults: MISSING or INVALID naming ``password``."""
    if not password:
        raise field_fault(FaultCode.MISSING, "password", "Choose a password.")
    if len(password) < SHORTEST_CHOSEN:
        raise field_fault(FaultCode.INVALID, "password", f"Use at least {SHORTEST_CHOSEN} characters.")
    signin.checked_password(password)
    plain = password.casefold()
    words = re.sub(r"[^a-z]+", "", plain)
    if len(set(plain)) < FEWEST_LETTERS or words in _SAID_BY_ALL or any(plain in run for run in _RUNS):
        raise field_fault(FaultCode.INVALID, "password", "This one is tried first by whoever guesses; choose another.")
    own = {person.username, person.email or "", person.first_name, person.last_name, person.full_name}
    if any(len(name) >= 3 and _letters(plain) == _letters(name) for name in own):
        raise field_fault(FaultCode.INVALID, "password", "Your own name is the first guess; choose something else.")
    return password


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.casefold())


class Invited(msgspec.Struct, frozen=True):
    """Someone who holds a live invitation."""

    principal: Principal
    person: Person


def open_invitation(work: Work, secret: str, door: str) -> Invited:
    """Whom an invitation is for; from here the work is theirs. Faults: NOT_FOUND when it is used or over."""
    principal = credentials.authenticate(work, secret, door, "invitation")
    if principal is None or principal.person_id is None:
        raise Fault(FaultCode.NOT_FOUND, "This invitation was used already or has run out.")
    work.act_as(principal)
    return Invited(principal, get_person(work, principal.person_id))


def confirm_password(
    database: Database, hasher: PasswordHasher, person: Person, password: str, *, address: str
) -> None:
    """Make sure that someone still knows their password. Slow by design, and failures count as failed sign-ins.

    Faults: INVALID naming ``current``; RATE_LIMITED.
    """
    if not signin.is_ones_password(database, hasher, person, password, address=address):
        raise field_fault(FaultCode.INVALID, "current", "This is not your present password.")
