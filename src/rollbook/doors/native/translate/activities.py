"""Activities into and out of core."""

from rollbook.core.kernel.clock import iso, parse_instant
from rollbook.core.simulation.activities import score_of
from rollbook.core.simulation.batch import RowError, RowResult
from rollbook.core.simulation.records import Activity, InstructorRef, NewActivity, TraineeRef
from rollbook.doors.native.wire.activities import (
    ActivityIn,
    ActivityOut,
    IngestedRow,
    IngestOut,
    InstructorIn,
    PersonShown,
    RowProblem,
    ScenarioShown,
    TraineeIn,
)
from rollbook.doors.native.wire.simulation import Named


def to_core_activity(row: ActivityIn) -> NewActivity:
    """A row to record. Faults: INVALID naming ``trained_at``."""
    return NewActivity(
        simulator=row.simulator,
        scenario=row.scenario,
        trainee=_to_core_trainee(row.trainee),
        trained_at=parse_instant(row.trained_at, "trained_at"),
        client_id=row.client_id,
        collection=row.collection,
        scenario_name=row.scenario_name,
        instructor=_to_core_instructor(row.instructor) if row.instructor is not None else None,
        points=row.points,
        max_points=row.max_points,
        time_s=row.time_s,
        tries=row.tries,
        tilts=row.tilts,
        abandons=row.abandons,
    )


def _to_core_trainee(given: TraineeIn) -> TraineeRef:
    return TraineeRef(
        uuid=given.id,
        external_id=given.external_id,
        email=given.email,
        username=given.username,
        first_name=given.first_name,
        last_name=given.last_name,
        company=given.company,
    )


def _to_core_instructor(given: InstructorIn) -> InstructorRef:
    return InstructorRef(uuid=given.id, external_id=given.external_id, email=given.email, username=given.username)


def from_core_result(result: RowResult) -> IngestedRow:
    """What became of a row."""
    return IngestedRow(result.position, result.uuid, result.result, [_problem(error) for error in result.errors])


def _problem(error: RowError) -> RowProblem:
    return RowProblem(error.field, error.code.value, error.message)


def from_core_results(results: list[RowResult]) -> IngestOut:
    """What became of all rows."""
    counts = {"created": 0, "unchanged": 0, "failed": 0}
    for result in results:
        counts[result.result] += 1
    return IngestOut(**counts, rows=[from_core_result(result) for result in results])


def from_core_activity(activity: Activity) -> ActivityOut:
    """An activity as the native API shows it."""
    return ActivityOut(
        id=activity.uuid,
        number=activity.id,
        client_id=activity.client_id,
        collection=Named(activity.collection_uuid, activity.collection_id, activity.collection_title),
        simulator=Named(activity.simulator_uuid, activity.simulator_id, activity.simulator_title),
        scenario=ScenarioShown(
            activity.scenario_uuid, activity.scenario_id, activity.scenario_code, activity.scenario_name
        ),
        trainee=_person(activity.trainee_uuid, activity.trainee_email),
        instructor=_person(activity.instructor_uuid, activity.instructor_email),
        assignment=activity.assignment_uuid,
        first_name=activity.first_name,
        last_name=activity.last_name,
        company=activity.company,
        trained_at=iso(activity.trained_at),
        points=activity.points,
        max_points=activity.max_points,
        score=score_of(activity.points, activity.max_points),
        time_s=activity.time_s,
        tries=activity.tries,
        tilts=activity.tilts,
        abandons=activity.abandons,
        created_at=iso(activity.created_at),
    )


def _person(uuid: str | None, email: str | None) -> PersonShown | None:
    return PersonShown(uuid, email) if uuid is not None else None
