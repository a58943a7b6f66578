"""Activities on the wire (SENAR, "Activity")."""

import msgspec


class ActivityOut(msgspec.Struct, rename="camel"):
    """What a trainee did in one scenario, in the document's order.

    ``trainee*`` is who trained, with the names and company of that time; ``user*`` is the instructor, null when nobody
    is named. ``trainingDate`` is UTC without a zone, with six digits after the second; ``totalSec`` is in seconds.
    """

    id: int
    collection_id: int
    user_id: str | None
    trainee_id: str | None
    first_name: str
    last_name: str
    company: str | None
    training_date: str
    scenario_id: str
    scenario_name: str
    total_points: int
    total_sec: int
    total_tries: int
    simulator_id: int
    tilts: int
    total_max_points: int
    abandons: int
    collection_title: str
    simulator_title: str
    user_first_name: str | None
    user_last_name: str | None
    user_email: str | None
    user_cost_center: str | None
    user_account_name: str | None
    trainee_email: str | None
    trainee_profile: str | None
