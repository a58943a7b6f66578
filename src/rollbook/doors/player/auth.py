"""The token in the address that opened the player: good for one assignment, as its person."""

from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.core.learning.queries import get_assignment
from rollbook.core.learning.records import Assignment
from rollbook.core.playing import tokens
from rollbook.core.playing.tokens import Seat
from rollbook.web.bearer import bearer_token, unauthenticated
from rollbook.web.routes import Arrival, Headers

NAME = tokens.DOOR
CREDENTIAL = "Open the lesson again: this player's address has ended."


def authenticate(arrival: Arrival) -> Principal | None:
    """The learner whose token it is."""
    seat = _seat(arrival.headers, arrival.work)
    return seat.principal if seat else None


def assignment_of(headers: Headers, work: Work) -> Assignment:
    """What the token lets its holder play. Faults: UNAUTHENTICATED."""
    seat = _seat(headers, work)
    if seat is None:
        raise unauthenticated(headers, CREDENTIAL)
    return get_assignment(work, key="id", value=seat.assignment_id)


def _seat(headers: Headers, work: Work) -> Seat | None:
    token = bearer_token(headers)
    return tokens.find_seat(work, token) if token else None
