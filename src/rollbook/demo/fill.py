"""Making the demo organisation, from its founding to this morning."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select, update

from rollbook.core.access import credentials, signin
from rollbook.core.access.founding import Founded, found_organisation
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.kernel.principal import Principal, Role
from rollbook.core.kernel.statements import Statement, Store, given_rows
from rollbook.core.kernel.work import Work
from rollbook.core.learning.content_queries import get_content
from rollbook.core.learning.records import Course
from rollbook.core.people.queries import find_person, list_organisations, list_people
from rollbook.core.people.records import PeopleFilter, PersonChanges
from rollbook.core.people.registration import change
from rollbook.core.people.tables import organisations, people
from rollbook.demo import classroom, setting
from rollbook.demo.clinics import open_clinics
from rollbook.demo.extras import Extras
from rollbook.demo.fates import enrolments
from rollbook.demo.hooks import Courier
from rollbook.demo.lessons import teaching
from rollbook.demo.places import ORGANISATION, SLUG
from rollbook.demo.staff import Member, staff
from rollbook.demo.stage import DAYS, Stage
from rollbook.demo.year import Callers, Year, synchronise

Rows = Statement[tuple[Any, ...]]
Told = Callable[[int, int], None]

OWNER = "owner"

_SETTINGS = Rows(select(organisations.c.settings).where(organisations.c.slug == bindparam("slug")))
_SET = Rows(update(organisations).where(organisations.c.slug == bindparam("slug_")).values(settings=bindparam("text")))
_DROP = Rows(delete(organisations).where(organisations.c.slug == bindparam("slug")))


class Login(msgspec.Struct, frozen=True):
    """Someone of the demo to sign in as, and what they may do."""

    username: str
    name: str
    what: str


class Mark(msgspec.Struct, frozen=True):
    """What a demo says of itself in its organisation's settings. ``demo`` is ``filling`` until it is ``ready``."""

    demo: str
    logins: list[Login] = []


def mark_of(work: Work) -> Mark | None:
    """The demo that is there; None when there is none. One that was broken off says ``filling``."""
    found = work.first(_SETTINGS, slug=SLUG)
    if found is None:
        return None
    try:
        return msgspec.json.decode(found[0] or "{}", type=Mark)
    except msgspec.MsgspecError:
        return Mark("foreign")


def drop(work: Work) -> None:
    """Remove a demo that was not filled to the end."""
    work.run(_DROP, slug=SLUG)


def fill(stage: Stage, password_hash: str, told: Told) -> Founded:
    """Make the demo; ``told`` hears how far it is. What is broken off leaves a demo in the state ``filling``."""
    founded = _found(stage, password_hash)
    members = staff(stage.random, DAYS)
    callers = _callers(stage, members)
    taught = _teach(stage, callers)
    with stage.at(stage.base - DAY) as work:
        lessons = {one.code: get_content(work, key="external_id", value=one.code).id for one in teaching().lessons}
    year = Year(stage, members, taught, lessons, callers)
    year.plan(enrolments(stage.random, members, DAYS))
    courier, extras = Courier(stage, callers["admin"]), Extras(stage, callers)

    def evening(day: int) -> None:
        extras.happen(day)
        courier.deliver(day)

    year.play(told, evening)
    classroom.teach(stage, members, taught, callers["admin"])
    open_clinics(stage, callers["admin"])
    logins = _let_in(stage, members, password_hash)
    with stage.at(stage.base) as work:
        _mark(work, Mark("ready", logins))
    return founded


def renew(stage: Stage, password_hash: str, logins: list[Login]) -> Founded:
    """New keys and a new password for a demo whose own were lost."""
    with stage.database.writing() as work:
        found = next(one for one in list_organisations(work) if one.slug == SLUG)
        work.act_as(system_principal(found.id, "demo"))
        for username in (OWNER, *(login.username for login in logins)):
            person = find_person(work, key="username_key", value=username)
            if person is not None:
                signin.set_password(work, person, password_hash)
        owner = find_person(work, key="username_key", value=OWNER)
        assert owner is not None
        _, api_key = credentials.create_key(work, "api_key", "API key of the demo, renewed")
        client, secret = credentials.create_key(work, "oauth_client", "Client of the demo, renewed", door="smartarena")
        _, access_key = credentials.create_key(work, "api_key", "Velpic access key of the demo, renewed", door="velpic")
    return Founded(found, owner, api_key, client.client_id or "", secret, access_key)


def _mark(work: Work, mark: Mark) -> None:
    stored = work.value(_SETTINGS, slug=SLUG)
    kept = msgspec.json.decode(stored, type=dict[str, Any]) if stored else {}
    work.run(_SET, slug_=SLUG, text=msgspec.json.encode(kept | msgspec.to_builtins(mark)).decode())


def _found(stage: Stage, password_hash: str) -> Founded:
    """The organisation, its structure and its owner."""
    with stage.database.writing() as work:
        work.at = stage.instant(-DAYS - 60, 8 * 3600)
        founded = found_organisation(work, ORGANISATION, username=OWNER, password_hash=password_hash)
        _mark(work, Mark("filling"))
    stage.organisation_id = founded.organisation.id
    with stage.at(stage.instant(-DAYS - 59, 8 * 3600)) as work:
        change(
            work,
            founded.owner,
            PersonChanges(first_name="Vida", last_name="Lah", email="vida.lah@meridian-safety.example"),
        )
        setting.furnish(work)
    return founded


def _callers(stage: Stage, members: list[Member]) -> Callers:
    """The keys that programs use, the first people, and those of them who act."""
    callers: dict[str, Principal] = {}
    with stage.at(stage.instant(-DAYS - 2, 9 * 3600)) as work:
        for name, kind, door, label in (
            ("sync", "oauth_client", "smartarena", "HR system"),
            ("player", "api_key", "native", "Learning player"),
            ("simulators", "api_key", "native", "Simulators"),
        ):
            made, _ = credentials.create_key(work, kind, label, door=door)
            callers[name] = stage.client(door, made.id)
    synchronise(stage, members, -DAYS, callers["sync"])
    for name, role in (("hr", Role.HR_MANAGER), ("admin", Role.ADMINISTRATOR), ("author", Role.CONTENT_DEVELOPER)):
        member = next(m for m in members if role in m.roles)
        callers[name] = stage.person(member.code, member.roles)
    return callers


def _teach(stage: Stage, callers: Callers) -> dict[str, Course]:
    """Lessons in their editions, courses and simulators. The courses, by code."""
    admin = callers["admin"]
    with stage.at(stage.instant(-DAYS, 3 * 3600), admin) as work:
        for lesson in teaching().lessons:
            setting.publish(work, lesson, 1)
        setting.categorise(work)
        leaders = [p.id for p in list_people(work, PeopleFilter(role=Role.INSTRUCTOR), limit=50).rows]
        taught = {offer.code: setting.offer(work, stage.random, offer, leaders, DAYS) for offer in teaching().offers}
        setting.install_rigs(work)
    return taught


# --- Who can be signed in as -------------------------------------------------------------------------------------

_ROLES = (
    (Role.HR_MANAGER, "people, courses, imports"),
    (Role.UNIT_MANAGER, "a unit and its assignments"),
    (Role.INSTRUCTOR, "simulators and their trainees"),
    (Role.LEARNER, "own courses and results"),
)


def _let_in(stage: Stage, members: list[Member], password_hash: str) -> list[Login]:
    """Give one person of each kind the demo's password, and let everybody have been seen lately."""
    logins = []
    with stage.at(stage.base - 3 * HOUR) as work:
        for role, what in _ROLES:
            wanted = frozenset({role, Role.LEARNER})
            member = next(m for m in members if m.roles == wanted and m.leaves is None and m.joins == -DAYS)
            person = find_person(work, key="id", value=stage.people[member.code])
            assert person is not None
            signin.set_password(work, person, password_hash)
            logins.append(Login(person.username, person.full_name, what))
        seen = [
            {
                "id": stage.people[m.code],
                "last_seen_at": stage.base - round(stage.random.expovariate(1 / (12 * DAY))) - HOUR,
            }
            for m in members
            if m.leaves is None and stage.random.random() < 0.9
        ]
        work.run(_SEEN, rows=msgspec.json.encode(seen).decode())
    return logins


def _seen(store: Store) -> Any:
    given = given_rows(store, "rows", people.c.id, people.c.last_seen_at)
    return update(people).where(people.c.id == given.c.id).values(last_seen_at=given.c.last_seen_at)


_SEEN = Rows(_seen)
