"""Activities (SENAR, "Activity")."""

from rollbook.core.kernel import clock
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_organisation
from rollbook.core.simulation.queries import activity_cursor, list_activities
from rollbook.core.simulation.records import Activity, ActivityFilter
from rollbook.doors.senar import paging
from rollbook.doors.senar.translate.activities import from_core_activity
from rollbook.doors.senar.wire.lists import ListQuery
from rollbook.web.routes import Call, Listing, Reply

PATH = "/integration/data/activities"


def index(call: Call[None, ListQuery]) -> Listing | Reply:
    """What trainees did on simulators ("GET /integration/data/activities")."""
    asked = call.query
    organisation = get_organisation(call.work)
    since = clock.parse_instant(asked.updated_since, "updated_since") if asked.updated_since else None
    wanted = ActivityFilter(recorded_since=since)

    def list_after(work: Work, cursor: str | None, limit: int) -> list[Activity]:
        return list_activities(work, wanted, limit=limit, cursor=cursor)

    source = paging.Source(PATH, list_after, activity_cursor, lambda row: from_core_activity(row, organisation))
    return paging.answer(call, source)
