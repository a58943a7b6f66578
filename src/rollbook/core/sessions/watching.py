"""Who is to be asked after: participants and users who are enabled and were not there for long, or never."""

from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries, stats
from rollbook.core.sessions.entities import USER, Record

LONG = 90 * DAY


def quiet_participants(work: Work, found: list[Record]) -> tuple[list[Record], list[Record]]:
    """Of these, the enabled whose last session is long ago; and those that were here, long ago, for no session."""
    before = work.at - LONG
    sessions = stats.sessions_of(work, found)
    enabled = [one for one in found if one["is_enabled"]]
    quiet = [one for one in enabled if one["id"] in sessions and sessions[one["id"]][2] < before]
    unseen = [one for one in enabled if one["id"] not in sessions and (one["last_online_at"] or work.at) < before]
    return quiet, unseen


def absent_users(work: Work, site_id: int) -> tuple[list[Record], list[Record]]:
    """The active users of a site who signed in long ago; and those who were registered long ago and never did."""
    before = work.at - LONG
    users = queries.find(work, USER, viewer=queries.anyone(work), site_id=site_id, is_active=True)
    absent = [one for one in users if one["last_online_at"] is not None and one["last_online_at"] < before]
    never = [one for one in users if one["last_online_at"] is None and one["created_at"] < before]
    return absent, never
