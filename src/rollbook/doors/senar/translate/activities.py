"""Activities out of core."""

from rollbook.core.people.records import Organisation
from rollbook.core.simulation.records import Activity
from rollbook.doors.senar.translate.profiles import from_core_roles, from_core_training, guest_address, roles_in
from rollbook.doors.senar.wire.activities import ActivityOut


def from_core_activity(activity: Activity, organisation: Organisation) -> ActivityOut:
    """An activity with its 26 fields."""
    return ActivityOut(
        id=activity.id,
        collection_id=activity.collection_id,
        user_id=activity.instructor_uuid,
        trainee_id=activity.trainee_uuid,
        first_name=activity.first_name,
        last_name=activity.last_name,
        company=activity.company,
        training_date=from_core_training(activity.trained_at),
        scenario_id=activity.scenario_code,
        scenario_name=activity.scenario_name,
        total_points=activity.points,
        total_sec=activity.time_s,
        total_tries=activity.tries,
        simulator_id=activity.simulator_id,
        tilts=activity.tilts,
        total_max_points=activity.max_points,
        abandons=activity.abandons,
        collection_title=activity.collection_title,
        simulator_title=activity.simulator_title,
        user_first_name=activity.instructor_first_name,
        user_last_name=activity.instructor_last_name,
        user_email=activity.instructor_email,
        user_cost_center=activity.instructor_cost_center,
        user_account_name=_account(activity, organisation),
        trainee_email=_trainee_email(activity, organisation),
        trainee_profile=_trainee_profile(activity),
    )


def _account(activity: Activity, organisation: Organisation) -> str | None:
    """The instructor's company, else the organisation; null without an instructor."""
    return (activity.instructor_company or organisation.name) if activity.instructor_id is not None else None


def _trainee_email(activity: Activity, organisation: Organisation) -> str | None:
    if activity.trainee_email is None and activity.trainee_is_guest and activity.trainee_username is not None:
        return guest_address(activity.trainee_username, organisation.slug)
    return activity.trainee_email


def _trainee_profile(activity: Activity) -> str | None:
    """Null once the trainee was erased."""
    if activity.trainee_id is None:
        return None
    return from_core_roles(roles_in(activity.trainee_roles), is_guest=bool(activity.trainee_is_guest))
