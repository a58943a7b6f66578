"""Who works where in the demo, since when, and with which roles."""

from random import Random
from typing import NamedTuple

from rollbook.core.kernel.principal import Role
from rollbook.core.people.bulk_plan import PersonRow
from rollbook.demo.names import family_names, first_names, mailable
from rollbook.demo.places import DOMAIN, LOCATIONS, UNITS, Unit

STARTED = 0.62
"""The part of the people who are there when the year begins; the others join in its course."""
LEFT = 0.06
"""The part that leaves before its end."""

_OFFICE_ROLES: dict[str, tuple[Role, ...]] = {
    "HQ-HR": (Role.HR_MANAGER, Role.HR_MANAGER, Role.HR_LIMITED, Role.HR_LIMITED, Role.HR_LIMITED),
    "HQ-IT": (Role.ADMINISTRATOR, Role.ADMINISTRATOR, Role.ANALYST, Role.DASHBOARD_DESIGNER, Role.ANALYST),
    "HQ-CS": (Role.UNIT_MANAGER, Role.ADMINISTRATOR),
    "HQ-CT": (Role.CONTENT_DEVELOPER, Role.CONTENT_DEVELOPER, Role.CONTENT_EDITOR, Role.CONTENT_EDITOR),
}
_TONGUES = {"en": "en", "sl": "sl", "hr": "hr", "de": "de", "it": "it", "fr": "fr"}


class Member(NamedTuple):
    """Someone, with what the year needs to know: ``joins`` and ``leaves`` are days before its end, negative."""

    code: str
    first_name: str
    last_name: str
    username: str
    unit: Unit
    town: str
    job: str
    roles: frozenset[Role]
    tongue: str
    joins: int
    leaves: int | None
    diligence: float
    """From 0 to 1: how soon and how well someone learns."""
    leads: tuple[str, ...] = ()
    """The groups they supervise, by code."""

    def row(self) -> PersonRow:
        """As a synchronisation from the HR system gives them."""
        zone, country = LOCATIONS[self.town][1:]
        return PersonRow(
            external_id=self.code,
            username=self.username,
            email=self.username,
            first_name=self.first_name,
            last_name=self.last_name,
            birth_date=_born(self.code),
            language=_TONGUES.get(self.tongue, "en"),
            time_zone=zone,
            country=country,
            company=_company(self.unit),
            cost_center=f"{4000 + 10 * UNITS.index(self.unit)}",
            group=self.unit.code,
            location=self.town,
            workplace=self.job,
            roles=self.roles,
        )


def _born(code: str) -> str:
    """A birthday that goes with the number of someone's badge."""
    number = int(code.lstrip("M"))
    return f"{1964 + number % 41}-{1 + number % 12:02}-{1 + number % 28:02}"


def _company(unit: Unit) -> str:
    """The client that a crew works for."""
    above = next((other.name for other in UNITS if other.code == unit.parent), "")
    return "Meridian" if unit.code.startswith(("HQ", "OPS")) else above


def staff(random: Random, days: int) -> list[Member]:
    """Everybody, in the order of their units. ``days`` is the length of the year."""
    taken: set[str] = set()
    members: list[Member] = []
    for unit in UNITS:
        for number in range(unit.size):
            members.append(_member(random, unit, number, len(members) + 1, days, taken))
    return members


def _member(random: Random, unit: Unit, number: int, serial: int, days: int, taken: set[str]) -> Member:
    tongue = random.choice(unit.tongues.split())
    first, last, username = _named(random, tongue, unit, taken)
    has_begun = number == 0 or random.random() < STARTED
    joins = -days if has_begun else -random.randrange(20, days - 20)
    leaves = random.randrange(joins + 15, -2) if number > 1 and random.random() < LEFT and joins < -40 else None
    roles = _roles(unit, number)
    return Member(
        f"M{10000 + 7 * serial}",
        first,
        last,
        username,
        unit,
        random.choice(unit.towns),
        random.choice(unit.jobs),
        roles,
        tongue,
        joins,
        leaves,
        random.betavariate(4, 2),
        _leads(unit, number, roles),
    )


def _named(random: Random, tongue: str, unit: Unit, taken: set[str]) -> tuple[str, str, str]:
    """A name and an address that nobody has yet."""
    house = DOMAIN if unit.code.startswith(("HQ", "OPS")) else f"{mailable(_company(unit))}.example"
    while True:
        first, last = random.choice(first_names(tongue)), random.choice(family_names(tongue))
        username = f"{mailable(first)}.{mailable(last)}@{house}"
        if username not in taken:
            taken.add(username)
            return first, last, username


def _roles(unit: Unit, number: int) -> frozenset[Role]:
    named = _OFFICE_ROLES.get(unit.code, ())
    if number < len(named):
        return frozenset({named[number], Role.LEARNER})
    if unit.code.startswith("OPS-"):
        return frozenset({Role.INSTRUCTOR, Role.LEARNER} | ({Role.UNIT_MANAGER} if number == 0 else set()))
    if number == 0 and not unit.code.startswith("HQ"):
        return frozenset({Role.UNIT_MANAGER, Role.LEARNER})
    return frozenset({Role.LEARNER})


def _leads(unit: Unit, number: int, roles: frozenset[Role]) -> tuple[str, ...]:
    """Managers lead their unit, those of clients' first crews the client; limited HR leads a branch each."""
    if Role.HR_LIMITED in roles:
        return (("ENE", "PRO", "CON", "LOG")[number % 4],)
    if Role.UNIT_MANAGER not in roles:
        return ()
    is_first = next(other for other in UNITS if other.parent == unit.parent and other.size) is unit
    return (unit.code, unit.parent) if is_first and unit.parent.count("-") else (unit.code,)
