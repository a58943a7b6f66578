"""Users, and the collections they are assigned (SENAR, "Users", "user_assign")."""

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.paging import decode_cursor, encode_cursor
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_organisation, list_people
from rollbook.core.people.records import PeopleFilter, Person
from rollbook.core.simulation import members
from rollbook.core.simulation.queries import get_collection
from rollbook.core.simulation.records import Collection
from rollbook.doors.senar import paging
from rollbook.doors.senar.translate.users import from_core_person, to_core_new_person, to_core_password
from rollbook.doors.senar.wire.assignments import AssignIn, AssignOut
from rollbook.doors.senar.wire.lists import ListQuery
from rollbook.web.routes import Call, Listing, Reply

PATH = "/integration/data/users"
SHOWS_INACTIVE = False
"""Whether users who were inactivated are listed: there is no field that would tell them from the others."""


def index(call: Call[None, ListQuery]) -> Listing | Reply:
    """The users that the caller may see ("GET /integration/data/users")."""
    asked = call.query
    organisation = get_organisation(call.work)
    wanted = PeopleFilter(
        is_active=None if SHOWS_INACTIVE else True,
        updated_since=clock.parse_instant(asked.updated_since, "updated_since") if asked.updated_since else None,
    )

    def list_after(work: Work, cursor: str | None, limit: int) -> list[Person]:
        return list_people(work, wanted, limit=limit, after=_position(cursor)).rows

    source = paging.Source(
        PATH, list_after, lambda person: encode_cursor(person.id), lambda person: from_core_person(person, organisation)
    )
    return paging.answer(call, source)


def _position(cursor: str | None) -> int | None:
    """Faults: INVALID naming ``cursor``."""
    return int(decode_cursor(cursor, int)[0]) if cursor else None


def assign(call: Call[AssignIn, None]) -> AssignOut:
    """Let a user train with a collection, registering them if need be ("POST /integration/data/user_assign")."""
    new, password = to_core_new_person(call.body), to_core_password(call.body.password)
    database, principal, hasher = call.services.database, call.principal, call.services.hasher
    with database.reading() as work:
        work.act_as(principal)
        _collection(work, call.body.collection_id)
        is_known = members.find_by_email(work, str(new.email)) is not None
    # Hashing takes long, so it is done between the two units of work unless the person was there.
    hashed = None if is_known else hasher.hash(password)
    with database.writing() as work:
        work.act_as(principal)
        collection = _collection(work, call.body.collection_id)
        person, is_new = members.let_in_by_email(work, collection, new, lambda: hashed or hasher.hash(password))
    return AssignOut(True, person.email or person.username, collection.id, is_new)


def _collection(work: Work, collection_id: int) -> Collection:
    """Faults: UNKNOWN_REFERENCE naming ``collection``."""
    try:
        return get_collection(work, collection_id)
    except Fault:
        raise field_fault(
            FaultCode.UNKNOWN_REFERENCE, "collection", "collection must be the id of one of your collections"
        ) from None
