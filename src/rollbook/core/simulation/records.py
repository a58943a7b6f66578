"""The simulation domain's rows and requests. Instants are microseconds, times in seconds end ``_s``."""

import msgspec
from msgspec import UNSET, UnsetType


class Collection(msgspec.Struct, frozen=True):
    """A set of simulators that trainees are let into together."""

    id: int
    uuid: str
    title: str
    created_at: int
    updated_at: int


class Simulator(msgspec.Struct, frozen=True):
    """A simulator. An activity that reaches ``pass_percent`` of its points completes the content it is linked to;
    with no mark, finishing is enough."""

    id: int
    uuid: str
    title: str
    collection_id: int
    collection_uuid: str
    collection_title: str
    content_id: int | None
    content_uuid: str | None
    content_title: str | None
    pass_percent: float | None
    created_at: int
    updated_at: int


class Scenario(msgspec.Struct, frozen=True):
    """An exercise of a simulator. ``max_points`` is what its activities have unless they say otherwise."""

    id: int
    uuid: str
    code: str
    name: str
    max_points: int | None
    simulator_id: int
    simulator_uuid: str
    simulator_title: str


class SimulatorChanges(msgspec.Struct, kw_only=True):
    """Changes to a simulator; UNSET stays, None clears. ``content`` is a uuid or a source system's code."""

    title: str | UnsetType = UNSET
    collection: int | str | UnsetType = UNSET
    content: str | None | UnsetType = UNSET
    pass_percent: float | None | UnsetType = UNSET


class ScenarioChanges(msgspec.Struct, kw_only=True):
    """Changes to a scenario; UNSET stays, None clears."""

    code: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    max_points: int | None | UnsetType = UNSET


class Activity(msgspec.Struct, frozen=True):
    """What a trainee did in one scenario, with everything that a list of them shows.

    ``first_name``, ``last_name`` and ``company`` are the trainee's at the time; the ``trainee_*`` and ``instructor_*``
    columns are today's, null when there is no such person (any more). ``trainee_roles`` is as :class:`Person` has it.
    """

    id: int
    uuid: str
    client_id: str | None
    first_name: str
    last_name: str
    company: str | None
    trained_at: int
    points: int
    max_points: int
    time_s: int
    tries: int
    tilts: int
    abandons: int
    created_at: int
    collection_id: int
    collection_uuid: str
    collection_title: str
    simulator_id: int
    simulator_uuid: str
    simulator_title: str
    scenario_id: int
    scenario_uuid: str
    scenario_code: str
    scenario_name: str
    trainee_id: int | None
    trainee_uuid: str | None
    trainee_username: str | None
    trainee_email: str | None
    trainee_company: str | None
    trainee_is_guest: bool | None
    trainee_roles: str | None
    instructor_id: int | None
    instructor_uuid: str | None
    instructor_first_name: str | None
    instructor_last_name: str | None
    instructor_email: str | None
    instructor_company: str | None
    instructor_cost_center: str | None
    assignment_id: int | None
    assignment_uuid: str | None


class ActivityFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which activities; None means any. ``recorded_since`` is an instant of recording, the others are ids."""

    simulator_id: int | None = None
    trainee_id: int | None = None
    recorded_since: int | None = None


class TraineeRef(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an activity is about: the first given of ``uuid``, ``external_id``, ``email`` and ``username`` finds them.

    The names are those of the time, the person's own unless given. Names alone stand for a guest.
    """

    uuid: str | None = None
    external_id: str | None = None
    email: str | None = None
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None


class InstructorRef(msgspec.Struct, frozen=True, kw_only=True):
    """Who led an activity, found as :class:`TraineeRef` says."""

    uuid: str | None = None
    external_id: str | None = None
    email: str | None = None
    username: str | None = None


class NewActivity(msgspec.Struct, frozen=True, kw_only=True):
    """An activity to record. A collection, simulator and scenario are named by id, uuid, or title (scenarios: code).

    ``client_id`` is the sender's own name for the activity: with it, sending again is harmless. ``scenario_name``
    and ``collection`` serve to make what is missing; ``collection`` also tells simulators of one title apart.
    """

    simulator: int | str
    scenario: int | str
    trainee: TraineeRef
    trained_at: int
    client_id: str | None = None
    collection: int | str | None = None
    scenario_name: str | None = None
    instructor: InstructorRef | None = None
    points: int = 0
    max_points: int | None = None
    time_s: int = 0
    tries: int = 1
    tilts: int = 0
    abandons: int = 0
