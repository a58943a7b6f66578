"""Activities on the wire of the native API. Times are RFC 3339 in UTC; ``time_s`` is in seconds."""

import msgspec

from rollbook.doors.native.wire.simulation import Named


class TraineeIn(msgspec.Struct, forbid_unknown_fields=True):
    """Whom an activity is about: the first given of id, external_id, email and username finds them.

    Names alone make a guest; beside one of the others they are the person's names at the time.
    """

    id: str | None = None
    external_id: str | None = None
    email: str | None = None
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None


class InstructorIn(msgspec.Struct, forbid_unknown_fields=True):
    """Who led an activity, found as the trainee is."""

    id: str | None = None
    external_id: str | None = None
    email: str | None = None
    username: str | None = None


class ActivityIn(msgspec.Struct, forbid_unknown_fields=True):
    """One row of POST /v1/activities. Simulator and collection go by number, id or title, a scenario by its code too.

    ``client_id`` is your own name for the activity; with it, sending it again is harmless. ``max_points`` is the
    scenario's unless given. A misspelt field is refused, so that nothing is lost in silence.
    """

    simulator: int | str
    scenario: int | str
    trainee: TraineeIn
    trained_at: str
    client_id: str | None = None
    collection: int | str | None = None
    scenario_name: str | None = None
    instructor: InstructorIn | None = None
    points: int = 0
    max_points: int | None = None
    time_s: int = 0
    tries: int = 1
    tilts: int = 0
    abandons: int = 0


class IngestQuery(msgspec.Struct, forbid_unknown_fields=True):
    """POST /v1/activities. ``atomic``: all rows or none. ``create_missing``: make what a title or code names."""

    atomic: bool = False
    create_missing: bool = False


class RowProblem(msgspec.Struct):
    """What is wrong with a field of a row."""

    field: str
    code: str
    message: str


class IngestedRow(msgspec.Struct):
    """What became of a row: ``created``, ``unchanged`` or ``failed``. ``position`` counts from 0."""

    position: int
    id: str | None
    result: str
    errors: list[RowProblem]


class IngestOut(msgspec.Struct):
    """What became of all rows."""

    created: int
    unchanged: int
    failed: int
    rows: list[IngestedRow]


class ScenarioShown(msgspec.Struct):
    """An activity's scenario."""

    id: str
    number: int
    code: str
    name: str


class PersonShown(msgspec.Struct):
    """A person, as an activity shows them."""

    id: str
    email: str | None


class ActivityOut(msgspec.Struct):
    """An activity. The names are those of the time; ``trainee`` is null once the person was erased.

    ``score`` is the points in per cent, null without a maximum; ``assignment`` the id of the one that took the result.
    """

    id: str
    number: int
    client_id: str | None
    collection: Named
    simulator: Named
    scenario: ScenarioShown
    trainee: PersonShown | None
    instructor: PersonShown | None
    assignment: str | None
    first_name: str
    last_name: str
    company: str | None
    trained_at: str
    points: int
    max_points: int
    score: float | None
    time_s: int
    tries: int
    tilts: int
    abandons: int
    created_at: str


class ActivitiesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/activities. ``simulator`` is a number or id, ``trainee`` an id; ``since`` a time of recording."""

    simulator: str | None = None
    trainee: str | None = None
    since: str | None = None
    limit: int = 50
    cursor: str | None = None


class ActivityPage(msgspec.Struct):
    """A page of activities. ``next`` is the cursor to go on from, null at the end."""

    activities: list[ActivityOut]
    next: str | None
